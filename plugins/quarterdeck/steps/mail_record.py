"""What became of the mail of earlier days: ``close`` records it, a day's figures find it frozen.

No address is kept: a recipient is a place in the report's list, and a hash that joins the rows of two runs.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import local_instant
from quarterdeck.delivery.plan import address_hash, normalised
from quarterdeck.lake import layout
from quarterdeck.lake.documents import content_hash, from_bytes, to_bytes
from quarterdeck.lake.store import MissingObjectError, create_or_get
from quarterdeck.metrics.system import Mail
from quarterdeck.steps.mail_news import news_since, returned_before, with_news

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quarterdeck.delivery.plan import Outcome
    from quarterdeck.steps.resources import Day

NOT_DELIVERED = "not delivered"
NOT_COMPOSED = "not composed"
HELD = "held"
_HASHED = 12


def record_mail(day: Day) -> None:
    """Keep what became of every report and recipient of this run; nothing for a run that mails nobody."""
    if day.plan["mode"] == "send":
        rows = [row for report in day.plan["reports"] for row in _rows_of(day, report)]
        day.lake.put(layout.mail_key(day.run.as_of, day.run.run), to_bytes({"mail": rows}))


def record_outcomes(day: Day, report: str, outcomes: Iterable[Outcome]) -> None:
    """Keep what became of deliveries after the run that they were due in: the later word counts."""
    told = {outcome.recipient_hash: outcome.as_json() for outcome in outcomes}
    rows = [row for row in _told(day, report, told, NOT_DELIVERED) if row["recipient_hash"] in told]
    stamp = day.resources.clock().strftime("%Y%m%dT%H%M%S%f")
    key = layout.mail_key(day.run.as_of, f"{day.run.run}-{report}-{stamp}")
    day.lake.put(key, to_bytes({"mail": rows}))


def _rows_of(day: Day, report: str) -> Iterator[dict[str, Any]]:
    composed = day.record.get(f"report/{report}")
    delivery = day.record.get(f"delivery/{report}") or {}
    outcomes = {outcome["recipient_hash"]: outcome for outcome in delivery.get("deliveries", ())}
    plain = NOT_COMPOSED if composed is None else HELD if composed["state"] == "held" else NOT_DELIVERED
    return _told(day, report, outcomes, plain)


def _told(day: Day, report: str, outcomes: dict[str, Any], plain: str) -> Iterator[dict[str, Any]]:
    """A row for each recipient; ``plain`` is the state of those without an outcome."""
    due = local_instant(day.as_of + timedelta(days=1), day.config.reports[report].due, day.zone)
    unique = dict.fromkeys(map(normalised, day.config.portfolio.recipients.get(report, ())))
    for number, address in enumerate(unique, start=1):
        hashed = address_hash(address)[:_HASHED]
        outcome = outcomes.get(hashed, {})
        yield {
            "report": report,
            "recipient": number,
            "recipient_hash": hashed,
            "state": outcome.get("state", plain),
            "due_at": due.isoformat(),
            "accepted_at": outcome.get("accepted_at") or None,
            "delivered_at": outcome.get("delivered_at") or None,
        }


def mail_before(day: Day, *, freeze: bool = False) -> tuple[Mail, ...]:
    """The mail that was due in the day's month and up to the day, one row per edition and recipient.

    As it was frozen for the day; where nothing was, as it is recorded now, which ``freeze`` fixes for ever.
    """
    key = layout.mail_inputs_key(day.run.as_of)
    try:
        found = from_bytes(day.lake.get(key))
    except MissingObjectError:
        found = {"mail": list(_recorded(day))}
        if freeze:
            found["returned"] = returned_before(day)
            found = from_bytes(create_or_get(day.lake, key, to_bytes(found)))
    return tuple(_mail(row) for row in found["mail"])


def mail_hash(mail: tuple[Mail, ...]) -> str:
    """Of all that figures about mail are made from."""
    return content_hash(repr(mail).encode())


def _mail(row: dict[str, Any]) -> Mail:
    accepted, delivered = (
        None if row[name] is None else datetime.fromisoformat(row[name])
        for name in ("accepted_at", "delivered_at")
    )
    as_of, due = date.fromisoformat(row["as_of"]), datetime.fromisoformat(row["due_at"])
    return Mail(row["report"], as_of, row["recipient"], row["state"], due, accepted, delivered)


def _recorded(day: Day) -> Iterator[dict[str, Any]]:
    """An edition is due on the day after its own: that of the month's first day is of the month before."""
    first, last = day.as_of.replace(day=1) - timedelta(days=1), day.as_of - timedelta(days=1)
    months = sorted({first.strftime("%Y-%m"), last.strftime("%Y-%m")})
    keys = [key for month in months for key in day.lake.list(layout.mail_prefix(month))]
    told: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for key in keys:
        as_of = layout.mail_day(key)
        if not first.isoformat() <= as_of <= last.isoformat():
            continue
        for row in from_bytes(day.lake.get(key))["mail"]:
            name = (as_of, row["report"], row["recipient_hash"])
            told.setdefault(name, []).append({**row, "as_of": as_of})
    since = {
        (news["as_of"], news["report"], news["recipient_hash"]): news
        for news in news_since(day, first.isoformat()).values()
        if news["purpose"] == "scheduled"
    }
    settled = [with_news(_settled(rows), since.get(name)) for name, rows in told.items()]
    for row in sorted(settled, key=lambda row: (row["as_of"], row["report"], row["recipient"])):
        yield {name: value for name, value in row.items() if name != "recipient_hash"}


def _settled(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Of several runs' words on one delivery that which knows of its arrival, else of its being taken."""

    def order(row: dict[str, Any]) -> tuple[bool, str, bool, str, str]:
        delivered, accepted = row["delivered_at"], row["accepted_at"]
        return delivered is None, delivered or "", accepted is None, accepted or "", row["state"]

    return min(rows, key=order)
