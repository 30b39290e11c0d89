"""What differs by recipient around one payload; it holds no address, so it may be kept and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from quarterdeck.reports.change import change_of, line_before

if TYPE_CHECKING:
    from datetime import datetime

Purpose = Literal["scheduled", "preview", "correction", "resend"]
Change = dict[str, Any]
_OPEN = {"new", "persisting"}


@dataclass(frozen=True)
class Envelope:
    """How one edition is handed to one recipient.

    ``baseline``: the as-of day (ISO) of the last edition that this recipient was delivered, None where this
    is their first. ``changes``: what ``changes_since`` found against that edition. ``late``: it goes out
    after its due time; ``previous_late``: the one before it did. ``number`` and ``reason`` are those of a
    correction or resend that a person asked for. ``due`` is when this edition was due, ``previous`` the as-of
    day of the one before with when it was due and when it went out, in the portfolio's zone.
    """

    purpose: Purpose
    baseline: str | None = None
    changes: tuple[Change, ...] = ()
    late: bool = False
    previous_late: bool = False
    number: int | None = None
    reason: str | None = None
    due: datetime | None = None
    previous: tuple[str, datetime, datetime] | None = None


def changes_since(payload: dict[str, Any], baseline_payload: dict[str, Any]) -> list[Change]:
    """What a reader of ``baseline_payload`` finds changed: figures (headlines first), then findings.

    A figure: ``{"what": "figure", "id", "title", "tenant", "unit", "unit_label", "currency", "headline",
    "then", "now", "change", "sense"}``, values as in the payload, None where it was or is missing.
    A finding: ``{"what": "finding", "id", "title", "tenant", "then", "now"}`` with ``open`` or ``resolved``,
    and ``then`` None where it was not known.
    """
    figures = _changed_figures(payload["kpis"], baseline_payload["kpis"])
    return figures + _changed_findings(payload["findings"], baseline_payload["findings"])


def _changed_figures(now: list[dict[str, Any]], then: list[dict[str, Any]]) -> list[Change]:
    found = []
    for kpi in now:
        before = line_before(then, kpi["id"], kpi["tenant"], kpi["currency"])
        # A figure that a report newly shows has no "then" in it, and is no change of the business.
        if before is None or before.get("value") == kpi.get("value"):
            continue
        was, value = before.get("value"), kpi.get("value")
        change = change_of(was, value, kpi["unit"])
        if change is not None and change["direction"] == "flat":
            continue
        found.append(_figure_change(kpi, before, change))
    return sorted(found, key=lambda change: not change["headline"])


def _figure_change(kpi: dict[str, Any], before: dict[str, Any], change: dict[str, Any] | None) -> Change:
    taken = ("id", "title", "tenant", "unit", "unit_label", "headline", "better")
    return {
        "what": "figure",
        **{name: kpi[name] for name in taken},
        "currency": kpi["currency"] or before["currency"],
        "then": before.get("value"),
        "now": kpi.get("value"),
        "change": change,
    }


def _changed_findings(now: list[dict[str, Any]], then: list[dict[str, Any]]) -> list[Change]:
    before = {finding["id"]: finding for finding in then if finding["status"] in _OPEN}
    today = {finding["id"]: finding for finding in now if finding["status"] in _OPEN}
    opened = [_finding_change(f, None, "open") for key, f in today.items() if key not in before]
    closed = [_finding_change(f, "open", "resolved") for key, f in before.items() if key not in today]
    return opened + closed


def _finding_change(finding: dict[str, Any], then: str | None, now: str) -> Change:
    return {
        "what": "finding",
        "id": finding["id"],
        "title": finding["title"],
        "tenant": finding["tenant"],
        "then": then,
        "now": now,
    }
