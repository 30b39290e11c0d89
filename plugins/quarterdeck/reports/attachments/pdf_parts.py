"""An edition as the parts that its PDF is set from: headings, paragraphs, lists, tables, pictures.

A section is taken by the shape of what it shows, so that a new kind of section needs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from quarterdeck.reports.attachments.pdf_columns import broken, fitted
from quarterdeck.reports.printable import printable
from quarterdeck.reports.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quarterdeck.reports.charts import Chart
    from quarterdeck.reports.words import Words

Part = dict[str, Any]

_NOTES = {"note", "missing", "more", "not_found", "unchecked", "unsplit"}
_NOT_SHOWN = {"id", "kind", "title", "intro", "lead", "count", "empty"}
_WIDEST_PICTURE = 620  # pixels as shown


@dataclass(frozen=True)
class Picture:
    """A chart's PNG with what stands for it; width and height as shown."""

    png: bytes
    alt: str
    width: int
    height: int


def document_of(
    payload: dict[str, Any], words: Words, pictures: Mapping[str, Picture], paper: str
) -> dict[str, Any]:
    """All that the template ``pdf/report.typ`` sets, as plain data; every row of every table is in it."""
    view = view_of(_in_full(payload), words, None, cast("Mapping[str, Chart]", pictures))
    language, _, region = words.locale.partition("_")
    year, month, day = payload["as_of"].split("-")
    document = {
        "title": payload["subject"],
        "author": view["portfolio"],
        "heading": view["title"],
        "under": [view["as_of"], view["scope"]],
        "foot": f"{view['portfolio']}, {view['title']}, {view['as_of']}",
        "date": {"year": int(year), "month": int(month), "day": int(day)},
        "lang": language,
        "region": region or None,
        "paper": paper,
        "parts": list(_parts(view, paper)),
    }
    return cast("dict[str, Any]", _clean(document))


def _in_full(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with all rows shown, also those that mail leaves out."""
    sections = [
        {**section, "data": {**section["data"], "first": None}} if "first" in section["data"] else section
        for section in payload["sections"]
    ]
    return {**payload, "sections": sections}


def _parts(view: dict[str, Any], paper: str) -> Iterator[Part]:
    for banner in view["banners"]:
        yield _box("#fff6e0", "#a86400", [banner["title"], *banner["lines"]])
    yield _box("#eef5fa", "#1f5f8b", view["summary"])
    changes = view["changes"]
    yield from (_heading(changes["title"]), _text(changes["text"]))
    if changes["items"]:
        yield _list(changes["items"])
    yield _heading(view["kpis_title"])
    yield from _tables(view["kpis"], paper)
    yield _text(view["coverage"], "note")
    for section in view["sections"]:
        yield from _section(section, paper)
    if view["further"]:
        yield _heading(view["further_title"])
        yield from _tables(view["further"], paper)
    yield _heading(view["appendix_title"])
    for block in view["appendix"]:
        yield from _appendix(block, paper)
    yield _text(view["footer"], "note")


def _section(section: dict[str, Any], paper: str) -> Iterator[Part]:
    yield _heading(section["title"])
    if section["intro"]:
        yield _text(section["intro"], "intro")
    if section.get("lead"):
        yield _text(section["lead"])
    shown = [part for key, value in section.items() for part in _shown(key, value, paper)]
    yield from shown
    if section.get("empty") and not any(part["is"] == "table" for part in shown):
        yield _text(section["empty"])


def _shown(key: str, value: Any, paper: str) -> Iterator[Part]:
    """What a section's view has under one key, by its shape."""
    if key in _NOT_SHOWN or not value:
        return
    if isinstance(value, str):
        yield _text(value, "note" if key in _NOTES else "text")
    elif isinstance(value, dict):
        yield from [_picture(value)] if "cid" in value else _tables(value, paper)
    elif isinstance(value[0], dict):
        yield from (_finding(item) for item in value)
    else:
        yield from (_text(line) for line in value)


def _appendix(block: dict[str, Any], paper: str) -> Iterator[Part]:
    yield _heading(block["title"], 3)
    if block.get("text"):
        yield _text(block["text"], "note")
    if block.get("items"):
        yield _list(block["items"])
    if block.get("grid"):
        yield from _tables(block["grid"], paper)


def _tables(grid: dict[str, Any], paper: str) -> Iterator[Part]:
    if grid["rows"]:
        yield from ({"is": "table", **table} for table in fitted(grid, paper))


def _heading(text: str, level: int = 2) -> Part:
    return {"is": "heading", "level": level, "text": text}


def _text(text: str, kind: str = "text") -> Part:
    return {"is": kind, "text": text}


def _list(items: list[str]) -> Part:
    return {"is": "list", "items": items}


def _box(fill: str, bar: str, lines: list[str]) -> Part:
    return {"is": "box", "fill": fill, "bar": bar, "lines": lines}


def _picture(image: dict[str, Any]) -> Part:
    return {
        "is": "picture",
        "file": picture_file(image["cid"]),
        "alt": image["alt"],
        "width": min(100, round(100 * image["width"] / _WIDEST_PICTURE)),
    }


def picture_file(cid: str) -> str:
    """The name of a chart's file for the time of setting."""
    return f"{cid}.png"


def _finding(item: dict[str, Any]) -> Part:
    return {
        "is": "finding",
        "title": item["title"],
        "tag": item.get("tag", ""),
        "lines": [line for line in (*item["lines"], item.get("impact", "")) if line],
        "evidence": item.get("evidence", ""),
    }


def _clean(part: Any) -> Any:
    """Every text on one line, with places to break long words at."""
    if isinstance(part, str):
        return broken(printable(part))
    if isinstance(part, dict):
        return {key: value if key == "file" else _clean(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_clean(value) for value in part]
    return part
