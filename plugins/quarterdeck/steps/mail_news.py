"""What SES's events said of the mail of earlier editions, from the lake: for figures, and for the appendix.

Each go of ``mail_events`` leaves what it applied; of several words on one delivery the weightiest counts, so
that their order doesn't matter. No address is kept: a recipient is a hash, and a place in the report's list.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.plan import address_hash, normalised
from quarterdeck.delivery.states import BY_EVENTS
from quarterdeck.lake import layout
from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.store import MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quarterdeck.steps.resources import Day

_RETURNED = frozenset({"bounce", "complaint", "soft bounce", "reject", "rendering failure"})
_DAYS = 31  # how long after its edition a mail's return is still told: a complaint may take weeks
_WEIGHT = {str(state): weight for weight, state in enumerate(BY_EVENTS)}


def news_since(day: Day, first: str) -> dict[str, dict[str, Any]]:
    """By delivery what became of it, for the editions from ``first`` (ISO day) to before the as-of day."""
    days = (day.as_of - date.fromisoformat(first)).days
    months = sorted({(day.as_of - timedelta(days=back)).isoformat()[:7] for back in range(1, days + 1)})
    found: dict[str, list[dict[str, Any]]] = {}
    for key in (key for month in months for key in day.lake.list(layout.mail_news_prefix(month))):
        if first <= layout.mail_day(key) < day.run.as_of:
            for row in from_bytes(day.lake.get(key))["news"]:
                if row["state"] in _WEIGHT:
                    found.setdefault(row["delivery_id"], []).append(row)
    return {delivery: _weightiest(rows) for delivery, rows in sorted(found.items())}


def _weightiest(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    told = sorted(rows, key=lambda row: (-_WEIGHT[row["state"]], row["code"]))
    arrived = min((row["delivered_at"] for row in told if row["delivered_at"]), default="")
    return {**told[0], "delivered_at": arrived}


def with_news(row: dict[str, Any], news: dict[str, Any] | None) -> dict[str, Any]:
    """A row of the mail record as the events since leave it."""
    if news is None:
        return row
    return {
        **row,
        "state": news["state"],
        "accepted_at": row["accepted_at"] or news["accepted_at"] or None,
        "delivered_at": news["delivered_at"] or row["delivered_at"],
    }


def returned_before(day: Day) -> list[dict[str, Any]]:
    """The mail that came back and that no earlier edition told of."""
    first = (day.as_of - timedelta(days=_DAYS)).isoformat()
    rows = [row for row in news_since(day, first).values() if row["kind"] in _RETURNED]
    if not rows:
        return []
    told = {_name(row) for row in _told(day)}
    return [row for row in rows if _name(row) not in told]


def _name(row: dict[str, Any]) -> tuple[str, str]:
    return row["delivery_id"], row["kind"]


def _told(day: Day) -> Iterator[dict[str, Any]]:
    for back in range(1, _DAYS + 1):
        key = layout.mail_inputs_key((day.as_of - timedelta(days=back)).isoformat())
        try:
            yield from from_bytes(day.lake.get(key)).get("returned", ())
        except MissingObjectError:
            continue


def returned_mail(day: Day) -> tuple[dict[str, Any], ...]:
    """What the day's appendix says of it, as it was frozen with the day's mail; empty where nothing was."""
    try:
        frozen = from_bytes(day.lake.get(layout.mail_inputs_key(day.run.as_of)))
    except MissingObjectError:
        return ()
    rows = sorted(frozen.get("returned", ()), key=lambda row: (row["as_of"], row["report"], _name(row)))
    return tuple(_line(day, row) for row in rows)


def _line(day: Day, row: dict[str, Any]) -> dict[str, Any]:
    portfolio, report = day.config.portfolio, day.config.reports.get(row["report"])
    listed = dict.fromkeys(map(normalised, portfolio.recipients.get(row["report"], ())))
    places = {address_hash(address)[:12]: place for place, address in enumerate(listed, start=1)}
    return {
        "report": row["report"] if report is None else report.title,
        "as_of": row["as_of"],
        "recipient": None if row["is_oversight"] else places.get(row["recipient_hash"]),
        "is_oversight": row["is_oversight"],
        "kind": row["kind"],
        "code": row["code"],
    }
