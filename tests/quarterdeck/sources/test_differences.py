"""Rows of a snapshot of then against those of now, as they were at the end of that day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from quarterdeck.lake.schema import arrow_schema
from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.yaml_files import as_model, load
from quarterdeck.sources.differences import Difference, as_seen, differences

DATASETS = Path(__file__).parents[3] / "include" / "datasets"
ZONE = ZoneInfo("Europe/Amsterdam")


def dataset(name: str) -> Dataset:
    return as_model(load(DATASETS / f"{name}.yaml"), Dataset, extra={"id": name})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def payments(*rows: tuple[str, int, str]) -> pa.Table:
    """Payments: id, amount in minor units, when it was received and known."""
    made = [
        {"payment_id": id_, "amount": amount, "received_at": at(when), "created_at": at(when),
         "part": "balance", "currency": "EUR", "tenant": "t", "source_key": f"{id_}.csv"}
        for id_, amount, when in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=arrow_schema(dataset("payments")))


THEN = payments(("P1", 100, "2026-03-01"), ("P2", 200, "2026-03-02"))


def test_rows_added_removed_and_changed_have_their_keys() -> None:
    now = payments(("P2", 250, "2026-03-03"), ("P3", 5, "2026-03-02"), ("P4", -9, "2026-03-02"))
    assert differences(THEN, now, dataset("payments")) == [
        Difference("added", 2, ("P3", "P4"), (), negative=1),
        Difference("removed", 1, ("P1",), ()),
        Difference("changed", 1, ("P2",), ("received_at", "amount", "created_at")),
    ]


def test_only_what_is_asked_for_counts_as_changed_and_the_place_of_a_row_never() -> None:
    moved = THEN.set_column(THEN.column_names.index("source_key"), "source_key", pa.array(["a", "b"]))
    assert differences(THEN, moved, dataset("payments")) == []
    now = payments(("P1", 100, "2026-03-01"), ("P2", 250, "2026-03-02"))
    assert differences(THEN, now, dataset("payments"), {"received_at"}) == []
    assert differences(THEN, now, dataset("payments"), {"amount"})[0].columns == ("amount",)


def test_a_value_that_comes_or_goes_is_a_change() -> None:
    index = THEN.column_names.index("booking_id")
    now = THEN.set_column(index, "booking_id", pa.array(["B1", None], pa.string()))
    assert differences(THEN, now, dataset("payments")) == [Difference("changed", 1, ("P1",), ("booking_id",))]


def test_at_most_twenty_keys_and_every_row_is_counted() -> None:
    now = pa.concat_tables([THEN, payments(*((f"X{n:02d}", 1, "2026-03-01") for n in range(30)))])
    (added,) = differences(THEN, now, dataset("payments"))
    assert (added.rows, len(added.keys), added.keys[0]) == (30, 20, "X00")


def test_rows_known_after_the_day_are_not_there_yet() -> None:
    # 31 March ends at 22:00 UTC in Amsterdam.
    now = payments(("P1", 100, "2026-03-31T21:59:59"), ("P2", 200, "2026-03-31T22:00:00"))
    assert as_seen(now, dataset("payments"), date(2026, 3, 31), ZONE)["payment_id"].to_pylist() == ["P1"]
    assert as_seen(now, dataset("payments"), date(2026, 3, 1), ZONE).num_rows == 0


@pytest.mark.parametrize(("day", "changed"), [("2026-03-10", ()), ("2026-03-20", ("status", "cancelled_at"))])
def test_what_happened_later_is_taken_back(day, changed) -> None:
    """A cancellation of 15 March is no change of what was said on the 10th, and is one of the 20th."""

    def booking(**later: Any) -> pa.Table:
        row = {
            "booking_id": "B1", "status": "confirmed", "confirmed_at": at("2026-03-02"), "channel": "direct",
            "starts_at": at("2026-04-01T09:00"), "ends_at": at("2026-04-01T12:00"), "price": 900,
            "currency": "EUR", "created_at": at("2026-03-01"), "tenant": "t", "source_key": "b", **later,
        }  # fmt: skip
        return pa.Table.from_pylist([row], schema=arrow_schema(dataset("bookings")))

    now = booking(status="cancelled", cancelled_at=at("2026-03-15"))
    found = differences(
        booking(), as_seen(now, dataset("bookings"), date.fromisoformat(day), ZONE), dataset("bookings")
    )
    assert tuple(column for difference in found for column in difference.columns) == changed
