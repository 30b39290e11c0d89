"""The web view of an edition: one HTML page from the payload alone, whole, with nothing to fetch.

It uses the mail's views and section templates; ``include/templates/page/`` lies over them, so that a file of
the same name there is taken instead (tables that can be sorted, charts as SVG).
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.chart_grids import chart_grid
from quarterdeck.reports.charts import draw_svg
from quarterdeck.reports.form import PAGE
from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.passports import passports_of
from quarterdeck.reports.ranking import ranked
from quarterdeck.reports.render import environment_of, printable_parts
from quarterdeck.reports.view import view_of
from quarterdeck.reports.words import read_words

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.reports.words import Words

_ELEMENT = r"<{0}(?: [^>]*)?>(.*?)</{0}>"


def render_page(payload: dict[str, Any], *, templates: Path, locale: str) -> str:
    """The page of the edition's own copy; ``templates`` is ``include/templates``.

    Raises QuarterdeckError for a chart that can't be drawn, jinja2's TemplateError for a broken template.
    """
    words = read_words(templates, locale)
    environment = environment_of(templates / "page", templates)
    environment.filters["ranked"] = ranked
    environment.globals["opens"] = words.say("passport.opens")  # macros see no view
    view = _page_view(printable_parts(payload), templates, words)
    page: str = environment.get_template("page.html.j2").render(view=view)
    return page


def _page_view(payload: dict[str, Any], templates: Path, words: Words) -> dict[str, Any]:
    """The edition's view, with its charts drawn and a passport for each figure."""
    charts = {chart["id"]: chart for chart in payload["charts"]}
    drawn = {id_: draw_svg(chart, templates, words.locale) for id_, chart in charts.items()}
    speaker = Speaker.of(payload, words)
    view = view_of(payload, words, None, drawn, PAGE)
    for section, shown in zip(payload["sections"], view["sections"], strict=True):
        if section["kind"] == "chart" and section["missing"] is None:
            id_ = section["data"]["chart"]
            shown["svg"] = Markup(drawn[id_].svg)  # noqa: S704 - its texts are escaped
            shown["figures"] = chart_grid(charts[id_], speaker)  # also where a mail has them elsewhere
    own = {name: speaker.say(f"page.{name}") for name in ("skip", "contents", "chart_data")}
    own["close"] = speaker.say("passport.close")
    return {**view, "own": own, "passports": passports_of(payload, speaker)}


def content_hashes(page: str) -> dict[str, str]:
    """``{"script": "sha256-…", "style": "sha256-…"}`` of the page's one script and one style.

    For a content-security policy that lets these two run and nothing else. Raises QuarterdeckError where
    there is not exactly one of each: then the page is not one of ours, or data has become an element.
    """
    return {name: _hash_of(name, page) for name in ("script", "style")}


def content_security_policy(page: str) -> str:
    """The header's value with which the page works, and nothing else in it would: no address is allowed."""
    hashes = content_hashes(page)
    return (
        f"default-src 'none'; script-src '{hashes['script']}'; style-src '{hashes['style']}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash_of(element: str, page: str) -> str:
    opened = len(re.findall(rf"<{element}\b", page, re.IGNORECASE))
    found = re.findall(_ELEMENT.format(element), page, re.DOTALL)
    if opened != 1 or len(found) != 1:
        raise QuarterdeckError(
            f"expected one {element} element in the page, found {opened}; make the page anew from its payload"
        )
    return "sha256-" + base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
