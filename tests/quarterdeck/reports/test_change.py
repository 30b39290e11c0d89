"""Change: the rule of the metric list, on the cases of A13."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from quarterdeck.reports.change import change_of, sense_of
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")

# (1000 → 999.80: -0.20 / 1000 = -0.02 %, which is 0.0 % and so no direction)
A13 = [
    ("-100", "-50", D("0.500"), "up", "up 50.0%"),
    ("-100", "-150", D("-0.500"), "down", "down 50.0%"),
    ("0", "40", None, "up", "up $40.00"),
    ("0", "-40", None, "down", "down $40.00"),
    ("0", "0", D(0), "flat", "unchanged"),
    ("1000.00", "999.80", D("0.000"), "flat", "unchanged"),
    ("-50", "100", None, "up", "up $150.00"),
]


@pytest.mark.parametrize(("was", "now", "relative", "direction", "words"), A13)
def test_a13_change_from_negative_and_zero_base(was, now, relative, direction, words) -> None:
    change = change_of(D(was), D(now), "money")
    assert change == {"absolute": D(now) - D(was), "relative": relative, "direction": direction}
    assert str(change["relative"]) != "-0.000"
    assert WORDS.change(change, "money", "USD") == words


def test_ratios_change_in_points() -> None:
    change = change_of(D("0.370370"), D("0.333333"), "ratio")  # 37.0 % → 33.3 %: 3.7037 points
    assert change == {"absolute": D("-0.037037"), "relative": None, "direction": "down"}
    assert WORDS.change(change, "ratio", None) == "down 3.7 points"


def test_ratio_that_moves_less_than_shown_is_flat() -> None:
    assert change_of(D("0.37040"), D("0.37041"), "ratio")["direction"] == "flat"


def test_dates_change_in_days() -> None:
    change = change_of("2028-02-02", "2028-01-31", "day")
    assert change == {"absolute": -2, "relative": None, "direction": "down"}
    assert WORDS.change(change, "day", None) == "earlier by 2 days"


def test_half_is_rounded_away_from_zero() -> None:
    # 0.25 / 1000 = 0.00025 → 0.0 %; 0.5 / 1000 = 0.0005 → 0.1 %
    assert change_of(D("1000"), D("1000.25"), "money")["direction"] == "flat"
    assert change_of(D("1000"), D("999.5"), "money")["relative"] == D("-0.001")


def test_missing_has_no_change() -> None:
    assert change_of(None, D(1), "money") is None
    assert change_of(D(1), None, "money") is None
    assert WORDS.change(None, "money", "USD") == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("direction", "better", "sense"),
    [
        ("up", "up", "better"),
        ("up", "down", "worse"),
        ("flat", "up", "neither"),
        ("down", "neither", "neither"),
    ],
)
def test_sense(direction, better, sense) -> None:
    assert sense_of(direction, better) == sense
