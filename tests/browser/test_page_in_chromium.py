"""Web view and mail in a real browser: who can read them, and what the keyboard does."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

WIDTHS = (320, 640, 1200)
SCHEMES = ("light", "dark")
DOCUMENTS = ("cfo page", "ceo page", "cfo mail", "ceo mail")
# A mail stands inside the page of a mail program, which has the landmarks.
NOT_OF_MAIL = ("region", "landmark-one-main")
# Contrast takes four fifths of axe's time. Colours change at 600 px and with the scheme, so 640 px are as
# 1200, and of the second report two corners are enough.
CONTRAST_AT = {
    "cfo": [(width, scheme) for width in (320, 1200) for scheme in SCHEMES],
    "ceo": [(320, "light"), (1200, "dark")],
}
AXE = Axe()


def violations(page, *, without=()) -> list[str]:
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.axe_script)
    options = {"resultTypes": ["violations"], "preload": False, "selectors": False}
    options["rules"] = {rule: {"enabled": False} for rule in without}
    found = page.evaluate("options => axe.run(document, options)", options)
    assert found["testEngine"]["name"] == "axe-core"
    return [f"{v['id']}: {node['html'][:200]}" for v in found["violations"] for node in v["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_everyone_can_read_it(document, name, width, scheme) -> None:
    shown, (report, kind) = document(name), name.split()
    page = shown.at(width, scheme)
    assert shown.width() <= width
    without = NOT_OF_MAIL if kind == "mail" else ()
    contrast = () if (width, scheme) in CONTRAST_AT[report] else ("color-contrast",)
    assert violations(page, without=without + contrast) == []


def test_axe_finds_what_it_should(fresh) -> None:
    """Otherwise the test above could pass on an empty page."""
    page = fresh("cfo").page
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=\"#\">'")
    page.evaluate("document.querySelector('main').style.color = '#bbb'")
    found = {line.partition(":")[0] for line in violations(page)}
    assert found >= {"image-alt", "color-contrast", "empty-heading"}


@pytest.mark.parametrize("report", ["cfo", "ceo"])
def test_nothing_is_fetched_and_nothing_refused_under_its_policy(document, report) -> None:
    shown = document(f"{report} page")
    assert (shown.asked, shown.said) == ([], [])
    assert shown.page.title().startswith("Harbor: " if report == "cfo" else "</script>")


def test_the_policy_refuses_what_is_not_the_pages_own(fresh) -> None:
    shown = fresh("cfo")
    shown.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        '\'<img src=x onerror="document.title=1"><p style="color:red" id=t>x</p>'
        "<form action=/away><button id=b>go</button></form>')"
    )
    assert shown.page.title().startswith("Harbor: ")
    assert shown.page.locator("#t").evaluate("e => getComputedStyle(e).color") != "rgb(255, 0, 0)"
    with shown.page.expect_console_message(lambda message: "form-action" in message.text):
        shown.page.evaluate("document.getElementById('b').click()")
    refused = " ".join(shown.said)
    assert "default-src" in refused or "img-src" in refused
    assert "inline style" in refused
    assert shown.asked == []


def column(page, title, place):
    table = page.locator(f'table:has(> caption:text-is("{title}"))')
    return table.locator(f"tbody tr > :nth-child({place})").all_inner_texts()


def test_tables_are_sorted_by_keyboard(fresh) -> None:
    page = fresh("cfo").page
    table = page.locator('table:has(> caption:text-is("Monthly targets"))')
    head = table.locator("th", has_text="Revenue short")
    place = head.evaluate("e => e.cellIndex + 1")
    as_given = column(page, "Monthly targets", 1)
    assert as_given == ["Oct 2026", "Nov 2026"]
    # The running month has no actual yet: it stays last in both directions.
    head.locator("button").focus()
    for expected in ("ascending", "descending"):
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == expected
        assert column(page, "Monthly targets", place)[-1] == "\N{EN DASH}"
    month = table.locator("th", has_text="Month").first
    month.locator("button").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert column(page, "Monthly targets", 1) == ["Nov 2026", "Oct 2026"]
    assert table.locator("thead [aria-sort]").count() == 1
    assert month.get_attribute("aria-sort") == "descending"
    assert page.evaluate("document.activeElement.textContent") == "Month"


def test_words_and_amounts_each_have_their_order(fresh) -> None:
    page = fresh("ceo").page
    head = page.locator('table:has(> caption:text-is("Formulas")) th', has_text="Figure").first
    head.locator("button").click()
    shown = column(page, "Formulas", 1)
    assert len(shown) > 10
    assert shown == sorted(shown, key=str.casefold)
    head.locator("button").click()
    assert column(page, "Formulas", 1) == shown[::-1]


def test_a_passport_opens_and_closes_by_keyboard(fresh) -> None:
    page = fresh("cfo").page
    opener = page.locator('button.open[commandfor="passport--gross_burn----USD"]').first
    dialog = page.locator("dialog#passport--gross_burn----USD")
    for close in ("Escape", "Enter"):
        opener.focus()
        page.keyboard.press("Enter")
        assert dialog.is_visible()
        assert page.evaluate("document.activeElement.textContent") == "Gross burn"
        assert dialog.evaluate("d => d.scrollTop") == 0
        assert "how gross_burn is computed" in dialog.inner_text()
        if close == "Enter":
            assert violations(page, without=("color-contrast",)) == []
            dialog.locator("button.close").focus()
        page.keyboard.press(close)
        assert not dialog.is_visible()
        assert opener.evaluate("b => b === document.activeElement")


def test_passports_open_without_script_and_no_table_offers_to_be_sorted(fresh) -> None:
    page = fresh("cfo", java_script_enabled=False).page
    dialog = page.locator("dialog#passport--gross_burn----USD")
    page.locator('button.open[commandfor="passport--gross_burn----USD"]').first.click()
    assert dialog.is_visible()
    dialog.locator("button.close").click()
    assert not dialog.is_visible()
    assert page.locator("button.sort").first.evaluate("b => getComputedStyle(b).pointerEvents") == "none"


def test_the_first_stop_leads_past_the_head(fresh) -> None:
    page = fresh("cfo").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"


def test_on_paper_everything_is_shown_and_nothing_to_press(fresh) -> None:
    page = fresh("cfo").page
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("nav").is_visible()
    assert page.locator(".scroll").first.evaluate("e => getComputedStyle(e).overflowX") == "visible"
    # WCAG's luminance is no matter here: black on white, whatever the screen had.
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    cell = page.locator("details td").first
    assert cell.bounding_box()["height"] > 0
    assert re.search(r"\d", cell.inner_text())
