"""The SES stand-in, asked by boto3's own client."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)

from quarterdeck.demo.ses_events import events_of
from quarterdeck.demo.ses_standin import State

if TYPE_CHECKING:
    from pathlib import Path

SENDER = "reports@queenofsandiego.example"
RAW = b"From: reports@queenofsandiego.example\r\nTo: cfo@x.example\r\nSubject: Figures\r\n\r\nhello\r\n"


def send(client: Any, *, to: list[str] | None = None, bcc: list[str] | None = None, **more: Any) -> str:
    request: dict[str, Any] = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": to or ["cfo@x.example"], "BccAddresses": bcc or []},
        "Content": {"Raw": {"Data": RAW}},
        "EmailTags": [{"Name": "report", "Value": "cfo"}],
        "ConfigurationSetName": "mail",
    }
    message_id: str = client.send_email(**(request | more))["MessageId"]
    return message_id


def refused(client: Any, **request: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        send(client, **request)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_a_mail_is_recorded_with_envelope_tags_and_bytes_and_survives_a_restart(ses: Any) -> None:
    message_id = send(ses.client(), bcc=["audit@y.example"])
    reread = State(ses.state.folder)
    assert [mail["message_id"] for mail in reread.mailed] == [message_id]
    assert reread.mailed[0]["envelope"] == ["cfo@x.example", "audit@y.example"]
    assert reread.mailed[0]["tags"] == {"report": "cfo"}
    assert (ses.state.folder / "raw" / f"{message_id}.eml").read_bytes() == RAW
    chosen = reread.settings["configuration_sets"]["mail"]
    assert (chosen["sending_enabled"], list(chosen["destinations"])) == (True, ["bus"])


def test_without_a_destination_the_envelope_is_taken_from_the_headers(ses: Any) -> None:
    ses.client().send_email(FromEmailAddress=SENDER, Content={"Raw": {"Data": RAW}})
    assert ses.mailed[0]["envelope"] == ["cfo@x.example"]


def test_the_quota_counts_recipients(ses: Any) -> None:
    ses.control(quota={"max_24_hour_send": 5.0, "sent_before": 1.0})
    send(ses.client(), bcc=["audit@y.example"])
    quota = ses.client().get_account()["SendQuota"]
    assert quota == {"Max24HourSend": 5.0, "MaxSendRate": 1000.0, "SentLast24Hours": 3.0}
    send(ses.client(), bcc=["audit@y.example"])  # 5 of 5
    assert refused(ses.client()) == (429, "TooManyRequestsException")


def test_the_rate_counts_recipients_in_a_rolling_second(ses: Any) -> None:
    ses.control(quota={"max_send_rate": 3.0})
    send(ses.client(), bcc=["audit@y.example"])
    assert refused(ses.client(), bcc=["audit@y.example"]) == (429, "TooManyRequestsException")
    time.sleep(1.05)
    send(ses.client(), bcc=["audit@y.example"])
    assert len(ses.mailed) == 2


@pytest.mark.parametrize(
    ("setting", "request_", "expected"),
    [
        ({}, {"ConfigurationSetName": "nowhere"}, (404, "NotFoundException")),
        ({}, {"FromEmailAddress": "a@other.example"}, (400, "MessageRejected")),
        ({}, {"to": [f"p{n}@x.example" for n in range(51)]}, (400, "BadRequestException")),
        ({}, {"Content": {"Raw": {"Data": b"x" * (40 * 1024 * 1024 + 1)}}}, (400, "MessageRejected")),
        ({}, {"EmailTags": [{"Name": "a", "Value": "x@y.example"}]}, (400, "BadRequestException")),
        ({"account": {"suspended": True}}, {}, (400, "AccountSuspendedException")),
        ({"account": {"sending_enabled": False}}, {}, (400, "SendingPausedException")),
        ({"account": {"production_access": False}}, {}, (400, "MessageRejected")),
        (
            {"identities": {"queenofsandiego.example": {"mail_from_verified": False}}},
            {},
            (400, "MailFromDomainNotVerifiedException"),
        ),
        (
            {"quota": {"max_24_hour_send": 0.0, "daily_error": "LimitExceededException"}},
            {},
            (429, "LimitExceededException"),
        ),
    ],
)
def test_it_refuses_what_ses_refuses(ses: Any, setting: Any, request_: Any, expected: Any) -> None:
    ses.control(**setting)
    assert refused(ses.client(read_timeout=20), **request_) == expected
    assert ses.mailed == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttle", (429, "TooManyRequestsException")),
        ("reject", (400, "MessageRejected")),
        ("error_500", (500, "InternalFailure")),
        ("unavailable_503", (503, "ServiceUnavailable")),
    ],
)
def test_faults_that_answer_without_mailing_strike_once(ses: Any, kind: str, expected: Any) -> None:
    ses.fault(kind)
    assert refused(ses.client()) == expected
    send(ses.client())
    assert len(ses.mailed) == 1


@pytest.mark.parametrize(
    ("kind", "error", "mailed"),
    [
        ("reset", ConnectionClosedError, 0),
        ("silence", ReadTimeoutError, 0),
        ("accept_then_reset", ConnectionClosedError, 1),
        ("accept_then_silence", ReadTimeoutError, 1),
    ],
)
def test_faults_that_lose_the_answer(ses: Any, kind: str, error: type[Exception], mailed: int) -> None:
    ses.fault(kind)
    with pytest.raises(error):
        send(ses.client())
    assert len(ses.mailed) == mailed


def test_a_fault_for_one_recipient_spares_the_others(ses: Any) -> None:
    ses.fault("throttle", recipient="b@x.example")
    send(ses.client(), to=["a@x.example"])
    assert refused(ses.client(), to=["b@x.example"])[0] == 429


def test_a_delay_only_takes_time(ses: Any) -> None:
    ses.fault("delay", seconds=0.3)
    before = time.monotonic()
    send(ses.client())
    assert time.monotonic() - before >= 0.3
    assert len(ses.mailed) == 1


def test_identities_are_created_pending_and_can_be_verified(ses: Any) -> None:
    client = ses.client()
    created = client.create_email_identity(EmailIdentity="new.example")
    assert (created["VerifiedForSendingStatus"], created["DkimAttributes"]["Status"]) == (False, "PENDING")
    ses.control(identities={"new.example": {"verified": True, "dkim_status": "SUCCESS"}})
    found = client.get_email_identity(EmailIdentity="new.example")
    assert (found["VerifiedForSendingStatus"], found["DkimAttributes"]["Status"]) == (True, "SUCCESS")
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_email_identity(EmailIdentity="unknown.example")
    with pytest.raises(client.exceptions.AlreadyExistsException):
        client.create_email_identity(EmailIdentity="new.example")


def test_configuration_sets(ses: Any) -> None:
    client = ses.client()
    assert client.list_configuration_sets()["ConfigurationSets"] == ["mail"]
    assert client.get_configuration_set(ConfigurationSetName="mail")["SendingOptions"]["SendingEnabled"]
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_configuration_set(ConfigurationSetName="nowhere")
    with pytest.raises(client.exceptions.AlreadyExistsException):
        client.create_configuration_set(ConfigurationSetName="mail")


def test_control_refuses_what_it_does_not_know(ses: Any) -> None:
    for body in (
        {"quota": {"max_per_hour": 1}},
        {"faults": [{"kind": "nonsense"}]},
        {"weather": {"rain": 1}},
    ):
        with pytest.raises(Exception, match="400"):
            ses.control(**body)


def test_fates_follow_the_local_part_as_in_the_mailbox_simulator() -> None:
    events = events_of(["a@x.example", "bounce@x.example", "complaint+1@x.example"])
    assert [event["eventType"] for event in events] == ["Send", "Bounce", "Delivery", "Complaint"]
    assert [r["emailAddress"] for r in events[1]["bounce"]["bouncedRecipients"]] == ["bounce@x.example"]
    assert events[2]["delivery"]["recipients"] == ["a@x.example", "complaint+1@x.example"]


def test_tagged_events_reach_the_topic_of_the_configuration_set(
    ses: Any, aws: dict[str, str], aws_endpoint: str
) -> None:
    sns, sqs = boto3.client("sns", **aws), boto3.client("sqs", **aws)
    topic = sns.create_topic(Name="standin-events")["TopicArn"]
    queue = sqs.create_queue(QueueName="standin-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    client = ses.client()
    client.create_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName="sns",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "DELIVERY"],
            "SnsDestination": {"TopicArn": topic},
        },
    )
    found = client.get_configuration_set_event_destinations(ConfigurationSetName="mail")["EventDestinations"]
    topics = {d["Name"]: d["SnsDestination"]["TopicArn"] for d in found if "SnsDestination" in d}
    assert topics == {"sns": topic}
    message_id = send(client, bcc=["audit@y.example", "complaint@y.example"])
    events = receive(sqs, queue, 2)
    assert sorted(event["eventType"] for event in events) == [
        "Delivery",
        "Send",
    ]  # no Complaint: not asked for
    for event in events:
        assert event["mail"]["messageId"] == message_id
        assert event["mail"]["tags"]["report"] == ["cfo"]
        assert event["mail"]["tags"]["ses:configuration-set"] == ["mail"]
        assert event["mail"]["destination"] == ["cfo@x.example", "audit@y.example", "complaint@y.example"]
        assert event["mail"]["commonHeaders"]["to"] == ["cfo@x.example"]


def receive(sqs: Any, queue: str, count: int) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    deadline = time.monotonic() + 15
    while len(events) < count and time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            events.append(json.loads(json.loads(message["Body"])["Message"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return events


def test_a_topic_that_cannot_be_reached_costs_no_mail(ses: Any) -> None:
    client = ses.client()
    client.create_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName="sns",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:000000000000:nowhere"},
        },
    )
    send(client)
    assert message_from_bytes(RAW)["To"] == ses.mailed_to()[0]


def test_it_runs_as_a_module_on_loopback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "quarterdeck.demo.ses_standin", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)
    assert "--sns-endpoint" in shown.stdout


def test_identities_are_listed_with_whether_they_may_send(ses: Any) -> None:
    ses.client().create_email_identity(EmailIdentity="new.example")
    listed = ses.client().list_email_identities()["EmailIdentities"]
    assert [(one["IdentityName"], one["IdentityType"], one["SendingEnabled"]) for one in listed] == [
        ("new.example", "DOMAIN", False),
        ("queenofsandiego.example", "DOMAIN", True),
    ]
