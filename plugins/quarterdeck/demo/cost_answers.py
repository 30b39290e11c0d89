"""Cost Explorer's documented answers, worked out from a bill: what the real service would say of it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.days import add_months, month_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = {"SERVICE": "service", "USAGE_TYPE": "usage_type"}
_PLACES = Decimal(1).scaleb(-10)  # as Cost Explorer gives amounts
_SPREAD = Decimal("0.1")  # of a forecast's range on either side
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class CostError(Exception):
    """A refusal of Cost Explorer: its code, and what it says."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class BillLine:
    """What one kind of use of a service cost in a calendar month, in USD; tax and credits are none."""

    month: date
    service: str
    usage_type: str
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """All lines. Months from ``open_from`` on are estimated; the running one holds its cost so far."""

    lines: tuple[BillLine, ...]
    open_from: date

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Bill:
        """The inverse of ``as_json``. Raises KeyError or ValueError for anything else."""
        lines = (
            BillLine(
                date.fromisoformat(line["month"]),
                line["service"],
                line["usage_type"],
                Decimal(line["amount"]),
            )
            for line in data["lines"]
        )
        return cls(tuple(lines), date.fromisoformat(data["open_from"]))

    def as_json(self) -> dict[str, Any]:
        """Plain values, as they go over the wire to the stand-in."""
        lines = [
            {
                "month": line.month.isoformat(),
                "service": line.service,
                "usage_type": line.usage_type,
                "amount": str(line.amount),
            }
            for line in self.lines
        ]
        return {"lines": lines, "open_from": self.open_from.isoformat()}


def cost_and_usage(request: dict[str, Any], bill: Bill) -> dict[str, Any]:
    """GetCostAndUsage by month. Raises CostError for what this bill can't tell."""
    start, end = _period(request)
    if request.get("Granularity") != "MONTHLY" or request.get("Metrics") != ["UnblendedCost"]:
        raise CostError("ValidationException", "This bill has UnblendedCost by MONTHLY only.")
    groups = request.get("GroupBy", [])
    if any(group["Type"] != "DIMENSION" or group["Key"] not in _KEYS for group in groups):
        raise CostError("ValidationException", "This bill is grouped by SERVICE and USAGE_TYPE.")
    keys = [_KEYS[group["Key"]] for group in groups]
    months = [_month(first, last, keys, bill) for first, last in _months(start, end)]
    return {"GroupDefinitions": groups, "ResultsByTime": months, "DimensionValueAttributes": []}


def _month(first: date, last: date, keys: list[str], bill: Bill) -> dict[str, Any]:
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for line in bill.lines:
        if line.month == month_of(first).start:
            sums[tuple(getattr(line, key) for key in keys)] += line.amount
    period = {"Start": first.isoformat(), "End": last.isoformat()}
    result: dict[str, Any] = {"TimePeriod": period, "Total": {}, "Groups": []}
    if keys:
        result["Groups"] = [
            {"Keys": list(found), "Metrics": {"UnblendedCost": _usd(sums[found])}} for found in sorted(sums)
        ]
    else:
        result["Total"] = {"UnblendedCost": _usd(sum(sums.values(), Decimal()))}
    return result | {"Estimated": first >= bill.open_from}


def cost_forecast(request: dict[str, Any], bill: Bill) -> dict[str, Any]:
    """GetCostForecast by month: what that calendar month cost the last time, 10 % more or less."""
    start, end = _period(request)
    if request.get("Granularity") != "MONTHLY" or request.get("Metric") != "UNBLENDED_COST":
        raise CostError("ValidationException", "This bill forecasts UNBLENDED_COST by MONTHLY only.")
    known: dict[int, Decimal] = {}
    for month in sorted({line.month for line in bill.lines if line.month < bill.open_from}):
        known[month.month] = sum((each.amount for each in bill.lines if each.month == month), Decimal())
    if len(known) < 12:
        raise CostError("DataUnavailableException", "There is too little history to forecast from.")
    results: list[dict[str, Any]] = []
    for first, last in _months(start, end):
        whole = month_of(first)
        mean = known[first.month] * (last - first).days / whole.days
        results.append(
            {
                "TimePeriod": {"Start": first.isoformat(), "End": last.isoformat()},
                "MeanValue": str(mean.quantize(_PLACES)),
                "PredictionIntervalLowerBound": str((mean * (1 - _SPREAD)).quantize(_PLACES)),
                "PredictionIntervalUpperBound": str((mean * (1 + _SPREAD)).quantize(_PLACES)),
            }
        )
    total = sum((Decimal(result["MeanValue"]) for result in results), Decimal())
    return {"Total": _usd(total), "ForecastResultsByTime": results}


def _period(request: dict[str, Any]) -> tuple[date, date]:
    period = request.get("TimePeriod", {})
    texts = [str(period.get(name, "")) for name in ("Start", "End")]
    if not all(_DAY.fullmatch(text) for text in texts):
        raise CostError("ValidationException", "TimePeriod: expected days such as 2026-01-01.")
    start, end = (date.fromisoformat(text) for text in texts)
    if start >= end:
        raise CostError("ValidationException", "Start date (and hour) should be before end date (and hour)")
    return start, end


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    """Calendar months, cut to the days that were asked for; the second day no longer belongs to it."""
    while start < end:
        after = add_months(month_of(start).start, 1)
        yield start, min(after, end)
        start = after


def _usd(amount: Decimal) -> dict[str, str]:
    return {"Amount": str(amount.quantize(_PLACES).normalize() + Decimal(0)), "Unit": "USD"}


def so_far(amount: Decimal, day: date) -> Decimal:
    """The part of a month's cost that is billed at the end of a day of it."""
    month = month_of(day)
    done = (day + timedelta(days=1) - month.start).days
    return (amount * done / month.days).quantize(_PLACES)
