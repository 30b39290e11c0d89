"""Rendering: HTML with inlined styles, plain text and charts, from the payload (and envelope) alone."""

from __future__ import annotations

import base64
import quopri
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.charts import draw_charts, drawn_charts
from quarterdeck.reports.compiled import COMPILED
from quarterdeck.reports.form import full_form, mail_forms
from quarterdeck.reports.long_words import breakable
from quarterdeck.reports.printable import printable
from quarterdeck.reports.text_layout import aligned, underlined, wrapped
from quarterdeck.reports.view import view_of
from quarterdeck.reports.words import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from quarterdeck.reports.enclosed import Enclosed
    from quarterdeck.reports.envelope import Envelope

MOST_BYTES = 90_000  # of a mail's HTML as encoded: Gmail cuts at about 102 KB
_STYLE = re.compile(r'(?<= )style="([^"]*)"(?=[^<>]*>)')
_CID = re.compile(r'src="cid:([^"]+)"')


@dataclass(frozen=True)
class Rendered:
    """HTML (pictures as ``cid:<id>``), text, and the pictures' PNG bytes by that id."""

    html: str
    text: str
    charts: dict[str, bytes]


def render(
    payload: dict[str, Any],
    *,
    templates: Path,
    locale: str,
    envelope: Envelope | None,
    enclosed: Sequence[Enclosed] = (),
    pictures: Mapping[str, bytes] | None = None,
) -> Rendered:
    """The report as readers get it; ``envelope`` None is the edition's own copy, for the archive: all of it.

    A mail whose HTML would be over ``MOST_BYTES`` as encoded has fewer rows of its long tables, and says
    where they all are: in a file that is attached, else in the archive. ``enclosed`` are the edition's files.
    ``templates`` is ``include/templates``. ``pictures`` are the charts' PNGs by id where they were drawn of
    this payload before: starting the engine that draws costs as much as all the rest. Nothing is kept
    between calls but drawings, by all that is in them. Raises QuarterdeckError for a chart that can't be
    drawn or a mail that can't be made small enough, jinja2's TemplateError for a broken template.
    """
    charts = draw_charts(payload, templates) if pictures is None else drawn_charts(payload, pictures)
    words, environment = read_words(templates, locale), environment_of(templates)
    files = tuple(enclosed)
    forms = (full_form(files),) if envelope is None else mail_forms(files)
    for form in forms:
        view = printable_parts(view_of(payload, words, envelope, charts, form))
        frame = "report" if view["quiet"] is None else "quiet"
        html = _inlined(environment.get_template(f"frame/{frame}.html.j2").render(view=view))
        size = len(quopri.encodestring(html.encode()))
        if form.in_full or size <= MOST_BYTES:
            text = environment.get_template(f"frame/{frame}.txt.j2").render(view=view)
            shown = {cid: chart.png for cid, chart in charts.items() if f'src="cid:{cid}"' in html}
            return Rendered(html=html, text=_tidy(text), charts=shown)
    raise QuarterdeckError(
        f"{payload['report']}: expected a mail of at most {MOST_BYTES:,} bytes of HTML with the long tables "
        f"left out, found {size:,}; give its report fewer sections or headline figures"
    )


def _inlined(html: str) -> str:
    return breakable(inline_styles(html))


def inline_styles(html: str) -> str:
    """Styles into the elements; media rules stay in a style element, with their ``!important``."""
    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    return _STYLE.sub(_shortened, str(inliner.inline(html)))


def _shortened(style: re.Match[str]) -> str:
    """The style attribute without the blanks and the last semicolon that the inliner writes."""
    return f'style="{style.group(1).replace(": ", ":").removesuffix(";")}"'


def for_browser(html: str, charts: Mapping[str, bytes]) -> str:
    """The HTML with its pictures inside: for opening as a file, not for mail (Gmail shows no data URIs)."""

    def embedded(match: re.Match[str]) -> str:
        png = charts.get(match.group(1))
        if png is None:
            return match.group(0)
        return f'src="data:image/png;base64,{base64.b64encode(png).decode()}"'

    return _CID.sub(embedded, html)


def environment_of(*folders: Path) -> SandboxedEnvironment:
    """Jinja as the reports' templates need it: escaped HTML, plain text, filters that lay out text.

    Of a template that several folders have, that of the first counts.
    """
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        bytecode_cache=COMPILED,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"wrapped": wrapped, "underlined": underlined, "aligned": aligned}
    return environment


def printable_parts(part: Any) -> Any:
    """The view with control characters as spaces: a name is shown as it is, on one line."""
    if isinstance(part, str):
        return printable(part)
    if isinstance(part, dict):
        return {name: printable_parts(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [printable_parts(value) for value in part]
    return part


def _tidy(text: str) -> str:
    """No blanks at line ends, at most one empty line in a row, one newline at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"
