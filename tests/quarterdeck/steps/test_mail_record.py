"""What ``close`` records of the mail of a day, and how the days after it find that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.delivery.plan import address_hash
from quarterdeck.errors import DeliveryError
from quarterdeck.lake.documents import from_bytes
from quarterdeck.metrics.system import Mail
from quarterdeck.steps.mail_record import mail_before
from quarterdeck.steps.resources import RunRef

if TYPE_CHECKING:
    from pathlib import Path

CFO, CEO = "cfo@lantern.example", "ceo@lantern.example"


def taken(address: str, at: str, state: str = "accepted", **more: str) -> dict[str, Any]:
    hashed = address_hash(address)[:12]
    return {"recipient_hash": hashed, "state": state, "accepted_at": at, "delivered_at": "", **more}


def run_of(lantern: Any, as_of: str, mode: str = "send") -> RunRef:
    """A planned run of that day: the plan of one day is made, and said of the others."""
    planned = _planned(lantern.folder, lantern)
    run = replace(RunRef.from_json(planned["run"]), as_of=as_of)
    lantern.day(run).record.put("plan", planned | {"mode": mode})
    return run


_PLANS: dict[Path, dict[str, Any]] = {}


def _planned(folder: Path, lantern: Any) -> dict[str, Any]:
    if folder not in _PLANS:
        _PLANS[folder] = lantern.plan()
    return _PLANS[folder]


def closed(
    lantern: Any, as_of: str, *, mode: str = "send", **reports: list[dict[str, Any]] | str | None
) -> RunRef:
    """A run of that day that came to the given deliveries, or a state of ``compose``, of each report."""
    run = run_of(lantern, as_of, mode)
    record = lantern.day(run).record
    for report, came in reports.items():
        state = came if isinstance(came, str) else "archived"
        record.put(f"report/{report}", {"state": state, "because": ["why"], "decision": "send"})
        if isinstance(came, list):
            record.put(f"delivery/{report}", {"deliveries": came})
    with suppress(DeliveryError):  # days that lack something are closed loudly, and recorded all the same
        lantern.close(run)
    return run


def seen_from(lantern: Any, as_of: str, *, freeze: bool = False) -> list[Mail]:
    run = run_of(lantern, as_of)
    return list(mail_before(lantern.day(run), freeze=freeze))


def test_each_recipient_of_each_report_with_what_became_of_it(lantern: Any) -> None:
    lantern.edit("portfolio.yaml", lambda text: text.replace(f"[{CFO}]", f"[{CFO}, {CEO}]"))
    at = "2026-03-30T05:10:00.000+00:00"
    closed(lantern, "2026-03-29", cfo=[taken(CEO, at, "delivered", delivered_at=at)], ceo="held")
    # Due at 07:30 on the day after in Amsterdam: 05:30 UTC once the clocks have gone forward (29 March).
    due, told = datetime(2026, 3, 30, 5, 30, tzinfo=UTC), datetime(2026, 3, 30, 5, 10, tzinfo=UTC)
    day = due.date().replace(day=29)
    assert seen_from(lantern, "2026-03-31") == [
        Mail("ceo", day, 1, "held", due),
        Mail("cfo", day, 1, "not delivered", due),
        Mail("cfo", day, 2, "delivered", due, told, told),
    ]


def test_a_report_that_was_not_composed_was_due_all_the_same(lantern: Any) -> None:
    closed(lantern, "2026-03-29", cfo=[])
    states = {mail.report: mail.state for mail in seen_from(lantern, "2026-03-31")}
    assert states == {"ceo": "not composed", "cfo": "not delivered"}


@pytest.mark.parametrize("mode", ["archive", "preview"])
def test_a_run_that_mails_no_recipient_leaves_no_record(lantern: Any, mode: str) -> None:
    closed(lantern, "2026-03-29", mode=mode, cfo=[], ceo=[])
    assert seen_from(lantern, "2026-03-31") == []


def test_what_is_due_in_the_month_up_to_the_day(lantern: Any) -> None:
    for as_of in ("2026-02-27", "2026-02-28", "2026-03-09", "2026-03-10", "2026-03-11"):
        closed(lantern, as_of, cfo=[], ceo=[])
    days = sorted({mail.as_of.isoformat() for mail in seen_from(lantern, "2026-03-11")})
    # The edition of the last of February is due on 1 March; that of the as-of day is due tomorrow.
    assert days == ["2026-02-28", "2026-03-09", "2026-03-10"]
    assert {mail.as_of.isoformat() for mail in seen_from(lantern, "2026-03-01")} == {"2026-02-28"}


def test_of_two_runs_of_a_day_the_first_to_be_taken_counts(lantern: Any) -> None:
    run = closed(lantern, "2026-03-29", cfo=[], ceo=[])
    key = f"mail/2026-03-29/{run.run}.json"
    lake = lantern.day(run).lake
    lake.put("mail/2026-03-29/earlier.json", lake.get(key))
    closed(lantern, "2026-03-29", cfo=[taken(CFO, "2026-03-30T09:00:00+00:00")], ceo=[])
    told = {mail.report: (mail.state, mail.accepted_at) for mail in seen_from(lantern, "2026-03-30")}
    assert told == {
        "ceo": ("not delivered", None),
        "cfo": ("accepted", datetime(2026, 3, 30, 9, tzinfo=UTC)),
    }


def test_what_was_frozen_for_a_day_stays(lantern: Any) -> None:
    closed(lantern, "2026-03-29", cfo=[], ceo=[])
    before = seen_from(lantern, "2026-03-31", freeze=True)
    closed(lantern, "2026-03-30", cfo=[taken(CFO, "2026-03-31T05:00:00+00:00")], ceo=[])
    assert len(before) == 2
    assert seen_from(lantern, "2026-03-31") == before == seen_from(lantern, "2026-03-31", freeze=True)


def test_the_record_holds_no_address(lantern: Any) -> None:
    run = closed(lantern, "2026-03-29", cfo=[], ceo=[])
    data = lantern.day(run).lake.get(f"mail/2026-03-29/{run.run}.json")
    assert b"@" not in data
    assert {row["recipient"] for row in from_bytes(data)["mail"]} == {1}
