"""Four days of a business whose ledger, then a setting, changes behind its reports: told once, with why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal as D
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.reports.page import content_security_policy
from quarterdeck.steps import figuring, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = ("cash_available", "gross_burn", "net_burn")
CARD = "2050,Card,liability,card,operating,none,card,other,2025-12-01T09:00:00Z\n"
OPENING = "O1,3,2025-12-31,2050,-200.00,EUR,,,,true\nO1,4,2025-12-31,3000,200.00,EUR,,,,true\n"
LEDGER, PAYMENTS = "data/sloop/general_ledger.csv", "data/sloop/payments.csv"


def entries(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["metric"]: entry for entry in payload["restatements"] if entry["metric"] in SHOWN}


@pytest.fixture(scope="module")
def unchecked() -> Iterator[None]:
    """Without the checks of the data, which take most of a day's time and are tried elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "validate_tenant", lambda frames, *_, **__: dict.fromkeys(frames, ()))
        patch.setattr(figuring, "validate_figures", lambda *_, **__: ())
        yield


@pytest.fixture(scope="module")
def life(tmp_path_factory, make_lantern, unchecked) -> dict[str, Any]:
    """The CFO's payload of 28 to 31 March, by day; that of the 31st also worked out again, a day later."""
    lantern = make_lantern(tmp_path_factory.mktemp("life"))
    lantern.edit("portfolio.yaml", lambda text: text + "settings: {trend_step_days: 90}\n")  # fewer passes
    lantern.edit("data/sloop/chart_of_accounts.csv", lambda text: text + CARD)
    lantern.edit(LEDGER, lambda text: text + OPENING)
    found: dict[str, Any] = {}

    def report(day: str) -> None:
        lantern.now = datetime.combine(date.fromisoformat(day), time(6), UTC) + timedelta(days=1)
        run, _ = lantern.cfo(as_of=day, tenants=["sloop"])
        found[day], found["archive"] = lantern.payload(run, "cfo"), lantern.day(run).archive

    report("2026-03-28")
    report("2026-03-29")
    lantern.edit(LEDGER, corrected)
    lantern.edit(PAYMENTS, lambda text: text + "P9,B4,2026-03-27T12:00:00Z,-100.00,EUR,deposit\n")
    report("2026-03-30")
    lantern.edit("tenants/sloop.yaml", lambda text: text + "settings: {cards_as_cash: false}\n")
    report("2026-03-31")
    lantern.now += timedelta(days=1)
    found["again"] = lantern.cfo(as_of="2026-03-31", tenants=["sloop"])[1]["cfo"]
    return found


def corrected(ledger: str) -> str:
    """A line of 5 February is put right, 1,000 to 1,300; a bill of 60 paid on 28 March is entered late.

    The ledger says of its lines only when they are posted, so that is since when they count.
    """
    for wrong in ("F1,1,2026-02-05,6000,1000.00", "F1,2,2026-02-05,1000,-1000.00"):
        ledger = ledger.replace(wrong, wrong.replace("1000.00", "1300.00"))
    late = ("M9,1,2026-03-28,6000,60.00,EUR", "M9,2,2026-03-28,1000,-60.00,EUR")
    return ledger + "".join(f"{line},Harbour Board,D10,,\n" for line in late)


def test_nothing_is_restated_while_nothing_changes(life) -> None:
    assert life["2026-03-28"]["restatements"] == []
    assert life["2026-03-29"]["restatements"] == []


def test_then_now_and_the_rows_that_caused_it(life) -> None:
    """Payments of February: 1,000 mooring and 250 crew, 1,250; with the line put right 1,550."""
    burn = entries(life["2026-03-30"])["gross_burn"]
    assert (burn["then"], burn["now"], burn["tolerance"]) == (D("1250.00"), D("1550.00"), D("12.50"))
    assert burn["change"] == {"absolute": D("300.00"), "relative": D("0.240"), "direction": "up"}
    assert burn["edition_as_of"] == "2026-03-29"
    assert [edition["as_of"] for edition in burn["editions"]] == ["2026-03-28", "2026-03-29"]
    assert burn["causes"] == [
        {"dataset": "general_ledger", "tenant": "sloop", "kind": "late_entry", "columns": [],
         "keys": ["M9/1", "M9/2"], "rows": 2},
        {"dataset": "general_ledger", "tenant": "sloop", "kind": "changed", "columns": ["amount"],
         "keys": ["F1/1", "F1/2"], "rows": 2},
    ]  # fmt: skip


def test_a_balance_moves_with_all_of_it(life) -> None:
    """360 less cash, and 100 less of it owed for the booking of which that deposit was given back."""
    cash = entries(life["2026-03-30"])["cash_available"]
    assert [edition["now"] - edition["then"] for edition in cash["editions"]] == [D("-260.00")] * 2
    assert {
        "dataset": "payments", "tenant": "sloop", "kind": "refund", "columns": [], "keys": ["P9"], "rows": 1,
    } in cash["causes"]  # fmt: skip


def test_it_is_told_once(life) -> None:
    assert set(entries(life["2026-03-31"])) <= {"cash_available"}
    causes = [cause for entry in life["2026-03-31"]["restatements"] for cause in entry["causes"]]
    assert {cause["kind"] for cause in causes} == {"setting"}


def test_a_changed_setting_is_told_with_what_it_was(life) -> None:
    """Owed on the card: 200, which is no longer taken off the cash."""
    cash = entries(life["2026-03-31"])["cash_available"]
    assert (cash["edition_as_of"], cash["now"] - cash["then"]) == ("2026-03-30", D("200.00"))
    assert cash["causes"] == [
        {"dataset": None, "tenant": "sloop", "kind": "setting", "columns": ["cards_as_cash"],
         "keys": ["not set", "false"], "rows": 0},
    ]  # fmt: skip


def test_worked_out_again_the_payload_is_the_same(life) -> None:
    assert life["again"]["revision"] == 1


def test_it_is_said_in_words(life) -> None:
    archive = life["archive"]
    text = archive.read(archive.edition("2026-03-30", "cfo"), "report.txt").decode()
    said = " ".join(text.split())
    assert "Restated: by today's data earlier editions would say otherwise" in said
    assert "2 late lines in general ledger of The Sloop [M9/1, M9/2]" in said


def test_the_page_is_archived_and_tells_them_too(life) -> None:
    archive = life["archive"]
    page = archive.read(archive.edition("2026-03-30", "cfo"), "page.html").decode()
    titles = [entry["title"] for entry in life["2026-03-30"]["restatements"]]
    told = page.partition("earlier editions would say otherwise")[2].partition("</ul>")[0]
    assert [title for title in titles if title not in told] == []
    assert content_security_policy(page).startswith("default-src 'none'")
