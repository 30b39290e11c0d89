"""From what a query answers to what a reader sees: exact numbers, rounded once, or a mistake."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from quarterdeck.money import round_half_away, to_major

if TYPE_CHECKING:
    from collections.abc import Sequence

# Decimal places by unit. Money has its currency's; counts and units are whole, or have one place.
_PLACES = {"ratio": 6, "months": 1, "days": 1, "years": 1, "hours": 1, "score": 1, "count": 1, "units": 1}
_INEXACT = ("DOUBLE", "FLOAT")


def check_types(columns: Sequence[str], types: Sequence[str]) -> None:
    """Raises ValueError for a column of binary floating point: a figure is exact."""
    for name, type_ in zip(columns, types, strict=True):
        if type_ in _INEXACT:
            raise ValueError(f"column {name}: expected an exact type, found {type_}; cast no money to it")


def fraction(value: Any, name: str) -> Fraction:
    """The exact number. Raises ValueError for NULL and for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"column {name}: expected an integer or decimal, found {value!r}")
    return Fraction(value)


def shown(value: Fraction, unit: str, currency: str | None) -> Decimal | int:
    """The number as figures and tables hold it, rounded once, half away from zero.

    Money comes in minor units and leaves in major ones. Raises ValueError for money without currency.
    """
    if unit == "money":
        if currency is None:
            raise ValueError("expected a currency beside money, found none")
        return to_major(int(round_half_away(value, 0)), currency)
    if unit in {"count", "units"} and value.denominator == 1:
        return int(value)
    return round_half_away(value, _PLACES[unit])


def day_text(value: Any, name: str) -> str:
    """A day as ISO text. Raises ValueError for anything else, instants too."""
    if type(value) is not date:
        raise ValueError(f"column {name}: expected a date, found {value!r}")
    return value.isoformat()
