"""What SES says became of a mail, from the wrappings that it comes in: pure, no AWS, no clock.

A queue's message holds the event itself (raw delivery), or it in SNS's envelope, in EventBridge's, or in
one within the other. Nothing that a message names is ever fetched: no certificate, no confirmation.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from quarterdeck.delivery.event_models import DETAILS, Mail
from quarterdeck.delivery.plan import normalised
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from quarterdeck.delivery.event_models import Detail

_DEEPEST = 4  # EventBridge within SNS is two
_CODE = re.compile(r"[^A-Za-z0-9./ _-]")
_SNS_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_PASSED_OVER = frozenset({"Open", "Click", "Subscription"})
# What SES publishes once to try a topic that it is told of.
_TRIAL = "Successfully validated SNS topic for Amazon SES event publishing"


class Kind(StrEnum):
    """What an event says. A bounce that may pass (full mailbox, out of office) is ``soft bounce``."""

    SEND = "send"
    DELIVERY = "delivery"
    DELAY = "delay"
    SOFT_BOUNCE = "soft bounce"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REJECT = "reject"
    FAILURE = "rendering failure"


_KINDS = {
    "Send": Kind.SEND,
    "Delivery": Kind.DELIVERY,
    "DeliveryDelay": Kind.DELAY,
    "Bounce": Kind.BOUNCE,
    "Complaint": Kind.COMPLAINT,
    "Reject": Kind.REJECT,
    "Rendering Failure": Kind.FAILURE,
}


class RefusedEventError(DeliveryError):
    """A message that is no event of ours: kept aside. The reason holds no address and no word of it."""


@dataclass(frozen=True)
class MailEvent:
    """One event. ``recipients``: whom it is about, normalised, each with a code (``5.1.1``; may be empty).

    ``at`` is SES's own time. ``event_id`` is of the event, not of the envelope: delivered again under a new
    id of SNS it is the same. ``delivery_id`` and ``portfolio`` are the mail's tags; empty: it has none.
    ``raw`` is the event as JSON, out of its envelopes.
    """

    kind: Kind
    message_id: str
    at: datetime
    recipients: dict[str, str] = field(repr=False)
    event_id: str
    delivery_id: str = ""
    portfolio: str = ""
    code: str = ""
    raw: str = field(repr=False, default="")


@dataclass(frozen=True)
class PassedOver:
    """An event that says nothing of a delivery, such as an opened mail: ``why`` names its kind."""

    why: str


def parse(body: str, *, topics: Collection[str] = ()) -> MailEvent | PassedOver:
    """The event in a queue's message.

    ``topics``: the SNS topics (ARNs) that may have sent it; none given: whoever the queue's policy lets in.
    Raises RefusedEventError with the reason.
    """
    event, sent = _unwrapped(body, topics)
    if event is None:
        return PassedOver("trial of a topic")
    name = event.get("eventType", event.get("notificationType"))
    if isinstance(name, str) and name in _PASSED_OVER:
        return PassedOver(name.lower())
    if not isinstance(name, str) or name not in _KINDS:
        raise RefusedEventError(f"expected an event of SES, found {_told_kind(name, event)}")
    if (
        isinstance(event.get("complaint"), dict)
        and event["complaint"].get("complaintFeedbackType") == "not-spam"
    ):
        return PassedOver("not spam")
    return _event(name, event, sent)


def _told_kind(name: object, event: dict[str, Any]) -> str:
    if isinstance(name, str):
        return f"the kind {_CODE.sub('', name)[:40]!r}"
    known = [key for key in ("Records", "message", "Type", "detail-type") if key in event]
    return f"none: keys {', '.join(known)}" if known else "neither eventType nor notificationType"


def _unwrapped(body: str, topics: Collection[str]) -> tuple[dict[str, Any] | None, object]:
    """The innermost object, and the time of the envelope around it; None for SES's trial of a topic."""
    text, sent, signed_by = body, None, None
    for _ in range(_DEEPEST):
        if text.startswith(_TRIAL):
            return None, sent
        found = _object(text)
        if isinstance(found.get("Type"), str) and "Message" in found:
            signed_by = _topic(found, topics)
            text, sent = found["Message"], found.get("Timestamp", sent)
        elif "detail-type" in found and isinstance(found.get("detail"), dict):
            if found.get("source") != "aws.ses":
                raise RefusedEventError("expected an event of EventBridge from aws.ses, found another source")
            text, sent = json.dumps(found["detail"]), found.get("time", sent)
        else:
            if topics and signed_by is None:
                raise RefusedEventError("expected an envelope of SNS that names its topic, found none")
            return found, sent
        if not isinstance(text, str):
            raise RefusedEventError("expected text as the message of an SNS envelope, found something else")
    raise RefusedEventError(f"expected at most {_DEEPEST - 1} envelopes around an event, found more")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedEventError("expected JSON, found something else") from None
    if not isinstance(found, dict):
        raise RefusedEventError(f"expected a JSON object, found a {type(found).__name__}")
    return found


def _topic(envelope: dict[str, Any], topics: Collection[str]) -> str:
    """The topic of an SNS envelope. Where topics are named it has to be one of them, and signed."""
    kind = envelope["Type"]
    if kind != "Notification":
        raise RefusedEventError(
            f"expected an SNS notification, found {_CODE.sub('', kind)[:40]}: nothing is confirmed by itself"
        )
    certificate = envelope.get("SigningCertURL", envelope.get("SigningCertUrl"))
    if certificate is not None and not _of_sns(certificate):
        raise RefusedEventError("expected a certificate at an address of SNS, found another host")
    topic = envelope.get("TopicArn")
    if topics and topic not in topics:
        raise RefusedEventError("expected a topic that portfolio.yaml names, found another or none")
    if topics and not envelope.get("Signature"):
        raise RefusedEventError("expected an envelope that SNS signed, found no signature")
    return str(topic or "")


def _of_sns(url: object) -> bool:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return False
    return parts is not None and parts.scheme == "https" and bool(_SNS_HOST.fullmatch(parts.netloc))


def _event(name: str, event: dict[str, Any], sent: object) -> MailEvent:
    model, key = DETAILS[name]
    if not isinstance(event.get("mail"), dict):
        raise RefusedEventError(f"a {name} that can't be read: it says of no mail what became of it")
    try:
        mail = Mail.model_validate(event.get("mail"))
        detail = model.model_validate(event.get(key) or {})
        at = (
            detail.timestamp
            or mail.timestamp
            or Mail.model_validate({"messageId": "-", "timestamp": sent}).timestamp
        )
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in found["loc"])
        raise RefusedEventError(f"a {name} that can't be read: {place or key}: {found['type']}") from None
    if at is None:
        raise RefusedEventError(f"a {name} that can't be read: it has no time")
    recipients = _recipients(detail, mail)
    if not recipients:
        raise RefusedEventError(f"a {name} that can't be read: it names no recipient")
    return MailEvent(
        kind=_kind(name, detail),
        message_id=mail.message_id,
        at=at,
        recipients=recipients,
        event_id=_event_id(name, mail, detail, recipients),
        delivery_id=mail.tag("delivery_id"),
        portfolio=mail.tag("portfolio"),
        code=_CODE.sub("", detail.code)[:80],
        raw=json.dumps(event, sort_keys=True, separators=(",", ":")),
    )


def _kind(name: str, detail: Detail) -> Kind:
    if name == "Bounce" and not detail.is_permanent:
        return Kind.SOFT_BOUNCE
    return _KINDS[name]


def _recipients(detail: Detail, mail: Mail) -> dict[str, str]:
    """Whom it is about; a Send, a Reject and a failure are about everybody the mail goes to."""
    told = detail.about() or [(address, "") for address in mail.destination]
    plain = ((parseaddr(address)[1] or address, code) for address, code in told)
    return {normalised(address): _CODE.sub("", code)[:40] for address, code in plain}


def _event_id(name: str, mail: Mail, detail: Detail, recipients: dict[str, str]) -> str:
    """Of what SES itself says: its feedback id, else its time."""
    own = detail.feedback_id or str(detail.timestamp or mail.timestamp or "")
    made_of = json.dumps([name, mail.message_id, own, detail.code, sorted(recipients)])
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]
