"""HTML and text: same figures, nothing escaped wrongly, nothing left over from another report."""

import quopri
import re
from dataclasses import replace
from decimal import Decimal as D
from html.parser import HTMLParser

import pytest

from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.reports.envelope import Envelope, changes_since
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import for_browser, inline_styles, render
from quarterdeck.settings.definition import Section

COMPANY = "O'Brien & Sons <Ltd>"
HOSTILE = "</script><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """Elements with attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def named(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture
def rendered(templates):
    def make(payload, envelope=None):
        return render(payload, templates=templates, locale="en_US", envelope=envelope)

    return make


def hostile_inputs(build, sample, name):
    home = sample.portfolio(
        title=COMPANY,
        tenants=[
            {"id": "jada", "title": HOSTILE, "kind": "charter", "currency": "USD", "unit": "charter"},
            {"id": "rental", "title": COMPANY, "kind": "rental", "currency": "USD", "unit": "night"},
        ],
    )
    tables = sample.tables()
    projects = tables["project_order"]
    row = (0, "jada", "p0", HOSTILE, COMPANY, D(0), None, None, HOSTILE)
    tables["project_order"] = replace(projects, rows=(row, *projects.rows))
    findings = [sample.finding("empty_pipeline", "jada", title=HOSTILE, description=COMPANY, impact=HOSTILE)]
    return build(name, portfolio=home, tables=tables, findings=findings)


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_a30_names_are_escaped_once_in_html_and_never_in_text(build, sample, rendered, name) -> None:
    payload = build_payload(hostile_inputs(build, sample, name))
    out = rendered(payload)
    assert payload["subject"].startswith(f"{COMPANY}: ")
    assert COMPANY in out.text
    assert not re.search(r"&(amp|#39|#x27|lt|gt|quot);", out.text)
    assert "&amp;amp;" not in out.html
    page = Page(out.html)
    assert any(COMPANY in text for text in page.text)


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_hostile_names_make_no_element_and_no_script(build, sample, rendered, name) -> None:
    payload = build_payload(hostile_inputs(build, sample, name))
    out = rendered(payload)
    page = Page(out.html)
    assert [i["src"] for i in page.named("img")] == [f"cid:{chart['id']}" for chart in payload["charts"]]
    assert page.named("script") == []
    assert not any(key.startswith("on") for _, attrs in page.elements for key in attrs)
    # The last "text" of the parser may be split, so the names are looked for in all of it.
    assert HOSTILE in "".join(page.text)
    assert HOSTILE in re.sub(r"\s+", " ", out.text)


def test_control_characters_become_spaces(build, sample, rendered) -> None:
    findings = [sample.finding("empty_pipeline", "jada", title="Quay\r\nBcc: x\x9b\u202eend")]
    out = rendered(build_payload(build("ceo", findings=findings)))
    assert "Quay Bcc: x end" in out.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out.text + out.html)


def test_a31_media_rules_survive_inlining() -> None:
    html = (
        "<html><head><style>.k{color:red}@media (max-width:600px){.k{color:blue!important}}</style></head>"
        '<body><p class="k">x</p></body></html>'
    )
    out = inline_styles(html)
    style = re.search(r"<style>(.*?)</style>", out, re.S).group(1)
    paragraph = re.search(r"<p[^>]*>", out).group(0)
    assert "@media" in style
    assert re.search(r"color:\s*blue\s*!important", style)
    assert re.search(r'style="color:\s*red;?"', paragraph)
    assert "important" not in paragraph


def test_first_rows_are_shown_and_the_others_counted(build, sample, rendered) -> None:
    def payload(**options):
        shown = Section(id="t", kind="table", title="T", options={"table": "project_order", **options})
        return build_payload(build(report=sample.report("cfo").model_copy(update={"sections": (shown,)})))

    cut = payload(first=1, note="By payback.")
    assert len(cut["sections"][0]["data"]["rows"]) == 2  # the payload has them all
    text = rendered(cut).text
    assert "List on agencies" in text
    assert "New sails" not in text
    assert "And 1 row more. By payback." in text
    assert "New sails" in rendered(payload(first=2)).text


def test_inlined_styles_are_written_short() -> None:
    html = "<html><head><style>p{color:red;margin:0}</style></head><body><p>style: a; b</p></body></html>"
    out = inline_styles(html)
    assert re.search(r"<p[^>]*>", out).group(0) in {
        '<p style="color:red;margin:0">',
        '<p style="margin:0;color:red">',
    }
    assert "style: a; b" in out


def test_a31_in_the_report(build, rendered) -> None:
    out = rendered(build_payload(build()))
    media = out.html.replace(": ", ":")
    assert "@media only screen and (max-width:600px)" in media
    assert "@media (prefers-color-scheme:dark)" in media
    assert "color:#e4e9ee!important" in out.html.replace(" ", "")
    assert "display:none!important" in out.html.replace(" ", "")
    assert "!important" not in "".join(re.findall(r'style="([^"]*)"', out.html))


def test_a35_nothing_of_one_report_is_in_another(build, sample, rendered) -> None:
    """Finance says 9,900.00; the CEO's report of a portfolio without it does not, in either order."""
    finance = build_payload(build("cfo", figures=(*_without(sample, "debt_service"), secret(sample))))
    ceo = build_payload(build("ceo"))
    ceo_old = {**ceo, "as_of": "2026-10-24", "subject": "Old period"}
    first = [rendered(p) for p in (finance, ceo, ceo_old)]
    second = [rendered(p) for p in (ceo_old, ceo, finance)]
    assert first == second[::-1]
    assert "9,900.00" in first[0].html
    assert "9,900.00" in first[0].text
    for out in first[1:]:
        assert "9,900" not in out.html + out.text
        assert out.charts.keys() == {chart["id"] for chart in ceo["charts"]}
    assert "Oct 24, 2026" not in first[1].html
    assert "Nov 24, 2026)" not in first[2].html.split("<h2")[0]


def _without(sample, metric):
    return [f for f in sample.figures() if f.metric != metric]


def secret(sample):
    return sample.figure("debt_service", "money", D("9900.00"))


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_html_and_text_say_the_same_figures(build, rendered, name) -> None:
    payload = build_payload(build(name))
    out = rendered(payload)
    page = Page(out.html)
    html_text = " ".join([*page.text, *(image["alt"] for image in page.named("img"))])
    for kpi in payload["kpis"]:
        assert kpi["title"] in html_text
        assert kpi["title"] in out.text
    amounts = set(re.findall(r"-?\$[\d,]+(?:\.\d\d)?|\d+\.\d%", out.text))
    assert len(amounts) > 8
    assert amounts <= set(re.findall(r"-?\$[\d,]+(?:\.\d\d)?|\d+\.\d%", html_text))


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_text_lines_are_at_most_78(build, sample, rendered, name) -> None:
    long = "W" * 100 + " and a very long name of a business that goes on and on"
    tables = sample.tables()
    projects = tables["project_order"]
    row = (1, "jada", long, long, long, D("123456789.00"), D("1.00"), D(2), long)
    tables["project_order"] = replace(projects, rows=(row,))
    out = rendered(
        build_payload(
            build(name, tables=tables, findings=[sample.finding("empty_pipeline", "jada", title=long)])
        )
    )
    assert max(len(line) for line in out.text.splitlines()) <= 78


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_encoded_html_is_at_most_90_kb(build, rendered, name) -> None:
    html = rendered(build_payload(build(name)), Envelope("preview")).html
    assert len(quopri.encodestring(html.encode())) <= 90 * 1024


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_html_can_be_read_by_everyone(build, rendered, name) -> None:
    page = Page(rendered(build_payload(build(name))).html)
    assert page.named("html") == [{"lang": "en-US"}]
    assert len(page.named("h1")) == 1
    assert len(page.named("title")) == 1
    layout = [a for a in page.named("table") if a.get("role") == "presentation"]
    data = [a for a in page.named("table") if a.get("role") != "presentation"]
    assert layout
    assert len(data) == len(page.named("caption"))
    assert {a["scope"] for a in page.named("th")} == {"col", "row"}
    assert all(a["alt"] and a["width"] and a["height"] for a in page.named("img"))
    assert {"name": "color-scheme", "content": "light dark"} in page.named("meta")
    assert not list(page.named("link"))


def test_banner_names_the_failed_checks_at_the_top(build, rendered) -> None:
    out = rendered(build_payload(build()))
    top = out.text.split("Key figures")[0]
    assert "! Read with reservations: 1 check did not pass" in top
    assert "bookings of JADA: price is not negative; observed -5.00; 1 row [B0007]" in top
    assert "price is not negative" in out.html.split("Key figures")[0]


def test_a07_an_empty_table_is_said_and_no_clean_bill_of_health(build, rendered) -> None:
    from quarterdeck.quality.definition import Check, verdict_of

    rules = ("booking_id is there", "status is a known one")
    checks = [Check("bookings", "jada", title, "pass", "banner", observed="no rows") for title in rules]
    checks += [
        Check("bookings", "jada", "At least 1 row", "fail", "banner", observed="0 rows"),
        Check("bookings", "jada", "the mean amount is 1 to 1,000", "fail", "banner", observed="no rows"),
    ]
    out = rendered(build_payload(build(verdict=verdict_of(tuple(checks)))))
    for text in (out.text, Page(out.html).text):
        said = " ".join(" ".join(text if isinstance(text, list) else [text]).split())
        assert "bookings of JADA: At least 1 row; observed 0 rows" in said
        assert "bookings of JADA: the mean amount is 1 to 1,000; observed no rows" in said
        assert "2 of 4 checks passed." in said


def test_no_banner_where_all_is_well(build, rendered) -> None:
    from quarterdeck.quality.definition import Verdict

    out = rendered(build_payload(build(verdict=Verdict("send"))))
    assert "reservations" not in out.text
    assert "\n! " not in out.text


def test_rebuilt_is_said_at_the_top(build, sample, rendered) -> None:
    manifests = (sample.manifest("jada", "bookings", rebuilt=True),)
    top = rendered(build_payload(build(manifests=manifests))).text.split("Key figures")[0]
    assert "! Rebuilt from later data" in top
    assert "JADA: bookings" in top


@pytest.mark.parametrize(
    ("envelope", "said"),
    [
        (Envelope("preview"), "! Preview"),
        (Envelope("correction", number=2, reason="A ledger entry was wrong."), "! Correction 2"),
        (Envelope("resend", number=1), "! Sent again 1"),
        (Envelope("scheduled", late=True), "! Late"),
        (Envelope("scheduled", previous_late=True), "! The edition before was late"),
    ],
)
def test_envelope_is_said_at_the_top(build, rendered, envelope, said) -> None:
    out = rendered(build_payload(build()), envelope)
    assert said in out.text.split("Key figures")[0]
    assert said.removeprefix("! ") in out.html.split("Key figures")[0]


def test_changes_since_the_readers_own_edition(build, sample, rendered) -> None:
    then = {**build_payload(build()), "as_of": "2026-11-20"}
    figures = [*_without(sample, "net_burn"), sample.figure("net_burn", "money", D("2000.00"))]
    now = build_payload(build(figures=tuple(figures)))
    envelope = Envelope("scheduled", baseline="2026-11-20", changes=tuple(changes_since(now, then)))
    text = re.sub(r"\s+", " ", rendered(now, envelope).text)
    assert "Compared with the one of Fri, Nov 20, 2026:" in text
    # (2000 - 1354) / 1354 = 47.7 %; net burn should go down
    assert "Net burn: $1,354.00 → $2,000.00 (up 47.7%, worse)" in text
    unchanged = Envelope("scheduled", baseline="2026-11-20")
    assert "Nothing changed since the one of Fri, Nov 20, 2026." in rendered(now, unchanged).text


def test_previous_column_and_sense(build, sample, rendered) -> None:
    before = {**build_payload(build()), "as_of": "2026-11-20"}
    figures = [*_without(sample, "net_income"), sample.figure("net_income", "money", D("100.00"))]
    text = rendered(build_payload(build(figures=tuple(figures), previous=before))).text
    assert "Before" in text
    assert re.search(r"Net income\s+\$100\.00\s+-\$354\.25", text)
    assert "up $454.25," in text


def test_missing_figure_is_shown_with_its_reason(build, sample, rendered) -> None:
    figures = [
        *_without(sample, "cash_total"),
        sample.gap("cash_total", "money", "an opening entry in the ledger"),
    ]
    out = rendered(build_payload(build(figures=tuple(figures))))
    assert "missing: no data" in out.text
    assert "an opening entry in the ledger" in re.sub(r"\s+", " ", " ".join(Page(out.html).text))


def test_rendering_the_archived_payload_gives_the_same(build, rendered) -> None:
    payload = build_payload(build())
    assert rendered(from_bytes(to_bytes(payload))) == rendered(payload)


def test_copy_for_the_browser_has_its_pictures_inside(build, rendered) -> None:
    out = rendered(build_payload(build()))
    html = for_browser(out.html, out.charts)
    assert "cid:" not in html
    assert 'src="data:image/png;base64,iVBOR' in html
