"""Delivery of a real edition: modes, a second run, what the sender may not, what each recipient reads."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import boto3
import pytest

from quarterdeck.delivery.ledger import LedgerEpochMissingError, create_table
from quarterdeck.errors import DeliveryError, PreflightError, RequestError, RetryLaterError
from quarterdeck.lake.documents import from_bytes
from quarterdeck.steps.deliver import deliver
from quarterdeck.steps.rebuilding import rebuild_ledger
from quarterdeck.steps.verifying import verify_archive

OVERSIGHT = "oversight@lantern.example"
TABLE = "lantern-deliveries"


@pytest.fixture
def mailing(lantern, ses, aws, measured, two_recipients):
    """The golden portfolio, ready to send, with an empty delivery ledger of its own."""
    dynamodb = boto3.client("dynamodb", **aws)
    lantern.connect = lambda _aws, service: boto3.client(service, **aws)
    create_table(dynamodb, TABLE)
    ses.control(identities={"lantern.example": {}})
    ses.configuration_set("lantern")
    shutil.copytree(measured / "lake", lantern.home / "lake")
    yield two_recipients(lantern)
    dynamodb.delete_table(TableName=TABLE)


def send(mailing: Any, ses: Any, mode: str = "send", **params: Any) -> dict[str, Any]:
    run, _ = mailing.cfo(mode=mode, **params)
    outcome = deliver(run, "cfo", mailing.resources, ses=ses.client())
    mailing.close(run)
    return outcome


def raw(ses: Any) -> list[bytes]:
    return [(ses.state.folder / "raw" / f"{mail['message_id']}.eml").read_bytes() for mail in ses.mailed]


def mails(ses: Any) -> list[Any]:
    return [message_from_bytes(data, policy=default) for data in raw(ses)]


def test_each_recipient_gets_one_and_the_oversight_a_blind_copy(mailing, ses) -> None:
    assert send(mailing, ses)["states"] == {"accepted": 2}
    envelopes = [sorted(mail["envelope"]) for mail in ses.mailed]
    assert envelopes == [["cfo@lantern.example", OVERSIGHT], [OVERSIGHT, "owner@lantern.example"]]
    for mail in mails(ses):
        assert mail["Bcc"] is None
        assert OVERSIGHT not in mail.as_string()


def test_each_mail_has_the_files_of_the_archive_and_names_them(mailing, ses) -> None:
    run, outcomes = mailing.cfo(mode="send")
    deliver(run, "cfo", mailing.resources, ses=ses.client())
    archive = mailing.day(run).archive
    edition = archive.by_hash(run.as_of, "cfo", outcomes["cfo"]["payload_hash"])
    names = ["cfo-lantern-2026-03-31.xlsx", "cfo-lantern-2026-03-31.pdf"]
    for mail in mails(ses):
        attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
        assert list(attached) == names
        for name, data in attached.items():
            assert archive.read(edition, f"attachments/{name}") == data
            assert f"{name} (" in mail.get_body(("plain",)).get_content()
    page = archive.read(edition, "report.html").decode()
    assert "beside this page in attachments/" in page


def test_a_second_run_mails_nothing_twice_and_says_so(mailing, ses) -> None:
    send(mailing, ses)
    assert send(mailing, ses)["states"] == {"already accepted": 2}
    assert len(ses.mailed) == 2
    (chain,) = verify_archive(mailing.resources, "lantern")
    assert (chain.editions, chain.messages, chain.faults) == (1, 2, ())


def test_a_later_payload_is_archived_and_not_mailed(mailing, ses) -> None:
    first = send(mailing, ses)
    mailing.edit(
        "data/sloop/bookings.csv", lambda text: text.replace("direct,1200.00,EUR", "direct,1300.00,EUR")
    )
    again = send(mailing, ses, refresh=True)
    assert again == {**first, "states": {"already accepted": 2}}
    assert len(ses.mailed) == 2


def test_a_preview_goes_to_the_preview_address_alone(mailing, ses) -> None:
    assert send(mailing, ses, mode="preview")["states"] == {"accepted": 1}
    assert ses.mailed[0]["envelope"] == ["preview@lantern.example"]
    assert mails(ses)[0]["Subject"].startswith("[PREVIEW]")
    # It was only looked at: the recipients are still due.
    assert send(mailing, ses)["states"] == {"accepted": 2}


def test_archive_mails_nobody(mailing, ses) -> None:
    assert send(mailing, ses, mode="archive")["nothing"] == "mode archive"
    assert ses.mailed == []


def test_an_unverified_sender_stops_before_anything_is_sent(mailing, ses) -> None:
    ses.control(identities={"lantern.example": {"verified": False}})
    with pytest.raises(PreflightError, match="expected a verified SES identity"):
        send(mailing, ses)
    assert ses.mailed == []


def test_a_spent_quota_defers_all_and_says_so(mailing, ses) -> None:
    ses.control(quota={"max_24_hour_send": 200.0, "sent_before": 199.0})
    with pytest.raises(DeliveryError, match=r"2 of 2 recipients.*deferred, waits"):
        send(mailing, ses)
    assert ses.mailed == []


def test_a_suppressed_recipient_alone_gets_nothing(mailing, ses) -> None:
    ses.client().put_suppressed_destination(EmailAddress="owner@lantern.example", Reason="BOUNCE")
    with pytest.raises(DeliveryError, match=r"1 of 2 recipients.*suppressed"):
        send(mailing, ses)
    assert ses.mailed_to() == ["cfo@lantern.example"]


def test_a_lost_answer_is_unknown_never_resent_and_fails_the_day(mailing, ses) -> None:
    ses.fault("accept_then_silence", recipient="cfo@lantern.example")
    with pytest.raises(DeliveryError, match="1 of 2 recipients"):
        send(mailing, ses)
    with pytest.raises(DeliveryError, match="unknown"):
        send(mailing, ses)
    assert sorted(ses.mailed_to()) == ["cfo@lantern.example", "owner@lantern.example"]


def test_what_ses_surely_did_not_take_is_left_to_the_tasks_retry(mailing, ses, monkeypatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    ses.control(faults=[{"kind": "unavailable_503", "times": 50, "recipient": "cfo@lantern.example"}])
    with pytest.raises(RetryLaterError):
        send(mailing, ses)
    ses.control(faults=[])
    assert send(mailing, ses)["states"] == {"accepted": 1, "already accepted": 1}
    assert sorted(ses.mailed_to()) == ["cfo@lantern.example", "owner@lantern.example"]


def test_without_its_epoch_the_ledger_is_not_trusted(mailing, ses, aws) -> None:
    mailing.edit("portfolio.yaml", lambda text: text.replace(TABLE, "another-table"))
    with pytest.raises(LedgerEpochMissingError):
        send(mailing, ses)
    assert ses.mailed == []


def test_a_lost_ledger_is_rebuilt_from_the_archive_and_nothing_goes_twice(mailing, ses, aws) -> None:
    ses.fault("accept_then_reset", recipient="cfo@lantern.example")
    with pytest.raises(DeliveryError, match="unknown"):
        send(mailing, ses)
    run, _ = mailing.cfo(mode="send")
    with pytest.raises(DeliveryError):
        mailing.close(run)  # records what SES took
    with pytest.raises(RequestError, match="has its epoch item"):
        rebuild_ledger(mailing.resources, "lantern")
    dynamodb = boto3.client("dynamodb", **aws)
    dynamodb.delete_table(TableName=TABLE)
    create_table(dynamodb, TABLE)
    dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": "ledger"}, "sk": {"S": "epoch"}})
    assert rebuild_ledger(mailing.resources, "lantern") == {"accepted": 1, "unknown": 1}
    with pytest.raises(DeliveryError, match=r"1 of 2 recipients.*unknown"):
        send(mailing, ses)
    assert len(ses.mailed) == 2


def test_the_next_edition_tells_what_changed_since_this_recipients_last(mailing, ses) -> None:
    mailing.now = datetime(2026, 3, 31, 6, tzinfo=UTC)
    send(mailing, ses, as_of="2026-03-30")
    mailing.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    send(mailing, ses)
    text = mails(ses)[-1].get_body(("plain",)).get_content()
    top = " ".join(text.partition("Key figures")[0].split())
    assert "Mar 30, 2026" in top
    # Both went out at 06:00 UTC, which is 08:00 in Amsterdam; they were due there at 07:30.
    assert "This edition goes out after its due time, Wed, Apr 1, 2026, 7:30 AM." in top
    assert "The edition of Mon, Mar 30, 2026 was due Tue, Mar 31, 2026, 7:30" in top
    assert "and went out Tue, Mar 31, 2026, 8:" in top


def test_what_was_late_is_a_figure_of_the_next_day(mailing, ses) -> None:
    # The lake is that of a day which was concluded before any mail went out, and froze that.
    shutil.rmtree(mailing.home / "lake" / "lantern" / "mail_inputs")
    mailing.now = datetime(2026, 3, 31, 6, tzinfo=UTC)
    send(mailing, ses, as_of="2026-03-30")
    mailing.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    send(mailing, ses)
    [record] = (mailing.home / "lake" / "lantern" / "runs" / "2026-03-31").rglob("conclusion.json")
    figures = from_bytes(record.read_bytes())["reports"]["cfo"]["figures"]
    [on_time] = [figure for figure in figures if figure["metric"] == "mail_on_time"]
    # The edition before was due to both at 07:30 in Amsterdam, 05:30 UTC, and was taken at 06:00 UTC.
    assert (on_time["value"], on_time["note"]) == (0, "0 of 2, 2 known to be taken by SES only")


def test_the_bytes_sent_are_in_the_archive(mailing, ses) -> None:
    run, _ = mailing.cfo(mode="send")
    deliver(run, "cfo", mailing.resources, ses=ses.client())
    archive = mailing.home / "archive" / "lantern" / "deliveries"
    kept = sorted(path.read_bytes() for path in archive.rglob("*.eml"))
    assert kept == sorted(raw(ses))


def test_the_log_names_no_address(mailing, ses, caplog) -> None:
    caplog.set_level("INFO")
    send(mailing, ses)
    assert "accepted" in caplog.text
    assert "@lantern.example" not in caplog.text


def test_a_day_that_is_too_old_is_archived_said_and_not_mailed(mailing, ses) -> None:
    mailing.now = datetime(2026, 4, 20, 6, tzinfo=UTC)
    assert send(mailing, ses)["states"] == {"expired": 2}
    assert ses.mailed == []


def test_an_older_day_after_a_newer_edition_is_superseded(mailing, ses) -> None:
    send(mailing, ses)
    assert send(mailing, ses, as_of="2026-03-30")["states"] == {"superseded": 2}
    assert len(ses.mailed) == 2
