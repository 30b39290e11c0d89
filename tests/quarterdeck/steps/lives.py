"""A simulated source: rows that are created and to which things happen, each at its moment.

The source keeps the current state alone, as a table does. A *life* is what happens to one row: at which
moment which cells get which text. An edit is a change that leaves no trace of when it was.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from quarterdeck.sources.columns import frame_of, table_of_records
from quarterdeck.sources.definition import SOURCE_KEY, Extract

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from zoneinfo import ZoneInfo

    from quarterdeck.settings.definition import Dataset

    Cells = dict[str, str]
    Life = Iterator["Change"]

DAYS = 30


@dataclass(frozen=True)
class Change:
    """What a row's cells become at a moment; None as cells: the row is deleted."""

    at: datetime
    cells: Cells | None
    edit: bool = False


@dataclass
class World:
    """When things happen: 30 days from ``first``, every third thing between midnight and six."""

    zone: ZoneInfo
    first: date
    rng: random.Random

    def moment(self, day: date) -> datetime:
        """Some moment of a local day, which is as often of the small hours as not."""
        hour = self.rng.choice((0, 0, 1, 2, 2, 3, 5, 9, 12, 15, 18, 22, 23))
        at = datetime.combine(day, time(hour, self.rng.randrange(60)), tzinfo=self.zone)
        return at.astimezone(UTC)

    def begin(self) -> datetime:
        """When a row is created."""
        return self.moment(self.first + timedelta(days=self.rng.randrange(DAYS)))

    def later(self, at: datetime, most: int = 6) -> datetime:
        """A later moment, up to ``most`` days on."""
        found = self.moment(self.day(at) + timedelta(days=self.rng.randrange(most)))
        return found if found > at else at + timedelta(minutes=self.rng.randrange(1, 90))

    def day(self, at: datetime) -> date:
        """The local day of a moment, as the source would write it."""
        return at.astimezone(self.zone).date()

    def chance(self, share: float) -> bool:
        """Whether something happens."""
        return self.rng.random() < share


@dataclass
class Table:
    """The source's table of one dataset, moved on in time."""

    dataset: Dataset
    changes: list[tuple[Change, int]]
    rows: dict[int, Cells] = field(default_factory=dict)
    edited: dict[int, datetime] = field(default_factory=dict)  # or deleted: the last time
    as_read_since: dict[int, datetime] = field(default_factory=dict)
    done: int = 0

    def move_to(self, now: datetime) -> None:
        """Apply all that happened before ``now``."""
        while self.done < len(self.changes) and self.changes[self.done][0].at < now:
            change, row = self.changes[self.done]
            self.done += 1
            if change.cells is None or change.edit:
                self.edited[row] = change.at
            if change.cells is None:
                del self.rows[row]
                continue
            if set(change.cells) & set(self.dataset.as_read):
                self.as_read_since[row] = change.at
            self.rows[row] = {**self.rows.get(row, {}), **change.cells}

    def extract(self, now: datetime) -> Extract:
        """What a reader finds at this moment: every column is there, with text or without."""
        names = [*self.dataset.columns, "created_at"]
        records = [
            {SOURCE_KEY: str(row), **{name: cells.get(name) for name in names}}
            for row, cells in sorted(self.rows.items())
        ]
        table = table_of_records(records) if records else pa.table({SOURCE_KEY: pa.array([], pa.string())})
        return Extract(frame=frame_of(table), rows_read=len(records), location="simulated", read_at=now)


def text(at: datetime) -> str:
    """An instant as the source writes it."""
    return at.isoformat()


# --- the lives of rows -------------------------------------------------------------------------------


def bookings(world: World, _row: int) -> Life:
    at = world.begin()
    starts = world.moment(world.day(at) + timedelta(days=world.rng.randrange(2, 9)))
    ends = starts + timedelta(hours=world.rng.choice((3, 5, 30)))
    plan = {"starts_at": text(starts), "ends_at": text(ends)}
    yield Change(at, {"status": "inquiry", "created_at": text(at), **plan})
    if world.chance(0.5):
        at = world.later(at, 2)
        yield Change(at, {"first_reply_at": text(at)})
    if world.chance(0.6):
        at = world.later(at, 2)
        yield Change(at, {"status": "quoted", "quoted_at": text(at)})
    if world.chance(0.8):
        at = world.later(at, 3)
        yield Change(at, {"status": "confirmed", "confirmed_at": text(at)})
        if world.chance(0.7):
            no_show = world.chance(0.3)
            if no_show and at < starts:
                yield Change(starts, {"status": "no_show", "cancel_fee": "40"})
            else:
                yield Change(max(at, ends), {"status": "completed"})
            return
    if world.chance(0.7):
        at = world.later(at, 3)
        fee = {"cancel_fee": "25"} if world.chance(0.5) else {}
        yield Change(at, {"status": "cancelled", "cancelled_at": text(at), **fee})


def stays(world: World, _row: int) -> Life:
    at = world.begin()
    check_in = world.day(at) + timedelta(days=world.rng.randrange(1, 8))
    check_out = check_in + timedelta(days=world.rng.randrange(1, 6))
    plan = {"check_in": str(check_in), "check_out": str(check_out)}
    yield Change(at, {"status": "confirmed", "created_at": text(at), **plan})
    found = world.rng.choice(("completed", "completed", "cancelled", "no_show", "confirmed"))
    if found == "completed":
        yield Change(world.moment(check_out), {"status": "completed"})
    elif found == "no_show":
        yield Change(world.moment(check_in), {"status": "no_show", "cancel_fee": "90"})
    elif found == "cancelled":
        at = world.later(at)
        yield Change(at, {"status": "cancelled", "cancelled_at": text(at), "cancel_fee": "60"})


def crew_assignments(world: World, _row: int) -> Life:
    at = world.begin()
    starts = world.later(at)
    ends = starts + timedelta(hours=7)
    yield Change(
        at, {"created_at": text(at), "starts_at": text(starts), "ends_at": text(ends), "share": "0.1"}
    )
    yield Change(ends, {"relieved_late": world.rng.choice(("yes", "no"))})
    paid = world.later(ends)
    yield Change(paid, {"paid": "150", "paid_on": str(world.day(paid))})
    shared = world.later(paid)
    yield Change(shared, {"share_paid": "75", "share_paid_on": str(world.day(shared))})


def waivers(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"created_at": text(at)})
    at = world.later(at)
    signed = {"signed_at": text(at), "valid_until": text(at + timedelta(days=365)), "version": "3"}
    yield Change(at, signed)


def invoices(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"issued_on": str(world.day(at))})  # without created_at: known by its day
    if world.chance(0.5):
        at = world.later(at)
        yield Change(at, {"disputed_on": str(world.day(at))})
        at = world.later(at)
        yield Change(at, {"settled_on": str(world.day(at))})
    if world.chance(0.4):
        at = world.later(at)
        yield Change(at, {"void_on": str(world.day(at))})


def contracts(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"status": "draft", "created_at": text(at)})
    at = world.later(at, 3)
    yield Change(at, {"status": "sent", "sent_on": str(world.day(at))})
    if world.chance(0.8):
        at = world.later(at, 3)
        yield Change(at, {"status": "signed", "signed_on": str(world.day(at))})
        if world.chance(0.6):
            at = world.later(at, 4)
            yield Change(at, {"status": "paused", "paused_on": str(world.day(at))})
            if world.chance(0.6):
                at = world.later(at, 4)
                yield Change(at, {"status": "signed", "resumed_on": str(world.day(at))})
    if world.chance(0.6):
        at = world.later(at)
        yield Change(at, {"status": "ended", "ended_on": str(world.day(at)), "ended_why": "cancelled"})


def proposals(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"stage": "draft", "created_at": text(at)})
    for stage, column, share in (("sent", "sent_on", 0.9), ("negotiating", "negotiating_on", 0.6)):
        if world.chance(share):
            at = world.later(at, 4)
            yield Change(at, {"stage": stage, column: str(world.day(at))})
    if world.chance(0.7):
        at = world.later(at, 4)
        yield Change(at, {"stage": world.rng.choice(("won", "lost")), "decided_on": str(world.day(at))})


def yacht_deliveries(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"status": "quoted", "quoted_on": str(world.day(at)), "created_at": text(at)})
    at = world.later(at, 3)
    won = world.chance(0.8)
    yield Change(at, {"status": "won" if won else "lost", "decided_on": str(world.day(at))})
    if not won:
        return
    if world.chance(0.8):
        at = world.later(at, 3)
        yield Change(at, {"status": "under_way", "departed_at": text(at)})
        for _ in range(world.rng.randrange(3)):
            at = world.later(at, 3)
            yield Change(at, {"fuel": str(world.rng.randrange(100, 900)), "log_nm": "120.5"})
        if world.chance(0.7):
            at = world.later(at, 4)
            yield Change(at, {"status": "done", "arrived_at": text(at)})
            return
    if world.chance(0.7):
        at = world.later(at, 4)
        yield Change(at, {"status": "aborted", "aborted_on": str(world.day(at))})


def audience(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"created_at": text(at)})
    if world.chance(0.7):
        at = world.later(at)
        yield Change(at, {"consent_at": text(at)})
    if world.chance(0.6):
        at = world.later(at)
        yield Change(at, {"suppressed_at": text(at), "suppression": "unsubscribed"})


def campaigns(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"started_on": str(world.day(at)), "spend": "0", "sent": "0"})
    for _ in range(world.rng.randrange(3)):
        at = world.later(at)
        yield Change(
            at, {"spend": str(world.rng.randrange(1, 500)), "sent": str(world.rng.randrange(1, 500))}
        )


def web_sessions(world: World, _row: int) -> Life:
    at = world.begin()
    yield Change(at, {"started_at": text(at), "ordered": "no"})
    if world.chance(0.4):
        at += timedelta(minutes=50)
        yield Change(at, {"ordered": "yes", "booking_id": "b1"})


LIVES: dict[str, Callable[[World, int], Life]] = {
    "bookings": bookings, "stays": stays, "crew_assignments": crew_assignments, "waivers": waivers,
    "invoices": invoices, "contracts": contracts, "proposals": proposals, "audience": audience,
    "yacht_deliveries": yacht_deliveries, "campaigns": campaigns, "web_sessions": web_sessions,
}  # fmt: skip


def written_once(dataset: Dataset) -> Callable[[World, int], Life]:
    """The life of a row that is added and stays: a ledger's line, a payment, a refund.

    It is known by ``created_at``, or by the first column of ``known_by`` where the dataset has one.
    """

    def life(world: World, _row: int) -> Life:
        at = world.begin()
        if not dataset.known_by:
            yield Change(at, {"created_at": text(at)})
            return
        name = dataset.known_by[0]
        yield Change(at, {name: text(at) if dataset.columns[name].type == "instant" else str(world.day(at))})

    return life


_FILLING = {
    "integer": "1", "decimal": "1.5", "money": "100", "day": "2026-01-01", "boolean": "no",
    "instant": "2026-01-01T00:00:00Z",
}  # fmt: skip


def filled(dataset: Dataset, row: int) -> Cells:
    """A value for every required column, which tells one row from another."""
    cells = {}
    for name, column in dataset.columns.items():
        if column.required:
            cells[name] = column.of[0] if column.of else _FILLING.get(column.type, f"{name}-{row}")
        if name in dataset.key and column.type == "integer":
            cells[name] = str(row)
    return cells


def simulated(dataset: Dataset, world: World, *, rows: int, spoilt: float = 0.15) -> Table:
    """The table of a dataset over its 30 days; of its rows a share is edited or deleted one day."""
    life = LIVES.get(dataset.id) or written_once(dataset)
    changes: list[tuple[Change, int]] = []
    for row in range(rows):
        lived = list(life(world, row))
        lived[0] = Change(lived[0].at, {**filled(dataset, row), **(lived[0].cells or {})})
        if world.chance(spoilt):
            lived.append(_spoilt(dataset, world, lived[-1].at))
        changes += [(change, row) for change in lived]
    changes.sort(key=lambda pair: pair[0].at)
    return Table(dataset, changes)


def _spoilt(dataset: Dataset, world: World, after: datetime) -> Change:
    at = world.later(after + timedelta(minutes=1))
    free = [
        name
        for name, column in dataset.columns.items()
        if column.type in {"text", "money"} and name not in (*dataset.key, *dataset.as_read)
    ]
    if not free or world.chance(0.5):
        return Change(at, None)
    return Change(at, {world.rng.choice(free): "7"}, edit=True)


def by_row(rows: list[dict[str, object]]) -> dict[int, dict[str, object]]:
    """Rows of a frame by the number of the source's row that they are."""
    found: dict[int, dict[str, object]] = defaultdict(dict)
    for row in rows:
        found[int(str(row.pop("source_key")))] = row
    return found
