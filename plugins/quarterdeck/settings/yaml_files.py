"""YAML files with positions: what is wrong in one is said with its file and line, all of it at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from quarterdeck.errors import ConfigError, Mistake
from quarterdeck.settings.explanation import explain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

AnyModel = TypeVar("AnyModel", bound=BaseModel)
Loc = tuple[str | int, ...]

# The C parser where PyYAML has it: every task of Airflow parses portfolios again.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Safe, with the plain types of YAML 1.2: ``no``, ``07:30``, ``2024-01-01`` stay the words they are."""

    yaml_implicit_resolvers: ClassVar[dict[str | None, list[tuple[str, re.Pattern[str]]]]] = {}


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", list("tf")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
    ("merge", r"^<<$", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: its content, and the line of everything in it."""

    name: str
    data: Any
    lines: Mapping[Loc, int]

    def line(self, loc: Sequence[str | int] = ()) -> int:
        """The line of the key or item at ``loc``, or of the nearest thing around it that the file has."""
        return self.lines.get(self.path(loc), 1)

    def path(self, loc: Sequence[str | int]) -> Loc:
        """``loc`` without what the file doesn't have: pydantic also names union branches and absent keys."""
        path: Loc = ()
        for part in loc:
            if (*path, part) in self.lines:
                path = (*path, part)
        return path

    def mistake(self, loc: Sequence[str | int], message: str) -> Mistake:
        """A mistake at that place of the file."""
        return Mistake(self.name, self.line(loc), message)


def shown_name(path: Path) -> str:
    """The path as people see it: relative to where they stand, if it lies below."""
    absolute, here = path.absolute(), Path.cwd()
    return absolute.relative_to(here).as_posix() if absolute.is_relative_to(here) else str(absolute)


def load(path: Path) -> YamlFile:
    """Parse a file. Raises ConfigError: unreadable, not YAML, a key that is there twice."""
    name = shown_name(path)
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: dict[Loc, int] = {(): 1}
        if node is None:
            return YamlFile(name, {}, lines)
        if twice := list(_walk(node, (), lines, ())):
            raise ConfigError([Mistake(name, line, message) for line, message in twice])
        return YamlFile(name, loader.construct_document(node), lines)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError([Mistake(name, 1, f"expected a readable file, found: {reason}")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        line = 1 if mark is None else mark.line + 1
        raise ConfigError([Mistake(name, line, f"not valid YAML: {problem}")]) from None


def plain(path: Path) -> Any:
    """The content alone, as far as it can be read: None where it can't. For names, not for settings."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _walk(
    node: yaml.Node, path: Loc, lines: dict[Loc, int], above: tuple[int, ...]
) -> Iterator[tuple[int, str]]:
    """Notes the line of everything below ``node``; answers what is wrong on the way."""
    if id(node) in above:
        yield node.start_mark.line + 1, "expected an anchor that does not hold itself, found one that does"
        return
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            yield from _walk(item, (*path, index), lines, above)
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                yield line, "expected a plain key, found a list or keys and values"
                continue
            if key.value in seen:
                yield line, f"the key {key.value!r} is here twice, first in line {seen[key.value]}: keep one"
            seen[key.value] = line
            inner = path if key.tag.endswith(":merge") else (*path, key.value)
            lines.setdefault(inner, line)
            yield from _walk(value, inner, lines, above)


def as_model(file: YamlFile, model: type[AnyModel], *, extra: Mapping[str, Any] | None = None) -> AnyModel:
    """The file's content as a model. Raises ConfigError with every mistake.

    ``extra``: what the file does not say itself, such as the id, which is the file's name.
    """
    extra = extra or {}
    if not isinstance(file.data, dict):
        raise ConfigError([file.mistake((), f"expected keys and values, found {type(file.data).__name__}")])
    told = [
        file.mistake((key,), f"expected no key {key!r} here: it comes from the names of files")
        for key in extra
        if key in file.data
    ]
    try:
        built = model.model_validate({**file.data, **extra})
    except ValidationError as error:
        raise ConfigError(
            [*told, *(file.mistake(loc, text) for loc, text in explain(error, model, file.path))]
        ) from None
    if told:
        raise ConfigError(told)
    return built


def read_model(path: Path, model: type[AnyModel], *, extra: Mapping[str, Any] | None = None) -> AnyModel:
    """Load a file and make it a model. Raises ConfigError with every mistake, each with file and line."""
    return as_model(load(path), model, extra=extra)
