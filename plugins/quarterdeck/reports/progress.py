"""A KPI line over time: its trend, the same period before, its target and how far it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from quarterdeck.days import month_of
from quarterdeck.money import exponent, round_half_away
from quarterdeck.reports.change import change_of, sense_of

if TYPE_CHECKING:
    from quarterdeck.reports.inputs import PayloadInputs

_RATIO_PLACES = 6
_PLACES = 1


def over_time(inputs: PayloadInputs, line: dict[str, Any]) -> dict[str, Any]:
    """``trend``, ``same_period``, ``target`` and ``progress`` of a KPI line that has the rest already.

    The target is the dataset's for that month, else the setting ``target_<metric>`` of the tenant or (for
    the scope) the portfolio, in the figure's own unit.
    """
    history = inputs.histories.get((line["id"], line["tenant"], line["currency"]), {})
    target = history.get("target")
    if target is None:
        told = inputs.setting(f"target_{line['id']}", line["tenant"])
        target = told if isinstance(told, Decimal) else None
    part = _to_date(inputs, history, line, target)
    return {
        "trend": history.get("trend", []),
        "same_period": _same_period(history.get("same_period"), line),
        "target": target,
        "progress": None if target is None else progress_of(line.get("value"), target, line["better"], part),
    }


def progress_of(
    value: Any, target: Decimal | int, better: str, to_date: dict[str, Any] | None
) -> dict[str, Any] | None:
    """How a value stands against its target; None without a value that can be compared.

    ``ratio`` is value ÷ target, rounded once; None for a target that isn't above 0. ``reached``: the target
    is met in the sense of ``better`` (at most the target where less is better); None where neither is.
    ``to_date``: the target's share of the days done, where the month isn't over, and how far the value is
    from it. ``sense`` tells whether that is good: on the target is good.
    """
    if value is None or isinstance(value, str):
        return None
    exact = Decimal(value)
    ratio = None if target <= 0 else round_half_away(Fraction(exact) / Fraction(target), _RATIO_PLACES)
    measure = Decimal(to_date["target"]) if to_date is not None else Decimal(target)
    if better == "neither":
        reached, sense = None, "neither"
    else:
        reached = _meets(exact, Decimal(target), better)
        sense = "better" if _meets(exact, measure, better) else "worse"
    return {
        "ratio": ratio,
        "reached": reached,
        "to_date": None if to_date is None else {**to_date, "difference": exact - measure},
        "sense": sense,
    }


def _meets(value: Decimal, target: Decimal, better: str) -> bool:
    return value >= target if better == "up" else value <= target


def _to_date(
    inputs: PayloadInputs, history: dict[str, Any], line: dict[str, Any], target: Decimal | int | None
) -> dict[str, Any] | None:
    """The share of the target for the days done, of a month-to-date figure that grows with the days."""
    if target is None or history.get("span") != "month_to_date" or not history.get("adds_up"):
        return None
    done, days = inputs.as_of.day, month_of(inputs.as_of).days
    places = exponent(line["currency"]) if line["unit"] == "money" and line["currency"] else _PLACES
    share = round_half_away(Fraction(target) * done / days, places)
    return {"target": share, "days_done": done, "days": days}


def _same_period(compared: dict[str, Any] | None, line: dict[str, Any]) -> dict[str, Any] | None:
    """The comparisons with their change; a missing side leaves the change out."""
    if compared is None:
        return None
    found = {}
    for name, entry in compared.items():
        change = change_of(entry.get("value"), entry["now"], line["unit"])
        sense = sense_of(change["direction"], line["better"]) if change else "neither"
        found[name] = {**entry, "change": change, "sense": sense}
    return found
