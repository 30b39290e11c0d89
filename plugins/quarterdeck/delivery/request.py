"""One request to SES and what its answer means. The answer's text is never kept: it prints addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from botocore import exceptions as boto
from botocore.config import Config

from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from quarterdeck.delivery.plan import DeliveryPlan
    from quarterdeck.delivery.rows import Row

# For the client that sends: the SDK's own retries would mail a lost answer's message again.
SEND_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=30
)
_LONGEST_TIMEOUT = 120
_TAG = re.compile(r"[^A-Za-z0-9_-]")
_CODE = re.compile(r"[^A-Za-z0-9._-]")

# Raised before the first byte of the request left.
_NEVER_LEFT: tuple[type[boto.BotoCoreError], ...] = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ProxyConnectionError,
)
# No request can be signed: the same for every recipient.
_NO_CREDENTIALS: tuple[type[boto.BotoCoreError], ...] = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.SSOError,
)
_THROTTLED = frozenset({"TooManyRequestsException", "Throttling", "ThrottlingException"})
_STOPS_ACCOUNT = frozenset({"AccountSuspendedException", "SendingPausedException", "LimitExceededException"})
_STOPS_ALL = _STOPS_ACCOUNT | frozenset(
    {
        "MailFromDomainNotVerifiedException",
        "NotFoundException",  # the configuration set: the same for every recipient
    }
)


class Meaning(Enum):
    """What an answer means for the delivery."""

    ACCEPTED = "SES took it"
    REFUSED = "SES said no to this message"
    NOT_TAKEN = "surely not taken: it may be asked again"
    STOPPED = "surely not taken, and no other message would be: the account, quota, sender or credentials"
    UNKNOWN = "it may have been taken"


@dataclass(frozen=True)
class Answer:
    """``status`` is the HTTP status (0: none), ``code`` the AWS code or the kind of failure."""

    meaning: Meaning
    message_id: str = ""
    status: int = 0
    code: str = ""

    @property
    def whole_account(self) -> bool:
        """Of what is stopped: whether it is the account (a pause, the quota) and not this sender."""
        return self.code in _STOPS_ACCOUNT | _THROTTLED


def require_single_attempt(ses: Any) -> None:
    """Raise DeliveryError unless the client asks once and gives up in bounded time (``SEND_CONFIG``)."""
    config = ses.meta.config
    attempts = (config.retries or {}).get("total_max_attempts")
    timeouts = (config.connect_timeout, config.read_timeout)
    if attempts != 1 or any(t is None or not 0 < t <= _LONGEST_TIMEOUT for t in timeouts):
        raise DeliveryError(
            "expected an SES client with total_max_attempts=1 and timeouts of at most "
            f"{_LONGEST_TIMEOUT} s, found total_max_attempts={attempts} and timeouts of {timeouts[0]} and "
            f"{timeouts[1]} s: the SDK's own retries mail twice. Make it with delivery.request.SEND_CONFIG"
        )


def tag_value(text: str) -> str:
    """Text as an SES tag may hold it: letters, digits, ``-`` and ``_``."""
    return _TAG.sub("-", text)[:256] or "-"


def ask(ses: Any, plan: DeliveryPlan, row: Row, data: bytes) -> Answer:
    """Ask SES once to mail ``data`` to the row's recipient, with its BCC in the envelope alone."""
    destination = {"ToAddresses": [row.recipient]}
    if row.bcc:
        destination["BccAddresses"] = [row.bcc]
    tags = {
        "portfolio": row.portfolio,
        "report": row.report,
        "as_of": row.as_of,
        "purpose": row.purpose,
        "delivery_id": row.delivery_id,
    }
    try:
        answer = ses.send_email(
            FromEmailAddress=plan.sender,
            Destination=destination,
            Content={"Raw": {"Data": data}},
            EmailTags=[{"Name": name, "Value": tag_value(value)} for name, value in tags.items()],
            ConfigurationSetName=plan.configuration_set,
        )
        return _accepted(answer)
    except boto.ClientError as error:
        return _refusal(error.response, plan.sender)
    except Exception as error:  # whatever went wrong, the request may have left
        return _failure(error)


def _accepted(answer: dict[str, Any]) -> Answer:
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    message_id = answer.get("MessageId")
    if not isinstance(message_id, str) or not message_id:
        return Answer(Meaning.UNKNOWN, status=status, code="UnreadableAnswer")
    return Answer(Meaning.ACCEPTED, message_id=message_id, status=status)


def _refusal(response: dict[str, Any], sender: str) -> Answer:
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    error = response.get("Error", {})
    code = _CODE.sub("", str(error.get("Code", "")))[:64]
    return Answer(
        _meaning(status, code, str(error.get("Message", "")).lower(), sender), status=status, code=code
    )


def _meaning(status: int, code: str, text: str, sender: str) -> Meaning:
    if code in _STOPS_ALL or status in {401, 403}:
        return Meaning.STOPPED
    if code in _THROTTLED or status == 429:
        # Which code bears a spent daily quota is not documented for v2: the text tells.
        return Meaning.STOPPED if "daily" in text and "quota" in text else Meaning.NOT_TAKEN
    if status == 503:
        return Meaning.NOT_TAKEN
    if status >= 500 or status in {0, 408} or 200 <= status < 400:
        return Meaning.UNKNOWN
    if code == "MessageRejected" and _names_sender(text, sender):
        return Meaning.STOPPED
    return Meaning.REFUSED


def _names_sender(text: str, sender: str) -> bool:
    """Whether *not verified* is said of the sender; in the sandbox it is said of recipients too."""
    address = sender.rpartition("<")[2].rstrip(">").strip().lower()
    return "not verified" in text and address in text


def _failure(error: Exception) -> Answer:
    code = type(error).__name__
    if isinstance(error, _NEVER_LEFT):
        return Answer(Meaning.NOT_TAKEN, code=code)
    if isinstance(error, boto.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Answer(Meaning.NOT_TAKEN, code=code)
    if isinstance(error, _NO_CREDENTIALS):
        return Answer(Meaning.STOPPED, code=code)
    if isinstance(error, boto.ParamValidationError):
        return Answer(Meaning.REFUSED, code=code)
    return Answer(Meaning.UNKNOWN, code=code)
