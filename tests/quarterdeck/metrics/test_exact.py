"""Rounded once, half away from zero; never a float, never a negative zero."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from quarterdeck.metrics.exact import check_types, day_text, fraction, shown


@pytest.mark.parametrize(
    ("value", "unit", "currency", "expected"),
    [
        (Fraction(12345), "money", "USD", "123.45"),
        (Fraction(5, 2), "money", "USD", "0.03"),
        (Fraction(-5, 2), "money", "USD", "-0.03"),
        (Fraction(-1, 3), "money", "USD", "0.00"),
        (Fraction(1234), "money", "JPY", "1234"),
        (Fraction(1234), "money", "KWD", "1.234"),
        (Fraction(1, 3), "ratio", None, "0.333333"),
        (Fraction(70, 30), "months", None, "2.3"),
        (Fraction(5), "months", None, "5.0"),
        (Fraction(7), "count", None, "7"),
        (Fraction(9, 2), "units", None, "4.5"),
    ],
)
def test_shown(value: Fraction, unit: str, currency: str | None, expected: str) -> None:
    found = shown(value, unit, currency)
    assert str(found) == expected


def test_counts_are_integers() -> None:
    assert type(shown(Fraction(7), "count", None)) is int


def test_money_without_currency() -> None:
    with pytest.raises(ValueError, match="expected a currency"):
        shown(Fraction(1), "money", None)


@pytest.mark.parametrize("value", [None, True, 1.5, float("nan"), "1"])
def test_only_exact_numbers(value: object) -> None:
    with pytest.raises(ValueError, match="value: expected an integer or decimal"):
        fraction(value, "value")


def test_decimals_stay_exact() -> None:
    assert fraction(Decimal("0.1"), "value") == Fraction(1, 10)


def test_double_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="column b: expected an exact type, found DOUBLE"):
        check_types(("a", "b"), ("BIGINT", "DOUBLE"))


def test_days_are_days() -> None:
    assert day_text(date(2026, 4, 5), "value") == "2026-04-05"
    with pytest.raises(ValueError, match="expected a date"):
        day_text(datetime(2026, 4, 5, tzinfo=UTC), "value")
