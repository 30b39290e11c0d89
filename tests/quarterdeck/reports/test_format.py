"""Figures in words."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from quarterdeck.reports.format import (
    format_day,
    format_money,
    format_number,
    format_ratio,
    format_value,
)
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        ("-1234.50", "USD", "en_US", "-$1,234.50"),
        ("1234.5", "EUR", "de_DE", "1.234,50\N{NO-BREAK SPACE}€"),
        ("-0.001", "USD", "en_US", "$0.00"),
        ("1200", "JPY", "en_US", "¥1,200"),
        ("1.2345", "KWD", "en_US", "KWD\N{NO-BREAK SPACE}1.235"),  # three places, half away from zero
        ("0.005", "USD", "en_US", "$0.01"),
    ],
)
def test_money(amount, currency, locale, shown) -> None:
    assert format_money(D(amount), currency, locale) == shown


def test_whole_money_is_rounded_half_away() -> None:
    assert format_money(D("7904.50"), "USD", "en_US", whole=True) == "$7,905"
    assert format_money(D("-0.40"), "USD", "en_US", whole=True) == "$0"


@pytest.mark.parametrize(
    ("value", "shown"), [("0.37037", "37.0%"), ("0.0005", "0.1%"), ("-0.0004", "0.0%"), ("1", "100.0%")]
)
def test_ratio(value, shown) -> None:
    assert format_ratio(D(value), "en_US") == shown


@pytest.mark.parametrize(
    ("value", "unit", "noun", "shown"),
    [
        (D("14.26"), "months", None, "14.3 months"),
        (D("1.0"), "months", None, "1.0 months"),
        (1, "days", None, "1 day"),
        (D("73.7"), "days", None, "73.7 days"),
        (12345, "count", None, "12,345"),
        (6, "units", "charter", "6 charters"),
        (1, "units", "delivery", "1 delivery"),
        (2, "units", "delivery", "2 deliveries"),
        ("2028-02-02", "day", None, "Wed, Feb 2, 2028"),
        ("2026-10-01", "month", None, "Oct 2026"),
        (None, "money", None, "\N{EN DASH}"),
    ],
)
def test_units(value, unit, noun, shown) -> None:
    assert WORDS.value(value, unit, None, noun=noun) == shown


def test_locale_without_a_long_pattern_still_says_days() -> None:
    assert format_value(3, "days", None, "nl_NL") == "3 dagen"


def test_money_needs_its_currency() -> None:
    with pytest.raises(ValueError, match="expected a currency"):
        format_value(D(1), "money", None, "en_US")


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2026-10-01", "2026-10-31", "Oct 2026"),
        ("2025-11-01", "2026-10-31", "Nov 2025 to Oct 2026"),
        ("2026-11-01", "2026-11-24", "Nov 1, 2026 to Nov 24, 2026"),
        ("2026-11-24", "2026-11-24", "Nov 24, 2026"),
        (None, "2026-11-24", "to Nov 24, 2026"),
        (None, None, ""),
    ],
)
def test_period(start, end, shown) -> None:
    assert WORDS.period(start, end) == shown


def test_day_has_its_weekday() -> None:
    assert format_day("2026-11-24", "en_US") == "Tue, Nov 24, 2026"


def test_figure(sample) -> None:
    assert WORDS.figure(sample.figure("gross_burn", "money", D("7904.00"))) == "$7,904.00"
    assert WORDS.figure(sample.gap("nps", "score", "answers to a survey")) == "no data (answers to a survey)"
    burning = sample.figure("runway_months", "months", None, missing="infinite", because="not burning")
    assert WORDS.figure(burning) == "not burning"


def test_numbers_keep_the_places_asked_for() -> None:
    assert format_number(D("1234.5"), "en_US", least=2, most=2) == "1,234.50"
    assert format_number(D("-0.004"), "en_US", least=2, most=2) == "0.00"


@pytest.mark.parametrize(("noun", "shown"), [("stay", "stays"), ("box", "boxes"), ("branch", "branches")])
def test_plural(noun, shown) -> None:
    assert WORDS.plural(noun, 2) == shown
    assert WORDS.plural(noun, 1) == noun
