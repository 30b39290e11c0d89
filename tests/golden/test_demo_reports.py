"""The eight reports of the demo world: every item of each, its figures, and what readers get of them."""

from __future__ import annotations

import html
import json
import quopri
import re
from typing import Any

import pytest

from quarterdeck.lake.documents import to_bytes

Payload = dict[str, Any]
MOST_BYTES = 90_000
AMOUNTS = re.compile(r"-?\$[\d,]+(?:\.\d\d)?|-?[\d,]+\.\d%")
# What each report must contain, in the order of reading.
ITEMS = {
    "ceo": [
        "shortfalls", "alarms", "plan_30_days", "cash_trend", "revenue_targets", "missing_kpis", "assets",
        "idle_assets", "revenue_bridge", "why_moved",
    ],
    "cto": [
        "findings", "security_gaps", "actions", "plan", "cloud_cost", "cost_by_service", "savings",
        "shortfalls", "functions", "tables", "buckets", "distributions", "code", "languages",
    ],
    "accounting": [
        "findings", "plan", "trial_balance", "reconciliation", "earned_and_received", "deferred",
        "wrong_period", "accounts", "expenses", "needs", "milestones",
    ],
    "cmo": [
        "findings", "plan", "campaign_case", "audience", "channel_heat", "channels", "advertising",
        "campaigns", "listings", "local_search", "milestones",
    ],
    "cfo": [
        "findings", "plan", "burn_chart", "burn_bridge", "beside_burn", "why_moved", "break_even",
        "deployment", "targets_chart", "targets", "scenarios", "cash_accounts",
    ],
    "rental_audit": [
        "findings", "plan", "profit_and_loss", "profit_and_loss_by_month", "nights_calendar", "nights",
        "why_moved", "expenses", "renovations",
    ],
    "yacht_delivery_audit": [
        "findings", "plan", "cost_basis", "margin_chart", "margin", "results", "pipeline", "crew",
        "crew_owed", "rest",
    ],
    "client_portfolio_audit": [
        "findings", "plan", "billing_gaps", "work_after_lapse", "contracts", "aging_chart", "aging",
        "collection", "proposals", "mrr", "clients", "why_moved",
    ],
}  # fmt: skip
# Changes are not split here (that takes minutes), so the charts of them say that there is no split.
NOT_MEASURED = {"revenue_bridge", "burn_bridge"}
SCOPES = {
    "cmo": {"jada", "queenofsandiego", "quickdumpnow"},
    "rental_audit": {"rental-3028-51st-st"},
    "yacht_delivery_audit": {"expert-yacht-delivery"},
    "client_portfolio_audit": {"dangerouscentaur"},
}
TENANTS = {*set().union(*SCOPES.values())}


def kpi(payload: Payload, metric: str, tenant: str | None = None) -> Any:
    (line,) = (k for k in payload["kpis"] if (k["id"], k["tenant"]) == (metric, tenant))
    assert "missing" not in line, f"{metric}: {line['missing']}, {line['because']}"
    return line["value"]


def section(payload: Payload, id_: str) -> dict[str, Any]:
    return next(each["data"] for each in payload["sections"] if each["id"] == id_)


def rules(payload: Payload, id_: str) -> set[str]:
    return {finding["rule"] for finding in section(payload, id_)["items"]}


@pytest.mark.parametrize("report", ITEMS)
def test_every_item_is_there_in_the_order_of_reading(payloads, report) -> None:
    sections = payloads[report]["sections"]
    assert [each["id"] for each in sections][: len(ITEMS[report])] == ITEMS[report]
    assert {each["id"] for each in sections if each["missing"]} == NOT_MEASURED & set(ITEMS[report])
    assert 1 <= len(payloads[report]["summary"]) <= 3


def test_there_are_eight_and_every_one_may_be_sent(payloads) -> None:
    assert set(payloads) == set(ITEMS)
    assert {p["data_quality"]["decision"] for p in payloads.values()} == {"send"}


def test_ceo(payloads) -> None:
    payload = payloads["ceo"]
    assert kpi(payload, "kpis_missing") == 9
    missing = section(payload, "missing_kpis")["items"]
    assert len(missing) == 9
    assert all(entry["because"] for entry in missing)
    assert rules(payload, "shortfalls") == {
        "empty_pipeline", "revenue_not_tracked", "crew_equity_risk", "no_agency_listings",
        "client_billing_gaps",
    }  # fmt: skip
    plan = section(payload, "plan_30_days")
    assert plan["items"]
    assert all(action["owner"] and action["expected_effect"] for action in plan["items"])
    assert all("2026-03-31" <= action["due"] <= plan["until"] == "2026-04-30" for action in plan["items"])
    assert {row["tenant"] for row in section(payload, "assets")["rows"]} == TENANTS


def test_cto(payloads, later) -> None:
    payload = payloads["cto"]
    assert kpi(payload, "security_gaps") == 6
    assert {row["rule"] for row in section(payload, "security_gaps")["rows"]} == {
        "endpoint without authentication", "key in code", "public bucket",
        "secrets in a plain environment file", "no web application firewall",
        "runtime past its end of life",
    }  # fmt: skip
    low, high = kpi(payload, "cloud_cost_monthly_low"), kpi(payload, "cloud_cost_monthly_high")
    assert (str(low), str(high)) == ("50.20", "83.90")
    assert kpi(payload, "cloud_savings_monthly") == 25
    savings = section(payload, "savings")["rows"]
    assert sum(row["saving"] for row in savings) == 25
    assert all(row["arithmetic"] for row in savings)
    assert rules(payload, "findings") == {
        "security_gaps_open", "code_not_parsing", "software_not_deployed", "repositories_without_tests",
        "handoffs_waiting", "cloud_savings_found",
    }  # fmt: skip
    assert {row["bucket"] for row in section(payload, "buckets")["rows"]} >= {"queenofsandiego-site"}
    for inventory in ("functions", "tables", "buckets", "distributions"):
        assert section(payload, inventory)["rows"], inventory
    assert "6 rules of security are broken, in 8 places" in " ".join(payload["summary"])


def test_cto_has_ten_actions_in_order_and_counts_the_others(payloads, later) -> None:
    actions = section(payloads["cto"], "actions")
    scores = [row["score"] for row in actions["rows"]]
    assert scores == sorted(scores, reverse=True)
    assert len(actions["rows"]) == 13  # 6 gaps, 3 savings, 4 shortfalls
    # Two endpoints: 10 x 2 / 0.5. Of the key: 10 / 0.5.
    assert [row["score"] for row in actions["rows"][:2]] == [40, 24]
    shown = later["cto"].text.partition("The ten engineering actions")[2].partition("Recommendations")[0]
    assert actions["rows"][9]["action"].split()[0] in shown
    assert "And 3 rows more." in shown


def test_accounting(payloads) -> None:
    payload = payloads["accounting"]
    assert kpi(payload, "trial_balance_difference") == 0
    assert rules(payload, "findings") >= {
        "revenue_posted_in_wrong_period", "accounts_not_mapped", "expenses_without_receipt",
        "no_accounting_system", "revenue_not_tracked", "expenses_entered_twice",
    }  # fmt: skip
    for row in section(payload, "deferred")["rows"]:
        moved = row["opening"] + row["received"] - row["refunded"] - row["recognised"]
        assert moved == row["closing"] == row["deferred"] + row["deposits_owed"] - row["unpaid"]
    for row in section(payload, "trial_balance")["rows"]:
        assert (row["debits"], row["difference"], row["unbalanced"]) == (row["credits"], 0, 0)
    assert len(section(payload, "wrong_period")["rows"]) == 2
    lacking = {row["need"] for row in section(payload, "needs")["rows"] if not row["met"]}
    assert "an accounting system" in lacking


def test_accounting_has_four_milestones_to_profit(payloads) -> None:
    milestones = section(payloads["accounting"], "milestones")["rows"]
    assert [row["due_on"] for row in milestones] == ["2027-03-31", "2027-06-30", "2027-12-31", "2028-03-31"]
    assert all(row["because"] is None and row["progress"] is not None for row in milestones)


def test_cmo(payloads) -> None:
    payload = payloads["cmo"]
    assert payload["summary"][0].startswith(
        "3,676 people may be mailed, and one mailing to all of them is worth $10,000 to $50,000"
    )
    listings = [row["channel"] for row in section(payload, "listings")["rows"]]
    assert listings == ["Sailo", "GetMyBoat", "Viator", "GetYourGuide"]
    assert payload["summary"][2].endswith("Sailo, GetMyBoat, Viator, GetYourGuide.")
    assert [row["low"] for row in section(payload, "campaign_case")["rows"]] == ["3676", "0.371 %", "750 USD"]
    assert len(section(payload, "local_search")["rows"]) == 12
    channels = section(payload, "channels")["rows"]
    assert {row["tenant"] for row in channels} == SCOPES["cmo"]
    assert all(
        row["cac"] is not None or not row["new_customers"] for row in section(payload, "advertising")["rows"]
    )


def test_cmo_has_milestones_at_30_60_and_90_days(payloads) -> None:
    milestones = section(payloads["cmo"], "milestones")["rows"]
    assert [row["milestone_id"] for row in milestones] == ["30 days", "60 days", "90 days"]
    assert [row["due_on"] for row in milestones] == ["2026-04-10", "2026-05-10", "2026-06-09"]
    assert [row["now"] for row in milestones][::2] == ["0", "0.333333"]
    assert all(row["because"] is None for row in milestones)


def test_cfo(payloads) -> None:
    payload = payloads["cfo"]
    assert 7_000 <= kpi(payload, "gross_burn_low") <= kpi(payload, "gross_burn") <= 9_000
    assert kpi(payload, "gross_burn_high") <= 9_000
    assert kpi(payload, "break_even_units", "jada") == 6
    order = ["zero-cost", "low-cost", "revenue-funded", "blocked"]
    steps = [row["step"] for row in section(payload, "deployment")["rows"]]
    assert set(steps) == set(order)
    assert steps == sorted(steps, key=order.index)
    months = [row["month"] for row in section(payload, "targets")["rows"]]
    assert (months[0], months[-1]) == ("2026-01-01", "2026-12-01")
    assert {row["driver"] for row in section(payload, "scenarios")["rows"]} >= {"price", "volume"}


def test_rental_audit(payloads) -> None:
    payload = payloads["rental_audit"]
    assert kpi(payload, "noi") == 6_315
    assert str(kpi(payload, "renovation_payback")) == "2.9"
    months = section(payload, "profit_and_loss_by_month")["rows"]
    assert len(months) == 12
    assert sum(row["noi"] for row in months) == 6_315
    assert all(row["noi"] - row["debt_service"] == row["cash_flow"] for row in months)
    assert sum(row["sold"] for row in section(payload, "nights")["rows"]) == 104
    (kitchen,) = section(payload, "renovations")["rows"]
    assert (kitchen["cost"], kitchen["gain"]) == (6_000, 2_080)


def test_yacht_delivery_audit(payloads) -> None:
    payload = payloads["yacht_delivery_audit"]
    basis = section(payload, "cost_basis")["rows"]
    assert [row["status"] for row in basis][:2] == ["under_way", "done"]
    assert "1 delivery is under way" in payload["summary"][0]
    stages = {row["stage"]: row["deliveries"] for row in section(payload, "pipeline")["rows"]}
    assert (stages["quoted"], stages["won"], stages["under_way"], stages["done"]) == (2, 1, 1, 4)
    (year,) = (r for r in section(payload, "results")["rows"] if r["span"] == "last 12 full months")
    assert (year["deliveries"], year["fee"], year["cost"]) == (4, 7_600, 4_400)
    assert all(row["utilisation"] is not None for row in section(payload, "crew")["rows"])


def test_client_portfolio_audit(payloads) -> None:
    payload = payloads["client_portfolio_audit"]
    assert kpi(payload, "billing_gap") == 430
    assert kpi(payload, "mrr") == 600
    assert sorted(row["amount"] for row in section(payload, "billing_gaps")["rows"]) == [120, 120, 190]
    assert str(kpi(payload, "collection_risk_score")) == "83.3"
    assert kpi(payload, "ar_total") == sum(row["amount"] for row in section(payload, "aging")["rows"])
    stands = {row["stands"] for row in section(payload, "contracts")["rows"]}
    assert stands >= {"active", "ending within 60 days", "unsigned, work has begun", "ended"}
    assert [row["stage"] for row in section(payload, "proposals")["rows"]] == [
        "draft", "sent", "negotiating", "won", "lost",
    ]  # fmt: skip
    assert rules(payload, "findings") >= {
        "client_billing_gaps", "work_without_signature", "work_after_contract_end", "contracts_ending_soon",
    }  # fmt: skip


@pytest.mark.parametrize("report", SCOPES)
def test_nothing_of_other_businesses_is_in_a_report(payloads, later, report) -> None:
    assert {tenant["id"] for tenant in payloads[report]["scope"]["tenants"]} == SCOPES[report]
    said = to_bytes(payloads[report]).decode() + later[report].html + later[report].text
    assert [tenant for tenant in TENANTS - SCOPES[report] if tenant in said] == []


@pytest.mark.parametrize("report", ITEMS)
def test_html_and_text_say_the_same_figures_and_fit(later, report) -> None:
    # A picture is read by its words, as where pictures are off.
    pictured = re.sub(r'<img[^>]* alt="([^"]*)"[^>]*>', r" \1 ", later[report].html)
    words = html.unescape(re.sub(r"<[^>]+>", " ", pictured))
    assert set(AMOUNTS.findall(words)) == set(AMOUNTS.findall(later[report].text))
    assert max(len(line) for line in later[report].text.splitlines()) <= 78
    assert len(quopri.encodestring(later[report].html.encode())) <= MOST_BYTES


@pytest.mark.parametrize("report", ITEMS)
def test_a_payload_is_plain_json_without_a_gap_in_its_words(payloads, report) -> None:
    said = json.dumps(payloads[report]["summary"])
    assert not re.search(r"None|\{\{|there is no figure|  | ,| \.|;;|;\.", said), said
