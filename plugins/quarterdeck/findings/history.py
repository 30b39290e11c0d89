"""Findings against the edition before: new, persisting, resolved; since when, for how many days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from quarterdeck.findings.definition import order_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OPEN = frozenset({"new", "persisting"})


def with_history(
    findings: Sequence[Mapping[str, Any]],
    previous: Sequence[Mapping[str, Any]],
    *,
    as_of: date,
    unanswered: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Today's findings and the resolved ones, with ``status since days_open editions unchecked``.

    ``previous`` are those of the edition before, as this function answered them. ``unanswered`` (finding id
    → what is missing): such a finding of before persists, with ``unchecked`` saying why, since nothing
    shows that it is over. A resolved finding is told once; if it holds again later it is new. ``editions``
    counts those in a row that told it, this one among them.
    Ordered: open ones first, the worst first, then by id.
    """
    unknown = unanswered or {}
    before = {finding["id"]: finding for finding in previous if finding["status"] in OPEN}
    today = {finding["id"]: finding for finding in findings}
    result = [_told(f, before.get(name), as_of, None) for name, f in today.items()]
    for name, finding in before.items():
        if name not in today:
            told = _told(finding, finding, as_of, unknown.get(name))
            result.append(told if name in unknown else {**told, "status": "resolved"})
    return sorted(result, key=lambda f: (f["status"] == "resolved", *order_of(f["severity"], f["id"])))


def _told(
    finding: Mapping[str, Any], before: Mapping[str, Any] | None, as_of: date, unchecked: str | None
) -> dict[str, Any]:
    since = before["since"] if before else as_of.isoformat()
    return {
        **finding,
        "status": "persisting" if before else "new",
        "since": since,
        "days_open": (as_of - date.fromisoformat(since)).days,
        "editions": (before.get("editions", 1) if before else 0) + 1,
        "unchecked": unchecked,
    }
