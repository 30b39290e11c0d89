"""The product against the figures of README.md, which were worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from quarterdeck.settings.places import Places
from quarterdeck.steps.measuring import measure_portfolio
from quarterdeck.steps.resources import Resources

HERE = Path(__file__).parent
INCLUDE = HERE.parents[1] / "include"

EXPECTED = {
    ("sloop", "gross_burn"): "1750.00",
    ("sloop", "gross_burn_low"): "1250.00",
    ("sloop", "gross_burn_high"): "1750.00",
    ("sloop", "gross_burn_3m"): "1500.00",
    ("sloop", "net_burn"): "-1650.00",
    ("sloop", "net_burn_3m"): "-633.33",
    ("sloop", "cash_total"): "13900.00",
    ("sloop", "deferred_revenue"): "400.00",
    ("sloop", "cash_available"): "13500.00",
    ("sloop", "revenue_recognised"): "3000.00",
    ("sloop", "cash_received"): "3400.00",
    ("sloop", "fixed_costs"): "1000.00",
    ("sloop", "contribution_per_unit"): "1500.00",
    ("sloop", "contribution_ratio"): "0.75",
    ("sloop", "break_even_units"): "1",
    ("sloop", "break_even_revenue"): "1333.33",
    ("sloop", "confirmed_ahead"): "1",
    ("sloop", "pipeline_value"): "1200.00",
    ("sloop", "cancellation_rate"): "0.5",
    ("sloop", "bookings_without_payment"): "0",
    ("sloop", "revenue_unmatched"): "0.00",
    ("cottage", "occupancy_paid"): "0.096774",
    ("cottage", "occupancy_adjusted"): "0.103448",
    ("cottage", "adr"): "100.00",
    ("cottage", "revpar"): "9.68",
    (None, "gross_burn"): "1750.00",
}
MISSING = {("sloop", "runway_months"): "infinite", ("cottage", "gross_burn"): "no_data"}


def no_aws(_aws: object, service: str) -> None:
    raise AssertionError(f"a portfolio of local files asked for {service}")


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Resources:
    places = Places(include=INCLUDE, portfolios=(HERE / "portfolios",), home=tmp_path_factory.mktemp("home"))
    return Resources(places, no_aws, clock=lambda: datetime(2026, 4, 1, 6, tzinfo=UTC))


@pytest.fixture(scope="module")
def figures(resources: Resources) -> dict[tuple[str | None, str], object]:
    found = measure_portfolio(resources, "lantern", "2026-03-31", tenant=None, metrics=None)
    return {(figure.tenant, figure.metric): figure for figure in found}


@pytest.mark.parametrize(("key", "value"), EXPECTED.items(), ids=str)
def test_figure_is_as_worked_out_by_hand(figures, key, value) -> None:
    figure = figures[key]
    assert figure.missing is None, figure.because
    assert Decimal(figure.value) == Decimal(value)


@pytest.mark.parametrize(("key", "reason"), MISSING.items(), ids=str)
def test_missing_is_said_with_its_reason(figures, key, reason) -> None:
    figure = figures[key]
    assert figure.value is None
    assert figure.missing == reason
    assert figure.because


def test_measured_twice_is_the_same(resources: Resources, figures) -> None:
    again = measure_portfolio(resources, "lantern", "2026-03-31", tenant=None, metrics=None)
    assert again == list(figures.values())
