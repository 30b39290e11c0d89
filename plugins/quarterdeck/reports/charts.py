"""Charts as PNG: Vega-Lite specs that are data, drawn in the process, with no browser and no network."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from pathlib import Path

SCALE = 2
MOST_BYTES = 40 * 1024
_PALETTES = (64, 32, 16)


@dataclass(frozen=True)
class Chart:
    """A picture and the words that stand for it; ``width`` and ``height`` as shown, half its pixels."""

    png: bytes
    alt: str
    width: int
    height: int


def draw_charts(payload: dict[str, Any], templates: Path) -> dict[str, Chart]:
    """The payload's charts by id. Raises QuarterdeckError where one can't be drawn or is over 40 KB."""
    return {chart["id"]: _draw(chart, templates / "charts") for chart in payload["charts"]}


def chart_spec(chart: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The Vega-Lite spec with the chart's points in place of its empty data, and its unit as subtitle."""
    path = folder / f"{chart['spec']}.vl.json"
    try:
        spec: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise QuarterdeckError(
            f"chart {chart['id']}: expected a Vega-Lite spec {path.name} in templates/charts, found none; "
            f"add it or name another in the section's option `spec`"
        ) from None
    spec["data"] = {"values": [_point(point) for point in chart["data"]]}
    unit = chart["currency"] or chart["unit"]
    spec["title"] = {**spec.get("title", {}), "text": chart["title"], "subtitle": f"in {unit}"}
    return spec


def _point(point: dict[str, Any]) -> dict[str, Any]:
    # Pixels need no exactness: the exact figures stand in the text.
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in point.items()}


def _draw(chart: dict[str, Any], folder: Path) -> Chart:
    import vl_convert

    try:
        drawn = vl_convert.vegalite_to_png(chart_spec(chart, folder), scale=SCALE, allowed_base_urls=[])
    except ValueError as error:
        raise QuarterdeckError(
            f"chart {chart['id']}: the spec {chart['spec']} can't be drawn: {error}"
        ) from None
    png, width, height = _smaller(drawn)
    if len(png) > MOST_BYTES:
        raise QuarterdeckError(
            f"chart {chart['id']}: expected at most {MOST_BYTES} bytes, found {len(png)}; "
            "show fewer points or series"
        )
    return Chart(png, chart["alt"], width // SCALE, height // SCALE)


def _smaller(png: bytes) -> tuple[bytes, int, int]:
    """On opaque white, with as many colours as fit into the limit (64, else 32, else 16)."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    data = b""
    for colours in _PALETTES:
        buffer = io.BytesIO()
        flat.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            buffer, "PNG", optimize=True
        )
        data = buffer.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return data, picture.width, picture.height
