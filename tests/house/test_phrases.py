"""Fixed phrases of the reports stand in the catalogue of a language and nowhere else."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from jinja2 import Environment, nodes

from quarterdeck.reports import notices
from quarterdeck.reports.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "include" / "templates"
CODE = ROOT / "plugins" / "quarterdeck" / "reports"
# What puts a payload into words; a chart's alt text is data of the payload, made beside the chart.
SPEAKING = (
    "appendix", "bridge_words", "bridges", "chart_figures", "chart_grids", "chart_tables", "coverage",
    "finding_views", "grid", "kpis", "notices", "page",
    "passports", "payload", "quiet", "section_views", "sections", "since_last", "tables", "text_layout",
    "view", "wording", "words",
)  # fmt: skip
PHRASES = read_words(TEMPLATES, "en_US").phrases
SENTENCE = re.compile(r"[A-Za-z]{2,}\s+[a-z]{2,}")


def templates() -> list[Path]:
    found = [path for folder in ("frame", "sections", "page") for path in (TEMPLATES / folder).rglob("*.j2")]
    assert len(found) > 20
    return found


def keys_in(text: str) -> Iterator[str]:
    """Keys that code asks for, as patterns: what an f-string fills in is ``*``."""
    tree = ast.parse(text)
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    pieces = {id(piece) for node in formatted for piece in node.values}
    for node in formatted:
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield node.value


def asked_for() -> set[str]:
    groups = {key.partition(".")[0] for key in PHRASES}
    return {
        key
        for path in CODE.rglob("*.py")
        for key in keys_in(path.read_text())
        if re.fullmatch(r"[a-z]+\.[a-z_*]+", key) and key.partition(".")[0] in groups
    }


def nouns_asked_for() -> set[str]:
    """What is given to ``counted`` and ``plural`` by name, and the nouns of the causes of a restatement."""
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                place = {"counted": 1, "plural": 0}.get(node.func.attr)
                given = node.args[place] if place is not None and place < len(node.args) else None
                if isinstance(given, ast.Constant):
                    found.add(str(given.value))
    return found | {noun for noun, _ in notices._CAUSES.values()}


def test_every_key_that_is_asked_for_exists() -> None:
    missing = {key for key in asked_for() if not any(fnmatchcase(known, key) for known in PHRASES)}
    assert missing == set()


def test_every_key_is_asked_for() -> None:
    wanted = asked_for() | {f"nouns.{noun}" for noun in nouns_asked_for()} | {"nouns.endings"}
    unused = {key for key in PHRASES if not any(fnmatchcase(key, pattern) for pattern in wanted)}
    assert unused == set()


def test_every_noun_is_known_with_its_plural() -> None:
    nouns = {key: forms for key, forms in PHRASES.items() if key.startswith("nouns.")}
    del nouns["nouns.endings"]
    assert all({"one", "other"} <= set(forms) for forms in nouns.values())
    assert {f"nouns.{noun}" for noun in nouns_asked_for()} <= set(nouns)


def test_languages_have_the_same_phrases_with_the_same_names() -> None:
    english = yaml.safe_load((TEMPLATES / "words" / "en.yaml").read_text())
    for path in (TEMPLATES / "words").glob("*.yaml"):
        other = yaml.safe_load(path.read_text())
        assert {group: set(texts) for group, texts in other.items()} == {
            group: set(texts) for group, texts in english.items()
        }, path.name
        for group in english.keys() - {"nouns"}:
            for key, text in english[group].items():
                assert _names(other[group][key]) <= _names(text), f"{path.name}: {group}.{key}"


def _names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


class Text(HTMLParser):
    """What stands between the elements, without styles."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in.append(tag)
        self.said += [value or "" for name, value in attrs if name in {"alt", "title", "aria-label"}]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            self._in.remove(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self._in:
            self.said.append(data)


def test_no_template_holds_fixed_text() -> None:
    environment = Environment()
    found = []
    for path in templates():
        source = path.read_text()
        page = Text()
        page.feed(re.sub(r"\{\{.*?\}\}", "0", re.sub(r"\{[%#].*?[%#]\}", "", source, flags=re.S), flags=re.S))
        found += [f"{path.name}: {word}" for word in re.findall(r"[A-Za-z]{2,}", " ".join(page.said))]
        for constant in environment.parse(source).find_all(nodes.Const):
            if isinstance(constant.value, str) and SENTENCE.search(constant.value):
                found.append(f"{path.name}: {constant.value}")
    assert found == []


def test_no_code_that_speaks_holds_a_sentence() -> None:
    """But docstrings, and what errors say to those who write the definitions."""
    found = []
    for name in SPEAKING:
        tree = ast.parse((CODE / f"{name}.py").read_text())
        silent = {id(node) for part in _not_spoken(tree) for node in ast.walk(part)}
        found += [
            f"{name}.py, line {node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
            and SENTENCE.search(node.value)
        ]
    assert found == []


def _not_spoken(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        tells_authors = isinstance(node, ast.FunctionDef) and node.name == "section_mistakes"
        if is_docstring or tells_authors or isinstance(node, ast.Raise):
            yield node
