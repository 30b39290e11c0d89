"""The table of a run, from the record that the run's steps wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.plan import Outcome
from quarterdeck.delivery.states import State
from quarterdeck.demo.outcome import ReportOutcome, copy_editions, read_outcome, table
from quarterdeck.lake.editions import EditionArchive
from quarterdeck.lake.runs import RunRecord, run_key
from quarterdeck.lake.store import LocalStore
from quarterdeck.settings.definition import Portfolio
from quarterdeck.settings.places import Places
from quarterdeck.steps.resources import Resources

if TYPE_CHECKING:
    from pathlib import Path

DAY, RUN = "2026-03-31", "demo__1"


def resources(home: Path) -> Resources:
    return Resources(Places(home / "include", (home,), home), connect=lambda aws, service: None)


def portfolio() -> Portfolio:
    storage = {"lake": "file://lake", "archive": "file://archive", "ledger_table": "ledger"}
    sender = {"address": "r@harbor.example", "name": "R", "reply_to": "d@harbor.example"}
    sender["configuration_set"] = "harbor"
    return Portfolio.model_validate(
        {
            "id": "harbor", "title": "Harbor", "owner": "desk", "timezone": "UTC", "schedule": "0 6 * * *",
            "currency": "USD", "aws": {"connection": "harbor_aws", "region": "us-west-2"}, "storage": storage,
            "sender": sender,
            "preview": "p@harbor.example", "allowed_domains": ["harbor.example"], "reports": ["cfo", "ceo"],
        }
    )  # fmt: skip


def delivery(number: int, **more: Any) -> dict[str, Any]:
    fields = {
        "delivery_id": f"d{number}",
        "recipient_hash": f"h{number}",
        "state": State.ACCEPTED,
        "note": "",
    }
    return Outcome(**{**fields, "message_id": f"m{number}", **more}).as_json()


def record_run(home: Path) -> str:
    """A run of two reports: the CFO's mailed to one now and to one before, the CEO's held."""
    record = RunRecord(LocalStore(home / "lake"), DAY, run_key(RUN))
    archive = LocalStore(home / "archive")
    edition = EditionArchive(archive).archive(DAY, "cfo", {"payload.json": b"{}", "report.html": b"<p>"})
    archive.put("deliveries/x.eml", b"From: r@harbor.example\n")
    record.put("plan", {"reports": ["cfo", "ceo"]})
    record.put(
        "report/cfo",
        {
            "decision": "banner",
            "payload_hash": edition.payload_hash,
        },
    )
    record.put("report/ceo", {"decision": "hold"})
    record.put(
        "delivery/cfo",
        {
            "edition": edition.payload_hash,
            "deliveries": [delivery(1, eml_key="deliveries/x.eml"), delivery(2, already=True)],
        },
    )
    rows = [{"report": "cfo", "state": "accepted"}, {"report": "ceo", "state": "held: no data"}]
    record.put("close", {"reports": rows})
    return edition.payload_hash


def test_the_table_has_a_line_for_each_recipient_and_no_address(tmp_path: Path) -> None:
    record_run(tmp_path)
    outcomes = read_outcome(resources(tmp_path), portfolio(), DAY, RUN)
    folder = tmp_path / "cfo"
    folder.mkdir()
    for name in ("report.html", "payload.json"):
        (folder / name).touch()
    text = table(outcomes, {"cfo": folder})
    assert "@" not in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[2:5] == [
        "cfo send with a banner 1 of 2 accepted m1",
        "2 of 2 accepted before m2",
        "ceo hold - held: no data -",
    ]
    assert [line.rpartition("/")[2] for line in lines[-2:]] == ["payload.json", "report.html"]
    assert sum(outcome.mailed_now for outcome in outcomes) == 1


def test_editions_are_copied_with_the_first_message_as_mailed(tmp_path: Path) -> None:
    record_run(tmp_path)
    outcomes = read_outcome(resources(tmp_path), portfolio(), DAY, RUN)
    folders = copy_editions(resources(tmp_path), portfolio(), DAY, outcomes, tmp_path / "out")
    assert folders == {"cfo": tmp_path / "out" / "harbor" / DAY / "cfo"}
    written = {path.name: path.read_bytes() for path in folders["cfo"].iterdir()}
    assert written == {
        "payload.json": b"{}",
        "report.html": b"<p>",
        "message.eml": b"From: r@harbor.example\n",
    }


def test_a_run_that_never_had_a_plan_has_no_reports(tmp_path: Path) -> None:
    assert read_outcome(resources(tmp_path), portfolio(), DAY, "another run") == []
    assert "report" in table([], {})


def test_a_report_that_was_not_delivered_says_so() -> None:
    lost = ReportOutcome("cfo", "none", "not composed", None, ())
    assert "not composed" in table([lost], {})
