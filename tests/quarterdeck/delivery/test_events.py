"""One message of the queue to one event: every wrapping, every kind, everything that is none of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.delivery.events import Kind, MailEvent, PassedOver, RefusedEventError, parse

DATA = Path(__file__).parents[4] / "shared" / "data" / "ses_events"
TOPIC = "arn:aws:sns:us-east-1:111111111111:harbor-mail-events"
ONE = ["recipient@example.com"]
# By file: the kind and whom it is about; a word for what is passed over; the reason of what is refused.
KINDS: dict[str, Any] = {
    "bounce_record.json": (Kind.BOUNCE, ONE),
    "click_record.json": "click",
    "complaint_record.json": (Kind.COMPLAINT, ONE),
    "delivery_record.json": (Kind.DELIVERY, ONE),
    "deliverydelay_record.json": (Kind.DELAY, ONE),
    "open_record.json": "open",
    "reject_record.json": (Kind.REJECT, ["sender@example.com"]),
    "rendering_failure_record.json": (Kind.FAILURE, ONE),
    "send_record.json": (Kind.SEND, ONE),
    "subscription_record.json": "subscription",
}
RECEIVED = ValueError("found the kind 'Received'")
OF_LAMBDA = ValueError("keys Records")
EXPECTED: dict[str, Any] = {
    **{
        f"{folder}/{name}": outcome
        for folder in ("event_publishing", "eventbridge_constructed", "firehose")
        for name, outcome in KINDS.items()
    },
    "feedback_notifications/amazon_sns_delivery_notification_example.json": (
        Kind.DELIVERY,
        ["jane@example.com"],
    ),
    "feedback_notifications/bounce_notification_with_a_dsn.json": (Kind.BOUNCE, ["jane@example.com"]),
    "feedback_notifications/bounce_notification_without_a_dsn.json": (
        Kind.BOUNCE,
        ["jane@example.com", "richard@example.com"],
    ),
    "feedback_notifications/complaint_notification_with_a_feedback_report.json": (
        Kind.COMPLAINT,
        ["richard@example.com"],
    ),
    "feedback_notifications/complaint_notification_without_a_feedback_report.json": (
        Kind.COMPLAINT,
        ["richard@example.com"],
    ),
    "lambda_wrapped/ses_receipt_event.json": OF_LAMBDA,
    "lambda_wrapped/sns_event.json": OF_LAMBDA,
    "lambda_wrapped/sns_in_sqs_event.json": OF_LAMBDA,
    "receiving/notification_of_an_sns_action.json": RECEIVED,
    "sns_wrapped/bounce_event.json": (Kind.BOUNCE, ["jane@example.com"]),
    "sns_wrapped/click_event.json": "click",
    "sns_wrapped/complaint_event.json": (Kind.COMPLAINT, ["richard@example.com"]),
    "sns_wrapped/delivery_event.json": (Kind.DELIVERY, ["jane@example.com"]),
    "sns_wrapped/inbound_s3.json": RECEIVED,
    "sns_wrapped/inbound_s3_failure_message.json": RECEIVED,
    "sns_wrapped/incorrect_received_event.json": RECEIVED,
    "sns_wrapped/incorrect_tracking_event.json": ValueError("of no mail"),
    "sns_wrapped/multiple_bounce_event.json": (Kind.BOUNCE, ["jane@example.com", "richard@example.com"]),
    "sns_wrapped/open_event.json": "open",
    "sns_wrapped/reject_event.json": (Kind.REJECT, ONE),
    "sns_wrapped/rendering_failure_event.json": (Kind.FAILURE, ONE),
    "sns_wrapped/send_event.json": (Kind.SEND, ONE),
}
recorded = pytest.mark.skipif(
    not DATA.is_dir(), reason="the recorded events of ../shared/data/ses_events are not here"
)


@recorded
def test_every_recorded_file_has_its_expected_outcome() -> None:
    found = {str(path.relative_to(DATA)) for path in DATA.glob("*/*.json")}
    assert found == EXPECTED.keys()


@recorded
@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_message(name: str) -> None:
    body, expected = (DATA / name).read_text(), EXPECTED[name]
    if isinstance(expected, ValueError):
        with pytest.raises(RefusedEventError, match=str(expected)):
            parse(body)
        return
    found = parse(body)
    if isinstance(expected, str):
        assert found == PassedOver(expected)
        return
    assert isinstance(found, MailEvent)
    assert (found.kind, list(found.recipients)) == expected
    assert found.message_id
    assert found.at.tzinfo is not None


@recorded
def test_what_a_queue_got_of_another_program_is_none_of_ours() -> None:
    """The body that SQS held, as the recorded Lambda event has it: an SNS message that says hello."""
    body = json.loads((DATA / "lambda_wrapped/sns_in_sqs_event.json").read_text())["Records"][0]["body"]
    with pytest.raises(RefusedEventError, match="found none: keys message"):
        parse(body)


@recorded
def test_one_event_in_three_wrappings_is_one_event() -> None:
    raw = (DATA / "event_publishing/bounce_record.json").read_text()
    bridged = (DATA / "eventbridge_constructed/bounce_record.json").read_text()
    found = [parse(body) for body in (raw, bridged, wrapped(raw), wrapped(bridged))]
    assert len({event.event_id for event in found if isinstance(event, MailEvent)}) == 1
    assert len(set(map(repr, found))) == 1


def wrapped(message: str, **more: Any) -> str:
    envelope = {
        "Type": "Notification",
        "MessageId": "19ba9823-d7f2-53c1-860e-cb10e0d13dfc",
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": "2026-05-10T12:00:09.000Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLE==",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
    }
    return json.dumps({name: value for name, value in {**envelope, **more}.items() if value is not None})


def bounce(**more: Any) -> dict[str, Any]:
    return {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": "CFO@X.example", "status": "5.1.1"}],
            "timestamp": "2026-05-10T12:00:01.000Z",
            "feedbackId": "f-1",
        }
        | more,
        "mail": {
            "messageId": "m-1",
            "destination": ["cfo@x.example"],
            "tags": {"delivery_id": ["d1"], "portfolio": ["harbor"]},
        },
    }


def test_tags_code_and_normalised_address() -> None:
    event = parse(json.dumps(bounce()))
    assert isinstance(event, MailEvent)
    assert (event.delivery_id, event.portfolio) == ("d1", "harbor")
    assert (event.code, event.recipients) == ("Permanent/General", {"cfo@x.example": "5.1.1"})
    assert "cfo@x.example" not in repr(event)  # what may stand in a log holds no address


@pytest.mark.parametrize("kind", ["Transient", "Undetermined", "SomethingNew"])
def test_a42_a_bounce_that_is_not_permanent_is_soft(kind: str) -> None:
    event = parse(json.dumps(bounce(bounceType=kind)))
    assert isinstance(event, MailEvent)
    assert event.kind is Kind.SOFT_BOUNCE


def test_a_reader_who_says_that_it_is_no_spam_complains_of_nothing() -> None:
    said = {"complaintFeedbackType": "not-spam", "complainedRecipients": [{"emailAddress": "a@x.example"}]}
    event = {"eventType": "Complaint", "complaint": said, "mail": bounce()["mail"]}
    assert parse(json.dumps(event)) == PassedOver("not spam")


def test_the_trial_of_a_topic_is_passed_over() -> None:
    text = "Successfully validated SNS topic for Amazon SES event publishing."
    assert parse(text) == parse(wrapped(text)) == PassedOver("trial of a topic")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "expected JSON"),
        ("[" * 100_000, "expected JSON"),
        ("[]", "expected a JSON object, found a list"),
        ('{"eventType": {"a": 1}}', "neither eventType nor notificationType"),
        (wrapped(wrapped(wrapped(wrapped("{}")))), "more"),
        (json.dumps({"Type": "Notification", "Message": {"eventType": "Send"}}), "expected text"),
        (json.dumps({"detail-type": "Email Sent", "source": "me", "detail": {}}), "another source"),
        (json.dumps(bounce(bouncedRecipients=[])), "bouncedRecipients: too_short"),
        (json.dumps(bounce(bouncedRecipients=[{"emailAddress": 7}])), "emailAddress: string_type"),
        (json.dumps(bounce(timestamp="yesterday")), "timestamp: datetime_from_date_parsing"),
        (json.dumps(bounce(timestamp=None)), "it has no time"),
        (json.dumps({**bounce(), "mail": {"destination": []}}), "messageId: missing"),
    ],
)  # fmt: skip
def test_a_malformed_message_is_refused_with_the_reason(body: str, reason: str) -> None:
    with pytest.raises(RefusedEventError, match=reason) as refused:
        parse(body)
    assert "@" not in str(refused.value)


def test_without_a_time_of_its_own_the_envelopes_counts() -> None:
    event = parse(wrapped(json.dumps(bounce(timestamp=None))))
    assert isinstance(event, MailEvent)
    assert event.at.isoformat() == "2026-05-10T12:00:09+00:00"


FORGED = {
    "a unsigned": (wrapped(json.dumps(bounce()), Signature=None), "no signature"),
    "a bare": (json.dumps(bounce()), "found none"),
    "b a foreign topic": (wrapped(json.dumps(bounce()), TopicArn=TOPIC + "-of-others"), "another or none"),
    "b no topic": (wrapped(json.dumps(bounce()), TopicArn=None), "another or none"),
    "c a certificate elsewhere": (
        wrapped(json.dumps(bounce()), SigningCertURL="https://sns.us-east-1.amazonaws.com.evil.example/x.pem"),
        "another host",
    ),
    "c plain http": (
        wrapped(json.dumps(bounce()), SigningCertURL="http://sns.us-east-1.amazonaws.com/x.pem"),
        "another host",
    ),
    "d a confirmation": (
        wrapped("Confirm", Type="SubscriptionConfirmation", SubscribeURL="http://169.254.169.254/latest"),
        "nothing is confirmed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED)
def test_a43_a_forged_message_is_refused_and_nothing_is_fetched(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_way_out(*_: object, **__: object) -> None:
        raise AssertionError("an event made an outgoing request")

    monkeypatch.setattr("socket.socket.connect", no_way_out)
    body, reason = FORGED[case]
    with pytest.raises(RefusedEventError, match=reason):
        parse(body, topics=[TOPIC])


def test_the_named_topic_is_let_in() -> None:
    assert isinstance(parse(wrapped(json.dumps(bounce())), topics=[TOPIC]), MailEvent)


def places(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


@pytest.mark.parametrize("junk", [None, True, 7, "", "\ud800", [], {}, [[{}]], {"a": 1}, -1e308], ids=repr)
def test_junk_anywhere_in_an_event_is_an_event_or_refused(junk: object) -> None:
    """Of whatever a message holds where: never another error, which would stop those behind it."""
    whole = json.loads(wrapped(""))
    for event in (
        bounce(),
        {**whole, "Message": bounce()},
        {"detail-type": "x", "source": "aws.ses", "detail": bounce()},
    ):
        for *path, last in filter(None, places(event)):
            broken = json.loads(json.dumps(event))
            inside = broken
            for key in path:
                inside = inside[key]
            inside[last] = junk
            if isinstance(broken.get("Message"), dict):
                broken["Message"] = json.dumps(broken["Message"])
            try:
                parse(json.dumps(broken))
            except RefusedEventError as error:
                str(error).encode()
