"""What happened after the day is taken back: the declared events, one by one, with answers made by hand."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.sources import FileSource
from quarterdeck.settings.yaml_files import as_model, load
from quarterdeck.sources.columns import frame_of, table_of_records
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.definition import SOURCE_KEY, Extract

FOLDER = Path(__file__).parents[3] / "include" / "datasets"
SOURCE = FileSource.model_validate({"from": "files", "path": "x.csv", "format": "csv"})
JADA = Tenant(id="jada", title="Jada", kind="charter", currency="USD")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
END = datetime(2026, 3, 31, 22, tzinfo=UTC)  # of 31 March: summer time, two hours ahead
BEFORE, AFTER = "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"  # the last second of the day, and the next
FILLING = {
    "booking_id": "b1", "channel": "direct", "price": "100", "created_at": "2026-03-01T08:00:00Z",
    "starts_at": "2026-05-01T08:00:00Z", "ends_at": "2026-05-01T12:00:00Z",
    "stay_id": "s1", "unit_id": "u1", "kind": "guest", "rent": "100",
    "contract_id": "c1", "client_key": "k1", "starts_on": "2026-03-01", "amount": "100", "interval": "month",
    "bill_in": "advance", "grace_days": "3",
    "delivery_id": "d1", "quoted_on": "2026-03-01", "route_nm": "100", "fee": "100",
    "proposal_id": "p1",
    "assignment_id": "a1", "crew_key": "w1", "role": "mate", "hours": "7", "pay_due": "150",
    "pay_due_on": "2026-04-10",
}  # fmt: skip


def conformed(name, rows, *, end=END):
    path = FOLDER / f"{name}.yaml"
    dataset = as_model(load(path), Dataset, extra={"id": name})
    records = [{SOURCE_KEY: f"x.csv:{at}", **FILLING, **row} for at, row in enumerate(rows, start=2)]
    extract = Extract(
        frame=frame_of(table_of_records(records)), rows_read=len(records), location="files:x.csv", read_at=END
    )
    return conform(extract, SOURCE, dataset, tenant=JADA, zone=AMSTERDAM, as_of_end=end)


def looked(name, row, *columns, end=END):
    """The columns of the one row as they looked on the day, as text; and whether anything was taken back."""
    result = conformed(name, [row], end=end)
    [found] = pa.Table.from_pandas(result.frame, preserve_index=False).to_pylist()
    return tuple(None if found[c] is None else str(found[c]) for c in columns), result.rows_rolled_back


ASKED = {"quoted_at": "2026-03-02T08:00:00Z"}
AGREED = {**ASKED, "confirmed_at": "2026-03-03T08:00:00Z"}


@pytest.mark.parametrize(
    ("row", "status", "changed"),
    [
        ({**AGREED, "status": "cancelled", "cancelled_at": AFTER}, "confirmed", 1),
        ({**AGREED, "status": "cancelled", "cancelled_at": BEFORE}, "cancelled", 0),
        ({**AGREED, "status": "cancelled"}, "cancelled", 0),  # nobody knows when: as it is
        ({**ASKED, "status": "cancelled", "cancelled_at": AFTER}, "quoted", 1),
        ({"status": "cancelled", "cancelled_at": AFTER}, "inquiry", 1),
        ({**ASKED, "status": "cancelled", "confirmed_at": AFTER, "cancelled_at": AFTER}, "quoted", 1),
        ({**ASKED, "status": "confirmed", "confirmed_at": AFTER}, "quoted", 1),
        ({"status": "confirmed", "confirmed_at": AFTER}, "inquiry", 1),
        ({"status": "confirmed", "quoted_at": AFTER, "confirmed_at": AFTER}, "inquiry", 1),
        ({"status": "confirmed"}, "confirmed", 0),
        ({**AGREED, "status": "completed"}, "confirmed", 1),  # it ends in May
        ({**AGREED, "status": "no_show"}, "confirmed", 1),
        ({**AGREED, "status": "completed", "starts_at": BEFORE, "ends_at": BEFORE}, "completed", 0),
        ({**AGREED, "status": "no_show", "starts_at": BEFORE}, "no_show", 0),
        ({**AGREED, "status": "confirmed"}, "confirmed", 0),
    ],
)
def test_a_bookings_status(row, status, changed):
    assert looked("bookings", row, "status") == ((status,), changed)


def test_what_came_with_an_event_goes_with_it():
    late = {
        **AGREED,
        "status": "cancelled",
        "cancelled_at": AFTER,
        "cancel_fee": "25",
        "first_reply_at": AFTER,
    }
    assert looked(
        "bookings", late, "status", "cancelled_at", "cancel_fee", "first_reply_at", "confirmed_at"
    ) == (
        ("confirmed", None, None, None, "2026-03-03 08:00:00+00:00"),
        1,
    )
    kept = {**AGREED, "status": "cancelled", "cancelled_at": BEFORE, "cancel_fee": "25"}
    assert looked("bookings", kept, "cancelled_at", "cancel_fee") == (
        ("2026-03-31 21:59:59+00:00", "2500"),
        0,
    )
    no_show = {**AGREED, "status": "no_show", "cancel_fee": "25"}
    assert looked("bookings", no_show, "status", "cancel_fee") == (("confirmed", None), 1)
    # A fee that is agreed beforehand, of a booking that stands, is no event.
    assert looked("bookings", {**AGREED, "status": "confirmed", "cancel_fee": "25"}, "cancel_fee") == (
        ("2500",),
        0,
    )


def test_an_event_of_the_day_itself_counts_and_one_of_the_next_day_does_not():
    paid = {"paid": "150", "paid_on": "2026-03-31"}
    assert looked("crew_assignments", paid, "paid", "paid_on") == (("15000", "2026-03-31"), 0)
    paid["paid_on"] = "2026-04-01"
    assert looked("crew_assignments", paid, "paid", "paid_on") == ((None, None), 1)


SENT = {"sent_on": "2026-03-02"}
PAUSED = {"sent_on": "2026-03-01", "signed_on": "2026-03-02", "paused_on": "2026-03-10"}


@pytest.mark.parametrize(
    ("row", "status", "changed"),
    [
        ({**PAUSED, "status": "ended", "ended_on": "2026-04-01"}, "paused", 1),
        ({**PAUSED, "resumed_on": "2026-03-20", "status": "ended", "ended_on": "2026-04-01"}, "signed", 1),
        ({**PAUSED, "resumed_on": "2026-04-01", "status": "ended", "ended_on": "2026-04-02"}, "paused", 1),
        ({**PAUSED, "resumed_on": "2026-04-01", "status": "signed"}, "paused", 1),
        ({"signed_on": "2026-03-02", "paused_on": "2026-04-01", "status": "paused"}, "signed", 1),
        ({"signed_on": "2026-04-01", "paused_on": "2026-04-02", "status": "paused"}, "sent", 1),
        ({"sent_on": "2026-04-01", "signed_on": "2026-04-02", "status": "signed"}, "draft", 1),
        ({"status": "ended", "ended_on": "2026-04-01"}, "sent", 1),
        ({**PAUSED, "status": "ended", "ended_on": "2026-03-31"}, "ended", 0),
    ],
)
def test_a_contracts_status(row, status, changed):
    assert looked("contracts", row, "status") == ((status,), changed)


def test_an_end_that_is_announced_ahead_stays():
    row = {**PAUSED, "status": "signed", "ended_on": "2026-06-30"}
    assert looked("contracts", row, "status", "ended_on") == (("signed", "2026-06-30"), 0)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"decided_on": "2026-03-02", "departed_at": BEFORE, "arrived_at": AFTER, "status": "done"},
         "under_way"),
        ({"decided_on": "2026-03-02", "departed_at": AFTER, "arrived_at": AFTER, "status": "done"}, "won"),
        ({"decided_on": "2026-04-01", "departed_at": AFTER, "arrived_at": AFTER, "status": "done"}, "quoted"),
        ({"decided_on": "2026-03-02", "departed_at": BEFORE, "aborted_on": "2026-04-01", "status": "aborted"},
         "under_way"),
        ({"decided_on": "2026-03-02", "aborted_on": "2026-04-01", "status": "aborted"}, "won"),
        ({"decided_on": "2026-04-01", "status": "lost"}, "quoted"),
    ],
)  # fmt: skip
def test_a_yacht_deliverys_status(row, status):
    assert looked("yacht_deliveries", row, "status") == ((status,), 1)


@pytest.mark.parametrize(
    ("row", "stage"),
    [
        ({**SENT, "decided_on": "2026-04-01", "stage": "won"}, "sent"),
        ({**SENT, "negotiating_on": "2026-03-05", "decided_on": "2026-04-01", "stage": "lost"},
         "negotiating"),
        ({**SENT, "negotiating_on": "2026-04-01", "decided_on": "2026-04-02", "stage": "won"},
         "sent"),
        ({"sent_on": "2026-04-01", "decided_on": "2026-04-02", "stage": "won"}, "draft"),
    ],
)  # fmt: skip
def test_a_proposals_stage(row, stage):
    assert looked("proposals", row, "stage") == ((stage,), 1)


@pytest.mark.parametrize(
    ("row", "status", "changed"),
    [
        ({"check_in": "2026-03-28", "check_out": "2026-04-01", "status": "completed"}, "confirmed", 1),
        ({"check_in": "2026-03-28", "check_out": "2026-03-31", "status": "completed"}, "completed", 0),
        ({"check_in": "2026-04-01", "check_out": "2026-04-03", "status": "no_show"}, "confirmed", 1),
        ({"check_in": "2026-05-01", "check_out": "2026-05-03", "status": "cancelled", "cancelled_at": AFTER},
         "confirmed", 1),
    ],
)  # fmt: skip
def test_a_stays_status(row, status, changed):
    assert looked("stays", row, "status") == ((status,), changed)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        # 29 March has 23 hours and ends at 22:00 UTC; 25 October has 25 and ends at 23:00.
        (
            datetime(2026, 3, 29, 22, tzinfo=UTC),
            {"2026-03-29T23:59": "cancelled", "2026-03-30T00:00": "confirmed"},
        ),
        (
            datetime(2026, 10, 25, 23, tzinfo=UTC),
            {"2026-10-25T23:59": "cancelled", "2026-10-26T00:00": "confirmed"},
        ),
    ],
)
def test_the_last_minute_of_a_day_on_which_the_clocks_change(end, status):
    plan = {"starts_at": "2026-12-01T08:00:00Z", "ends_at": "2026-12-01T12:00:00Z"}
    for at, expected in status.items():
        row = {**AGREED, **plan, "status": "cancelled", "cancelled_at": at}  # without a zone: Amsterdam's
        assert looked("bookings", row, "status", end=end)[0] == (expected,)


def test_a_bad_value_that_came_with_a_later_event_was_not_there_yet():
    row = {**AGREED, "status": "cancelled", "cancel_fee": "a lot"}
    kept = conformed("bookings", [{**row, "cancelled_at": AFTER}])
    assert (len(kept.frame), kept.rows_rolled_back, kept.quarantined) == (1, 1, ())
    aside = conformed("bookings", [{**row, "cancelled_at": BEFORE}])
    assert (len(aside.frame), aside.rows_rolled_back) == (0, 0)
    [part] = aside.quarantined
    assert part.reason == "cancel_fee: expected money in USD, found 'a lot'"


def test_only_kept_rows_are_counted():
    cancelled = {**AGREED, "status": "cancelled", "cancelled_at": AFTER}
    rows = [
        {**cancelled, "booking_id": "b1"},
        {**cancelled, "booking_id": "b2", "price": "abc"},
        {**cancelled, "booking_id": "b3", "created_at": AFTER},
        {**AGREED, "booking_id": "b4", "status": "confirmed"},
    ]
    result = conformed("bookings", rows)
    assert list(result.frame["status"]) == ["confirmed", "confirmed"]
    assert (result.rows_rolled_back, result.rows_after, len(result.quarantined)) == (1, 1, 1)


def test_without_a_cut_nothing_is_taken_back():
    row = {**AGREED, "status": "cancelled", "cancelled_at": AFTER}
    assert looked("bookings", row, "status", end=None) == (("cancelled",), 0)
