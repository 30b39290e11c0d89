"""Deliveries, crew and pipeline of the demo world, as the product computes them from its rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Figures = dict[tuple[str | None, str], Any]
YACHTS = "expert-yacht-delivery"


def value(figures: Figures, metric: str, tenant: str | None = None) -> Decimal:
    figure = figures[tenant, metric]
    assert figure.missing is None, f"{metric}: {figure.missing}, {figure.because}"
    return Decimal(figure.value)


def state(figures: Figures, metric: str, tenant: str) -> str | None:
    figure = figures[tenant, metric]
    assert not figure.is_gap, f"{metric}: {figure.missing}, {figure.because}"
    missing: str | None = figure.missing
    return missing


def test_two_deliveries_are_quoted_one_is_won_and_one_under_way(figures: Figures) -> None:
    assert value(figures, "delivery_pipeline", YACHTS) == 4 * 1_900
    assert value(figures, "delivery_pipeline") == 4 * 1_900
    assert value(figures, "deliveries_ahead", YACHTS) == 3


def test_a_delivery_costs_1100_of_1050_quoted(figures: Figures) -> None:
    # Under way since three days: 500 spent and six watches, 3 x (70 + 50).
    ended = value(figures, "delivery_cost", YACHTS) - 860
    assert ended in {0, 1_100}
    assert value(figures, "quote_variance", YACHTS) == (50 if ended else 0)
    assert value(figures, "quote_overrun", YACHTS) == (50 if ended else 0)
    if ended:
        assert value(figures, "delivery_margin", YACHTS) == Decimal("0.421053")  # 800 / 1,900
    else:
        assert state(figures, "delivery_margin", YACHTS) == "zero_denominator"
        assert state(figures, "delivery_on_time", YACHTS) == "zero_denominator"


def test_a_mile_costs_two_to_four_dollars(figures: Figures) -> None:
    assert (
        2
        < value(figures, "delivery_cost_per_log_nm", YACHTS)
        <= value(figures, "delivery_cost_per_nm", YACHTS)
        < 4
    )


def test_twelve_hours_on_and_twelve_off_break_no_rest(figures: Figures) -> None:
    assert value(figures, "rest_breaches") == 0


def test_nothing_ahead_covers_nothing_of_the_target(figures: Figures) -> None:
    assert value(figures, "pipeline_coverage", "jada") == 0
    assert value(figures, "pipeline_coverage_needed", "jada") == Decimal("1.074074")  # 29 confirmed, 27 came


def test_the_yacht_and_its_guests(figures: Figures) -> None:
    assert 0 <= value(figures, "charter_utilisation", "jada") < Decimal("0.2")
    assert state(figures, "waiver_coverage", "jada") in {None, "zero_denominator"}
    assert value(figures, "waivers_missing") >= 0
