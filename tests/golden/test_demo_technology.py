"""What the demo's account and repositories come out with, from a survey of them to figures and tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Figures = dict[tuple[str | None, str], Any]
TECHNOLOGY = (
    "cloud_cost_monthly",
    "cloud_cost_monthly_high",
    "cloud_cost_monthly_low",
    "cloud_savings_monthly",
    "days_since_deploy",
    "files_not_parsing",
    "handoffs_open",
    "repos_without_tests",
    "security_gaps",
)
BILL = (
    "50.20",
    "52.10",
    "55.40",
    "58.80",
    "64.30",
    "71.60",
    "83.90",
    "80.70",
    "69.20",
    "61.50",
    "56.00",
    "53.30",
)


def value(figures: Figures, metric: str) -> Decimal:
    figure = figures[None, metric]
    assert figure.missing is None, f"{metric}: {figure.missing}, {figure.because}"
    return Decimal(figure.value)


def test_every_metric_of_technology_has_a_value(figures) -> None:
    assert {metric: figures[None, metric].missing for metric in TECHNOLOGY} == dict.fromkeys(TECHNOLOGY)


def test_six_security_gaps_each_with_its_places(figures, tables) -> None:
    assert value(figures, "security_gaps") == 6
    found = [(row["rule"], row["place"]) for row in tables["security_gaps_list"]]
    distributions = [place for rule, place in found if rule == "no web application firewall"]
    assert len(distributions) == 1
    assert found == [
        ("endpoint without authentication", "enquiry-sheet"),
        ("endpoint without authentication", "waiver-form"),
        ("key in code", "booking-site: payments.py, line 5"),
        ("public bucket", "queenofsandiego-site"),
        ("secrets in a plain environment file", "booking-site: .env, line 2"),
        ("secrets in a plain environment file", "booking-site: .env, line 3"),
        ("no web application firewall", distributions[0]),
        ("runtime past its end of life", "queenofsandiego-photo-resize"),
    ]


def test_the_cloud_costs_between_50_and_84(anchored) -> None:
    anchor, figures = anchored
    assert value(figures, "cloud_cost_monthly_low") == Decimal("50.20")
    assert value(figures, "cloud_cost_monthly_high") == Decimal("83.90")
    last = figures[None, "cloud_cost_monthly"]
    assert last.period_end <= anchor.isoformat()
    assert value(figures, "cloud_cost_monthly") == Decimal(BILL[int(last.period_start[5:7]) - 1])
    assert figures[None, "cloud_cost_monthly_low"].note is None  # of all twelve months


def test_cost_by_service_adds_up_to_the_month(figures, tables) -> None:
    rows = tables["cloud_cost_by_service"]
    assert len(rows) == 7
    assert abs(sum(row["amount"] for row in rows) - value(figures, "cloud_cost_monthly")) <= Decimal("0.07")
    moved = {row["service"] for row in rows if row["change"]}
    assert moved == {"Amazon CloudFront"}


def test_25_dollars_a_month_can_be_saved(figures, tables) -> None:
    assert value(figures, "cloud_savings_monthly") == 25
    assert [(row["waste"], row["saving"], row["lacks"]) for row in tables["cloud_savings"]] == [
        ("provisioned capacity", Decimal("14.00"), None),
        ("old versions", Decimal("9.20"), None),
        ("logs kept for ever", Decimal("1.80"), None),
    ]


def test_four_shortfalls_of_delivery(figures, tables) -> None:
    assert [(row["shortfall"], row["place"], row["quantity"]) for row in tables["delivery_shortfalls"]] == [
        ("files that do not parse", "bakery-site", 1),
        ("handoffs open", "booking-site", 2),
        ("no tests", "bakery-site", 13),
        ("not deployed", "booking-site", 47),
    ]
    assert value(figures, "days_since_deploy") == 47
    assert value(figures, "files_not_parsing") == 1
    assert value(figures, "repos_without_tests") == 1
    assert value(figures, "handoffs_open") == 2


def test_code_is_counted_by_language(tables) -> None:
    languages = {row["language"]: row for row in tables["code_languages"]}
    assert languages["python"]["tests"] == 1
    assert (languages["javascript"]["files"], languages["javascript"]["not_parsing"]) == (3, 1)
