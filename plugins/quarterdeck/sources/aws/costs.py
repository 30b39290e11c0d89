"""Cost Explorer: what each month cost and is expected to cost, in USD, without tax, credits and refunds."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.calls import MissingError
from quarterdeck.sources.aws.definition import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quarterdeck.sources.aws.calls import Calls

log = logging.getLogger(__name__)
MONTHS = 13  # full ones: a year back and the month to compare it with
AHEAD = 3  # months of forecast, the running one first
ALL_TYPES = "(all)"  # of an answer that is by service alone
_BILLIONTH = Decimal(1).scaleb(-9)
_ONLY_USE = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax", "Credit", "Refund"]}}}


def costs(calls: Calls, as_of: date) -> list[dict[str, Any]]:
    """Records of ``cloud_costs`` for the last 13 full months and the running one, to the end of ``as_of``."""
    days = calls.pages(
        "ce", GLOBAL, "get_cost_and_usage", "ce:GetCostAndUsage",
        at="ResultsByTime", tokens=("NextPageToken", "NextPageToken"),
        TimePeriod={
            "Start": shifted(as_of, -MONTHS).isoformat(), "End": (as_of + timedelta(days=1)).isoformat()
        },
        Granularity="MONTHLY",
        Metrics=["UnblendedCost"],
        GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}],
        Filter=_ONLY_USE,
    )  # fmt: skip
    return month_records(days)


def month_records(results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Days or months of GetCostAndUsage as records of months, exact to a billionth of a dollar.

    A month with one estimated day is estimated. Raises MissingError for another currency than USD.
    """
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    estimated: set[str] = set()
    for result in results:
        month = result["TimePeriod"]["Start"][:7] + "-01"
        if result.get("Estimated"):
            estimated.add(month)
        for group in result.get("Groups") or ():
            service, *kind = group["Keys"]
            cost = group["Metrics"]["UnblendedCost"]
            sums[service, kind[0] if kind else ALL_TYPES, month] += _usd(cost)
    return [
        {
            "service": service,
            "usage_type": kind,
            "month": date.fromisoformat(month),
            "amount": amount.quantize(_BILLIONTH),
            "estimated": month in estimated,
        }
        for (service, kind, month), amount in sums.items()
    ]


def forecasts(calls: Calls, today: date) -> list[dict[str, Any]]:
    """Records of ``cloud_forecasts``: whole months from ``today``'s on, as Cost Explorer expects them."""
    answer = calls.one(
        "ce", GLOBAL, "get_cost_forecast", "ce:GetCostForecast",
        TimePeriod={"Start": today.isoformat(), "End": shifted(today, AHEAD).isoformat()},
        Metric="UNBLENDED_COST", Granularity="MONTHLY", PredictionIntervalLevel=80, Filter=_ONLY_USE,
    )  # fmt: skip
    if answer is None:
        raise MissingError("ce:GetCostForecast gave no answer")
    _usd(answer["Total"])
    return list(forecast_records(answer["ForecastResultsByTime"]))


def forecast_records(results: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Whole months of a forecast; a part of one is left out, as it is no month's cost."""
    for result in results:
        start = date.fromisoformat(result["TimePeriod"]["Start"])
        if start.day != 1:
            log.info("cloud_forecasts: the forecast from %s is of a part of its month: left out", start)
            continue
        yield {
            "month": start,
            "amount": _number(result["MeanValue"]),
            "low": _number(result.get("PredictionIntervalLowerBound")),
            "high": _number(result.get("PredictionIntervalUpperBound")),
        }


def shifted(day: date, months: int) -> date:
    """The first of the month that is ``months`` after ``day``'s."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text).quantize(_BILLIONTH)


def _usd(cost: dict[str, str]) -> Decimal:
    if cost["Unit"] != "USD":
        raise MissingError(f"costs are expected in USD and are billed in {cost['Unit']}")
    return Decimal(cost["Amount"])
