"""How charts look: colours that the colour-blind can tell apart, letters that fonts have, hostile names."""

from __future__ import annotations

import io
import itertools
import json
import math
import re
from decimal import Decimal as D
from xml.etree import ElementTree

import pytest
import vl_convert
from PIL import Image

from quarterdeck.reports import chart_fonts
from quarterdeck.reports.chart_fonts import can_be_drawn, family_of, printable, with_families
from quarterdeck.reports.charts import MOST_BYTES, draw_charts, draw_svg

INK, PAPER = "#1c2733", "#ffffff"
# How eyes without one kind of cone see linear RGB (Machado, Oliveira, Fernandes 2009, severity 1).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039),
    ),
}  # fmt: skip
WHITE = (0.95047, 1.0, 1.08883)
NAMES = {
    "Latin": "Çeşme Łódź Ørsted",
    "Greek": "Θάλασσα Πειραιάς",
    "Cyrillic": "Гавань Київ",
    "Vietnamese": "Vịnh Hạ Long Nguyễn",
    "Chinese": "港口租船 龙",
    "Traditional Chinese": "臺灣遊艇",
    "Japanese": "ヨット港",
    "Korean": "항구",
}
UNKNOWN = {"Thai": "ท่าเรือ", "Arabic": "ميناء", "emoji": "Boat 🚤", "private use": "\ue123"}
HOSTILE = [
    "x" * 300,
    "</text></svg><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "Cost $5 to $9 per night",
    "A$$ Rentals",
    "\u202egnp.exe\u202c \u200ffresh",
    "a\r\nBcc: x@example.com\x00\x08",
    "=1+1",
    "'; drop table t; --",
    "datum.value",
    "",
]


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """CIELAB of the colour as that eye sees it."""
    rgb = [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in EYES[eye]]
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    xyz = (
        0.4124 * red + 0.3576 * green + 0.1805 * blue,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        0.0193 * red + 0.1192 * green + 0.9505 * blue,
    )
    parts = [value / white for value, white in zip(xyz, WHITE, strict=True)]
    x, y, z = (p ** (1 / 3) if p > 216 / 24389 else (24389 / 27 * p + 16) / 116 for p in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.fixture
def house(templates):
    return json.loads((templates / "charts" / "house.json").read_text())


@pytest.fixture
def draw(templates):
    """``draw("bars", labels)``: the chart of these labels as (PNG, texts of its SVG)."""

    def drawn(spec: str, labels: list[str], series: str = "S"):
        chart = {
            "id": "c", "spec": spec, "title": "T", "x_title": "X", "unit": "money", "currency": "USD",
            "alt": "A",
            "data": [
                {"x": n, "label": label, "series": series, "mark": MARKS.get(spec, "bar"), "order": n,
                 "value": D(n + 1), "text": f"${n + 1}"}
                for n, label in enumerate(labels)
            ],
        }  # fmt: skip
        svg = draw_svg(chart, templates).svg
        texts = [e.text for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
        return draw_charts({"locale": "en_US", "charts": [chart]}, templates)["c"].png, texts

    return drawn


MARKS = {"trend": "line", "waterfall": "part", "matrix_heat": "cell", "nights_calendar": "night"}


def test_colours_stand_out_from_the_paper_and_from_each_other_for_every_eye(house) -> None:
    """Graphics need 3:1 to the paper (WCAG 1.4.11); a difference of 15 in CIELAB is plain to see."""
    colours = house["range"]["category"]
    assert all(contrast(colour, PAPER) >= 3 for colour in colours)
    for eye, (one, other) in itertools.product(EYES, itertools.combinations(colours, 2)):
        assert math.dist(seen(one, eye), seen(other, eye)) >= 15, (eye, one, other)


def test_text_has_contrast_on_paper_and_on_the_darkest_shade_behind_it(house, templates) -> None:
    texts = [house[part][key] for part, key in (
        ("title", "color"), ("title", "subtitleColor"), ("axis", "labelColor"), ("legend", "labelColor"),
        ("text", "color"),
    )]  # fmt: skip
    assert all(contrast(colour, PAPER) >= 4.5 for colour in texts)
    heat = (templates / "charts" / "matrix_heat.vl.json").read_text()
    assert all(contrast(INK, shade) >= 4.5 for shade in re.findall(r"#[0-9a-f]{6}", heat))


def test_specs_use_the_colours_of_the_house_and_shades_of_its_blue(house, templates) -> None:
    shades = {"#f2f7fb", "#6fb1da", "#8fbfdd", "#4a5561", "#767f88"}
    known = {*house["range"]["category"], *shades}
    for spec in (templates / "charts").glob("*.vl.json"):
        assert set(re.findall(r"#[0-9a-fA-F]{6}", spec.read_text())) <= known, spec.name


@pytest.mark.parametrize("script", NAMES)
def test_names_in_every_script_are_drawn_with_letters_that_a_font_has(draw, script) -> None:
    """The label is in the picture, in a family that has all of it, and unlike a label of empty boxes."""
    name = NAMES[script]
    _, texts = draw("bars", [name])
    assert name in texts
    assert can_be_drawn(name)
    text = '<text y="20" font-family="{}">{}</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">{text}</svg>'
    boxes = "".join("\U0010fffd" if c.isalpha() else c for c in name)
    told, unknown = (vl_convert.svg_to_png(svg.format(family_of(name), each)) for each in (name, boxes))
    assert told != unknown


def test_every_text_names_the_family_that_has_it() -> None:
    """Whatever fonts a machine has: a text of two scripts is drawn piece by piece."""
    svg = "".join(
        f'<text font-family="x" y="1">{text}</text>' for text in ("A&amp;B", "Łódź", "港口", "Ł &lt; 港")
    )
    plain, latin, han = "Liberation Sans", "Noto Sans", "Noto Sans CJK SC"
    assert re.findall('font-family="([^"]*)"', with_families(svg)) == [
        plain, latin, han, plain, latin, plain, han,
    ]  # fmt: skip
    assert with_families(svg).count("&lt;") == 1


@pytest.mark.parametrize("script", UNKNOWN)
def test_a_name_that_no_font_has_is_its_number(draw, script) -> None:
    name = UNKNOWN[script]
    assert not can_be_drawn(name)
    _, texts = draw("bars", ["Harbour", name])
    assert "No. 2" in texts
    assert name not in texts


def test_without_a_letter_beyond_latin_no_font_is_opened(draw, monkeypatch) -> None:
    monkeypatch.setattr(chart_fonts, "_coverage", lambda face: pytest.fail(f"{face.family} was opened"))
    draw("bars", ["Café \N{EN DASH} “Größe” €5 \N{MINUS SIGN}3", "O'Brien & Sons <Ltd>"])


@pytest.mark.parametrize("spec", ["bars", "bars_and_lines_by_month", "stacked_by_month", "trend", "waterfall",
                                  "matrix_heat", "nights_calendar", "target_against_actual"])  # fmt: skip
def test_hostile_names_are_harmless_in_every_chart(draw, spec) -> None:
    """A29 among them: dollar signs stay; markup is text; nothing that is not seen; a small opaque picture."""
    png, texts = draw(spec, HOSTILE, series="<b>A$$</b>")
    picture = Image.open(io.BytesIO(png))
    assert len(png) <= MOST_BYTES
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert "transparency" not in picture.info
    said = "".join(text or "" for text in texts)
    assert not re.search("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e]", said)
    if spec in {"bars", "waterfall"}:
        assert {"A$$ Rentals", "Cost $5 to $9 per night", "=1+1", "datum.value"} <= set(texts)
    assert picture.width <= 2 * 640


def test_names_that_look_the_same_stay_two(draw) -> None:
    _, texts = draw("bars", ["Dock", "Do\u200dck", "Dock\u200f"])
    assert [text for text in texts if text.startswith("Dock")] == ["Dock", "Dock (2)", "Dock (3)"]


def test_printable_keeps_words_and_drops_what_nobody_sees() -> None:
    assert printable("a\r\nb\u202ec\u00ad  d\x00 ") == "a bc d"
    assert printable("e\u0301") == "é"
