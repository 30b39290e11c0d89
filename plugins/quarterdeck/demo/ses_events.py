"""The events of the SES stand-in, in the shape that Amazon SES publishes them in to SNS."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
import uuid
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)

_ACCOUNT = "000000000000"


class Events:
    """Publishes events in a thread of its own: a topic that can't be reached never costs a mail."""

    def __init__(self, sns_endpoint: str | None) -> None:
        self._endpoint = sns_endpoint
        self._queue: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        threading.Thread(target=self._run, name="ses-events", daemon=True).start()

    def mailed(self, mail: dict[str, Any], data: bytes, destinations: Iterable[dict[str, Any]]) -> None:
        """Queue what SES would say of a message it took, for event destinations as boto3 names them."""
        common = mail_object(mail, data)
        for event in events_of(mail["envelope"]):
            kind = str(event["eventType"]).upper()
            for target in destinations:
                topic = target.get("SnsDestination", {}).get("TopicArn")
                if topic and target.get("Enabled") and kind in target["MatchingEventTypes"]:
                    self._queue.put((topic, {**event, "mail": common}))

    def _run(self) -> None:
        while True:
            topic, event = self._queue.get()
            for pause in (0.2, 1.0, 5.0):
                try:
                    self._client(topic).publish(TopicArn=topic, Message=json.dumps(event) + "\n")
                    break
                except Exception as error:
                    log.warning("event %s not published: %s", event["eventType"], type(error).__name__)
                    time.sleep(pause)

    def _client(self, topic: str) -> Any:
        return boto3.client(
            "sns", endpoint_url=self._endpoint, region_name=topic.split(":")[3],
            aws_access_key_id="standin", aws_secret_access_key="standin",  # noqa: S106 - the emulator asks for some
        )  # fmt: skip


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def mail_object(mail: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The ``mail`` object of SES's events, in the documented shape."""
    message = message_from_bytes(data, policy=default)
    sender = parseaddr(mail["from"])[1]
    tags = {name: [value] for name, value in mail["tags"].items()}
    return {
        "timestamp": _stamp(mail["time"]),
        "source": mail["from"],
        "sourceArn": f"arn:aws:ses:us-east-1:{_ACCOUNT}:identity/{sender.rpartition('@')[2]}",
        "sendingAccountId": _ACCOUNT,
        "messageId": mail["message_id"],
        "destination": mail["envelope"],
        "headersTruncated": False,
        "headers": [{"name": name, "value": str(value)} for name, value in message.items()],
        "commonHeaders": {
            "from": [str(message["From"])],
            "to": [address for _, address in getaddresses([str(message["To"] or "")])],
            "messageId": mail["message_id"],
            "subject": str(message["Subject"]),
        },
        "tags": tags | {"ses:configuration-set": [mail["configuration_set"]], "ses:source-ip": ["127.0.0.1"],
                        "ses:from-domain": [sender.rpartition("@")[2]], "ses:caller-identity": ["standin"]},
    }  # fmt: skip


def events_of(envelope: list[str]) -> list[dict[str, Any]]:
    """Send, then what becomes of each recipient; local parts as in SES's mailbox simulator."""
    now = _stamp(time.time())
    feedback = {"timestamp": now, "feedbackId": f"{uuid.uuid4()}-000000"}
    by_fate: dict[str, list[str]] = {}
    for address in envelope:
        local = address.partition("@")[0].partition("+")[0].lower()
        by_fate.setdefault(local if local in {"bounce", "complaint"} else "success", []).append(address)
    events: list[dict[str, Any]] = [{"eventType": "Send", "send": {}}]
    if bounced := by_fate.get("bounce"):
        recipients = [
            {"emailAddress": address, "action": "failed", "status": "5.1.1",
             "diagnosticCode": "smtp; 550 5.1.1 user unknown"} for address in bounced
        ]  # fmt: skip
        bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": recipients}
        events.append({"eventType": "Bounce", "bounce": bounce | feedback | {"reportingMTA": "dsn; standin"}})
    if arrived := by_fate.get("success", []) + by_fate.get("complaint", []):
        delivery = {"timestamp": now, "processingTimeMillis": 1, "recipients": arrived,
                    "smtpResponse": "250 ok", "reportingMTA": "standin"}  # fmt: skip
        events.append({"eventType": "Delivery", "delivery": delivery})
    if complained := by_fate.get("complaint"):
        people = [{"emailAddress": address} for address in complained]
        complaint = {"complainedRecipients": people, "complaintFeedbackType": "abuse", "arrivalDate": now}
        events.append({"eventType": "Complaint", "complaint": complaint | feedback})
    return events
