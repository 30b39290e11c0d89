"""One KPI has one value in all reports of a day, or the editions are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.steps.reconciling import Told, differences

if TYPE_CHECKING:
    from tests.quarterdeck.steps.conftest import Lantern

BURN = ("gross_burn", ("cottage", "sloop"), "EUR")
STAY = ("average_stay", ("cottage",), None)


def test_a_figure_that_two_reports_have_otherwise_holds_both() -> None:
    ceo = Told("ceo", {BURN: "8100.00", STAY: "3.0"})
    cfo = Told("cfo", {BURN: "8120.00", ("gross_burn", ("sloop",), "EUR"): "1.00"})
    (check,) = differences("ceo", [ceo, cfo])
    assert check.title == (
        "gross_burn of the portfolio in EUR is 8100.00 in report ceo and 8120.00 in report cfo"
    )
    assert (check.outcome, check.on_fail) == ("fail", "hold")
    (other,) = differences("cfo", [ceo, cfo])
    assert "is 8120.00 in report cfo and 8100.00 in report ceo" in other.title


def test_the_same_value_and_another_scope_are_no_difference() -> None:
    ceo = Told("ceo", {BURN: "8100.00", STAY: "missing (no_data)"})
    cmo = Told("cmo", {("gross_burn", ("sloop",), "EUR"): "5.00", STAY: "missing (no_data)"})
    assert differences("ceo", [ceo, cmo]) == ()


def test_a_report_that_is_made_anew_alone_does_not_contradict_the_days_others(lantern: Lantern) -> None:
    _, first = lantern.run()
    assert {outcome["state"] for outcome in first.values()} == {"archived"}
    lantern.edit("data/sloop/general_ledger.csv", lambda text: text.replace("750.00", "760.00"))
    _, alone = lantern.run(reports=["cfo"], refresh=True)
    assert alone["cfo"]["state"] == "held"
    assert any(reason.endswith("run both reports together") for reason in alone["cfo"]["because"])
