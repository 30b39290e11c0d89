"""A chart's Vega-Lite spec with its points, in the house's colours and fonts; texts that can be drawn."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.chart_fonts import FACES, can_be_drawn, is_plain, printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOUSE = "house.json"


def chart_spec(chart: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The spec that the chart names, with its points instead of empty data, title, unit, the house's config.

    Raises QuarterdeckError where ``folder`` (``include/templates/charts``) has no spec of that name.
    """
    path = folder / f"{chart['spec']}.vl.json"
    try:
        spec: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise QuarterdeckError(
            f"chart {chart['id']}: expected a Vega-Lite spec {path.name} in templates/charts, found none; "
            f"add it or name another in the section's option `spec`"
        ) from None
    names = shown_names(chart)
    spec["data"] = {"values": [_point(point, names) for point in chart["data"]]}
    spec["params"] = [*spec.get("params", []), {"name": "unit", "value": chart["unit"]}]
    spec["title"] = {**spec.get("title", {}), **_title(chart)}
    spec["config"] = {**_house(folder), **spec.get("config", {})}
    if not texts_are_plain(spec):
        spec["config"]["font"] = f"{FACES[0].family}, {spec['config'].get('font', 'sans-serif')}"
    return spec


def shown_names(chart: Mapping[str, Any]) -> dict[str, str]:
    """What the picture shows for each name (label or series) of the chart.

    A name with a character that no font has is shown as its number among the labels or the series: ``No. 3``.
    """
    shown: dict[str, str] = {}
    for field in ("label", "series"):
        taken: set[str] = set()
        for number, name in enumerate(dict.fromkeys(point[field] for point in chart["data"]), start=1):
            text = printable(name)
            told = text if can_be_drawn(text) else f"No. {number}"
            # Two names that look the same are two bars all the same.
            shown.setdefault(name, told if told not in taken else f"{told} ({number})")
            taken.add(shown[name])
    return shown


def numbered_names(chart: Mapping[str, Any]) -> dict[str, str]:
    """The names that the picture shows as a number, because no font has their letters, with that number."""
    return {name: told for name, told in shown_names(chart).items() if not can_be_drawn(printable(name))}


def texts_are_plain(spec: Mapping[str, Any]) -> bool:
    """Whether the drawing library's own font has every character of title and points."""
    title = spec["title"]
    texts = [title["text"], *title["subtitle"]]
    texts += [value for point in spec["data"]["values"] for value in point.values() if isinstance(value, str)]
    return all(is_plain(text) for text in texts)


def _house(folder: Path) -> dict[str, Any]:
    path = folder / HOUSE
    house: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return house


def _title(chart: Mapping[str, Any]) -> dict[str, Any]:
    title = printable(chart["title"])
    units = {"money": f"in {chart['currency']}", "ratio": "in percent", "mixed": "", "nights": ""}
    unit = units.get(chart["unit"], f"in {chart['unit']}" if chart["unit"] in _MEASURES else "")
    return {"text": title if can_be_drawn(title) else "", "subtitle": [unit] if unit else []}


_MEASURES = {"months", "days", "years", "hours"}


def _point(point: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A point as the picture needs it. Pixels need no exactness: the exact figures stand in the text."""
    return {field: _shown(field, value, names) for field, value in point.items()}


def _shown(field: str, value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, str):
        return value
    if field in {"label", "series"}:
        return names[value]
    text = printable(value)
    return text if can_be_drawn(text) else ""  # an amount in signs that no font has: the table has it
