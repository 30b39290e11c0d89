"""Handoff notes: Markdown whose front matter, tasks or heading say whether something is still to be done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

    from quarterdeck.settings.surveys import Handoffs

LARGEST_NOTE = 1_000_000  # bytes
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)(?:\A|(?<=\n))(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TASK = re.compile(r"\[([ xX])\](?:\s|$)")


@dataclass(frozen=True)
class Note:
    """What a note says. ``problem`` is why its state could not be read: it then counts as open."""

    title: str
    state: str
    told_by: str
    open_items: int
    problem: str | None = None


@dataclass(frozen=True)
class _Section:
    there: bool
    ticked: int
    unticked: int
    text: bool


def read_note(data: bytes, path: str, handoffs: Handoffs) -> Note:
    """Read one note. It is never lost: one that can't be read is open, told by default, with its problem."""
    name = PurePosixPath(path).name
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Note(name, "open", "default", 0, "expected UTF-8, found other bytes")
    front, body, problem = _front_matter(text)
    tokens = _tokens(body)
    whole, section = _contents(tokens), _contents(_under(tokens, handoffs.heading))
    title = _title(tokens) or name
    if problem is None and front.get(handoffs.key):
        value = front[handoffs.key]
        if isinstance(value, str):
            known = {word.casefold() for word in handoffs.open}
            state = "open" if value.strip().casefold() in known else "closed"
            return Note(title, state, "front_matter", whole.unticked)
        problem = f"expected one word as {handoffs.key}, found a {type(value).__name__}"
    if problem is not None:
        return Note(title, "open", "default", whole.unticked, problem)
    state, told_by = _state(section, whole)
    return Note(title, state, told_by, whole.unticked)


def _state(section: _Section, whole: _Section) -> tuple[str, str]:
    """By the tasks under the heading, else its text; without the heading by the tasks anywhere."""
    looked_at = section if section.there else whole
    if looked_at.ticked or looked_at.unticked:
        return ("open" if looked_at.unticked else "closed"), "tasks"
    if section.there:
        return ("open" if section.text else "closed"), "heading"
    return "closed", "default"


def _front_matter(text: str) -> tuple[dict[str, object], str, str | None]:
    """The front matter, the text below it, and what is wrong with it."""
    import yaml

    if not re.match(r"---[ \t]*\n", text):
        return {}, text, None
    match = _FRONT.match(text)
    if match is None:
        # A rule at the top of a note looks the same: it is front matter only if it begins as a mapping.
        begun = re.match(r"---[ \t]*\n\s*[\w-]+:", text)
        return {}, text, "expected --- at the end of the front matter, found none" if begun else None
    try:
        # BaseLoader makes nothing but text, lists and mappings: `status: off` stays a word.
        front = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}, text[match.end() :], "expected YAML in the front matter, found something else"
    if front is None or isinstance(front, dict):
        return front or {}, text[match.end() :], None
    return {}, text[match.end() :], f"expected key: value in the front matter, found a {type(front).__name__}"


def _tokens(text: str) -> list[Token]:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").parse(text)


def _title(tokens: list[Token]) -> str | None:
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and tokens[at + 1].content.strip():
            return tokens[at + 1].content.strip()
    return None


def _under(tokens: list[Token], heading: str) -> list[Token] | None:
    """What stands under the heading, up to the next one of its level or above; None where it isn't there."""
    begin, level = None, ""
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.level:
            continue
        if begin is not None and token.tag <= level:
            return tokens[begin:at]
        if begin is None and tokens[at + 1].content.strip().casefold() == heading.strip().casefold():
            begin, level = at + 3, token.tag
    return None if begin is None else tokens[begin:]


def _contents(tokens: list[Token] | None) -> _Section:
    ticked = unticked = 0
    text = False
    for at, token in enumerate(tokens or ()):
        text = text or token.type in {"inline", "fence", "code_block"}
        if (
            token.type == "list_item_open"
            and tokens
            and [t.type for t in tokens[at + 1 : at + 3]]
            == [
                "paragraph_open",
                "inline",
            ]
        ):
            task = _TASK.match(tokens[at + 2].content)
            ticked += task is not None and task[1] != " "
            unticked += task is not None and task[1] == " "
    return _Section(tokens is not None, ticked, unticked, text)
