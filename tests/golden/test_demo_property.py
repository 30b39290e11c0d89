"""The rental of the demo world through the product, and how far the milestones have come."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

RENTAL = "rental-3028-51st-st"
Figures = dict[tuple[str | None, str], Any]

# A year of 104 nights at 145 in 35 stays: 15,080 - 12 x 570 - 35 x 55. The bank takes 12 x (280 + 240).
PROPERTY = {
    "noi": "6315.00",
    "debt_service": "6240.00",
    "cash_flow_after_debt": "75.00",
    "dscr": "1.012019",
    "cap_rate": "0.013156",  # of a value of 480,000
    "cash_on_cash": "0.000595",  # 75 of 126,000
    # The kitchen: 104 nights at 20 more = 2,080 a year; 6,000 and one night lost at 125.
    "renovation_roi": "0.339592",
    "renovation_payback": "2.9",
}


@pytest.mark.parametrize("metric", PROPERTY)
def test_the_rental_earns_what_the_recipe_says(figures: Figures, metric: str) -> None:
    for tenant in (RENTAL, None):
        figure = figures[tenant, metric]
        assert (figure.missing, figure.note) == (None, None)
        assert Decimal(figure.value) == Decimal(PROPERTY[metric])


def test_a_month_of_four_stays_costs_more_than_its_budget(anchored: tuple[Any, Figures]) -> None:
    """Fixed 570, interest 280 and 55 a stay of a budget of 1,030: 960 with 2 stays, 1,015, 1,070 with 4."""
    anchor, figures = anchored
    variance = Decimal(figures[RENTAL, "budget_variance_month"].value)
    assert variance in {Decimal(-70), Decimal(-15), Decimal(40)}
    if anchor.isoformat() == "2026-09-01":  # August
        assert variance == 40


def test_all_milestones_are_measured(figures: Figures) -> None:
    progress = figures[None, "milestone_progress"]
    assert (progress.missing, progress.note) == (None, None)
    assert 0 <= Decimal(progress.value) <= 1
    assert figures[None, "milestones_overdue"].value == 0
    assert figures[None, "milestones_behind"].value >= 1  # nothing is confirmed ahead
