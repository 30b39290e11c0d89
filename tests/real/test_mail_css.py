"""What the mails' HTML and CSS use is known to the mail programs that readers have (caniemail's table)."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = Path(__file__).parents[2] / "include" / "templates"
FAMILIES = ("gmail", "outlook", "apple-mail")
# Properties that the table has under a name of another: the shorthand, or the one that they belong to.
UNDER = {
    "border-left": "border", "border-top": "border", "border-bottom": "border",
    "border-bottom-color": "border", "font-family": "font", "font-style": "font",
}  # fmt: skip
KNOWN_SINCE_EVER = {"color"}  # not in the table: every program takes it
ELEMENTS = {
    **dict.fromkeys(("caption", "thead", "tbody", "tr", "td", "th"), "html-table"),
    **dict.fromkeys(("ul", "li"), "html-lists"),
    **dict.fromkeys(("h1", "h2", "h3"), "html-h1-h6"),
}  # fmt: skip
PLAIN = {"html", "head", "title", "meta", "br"}  # what every document has
ATTRIBUTES = {
    "aria-hidden",
    "role",
    "valign",
    "align",
    "width",
    "height",
    "cellpadding",
    "cellspacing",
    "lang",
}
# What a program doesn't know, and why the mail is read all the same.
HARMLESS = {
    "html-body": "the table within it has its ground too, and text is black then",
    "html-style": "every style is in its element: only media rules are lost",
    "css-max-height": "of the preview line alone, which display:none hides",
    "css-overflow": "of captions and the preview line, which are hidden by more than that",
    "css-display-none": "of the preview line: it repeats the first sentence",
    "css-at-media": "without media rules the wide layout is shown, whose tables are 640 px and shrink",
    "css-at-media-prefers-color-scheme": "the program shows the light scheme, or turns its colours itself",
    "html-role": "tables of layout are then read out as tables, in the same order",
    "html-aria-hidden": "a trend drawn with characters, and the preview line, are then read out",
    "html-meta-color-scheme": "the program decides by itself whether colours are turned",
}


def declarations(css: str) -> Iterator[tuple[str, str]]:
    for body in re.findall(r"\{([^{}]*)\}", css):
        for part in filter(None, body.split(";")):
            name, _, value = part.partition(":")
            yield name.strip(), value.strip()


def features_of_styles(css: str) -> set[str]:
    found = set()
    for name, value in declarations(css):
        if name in KNOWN_SINCE_EVER:
            continue
        slug = "display-none" if (name, value.removesuffix("!important")) == ("display", "none") else name
        found.add(f"css-{UNDER.get(slug, slug)}")
        if value.endswith("!important"):
            found.add("css-important")
    for media in re.findall(r"@media ([^{]*)\{", css):
        found.add("css-at-media-prefers-color-scheme" if "prefers-color-scheme" in media else "css-at-media")
    for rule in re.findall(r"(?m)^([^@{}\n]+)\{", css):
        found |= {"css-pseudo-class-" + name for name in re.findall(r":([a-z-]+)", rule)}
    return found


class Used(HTMLParser):
    """The elements and attributes of templates."""

    def __init__(self) -> None:
        super().__init__()
        self.features: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in PLAIN:
            self.features.add(ELEMENTS.get(tag, f"html-{tag}"))
        self.features |= {f"html-{name}" for name, _ in attrs if name in ATTRIBUTES}
        if ("name", "color-scheme") in attrs:
            self.features.add("html-meta-color-scheme")


def features_of_templates() -> set[str]:
    used = Used()
    for folder in ("frame", "sections"):
        for path in (TEMPLATES / folder).glob("*.html.j2"):
            source = re.sub(r"\{[%#].*?[%#]\}", " ", path.read_text(), flags=re.S)
            used.feed(re.sub(r"\{\{.*?\}\}", "0", source, flags=re.S))
    return used.features


@pytest.fixture(scope="module")
def table(data: Path) -> dict[str, dict[str, Any]]:
    listed = json.loads((data / "mail_html" / "caniemail_features.json").read_text())
    return {feature["slug"]: feature for feature in listed}


def unsupported(feature: dict[str, Any]) -> set[str]:
    """The programs whose newest version that was tried has no support at all."""
    return {
        f"{family} {platform}"
        for family in FAMILIES
        for platform, versions in feature["stats"].get(family, {}).items()
        if list(versions.values())[-1].split()[0] == "n"
    }


def test_every_feature_is_in_the_table(table) -> None:
    used = features_of_styles((TEMPLATES / "frame" / "report.css").read_text()) | features_of_templates()
    assert len(used) > 30
    assert used - table.keys() == set()


def test_what_a_program_does_not_know_does_no_harm(table) -> None:
    used = features_of_styles((TEMPLATES / "frame" / "report.css").read_text()) | features_of_templates()
    lost = {slug: unsupported(table[slug]) for slug in used & table.keys()}
    assert {slug: where for slug, where in lost.items() if where and slug not in HARMLESS} == {}


def test_no_excuse_is_left_over(table) -> None:
    used = features_of_styles((TEMPLATES / "frame" / "report.css").read_text()) | features_of_templates()
    assert {slug for slug in HARMLESS if slug not in used or not unsupported(table[slug])} == set()


def test_flex_and_grid_would_be_found(table) -> None:
    assert features_of_styles("a{display:flex;gap:2px}\n") == {"css-display", "css-gap"}
    assert "outlook windows" in unsupported(table["css-gap"])
