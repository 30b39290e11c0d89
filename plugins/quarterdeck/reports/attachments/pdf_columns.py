"""How wide the columns of a table are on paper: by what stands in them, so that no number is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES = (9.0, 8.0, 7.0, 6.5)
_PAGE = {"a4": 493.0, "us-letter": 510.0}  # points between the margins
_LETTER = 0.56  # of the font's size: wider than the mean letter or digit
_PADDING = 6.0
_LONGEST_WORD = 16  # longer ones are broken

_OF_COLUMN = ("title", "right")
_OF_CELL = ("text", "small", "picture")

Grid = dict[str, Any]


def fitted(grid: Grid, paper: str) -> Iterator[Grid]:
    """The grid with a font size and widths; where its columns don't fit side by side, in several grids.

    Each of several has the first column, which names the row.
    """
    page = _PAGE[paper]
    columns = range(len(grid["columns"]))
    needed, wanted = [_needed(grid, i) for i in columns], [_wanted(grid, i) for i in columns]
    for size in SIZES:
        if sum(_points(letters, size) for letters in needed) <= page:
            yield _sized(grid, list(columns), needed, wanted, size, page)
            return
    for part in _parts(needed, page):
        yield _sized(grid, part, needed, wanted, SIZES[-1], page)


def broken(text: str) -> str:
    """Text whose long words may be broken: a zero-width space after every sixteen letters of them."""
    if all(len(word) <= _LONGEST_WORD for word in text.split(" ")):
        return text
    return " ".join(
        "\u200b".join(word[i : i + _LONGEST_WORD] for i in range(0, len(word), _LONGEST_WORD)) or ""
        for word in text.split(" ")
    )


def _needed(grid: Grid, index: int) -> int:
    """The letters of the longest word in a column; a number is one word."""
    lines = [grid["columns"][index]["title"], *_lines(grid, index)]
    return min(max(len(word) for line in lines for word in line.split(" ")), _LONGEST_WORD)


def _wanted(grid: Grid, index: int) -> int:
    return max(len(line) for line in [grid["columns"][index]["title"], *_lines(grid, index)])


def _lines(grid: Grid, index: int) -> Iterator[str]:
    for row in grid["rows"]:
        yield row[index]["text"]
        yield row[index]["small"]


def _points(letters: int, size: float) -> float:
    return letters * _LETTER * size + _PADDING


def _sized(
    grid: Grid, chosen: Sequence[int], needed: Sequence[int], wanted: Sequence[int], size: float, page: float
) -> Grid:
    least = {i: _points(needed[i], size) for i in chosen}
    ideal = {i: max(_points(wanted[i], size), least[i]) for i in chosen}
    room, lacking = page - sum(least.values()), sum(ideal.values()) - sum(least.values())
    share = min(room / lacking, 1.0) if lacking else 0.0
    return {
        "size": size,
        "columns": [
            {
                **_only(grid["columns"][i], _OF_COLUMN),
                "width": round(least[i] + max(share, 0.0) * (ideal[i] - least[i]), 2),
            }
            for i in chosen
        ],
        "rows": [[_only(row[i], _OF_CELL) for i in chosen] for row in grid["rows"]],
    }


def _only(part: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """What paper needs of it: a cell also has what a page sorts by."""
    return {key: part[key] for key in keys}


def _parts(needed: Sequence[int], page: float) -> Iterator[list[int]]:
    part, first = [0], _points(needed[0], SIZES[-1])
    used = first
    for index in range(1, len(needed)):
        width = _points(needed[index], SIZES[-1])
        if used + width > page and len(part) > 1:
            yield part
            part, used = [0], first
        part.append(index)
        used += width
    yield part
