"""Charts as PNG and SVG: Vega-Lite specs that are data, drawn in the process, with no browser or network."""

from __future__ import annotations

import io
import json
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from babel import Locale

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.chart_fonts import register_faces, with_families
from quarterdeck.reports.chart_specs import chart_spec, texts_are_plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCALE = 2
MOST_BYTES = 40 * 1024
_COLOURS = (128, 64, 16)
_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r'(?<= id=")|(?<=href="#)|(?<=url\(#)')
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_KEPT = 32  # drawings of one process: an edition is drawn for the archive and for each of its recipients


@dataclass(frozen=True)
class Chart:
    """A picture and the words that stand for it; ``width`` and ``height`` as shown, half its pixels."""

    png: bytes
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class SvgChart:
    """A chart for a web page: an ``<svg>`` element to put into HTML as it is, and the words for it.

    The element has ``role="img"`` and the words as its label, no script, no link, and ids that begin with
    the chart's, so that several fit into one page.
    """

    svg: str
    alt: str
    width: int
    height: int


def draw_charts(payload: Mapping[str, Any], templates: Path) -> dict[str, Chart]:
    """The payload's charts by id. Raises QuarterdeckError where one can't be drawn or is over 40 KB."""
    return {chart["id"]: _draw_png(chart, templates, payload["locale"]) for chart in payload["charts"]}


def drawn_charts(payload: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, Chart]:
    """The payload's charts from PNGs by id that ``draw_charts`` once made of it: those of the archive.

    Raises KeyError for a chart without its picture.
    """
    return {
        chart["id"]: Chart(pictures[chart["id"]], chart["alt"], *_shown_size(pictures[chart["id"]]))
        for chart in payload["charts"]
    }


def draw_svg(chart: Mapping[str, Any], templates: Path, locale: str = "en_US") -> SvgChart:
    """One of the payload's ``charts`` for a web page; its figures as a table: ``chart_grids.chart_grid``.

    ``templates`` is ``include/templates``. Raises QuarterdeckError where it can't be drawn.
    """
    svg = _svg(chart, templates, locale)
    width, height = _size(svg)
    label = escape(chart["alt"], quote=True)
    # The words for the whole picture are its label; a screen reader is not led through its parts.
    inner = _TAG.sub(lambda tag: _SPOKEN.sub("", _ID.sub(f"{chart['id']}-", tag.group())), svg)
    outer = inner.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return SvgChart(outer, chart["alt"], width, height)


def _draw_png(chart: Mapping[str, Any], templates: Path, locale: str) -> Chart:
    svg = _svg(chart, templates, locale)
    png = _png(with_families(svg))
    if len(png) > MOST_BYTES:
        raise QuarterdeckError(
            f"chart {chart['id']}: expected at most {MOST_BYTES} bytes, found {len(png)}; "
            "show fewer points or series"
        )
    return Chart(png, chart["alt"], *_size(svg))


def _svg(chart: Mapping[str, Any], templates: Path, locale: str) -> str:
    spec = chart_spec(chart, templates / "charts")
    if not texts_are_plain(spec):
        register_faces()
    try:
        return _drawn(json.dumps(spec, sort_keys=True), _numbers_of(locale))
    except ValueError as error:
        raise QuarterdeckError(
            f"chart {chart['id']}: the spec {chart['spec']} can't be drawn: {error}"
        ) from None


@lru_cache(maxsize=_KEPT)
def _drawn(spec: str, numbers: str) -> str:
    """Kept by everything that is in the picture: the spec with its points, and how numbers are written."""
    import vl_convert

    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], format_locale=json.loads(numbers))


@lru_cache(maxsize=_KEPT)
def _png(svg: str) -> bytes:
    """On opaque white, with as many colours as fit into the limit (128, else 64, else 16)."""
    import vl_convert
    from PIL import Image

    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=SCALE))).convert("RGBA")
    flat = Image.new("RGB", drawn.size, "white")
    flat.paste(drawn, mask=drawn.getchannel("A"))
    data = b""
    for colours in _COLOURS:
        few = flat.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        few.save(buffer, "PNG", compress_level=6)
        data = buffer.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return data


def _shown_size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])  # of the first chunk, IHDR
    return width // SCALE, height // SCALE


def _size(svg: str) -> tuple[int, int]:
    found = _SIZE.match(svg)
    if found is None:
        raise QuarterdeckError(f"expected an SVG with its width and height, found {svg[:80]!r}")
    return round(float(found.group(1))), round(float(found.group(2)))


@lru_cache
def _numbers_of(locale: str) -> str:
    """How the axes write numbers: the locale's signs, as d3 names them."""
    signs = Locale.parse(locale).number_symbols["latn"]
    return json.dumps(
        {
            "decimal": signs["decimal"],
            "thousands": signs["group"],
            "grouping": [3],
            "currency": ["", ""],
            "minus": signs["minusSign"],
        },
        sort_keys=True,
    )
