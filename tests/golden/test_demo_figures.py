"""The demo world through the product: its sources in the emulator, the figures that must come out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

BACKFILL = timedelta(days=10)
Figures = dict[tuple[str | None, str], Any]


def value(figures: Figures, metric: str, tenant: str | None = None) -> Decimal:
    figure = figures[tenant, metric]
    assert figure.missing is None, f"{metric}: {figure.missing}, {figure.because}"
    return Decimal(figure.value)


def test_burn(figures) -> None:
    assert 7_442 <= value(figures, "gross_burn_low") <= value(figures, "gross_burn") <= 8_844
    assert value(figures, "gross_burn_high") <= 8_844
    assert 423 <= value(figures, "net_burn_3m") <= 3_145


def test_cash_and_runway(figures) -> None:
    assert value(figures, "cash_total") == 30_000
    # 1,200 on the impound account, 250 of deposits owed, and what clients and guests have paid ahead.
    ahead = value(figures, "deferred_revenue")
    assert value(figures, "cash_available") == 30_000 - 1_200 - 250 - ahead
    assert 0 <= ahead < 600
    assert 5 < value(figures, "runway_months") < 60


def test_break_even(figures) -> None:
    assert value(figures, "break_even_units", "jada") == 6
    assert 550 <= value(figures, "contribution_per_unit", "jada") < 660
    assert value(figures, "fixed_costs", "jada") == Decimal("3307.50")


def test_empty_pipeline(figures) -> None:
    assert value(figures, "confirmed_ahead", "jada") == 0
    assert value(figures, "confirmed_ahead", "queenofsandiego") == 0
    assert value(figures, "pipeline_value") == 0


def test_revenue_not_tracked(figures) -> None:
    assert value(figures, "bookings_without_payment", "jada") == 2
    assert value(figures, "revenue_unmatched") == 180
    assert value(figures, "trial_balance_difference") == 0
    assert value(figures, "unmapped_accounts", "queenofsandiego") == 1
    assert value(figures, "unmapped_accounts") == 1


def test_crew_equity_risk(figures) -> None:
    assert value(figures, "crew_unpaid") == 90
    assert 225 <= value(figures, "crew_share_owed") <= 375
    assert value(figures, "crew_pay_gap", "jada") == Decimal("0.28")  # 1 - 18 / 25
    assert value(figures, "crew_pay_gap", "queenofsandiego") == 0


def test_no_agency_listings(figures) -> None:
    assert value(figures, "ota_listings_live") == 0


def test_client_billing_gaps(anchored) -> None:
    anchor, figures = anchored
    assert value(figures, "billing_gap") == 430  # 190 and 2 x 120
    # The month's three retainers are invoiced on the 1st and paid on the 10th.
    not_due = 600 if anchor.day < 10 else 0
    assert value(figures, "ar_total") == 500 + not_due
    share = Decimal(500) / (500 + not_due)
    assert abs(value(figures, "overdue_share") - share) < Decimal("0.000001")
    assert value(figures, "mrr") == 600
    assert value(figures, "contracts_unsigned") == 1
    assert value(figures, "contracts_ending") == 1


def test_receivables_and_clients(anchored) -> None:
    anchor, figures = anchored
    # 500 for 70 days at 25 %; the month's retainers, until they are paid on the 10th, at 1 %.
    assert value(figures, "expected_credit_loss") == 125 + (6 if anchor.day < 10 else 0)
    assert value(figures, "collection_risk_score") == Decimal("83.3")  # 40 + 30 x 70 / 90 + 20
    assert 30 < value(figures, "dso") < 66
    assert value(figures, "work_after_lapse") == 1
    # The one who cancelled did so 40 days ago: in an earlier month.
    assert (
        value(figures, "customer_churn") == value(figures, "mrr_churn") == value(figures, "mrr_change") == 0
    )
    assert value(figures, "grr") == value(figures, "nrr") == 1
    assert value(figures, "client_hhi") > 1_800
    assert value(figures, "client_concentration") > Decimal("0.41")
    assert value(figures, "win_rate") == Decimal("0.4")
    assert value(figures, "proposals_weighted") == Decimal("0.4") * (1_800 + 2_400 + 900)
    assert value(figures, "proposal_age") == 12


def test_deposits_are_no_cash_of_ours(figures) -> None:
    assert value(figures, "deposits_owed", "jada") == 250
    assert value(figures, "deferred_revenue", "jada") == 0


def test_nine_kpis_are_missing(figures) -> None:
    gaps = {figure.metric for figure in figures.values() if figure.is_gap and figure.tenant is None}
    assert value(figures, "kpis_missing") == 9
    assert gaps == {
        "net_promoter_score",
        "review_score",
        "website_conversion",
        "lead_response_hours",
        "billable_utilisation",
        "effective_hourly_rate",
        "incident_rate",
        "job_margin",
        "forecast_error",
    }


def test_a_backfill_of_ten_days_agrees(office) -> None:
    """Rebuilt from events alone: the books and bookings tell the same, what has no history is missing."""
    anchor = date(2026, 7, 17)
    office.place(anchor, 7)
    figures = office.figures(anchor - BACKFILL)
    assert value(figures, "confirmed_ahead", "jada") == 0
    assert value(figures, "confirmed_ahead", "queenofsandiego") == 0
    assert value(figures, "break_even_units", "jada") == 6
    assert 7_442 <= value(figures, "gross_burn") <= 8_844
    assert value(figures, "bookings_without_payment", "jada") == 2
    assert figures[None, "ota_listings_live"].missing == "no_data"
