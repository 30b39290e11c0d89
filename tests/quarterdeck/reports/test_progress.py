"""Targets, how far they are, and the same period before: the right sense, the right share of the days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.reports.grid import Speaker, kpi_grid, sparkline
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.progress import over_time, progress_of
from quarterdeck.reports.schema import check_payload
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")

# 8 of 10 reached: good where less is better. On the target is good both ways. 12 of 10 likewise.
PROGRESS = [
    (8, 10, "up", D("0.800000"), False, "worse"),
    (8, 10, "down", D("0.800000"), True, "better"),
    (10, 10, "up", D(1), True, "better"),
    (10, 10, "down", D(1), True, "better"),
    (12, 10, "up", D("1.200000"), True, "better"),
    (12, 10, "down", D("1.200000"), False, "worse"),
    (8, 10, "neither", D("0.800000"), None, "neither"),
    (-4, 10, "up", D("-0.400000"), False, "worse"),
    (5, 0, "down", None, False, "worse"),  # a share of nothing is no number
    (0, 0, "down", None, True, "better"),
    (D("1"), D("3"), "up", D("0.333333"), False, "worse"),
]


@pytest.mark.parametrize(("value", "target", "better", "ratio", "reached", "sense"), PROGRESS)
def test_progress_has_the_right_sense(value, target, better, ratio, reached, sense) -> None:
    expected = {"ratio": ratio, "reached": reached, "to_date": None, "sense": sense}
    assert progress_of(value, target, better, None) == expected


def test_what_has_no_number_has_no_progress() -> None:
    assert progress_of(None, 10, "up", None) is None
    assert progress_of("2028-02-02", 10, "up", None) is None


def line(value: Any, unit: str = "money", better: str = "up") -> dict[str, Any]:
    return {
        "id": "cash_received", "tenant": None, "currency": "USD" if unit == "money" else None, "unit": unit,
        "better": better, "value": value,
    }  # fmt: skip


def history(**parts: Any) -> dict[str, Any]:
    whole = {
        "span": "month_to_date",
        "adds_up": True,
        "trend": [],
        "same_period": None,
        "target": D("100.00"),
    }
    return whole | parts


def told(build, shown: dict[str, Any], **parts: Any) -> dict[str, Any]:
    key = (shown["id"], shown["tenant"], shown["currency"])
    as_of = parts.pop("as_of", date(2026, 11, 24))
    return over_time(build(as_of=as_of, histories={key: history(**parts)}), shown)


def test_a_month_to_date_figure_is_held_against_the_days_done(build) -> None:
    # 24 of 30 days: 80.00 of 100.00; 85.00 is ahead of that and short of the target.
    progress = told(build, line(D("85.00")))["progress"]
    assert progress["to_date"] == {
        "target": D("80.00"), "days_done": 24, "days": 30, "difference": D("5.00"),
    }  # fmt: skip
    assert (progress["reached"], progress["sense"], progress["ratio"]) == (False, "better", D("0.85"))
    assert told(build, line(D("85.00"), better="down"))["progress"]["sense"] == "worse"


def test_the_share_is_rounded_once_to_the_currency(build) -> None:
    progress = told(build, line(D("1.00")), as_of=date(2026, 3, 1), target=D("100.00"))["progress"]
    assert progress["to_date"]["target"] == D("3.23")  # 100 / 31 = 3.2258
    whole = told(build, line(D("1.00")), as_of=date(2026, 3, 31))["progress"]
    assert whole["to_date"]["target"] == D("100.00")


def test_what_does_not_grow_with_the_days_is_held_against_the_whole_target(build) -> None:
    for parts in ({"adds_up": False}, {"span": "day"}, {"span": "full_months"}):
        assert told(build, line(D("85.00")), **parts)["progress"]["to_date"] is None


def test_the_dataset_comes_before_the_setting(build) -> None:
    shown = {**line(D("8000.00"), better="down"), "id": "gross_burn"}  # setting target_gross_burn: 7500
    assert told(build, shown, target=None)["target"] == 7500
    assert told(build, shown, target=D("9000.00"))["target"] == D("9000.00")
    assert told(build, line(D("1.00")), target=None)["target"] is None


@pytest.mark.parametrize(
    ("then", "now", "relative", "direction", "sense"),
    [
        ("0.00", "40.00", None, "up", "better"),  # from nothing: no percentage
        ("-50.00", "100.00", None, "up", "better"),  # over a change of sign: none
        ("-100.00", "-150.00", D("-0.500"), "down", "worse"),
        ("0.00", "0.00", D(0), "flat", "neither"),
    ],
)
def test_the_same_period_has_its_change(build, then, now, relative, direction, sense) -> None:
    days = {"period_start": "2026-10-01", "period_end": "2026-10-24", "now_end": "2026-11-24"}
    entry = {"value": D(then), "now": D(now), **days}
    unknown = {"missing": "no_history", "because": "nothing was recorded", "now": D(now), **days}
    found = told(build, line(D(now)), same_period={"month_before": entry, "year_before": unknown})
    month, year = found["same_period"]["month_before"], found["same_period"]["year_before"]
    assert (month["change"]["relative"], month["change"]["direction"]) == (relative, direction)
    assert month["sense"] == sense
    assert (year["change"], year["sense"], year["missing"]) == (None, "neither", "no_history")


def test_a_payload_with_history_keeps_its_schema_and_says_it(build) -> None:
    days = {"period_start": "2026-10-01", "period_end": "2026-10-24", "now_end": "2026-11-24"}
    compared = {"value": D("5000.00"), "now": D("6400.00"), **days}
    unknown = {"missing": "no_history", "because": "nothing", "now": D("6400.00"), **days}
    points = [
        {"period": "2026-09", "missing": "no_history", "because": "nothing"},
        {"period": "2026-10", "value": D("5000.00")},
    ]
    entry = history(
        trend=points, same_period={"month_before": compared, "year_before": unknown}, target=D("9000.00")
    )
    payload = build_payload(build(histories={("cash_received", None, "USD"): entry}))
    check_payload(payload)
    shown = next(kpi for kpi in payload["kpis"] if kpi["id"] == "cash_received")
    assert shown["trend"] == points
    grid = kpi_grid("Figures", [shown], Speaker(WORDS, {}), previous=None)
    cells = dict(zip([c["title"] for c in grid["columns"]], grid["rows"][0], strict=True))
    assert cells["Target"]["text"] == "$9,000.00"
    assert cells["Target"]["small"] == "71.1% of it; 24 of 30 days: $7,200.00"
    before = cells["A month before"]
    assert (before["text"], before["small"]) == ("$5,000.00", "up 28.0%, better")


def test_days_are_drawn_by_their_distance() -> None:
    days = [
        {"value": "2028-01-01"},
        {"missing": "infinite"},
        {"value": "2028-01-08"},
        {"value": "2028-01-15"},
    ]
    assert sparkline(days) == "▁·▄█"
