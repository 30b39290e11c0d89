"""Recorded answers of Cost Explorer from two real accounts: months add up to the sums beside the files."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.costs import month_records

if TYPE_CHECKING:
    from pathlib import Path


def _records(file: Path) -> list[dict[str, Any]]:
    return month_records(json.loads(file.read_text())["ResultsByTime"])


def _by(records: list[dict[str, Any]], name: str) -> dict[Any, str]:
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for record in records:
        sums[record[name]] += record["amount"]
    return {key: f"{amount:.6f}" for key, amount in sums.items()}


def test_86_days_are_three_months(data: Path) -> None:
    found = _records(data / "aws_cost" / "cost_explorer_daily_by_service_cloudtoolbox.json")
    assert _by(found, "month") == {
        date(2024, 2, 1): "16.491081",
        date(2024, 3, 1): "4.925416",
        date(2024, 4, 1): "45.837555",
    }
    assert f"{sum(one['amount'] for one in found):.6f}" == "67.254052"
    services = _by(found, "service")
    assert services["Tax"] == "13.460000"  # the recorded question did not leave tax out; ours does
    assert "17.500192" in services.values()
    # The last days of April were estimates: so is the month.
    assert {one["month"] for one in found if one["estimated"]} >= {date(2024, 4, 1)}
    assert not any(one["estimated"] for one in found if one["month"] == date(2024, 2, 1))


def test_six_months(data: Path) -> None:
    found = _records(data / "aws_cost" / "cost_explorer_monthly_by_service_cloudscape.json")
    months = _by(found, "month")
    assert [months[date(2023, month, 1)] for month in range(4, 10)] == [
        "205.447907", "471.561857", "303.240085", "306.046063", "285.988201", "385.395831",
    ]  # fmt: skip
    assert f"{sum(one['amount'] for one in found):.6f}" == "1957.679944"
