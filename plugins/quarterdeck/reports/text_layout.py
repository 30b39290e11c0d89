"""Plain text of at most 78 characters a line: paragraphs, lists, aligned tables."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 78
_GAP = 2
_NARROWEST = 10
_SHORT = 20  # as a day with its weekday: so short a text takes two lines at most


def wrapped(text: str, *, first: str = "", later: str | None = None, width: int = WIDTH) -> str:
    """A paragraph; its first line begins with ``first``, the others with ``later`` (default: as deep)."""
    indent = " " * len(first) if later is None else later
    lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(lines) or first.rstrip()


def underlined(title: str, rule: str = "-") -> str:
    """A heading with a rule below it."""
    lines = wrapped(title)
    return f"{lines}\n{rule * min(WIDTH, max((len(line) for line in lines.splitlines()), default=0))}"


def aligned(grid: dict[str, Any], width: int = WIDTH) -> str:
    """A grid as an aligned table; where its columns don't fit side by side, one block for each row."""
    columns = grid["columns"]
    rows = [[_lines(cell) for cell in row] for row in grid["rows"]]
    widths = _widths([column["title"] for column in columns], rows, columns, width)
    if widths is None:
        return _stacked(grid, width)
    header = [[column["title"]] for column in columns]
    parts = [_row(header, widths, columns), "  ".join("-" * w for w in widths)]
    parts += [_row(row, widths, columns) for row in rows]
    return "\n".join(parts)


def _lines(cell: dict[str, Any]) -> list[str]:
    return [part for part in (cell["text"], cell["small"]) if part] or [""]


def _widths(
    titles: Sequence[str],
    rows: Sequence[Sequence[list[str]]],
    columns: Sequence[dict[str, Any]],
    width: int,
) -> list[int] | None:
    """Column widths that fit, taken from the widest columns that may wrap; None where none do."""
    wanted = [
        max([1, len(title), *(len(line) for row in rows for line in row[i])])
        for i, title in enumerate(titles)
    ]
    least = [
        _least(titles[i], [line for row in rows for line in row[i]], right=column["right"])
        for i, column in enumerate(columns)
    ]
    room = width - _GAP * (len(columns) - 1)
    while sum(wanted) > room:
        loose = [i for i in range(len(wanted)) if wanted[i] > least[i]]
        if not loose:
            return None
        widest = max(loose, key=lambda i: wanted[i])
        wanted[widest] -= 1
    return wanted


def _least(title: str, lines: Sequence[str], *, right: bool) -> int:
    """The narrowest that a column may be: its longest word, and half of a day or an amount.

    A long name in a text column is cut.
    """
    halves = max((-(-len(line) // 2) for line in lines if len(line) <= _SHORT), default=0)
    words = [word for line in [title, *lines] for word in line.split(" ")]
    longest = max(halves, max((len(word) for word in words), default=1))
    return longest if right else max(min(longest, _NARROWEST * 2), 1)


def _row(cells: Sequence[Sequence[str]], widths: Sequence[int], columns: Sequence[dict[str, Any]]) -> str:
    folded = [
        [piece for line in cell for piece in textwrap.wrap(line, w, break_on_hyphens=False) or [""]]
        for cell, w in zip(cells, widths, strict=True)
    ]
    height = max(len(pieces) for pieces in folded)
    out = []
    for n in range(height):
        parts = [
            _padded(pieces[n] if n < len(pieces) else "", w, right=column["right"])
            for pieces, w, column in zip(folded, widths, columns, strict=True)
        ]
        out.append((" " * _GAP).join(parts).rstrip())
    return "\n".join(out)


def _padded(text: str, width: int, *, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _stacked(grid: dict[str, Any], width: int) -> str:
    """Of each row its name, and below it what the other columns say, one after the other."""
    blocks = []
    for row in grid["rows"]:
        name = wrapped(", ".join(_lines(row[0])), later="    ", width=width)
        said = [
            f"{column['title']}: {', '.join(_lines(cell))}" if column["title"] else ", ".join(_lines(cell))
            for column, cell in zip(grid["columns"][1:], row[1:], strict=True)
            if cell["text"] != NOTHING
        ]
        blocks.append("\n".join([name, wrapped("; ".join(said), first="    ", width=width)]))
    return "\n\n".join(blocks)
