"""Data Docs: Great Expectations' own pages of results, made to stand alone.

As the library writes them they load a dozen files from hosts on the internet, and bring 4 MB of pictures
and fonts for every site. Here a page has no link to another host and its few styles in itself.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Whatever loads from elsewhere, or from the static folder that isn't written, and the scripts that need it.
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_FOOTER = re.compile(r"<footer\b.*?</footer>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ANCHOR = re.compile(r'href="(?:https?:|\.\./)[^"]*"', re.IGNORECASE)
_PICTURE = re.compile(r"url\(\s*['\"]?https?:[^)]*\)", re.IGNORECASE)
_STYLE = """<style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2733}
a{color:#0b5cad}table{border-collapse:collapse;margin:.5rem 0;width:100%}
td,th{border:1px solid #c9d2da;padding:.3rem .6rem;text-align:left;vertical-align:top}
ul{padding-left:1.2rem}.navbar,.cooltip,.d-none,.modal,.sticky>.card:first-child,
.collapse,a[data-toggle=collapse]{display:none}
.fa-check-circle::before{content:"pass";color:#1a7f37}.fa-times::before{content:"fail";color:#b42318}
.fa-exclamation-triangle::before{content:"error";color:#b42318}
@media (prefers-color-scheme:dark){
body{background:#14181d;color:#dde4ea}a{color:#7db7f0}td,th{border-color:#3a4650}}
</style>"""


def write_docs(results: Mapping[str, Any], folder: Path, *, title: str) -> None:
    """A page for each result, and ``index.html`` that names them with what they came to."""
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    folder.mkdir(parents=True, exist_ok=True)
    renderer, view = ValidationResultsPageRenderer(), DefaultJinjaPageView()
    for name, result in results.items():
        page = view.render(renderer.render(result))
        (folder / f"{name}.html").write_text(standing_alone(page), encoding="utf-8")
    (folder / "index.html").write_text(_index(results, title), encoding="utf-8")


def standing_alone(page: str) -> str:
    """The page without scripts, pictures and links of other hosts, with styles of its own."""
    for pattern in (_SCRIPT, _FOOTER, _LINK, _IMAGE):
        page = pattern.sub("", page)
    page = _PICTURE.sub("none", page)
    page = _ANCHOR.sub('href="index.html"', page)
    return page.replace("</head>", f"{_STYLE}</head>", 1)


def _index(results: Mapping[str, Any], title: str) -> str:
    rows = "".join(
        f'<tr><td><a href="{escape(name)}.html">{escape(name)}</a></td>'
        f"<td>{'pass' if result.success else 'fail'}</td>"
        f"<td>{result.statistics['successful_expectations']} of "
        f"{result.statistics['evaluated_expectations']}</td></tr>"
        for name, result in results.items()
    )
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>{_STYLE}'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>'
        "<table><thead><tr><th>frame</th><th>outcome</th><th>expectations that hold</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></body></html>\n"
    )
