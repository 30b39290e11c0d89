"""What readers are told of an edition's files: which there are, what is in each, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quarterdeck.reports.grid import Speaker

FOLDER = "attachments/"
WHOLE = "pdf"  # the format that has the whole edition


@dataclass(frozen=True)
class Enclosed:
    """A file of an edition as one message has it, or the archive's own page.

    ``tables``: the ids of the tables that are in it with all of their rows; a PDF has all. ``size`` in bytes,
    None where it is not made yet. ``place`` says where the file lies that is too large for the message, None
    where it is in the message; of the archive's own page it is ``attachments/``.
    """

    name: str
    format: str
    tables: tuple[str, ...]
    size: int | None = None
    place: str | None = None

    def holds(self, table: str) -> bool:
        """Whether the reader has every row of that table in it: only a file in the message counts."""
        return self.place is None and (self.format == WHOLE or table in self.tables)


def formats_with(files: Iterable[Enclosed], table: str) -> tuple[str, ...]:
    """The attached files that have every row of a table, as readers call them: ``XLSX``, ``PDF``."""
    return tuple(dict.fromkeys(file.format.upper() for file in files if file.holds(table)))


def enclosed_lines(files: Iterable[Enclosed], payload: dict[str, Any], speaker: Speaker) -> list[str]:
    """A line for each file."""
    titles = {section["id"]: section["title"] for section in payload["sections"]}
    return [_line(file, titles, speaker) for file in files]


def _line(file: Enclosed, titles: dict[str, str], speaker: Speaker) -> str:
    name = file.name
    if file.size is not None:
        name = speaker.say("value.titled", title=name, of=_size(file.size, speaker))
    what = _what(file, titles, speaker)
    if file.place is None:
        return speaker.say("files.attached", name=name, what=what)
    if file.place == FOLDER:
        return speaker.say("files.beside", name=name, what=what, folder=FOLDER)
    return speaker.say("files.too_large", name=name, what=what, place=file.place)


def _what(file: Enclosed, titles: dict[str, str], speaker: Speaker) -> str:
    if file.format == WHOLE:
        return speaker.say("files.whole")
    if len(file.tables) > 1:
        return speaker.say("files.tables", count=speaker.counted(len(file.tables), "table"))
    (table,) = file.tables
    title = titles[table] if table in titles else speaker.say(f"files.{table}")
    return speaker.say("files.tables", count=title)


def _size(size: int, speaker: Speaker) -> str:
    """Thousands of bytes, millions from a million on; never 0 KB."""
    locale = speaker.words.locale
    if size >= 1_000_000:
        return f"{format_number(Decimal(size) / 1_000_000, locale, least=1, most=1)} MB"
    return f"{format_number(max(1, round(size / 1000)), locale)} KB"
