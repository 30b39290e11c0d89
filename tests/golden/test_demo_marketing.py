"""What the demo world says of marketing, through the product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Figures = dict[tuple[str | None, str], Any]


def value(figures: Figures, metric: str, tenant: str | None = None) -> Decimal:
    figure = figures[tenant, metric]
    assert figure.missing is None, f"{metric}: {figure.missing}, {figure.because}"
    return Decimal(figure.value)


def test_the_list_is_worth_ten_to_fifty_thousand(figures) -> None:
    assert value(figures, "campaign_reachable_contacts") == 3_676
    # 13 of 2,050: 0.37098 % to 1.08198 %, by 750 and 1,250.
    assert value(figures, "campaign_opportunity_low") == Decimal("10227.81")
    assert value(figures, "campaign_opportunity_high") == Decimal("49717.09")


def test_every_row_of_the_list_has_its_reason(tables) -> None:
    assert {row["reason"]: row["contacts"] for row in tables["audience_by_reason"]} == {
        "reachable": 3_676,
        "malformed": 9,
        "duplicate": 118,
        "no consent": 287,
        "complained": 5,
        "unsubscribed": 163,
        "bounced": 54,
        "manual": 0,
        "all rows": 4_312,
    }


def test_listings_in_the_order_in_which_to_open_them(figures, tables) -> None:
    assert value(figures, "listing_value_90d", "jada") == Decimal("2045.17")
    assert figures["queenofsandiego", "listing_value_90d"].missing == "no_history"
    worth = [(row["channel"], round(row["value_90d"])) for row in tables["agency_listings"]]
    assert worth == [("Sailo", 2_045), ("GetMyBoat", 1_530), ("Viator", 764), ("GetYourGuide", 532)]


def test_local_search(figures, tables) -> None:
    assert value(figures, "local_top3_share", "quickdumpnow") == Decimal("0.25")  # 3 of 12
    assert value(figures, "local_seo_progress", "quickdumpnow") == Decimal("0.333333")  # 4 of 12
    assert sum(row["rank"] is None for row in tables["local_search"]) == 5


def test_campaigns(figures, tables) -> None:
    results = tables["campaign_results"]
    mailings = [row for row in results if row["delivered"] is not None]
    assert (sum(row["delivered"] for row in mailings), sum(row["bookings"] for row in mailings)) == (
        2_050,
        13,
    )
    # Three events at 1,500 for three mailings at 25.
    assert value(figures, "roas", "queenofsandiego") == 60
    assert figures["quickdumpnow", "roas"].missing == "zero_denominator"  # its campaign cost nothing
    revenue = sum(row["revenue"] for row in results if row["spend"])
    spend = sum(row["spend"] for row in results)
    assert abs(value(figures, "roas") - revenue / spend) < Decimal("0.000001")


def test_marketing_of_twelve_months_won_customers(figures) -> None:
    assert 1_320 / 27 <= value(figures, "cac", "jada") <= 1_320 / 20
    assert value(figures, "cac", "quickdumpnow") == 0


def test_channels_keep_no_commission(tables) -> None:
    assert {row["commission"] for row in tables["channel_matrix"]} == {Decimal("0.00")}
    assert all(row["bookings"] <= row["leads"] for row in tables["channel_matrix"])
