"""Pydantic's errors in plain words: what was expected, what was found, which key was probably meant."""

from __future__ import annotations

import difflib
from collections import defaultdict
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from quarterdeck.settings.model import ADDRESS_PATTERN, CURRENCY_PATTERN, ID_PATTERN, STORE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    Path = tuple[str | int, ...]

_PATTERNS = {
    ID_PATTERN: "an id of small letters, digits, '-' and '_'",
    CURRENCY_PATTERN: "an ISO 4217 code such as USD",
    ADDRESS_PATTERN: "an e-mail address such as name@example.com",
    STORE_PATTERN: "file://PATH or s3://BUCKET/PREFIX",
}
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "time_type": "a time such as 07:30",
    "time_parsing": "a time such as 07:30",
    "date_type": "a day such as 2024-01-31",
    "date_parsing": "a day such as 2024-01-31",
    "date_from_datetime_parsing": "a day such as 2024-01-31",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def explain(
    error: ValidationError, model: type[BaseModel], path_of: Callable[[Sequence[str | int]], Path]
) -> list[tuple[Path, str]]:
    """Each mistake with its place. ``path_of`` maps pydantic's location to what the file really has.

    The branches of a union are one mistake: what any of them would have taken is said together.
    """
    places: dict[Path, list[ErrorDetails]] = defaultdict(list)
    for detail in error.errors(include_url=False):
        places[path_of(detail["loc"])].append(detail)
    explained: list[tuple[Path, str]] = []
    for path, details in places.items():
        branches = [
            detail for detail in details if detail["type"] in _KINDS or detail["type"] == "literal_error"
        ]
        deeper = any(other[: len(path)] == path and len(other) > len(path) for other in places)
        others = [detail for detail in details if detail not in branches]
        if branches and not (deeper and _is_branch(branches, path)):
            wanted = " or ".join(dict.fromkeys(_expected(detail) for detail in branches))
            explained.append((path, f"expected {wanted}, found {_shown(branches[0])}"))
        explained.extend((path, _plain(detail, model)) for detail in others)
    return explained


def _is_branch(details: list[ErrorDetails], path: Path) -> bool:
    return all(len(detail["loc"]) > len(path) for detail in details)


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return str(detail.get("ctx", {})["expected"])
    return _KINDS[detail["type"]]


def _shown(detail: ErrorDetails) -> str:
    value = detail["input"]
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    text = repr(value)
    # An address is nobody's business in a log, whatever is wrong with it.
    private = "@" in text or detail.get("ctx", {}).get("pattern") == ADDRESS_PATTERN
    return "another text" if private else text if len(text) <= 60 else f"{text[:57]}..."


def _plain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return _unknown_key(last, sorted(known_keys(model, detail["loc"][:-1])))
    if kind == "missing":
        return f"expected the key {last!r}, found none"
    if kind == "value_error":
        return str(context["error"])
    return f"{_wanted(detail, context)}, found {_shown(detail)}"


def _wanted(detail: ErrorDetails, context: dict[str, Any]) -> str:
    kind = detail["type"]
    if kind == "string_pattern_mismatch":
        return f"expected {_PATTERNS.get(context['pattern'], context['pattern'])}"
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return f"expected {words} {context[key]}"
    if kind.startswith("union_tag"):
        # Pydantic names the field of a source's kind too; in YAML its key is `from`.
        key = "from" if "'from'" in context["discriminator"] else context["discriminator"].strip("'")
        tags = f" to be one of {context['expected_tags']}" if "expected_tags" in context else ""
        return f"expected the key {key!r}{tags}"
    return str(detail["msg"])


def _unknown_key(key: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean {nearest[0]!r}? " if nearest else ""
    return f"unknown key {key!r}: {meant}known here: {', '.join(known)}"


def known_keys(model: type[BaseModel], loc: Sequence[str | int]) -> set[str]:
    """The keys that a mapping at ``loc`` may have."""
    candidates: list[Any] = [model]
    for part in loc:
        candidates = [inner for one in candidates for inner in _step(one, part)] or candidates
    models = [one for candidate in candidates for one in _members(candidate) if _is_model(one)]
    return {field.alias or name for one in models for name, field in one.model_fields.items()}


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _members(kind: Any) -> Iterator[Any]:
    """The types that an annotation may stand for."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _members(get_args(kind)[0])
    elif origin is Union or isinstance(kind, UnionType):
        for member in get_args(kind):
            yield from _members(member)
    else:
        yield kind


def _step(kind: Any, part: str | int) -> Iterator[Any]:
    for member in _members(kind):
        if _is_model(member):
            fields = {field.alias or name: field.annotation for name, field in member.model_fields.items()}
            if part in fields:
                yield fields[str(part)]
            elif part == member.__name__ or _is_tagged(member, part):
                yield member
        elif get_origin(member) in {dict, tuple, list}:
            yield get_args(member)[1 if get_origin(member) is dict else 0]


def _is_tagged(member: type[BaseModel], tag: str | int) -> bool:
    """Whether a discriminated union knows the model by that tag."""
    literals = [field.annotation for field in member.model_fields.values()]
    return any(get_origin(literal) is Literal and tag in get_args(literal) for literal in literals)
