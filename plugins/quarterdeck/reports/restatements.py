"""Figures of earlier editions that today's data give otherwise: whether one moved, and how it is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.definition import GAPS
from quarterdeck.reports.change import change_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quarterdeck.settings.model import Scalar

    Key = tuple[str, str | None, str | None]
    Outcome = Mapping[str, Any]

RELATIVE = Decimal("0.01")
POINTS = Decimal("0.01")
DAYS = Decimal(7)


def tolerance_of(settings: Mapping[str, Scalar], metric: str, unit: str, said: Any) -> Decimal:
    """By how much, in the figure's own unit, it may differ from what was said without being told.

    The portfolio's setting ``restatement_tolerance_<metric>`` (0: any change is told). Without it: one
    hundredth of what was said (setting ``restatement_tolerance``, a ratio); for ratios one point, and for
    dates seven days, which is in days.
    """
    own = settings.get(f"restatement_tolerance_{metric}")
    if own is not None:
        return Decimal(str(own))
    if unit == "ratio":
        return POINTS
    if unit == "day":
        return DAYS
    relative = Decimal(str(settings.get("restatement_tolerance", RELATIVE)))
    return Decimal(0) if said is None else abs(Decimal(said)) * relative


def moved(said: Outcome, now: Outcome, unit: str, tolerance: Decimal) -> bool:
    """Whether a figure is another one by today's data: beyond its tolerance, or no value where there was one.

    Against a *gap* (then or now) nothing can be said: want of data is told elsewhere.
    """
    if {said.get("missing"), now.get("missing")} & GAPS:
        return False
    was, value = said.get("value"), now.get("value")
    if was is None or value is None:
        return (was is None) != (value is None)
    if unit == "day":
        return Decimal(abs((date.fromisoformat(value) - date.fromisoformat(was)).days)) > tolerance
    return abs(Decimal(value) - Decimal(was)) > tolerance


def key_of(line: Mapping[str, Any]) -> Key:
    """What a KPI line is of."""
    return (line["id"], line["tenant"], line["currency"])


def told_since(payloads: Iterable[dict[str, Any]]) -> dict[tuple[str, Key], dict[str, Any]]:
    """What the readers were last told of each edition's figure after it was sent; ``payloads`` in order.

    By the edition's day and the figure: ``{"value"}``, or ``{"value": None}`` where it had none by then.
    """
    told = {}
    for payload in payloads:
        for restated in payload.get("restatements", ()):
            key = (restated["metric"], restated["tenant"], restated["currency"])
            for edition in restated["editions"]:
                told[edition["as_of"], key] = {"value": edition["now"]}
    return told


def restatement(
    line: dict[str, Any], editions: list[dict[str, Any]], told: Any, tolerance: Decimal,
    causes: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """One entry of a payload's ``restatements``; ``editions`` (day, then, now) oldest first.

    ``then``, ``now`` and ``causes`` are those of the latest of them; ``told`` is what was said of it since.
    """
    latest = editions[-1]
    return {
        "metric": line["id"],
        "title": line["title"],
        "tenant": line["tenant"],
        "currency": line["currency"],
        "unit": line["unit"],
        "unit_label": line["unit_label"],
        "better": line["better"],
        "edition_as_of": latest["as_of"],
        "editions": editions,
        "then": latest["then"],
        "told": told,
        "now": latest["now"],
        "change": change_of(latest["then"], latest["now"], line["unit"]),
        "tolerance": tolerance,
        "causes": causes,
    }
