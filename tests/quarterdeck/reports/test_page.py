"""The web view: whole, self-contained, read by everyone, and harmless whatever the data say."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from decimal import Decimal as D
from html.parser import HTMLParser

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.reports.page import content_hashes, content_security_policy, render_page
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import render
from quarterdeck.settings.definition import Section

AMOUNTS = re.compile(r"-?\$[\d,]+(?:\.\d\d)?|\d+\.\d%")
SCRIPT = "</script><img src=x onerror=alert(1)>"
HOSTILE = {
    "html": '<b onclick="x()">Bold</b> & "quoted"',
    "script": SCRIPT,
    "style": "</style><style>body{display:none}",
    "jinja": "{{ 7 * 7 }}{% include 'page.css' %}",
    "right to left": "Quay \u202egnp.exe\u202c and \u2067more\u2069",
    "emoji": "🛥️ Ωmega Đà Nẵng 海",
    "long": "W" * 300,
    "attribute": "' autofocus onfocus='alert(1)",
}


class Page(HTMLParser):
    """Elements with attributes and their text, scripts and styles apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        if self._open not in {"script", "style"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def named(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture
def paged(templates):
    def make(payload):
        return render_page(payload, templates=templates, locale="en_US")

    return make


@pytest.fixture
def cfo(build, paged):
    payload = build_payload(build("cfo"))
    return payload, paged(payload)


def test_it_is_one_file_with_nothing_to_fetch(cfo) -> None:
    page = Page(cfo[1])
    assert {name for name, _ in page.elements} & {"img", "link", "iframe", "object", "base", "form"} == set()
    for _, attrs in page.elements:
        assert not {"src", "style"} & set(attrs)
        assert not [name for name in attrs if name.startswith("on")]
        assert (attrs.get("href") or "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", cfo[1], re.DOTALL).group(1)
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_names_the_hashes_of_script_and_style(cfo) -> None:
    html = cfo[1]
    for name in ("script", "style"):
        inside = html.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
        expected = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert content_hashes(html)[name] == f"sha256-{expected}"
        assert f"{name}-src 'sha256-{expected}'" in content_security_policy(html)
    assert content_security_policy(html).startswith("default-src 'none'; ")


@pytest.mark.parametrize("more", ["<script>x</script>", "<SCRIPT src=x>", "<style media=print>p{}</style>"])
def test_a_page_with_another_script_or_style_has_no_policy(cfo, more) -> None:
    with pytest.raises(QuarterdeckError, match=r"expected one (script|style) element in the page, found 2"):
        content_hashes(cfo[1].replace("</main>", more + "</main>"))


def test_script_and_style_are_the_same_for_every_edition(build, paged, cfo) -> None:
    assert content_hashes(paged(build_payload(build("ceo")))) == content_hashes(cfo[1])


def test_its_parts_can_be_found_by_everyone(cfo) -> None:
    page = Page(cfo[1])
    assert page.named("html") == [{"lang": "en-US"}]
    for name in ("h1", "main", "header", "footer", "nav", "title"):
        assert len(page.named(name)) == 1, name
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"].removeprefix("#") for attrs in page.named("a")]
    assert links[0] == page.named("main")[0]["id"]
    assert set(links) <= set(ids)
    assert len(page.named("table")) == len(page.named("caption"))
    assert {attrs["scope"] for attrs in page.named("th")} == {"col", "row"}
    assert all(attrs["type"] == "button" for attrs in page.named("button"))
    assert {"name": "color-scheme", "content": "light dark"} in page.named("meta")


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_it_says_every_figure_that_the_mail_says(build, paged, templates, name) -> None:
    payload = build_payload(build(name))
    mail = render(payload, templates=templates, locale="en_US", envelope=None).text
    amounts = set(AMOUNTS.findall(mail))
    assert len(amounts) > 8
    assert amounts <= set(AMOUNTS.findall(Page(paged(payload)).text))


def test_tables_are_whole(build, sample, paged) -> None:
    options = {"table": "project_order", "first": 1}
    shown = Section(id="t", kind="table", title="T", options=options)
    report = sample.report("cfo").model_copy(update={"sections": (shown,)})
    text = Page(paged(build_payload(build(report=report)))).text
    assert "List on agencies" in text
    assert "New sails" in text
    assert "And 1 row more." not in text


def test_nothing_that_changed_is_left_out(build, paged, templates) -> None:
    """A mail tells eight changes and six figures that are restated."""
    payload = build_payload(build("cfo"))
    figure = {
        "tenant": None, "unit": "count", "unit_label": None, "currency": None, "headline": False,
        "better": "up", "then": 1, "now": 2, "change": None, "what": "figure",
    }  # fmt: skip
    payload["edition"]["previous"] = {"as_of": "2026-11-20", "payload_hash": "0" * 16}
    payload["edition"]["changes"] = [{**figure, "id": f"c{n}", "title": f"Change {n}."} for n in range(9)]
    restated = {"edition_as_of": "2026-11-20", "editions": [{}], "told": None, "causes": []}
    payload["restatements"] = [{**figure, **restated, "title": f"Restated {n}."} for n in range(7)]
    text = Page(paged(payload)).text
    mail = render(payload, templates=templates, locale="en_US", envelope=None).text
    for title in [f"Change {n}." for n in range(9)] + [f"Restated {n}." for n in range(7)]:
        assert title in text
    assert ("Change 8." in mail, "Restated 6." in mail) == (False, False)


def test_every_figure_opens_its_passport(cfo) -> None:
    payload, html = cfo
    page = Page(html)
    dialogs = {attrs["id"] for attrs in page.named("dialog")}
    opened = {a["commandfor"] for a in page.named("button") if a.get("command") == "show-modal"}
    closed = {a["commandfor"] for a in page.named("button") if a.get("command") == "close"}
    assert opened == closed == dialogs
    assert len(dialogs) == len(payload["kpis"])


def passport(html: str, id_: str) -> str:
    return Page(re.search(rf'<dialog id="{id_}".*?</dialog>', html, re.DOTALL).group(0)).text


def test_a_passport_holds_what_the_lineage_holds(cfo) -> None:
    text = passport(cfo[1], "passport--gross_burn----USD")
    for said in (
        "Gross burn", "$7,904.00", "how gross_burn is computed", "code ab12cd34",
        "query hash ab12cd34ef56ab78", "DuckDB 1.2.3", "the bookkeeper", "Oct 2026", "Tue, Nov 24, 2026",
        "bookings JADA 27 2026-11-23 17:00 2026-11-25 06:00 revision 1", "0123456789abcdef",
        "2025-11 $8,844.00", "2026-10 $7,904.00",
    ):  # fmt: skip
        assert said in text, said


def test_a_missing_figure_has_a_passport_with_its_reason(build, sample, paged) -> None:
    figures = [f for f in sample.figures() if f.metric != "cash_total"]
    figures.append(sample.gap("cash_total", "money", "an opening entry in the ledger"))
    html = paged(build_payload(build("cfo", figures=tuple(figures))))
    assert "no data (an opening entry in the ledger)" in passport(html, "passport--cash_total----")


def test_evidence_of_a_finding_opens_the_passport_where_there_is_one(build, sample, paged) -> None:
    rows = {"table": "t", "keys": ["B1", "B2"], "count": 5}
    seen = sample.finding("empty_pipeline", None, rows=rows)
    other = sample.finding("no_agency_listings", "jada")
    html = paged(build_payload(build("ceo", findings=[seen, other])))
    shown = html.partition("Empty pipeline <span")[2].partition("<h3>")[0]
    assert 'commandfor="passport--confirmed_ahead----"' in shown
    assert "5 rows behind it" in shown
    assert "<li>B2</li><li>and 3 rows</li>" in shown
    alone = html.partition("No agency listings (JADA) <span")[2].partition("</section>")[0]
    assert "Confirmed ahead (JADA): 0" in alone
    assert "commandfor" not in alone


def test_cells_have_the_order_of_their_values(cfo) -> None:
    """Money 9000.00 and 6550.00, a dash: the page's words would sort as text."""
    rows = re.search(r"<caption>Monthly targets</caption>.*?</table>", cfo[1], re.DOTALL).group(0)
    cells = re.findall(r'<t[dh][^>]*?(?: data-rank="(\d+)")?>([^<]+)</t[dh]>', rows)
    assert ("0", "Oct 2026") in cells
    assert ("1", "Nov 2026") in cells
    assert ("", "\N{EN DASH}") in cells


def hostile(build, sample, name, word):
    home = sample.portfolio(
        title=word,
        tenants=[
            {"id": "jada", "title": word, "kind": "charter", "currency": "USD", "unit": "charter"},
            {"id": "rental", "title": word, "kind": "rental", "currency": "USD", "unit": "night"},
        ],
    )
    tables = sample.tables()
    projects = tables["project_order"]
    row = (0, "jada", "p0", word, word, D(0), None, None, word)
    tables["project_order"] = replace(projects, rows=(row, *projects.rows))
    findings = [sample.finding("empty_pipeline", "jada", title=word, description=word, impact=word)]
    payload = build_payload(build(name, portfolio=home, tables=tables, findings=findings))
    for chart in payload["charts"]:
        chart["title"] = chart["alt"] = word
        for point in chart["data"]:
            point["label"] = f"{point['label']} {word}"
    return payload


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_are_words_and_nothing_else(build, sample, paged, cfo, kind) -> None:
    word = HOSTILE[kind]
    html = paged(hostile(build, sample, "cfo", word))
    page = Page(html)
    assert {name for name, _ in page.elements} == {name for name, _ in Page(cfo[1]).elements}
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert content_hashes(html) == content_hashes(cfo[1])
    shown = re.sub("[\u202a-\u202e\u2066-\u2069]+", " ", word)
    assert re.sub(r"\s+", " ", shown) in page.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)
    assert "&amp;amp;" not in html
    for attrs in page.named("h1"):
        assert attrs == {}


def test_a53_data_of_a_chart_stay_data(build, sample, paged) -> None:
    html = paged(hostile(build, sample, "cfo", SCRIPT))
    svg = re.search(r"<svg.*?</svg>", html, re.DOTALL).group(0)
    assert "&lt;/script&gt;" in svg
    assert "<img" not in html
    assert html.count("</script>") == 1


def test_nothing_of_one_report_is_in_another(build, paged, cfo) -> None:
    payload, html = cfo
    ceo = paged(build_payload(build("ceo")))
    assert paged(payload) == html
    assert "Burn by month" in html
    assert "Burn by month" not in ceo
    assert paged(from_bytes(to_bytes(payload))) == html
