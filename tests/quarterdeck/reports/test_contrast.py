"""Every fixed part of a mail can be read: contrast of at least 4.5:1, by day and by night."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from quarterdeck.reports import render as rendering
from quarterdeck.reports.envelope import Envelope
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import inline_styles, render

LEAST = 4.5
DARK = re.compile(r"@media \(prefers-color-scheme:dark\)\{\n(.*?)\n\}(?=\s*</style>)", re.S)
VOID = {"br", "img", "meta", "link", "hr"}
ENVELOPES = {
    "own copy": None,
    "preview": Envelope("preview"),
    "late": Envelope("scheduled", baseline="2026-11-23", late=True),
    "quiet": Envelope("scheduled", baseline="2026-11-23"),
}


class Painted(HTMLParser):
    """Each text with the colour that it has and the one that it stands on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str, str]] = []
        self._open: list[tuple[str, str, str, bool]] = [("", "#000000", "#ffffff", True)]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = {name: value or "" for name, value in attrs}
        style = dict(part.split(":", 1) for part in given.get("style", "").split(";") if part)
        _, colour, ground, shown = self._open[-1]
        colour = style.get("color", colour)
        ground = style.get("background") or style.get("background-color") or given.get("bgcolor") or ground
        shown = shown and style.get("display") != "none" and tag not in {"style", "title", "caption"}
        self._open.append((tag, _plain(colour), _plain(ground), shown))

    def handle_endtag(self, tag: str) -> None:
        while self._open[-1][0] != tag:
            self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        _, colour, ground, shown = self._open[-1]
        if shown and data.strip():
            self.texts.append((data.strip(), colour, ground))


def _plain(colour: str) -> str:
    colour = colour.replace("!important", "").strip()
    return "#" + "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def faint(html: str) -> set[tuple[str, str, str]]:
    texts = Painted(html).texts
    assert len(texts) > 20
    return {(text, colour, ground) for text, colour, ground in texts if contrast(colour, ground) < LEAST}


def test_the_ratio_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert faint("<p style='color:#777'>" + "<b>faint</b>" * 21) != set()


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)
def test_contrast_of_every_part(build, sample, templates, monkeypatch, envelope: Any, night: bool) -> None:
    def by_night(html: str) -> str:
        (dark,) = DARK.findall(html)
        return inline_styles(DARK.sub(lambda _: dark, html))

    monkeypatch.setattr(rendering, "inline_styles", by_night if night else inline_styles)
    findings = [
        sample.finding("empty_pipeline", tenant, unchecked="no bookings") for tenant in ("jada", "rental")
    ]
    payload = build_payload(build("cfo", findings=findings, manifests=(sample.manifest("jada", "x"),)))
    if envelope is not None and envelope.baseline is not None and not envelope.late:
        payload["data_quality"]["decision"], payload["data_quality"]["failed"] = "send", []
    html = render(payload, templates=templates, locale="en_US", envelope=envelope).html
    grounds = {ground for _, _, ground in Painted(html).texts}
    assert ("#ffffff" in grounds) is not night
    assert faint(html) == set()
