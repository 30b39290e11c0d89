"""How a figure changed: absolute, relative where that means something, and a direction that agrees."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Direction = Literal["up", "down", "flat"]
_TENTH_OF_PERCENT = Decimal("0.001")


def change_of(
    previous: Decimal | int | str | None, value: Decimal | int | str | None, unit: str
) -> dict[str, Any] | None:
    """``{"absolute", "relative", "direction"}``, or None where one of the two is missing.

    ``absolute`` is in the figure's own unit: ratios in points of 1 (0.05 = 5 points), days (dates) in days.
    ``relative`` is (value - previous) ÷ |previous| as a ratio, rounded once to a tenth of a percent, half
    away from zero; 0 → 0 is 0; None from zero, over a change of sign, for ratios and for dates. The
    direction is taken from what is shown, so that arrow and sign can't disagree.
    """
    if previous is None or value is None:
        return None
    if unit == "day":
        days = (date.fromisoformat(str(value)) - date.fromisoformat(str(previous))).days
        return {"absolute": days, "relative": None, "direction": _direction(Decimal(days))}
    now, was = Decimal(value), Decimal(previous)
    absolute = now - was
    if unit == "ratio":
        return {"absolute": absolute, "relative": None, "direction": _direction(_tenth(absolute))}
    relative = _relative(was, now)
    shown = absolute if relative is None else relative
    return {"absolute": absolute, "relative": relative, "direction": _direction(shown)}


def line_before(
    lines: list[dict[str, Any]], metric: str, tenant: str | None, currency: str | None
) -> dict[str, Any] | None:
    """The KPI line of an earlier payload for the same figure; None where it had none.

    A gap has no currency, so against one the only line of that metric and tenant counts as the same.
    """
    same = [line for line in lines if (line["id"], line["tenant"]) == (metric, tenant)]
    exact = [line for line in same if line["currency"] == currency]
    if exact:
        return exact[0]
    alone = len(same) == 1 and None in (currency, same[0]["currency"])
    return same[0] if alone else None


def sense_of(direction: str, better: str) -> str:
    """``better``, ``worse`` or ``neither``: what a direction means for a metric that should go ``better``."""
    if direction == "flat" or better == "neither":
        return "neither"
    return "better" if direction == better else "worse"


def _relative(was: Decimal, now: Decimal) -> Decimal | None:
    if was == 0:
        return Decimal(0) if now == 0 else None
    if was * now < 0:
        return None
    return _tenth((now - was) / abs(was))


def _tenth(value: Decimal) -> Decimal:
    rounded = value.quantize(_TENTH_OF_PERCENT, rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _direction(value: Decimal) -> Direction:
    if value == 0:
        return "flat"
    return "up" if value > 0 else "down"
