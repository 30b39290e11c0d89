"""Cost Explorer: what is asked, and months of what it answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from quarterdeck.sources.aws.calls import MissingError
from quarterdeck.sources.aws.costs import costs, forecasts, month_records, shifted


def day(start: str, amount: str, *, estimated: bool = False, unit: str = "USD"):
    return {
        "TimePeriod": {"Start": start, "End": start},
        "Estimated": estimated,
        "Groups": [{"Keys": ["AWS Lambda"], "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": unit}}}],
    }


def test_months_by_service_and_usage_type_of_all_pages(player) -> None:
    found = costs(player.load("costs").calls, date(2026, 3, 31))
    assert [(c["service"], c["usage_type"], c["month"], c["amount"], c["estimated"]) for c in found] == [
        ("AWS Lambda", "EU-Request", date(2026, 2, 1), Decimal("0.123456789"), False),
        ("Amazon Simple Storage Service", "EU-TimedStorage", date(2026, 2, 1), Decimal("0.00000025"), False),
        ("AWS Lambda", "EU-Request", date(2026, 3, 1), Decimal(3), True),
    ]


def test_days_are_added_to_months_and_one_estimated_day_makes_the_month_estimated() -> None:
    found = month_records(
        [day("2026-02-27", "1.1"), day("2026-02-28", "2.2"), day("2026-03-01", "4", estimated=True)]
    )
    assert [(c["usage_type"], c["month"], c["amount"], c["estimated"]) for c in found] == [
        ("(all)", date(2026, 2, 1), Decimal("3.3"), False),
        ("(all)", date(2026, 3, 1), Decimal(4), True),
    ]


def test_another_currency_is_missing_and_no_dollars() -> None:
    with pytest.raises(MissingError, match="expected in USD and are billed in CNY"):
        month_records([day("2026-02-27", "1", unit="CNY")])


def test_a_forecast_has_whole_months_alone(player) -> None:
    found = forecasts(player.load("forecast").calls, date(2026, 4, 15))
    assert found == [
        {"month": date(2026, 5, 1), "amount": Decimal("12.5"), "low": Decimal(10), "high": Decimal(15)},
        {"month": date(2026, 6, 1), "amount": Decimal("12.5"), "low": None, "high": None},
    ]


@pytest.mark.parametrize("look", [costs, forecasts])
def test_no_data_yet_is_missing(refusing, look) -> None:
    with pytest.raises(MissingError, match="AWS has no data for it yet"):
        look(refusing("DataUnavailableException"), date(2026, 4, 15))


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert shifted(date(2026, 1, 31), -13) == date(2024, 12, 1)
    assert shifted(date(2026, 11, 30), 3) == date(2027, 2, 1)
