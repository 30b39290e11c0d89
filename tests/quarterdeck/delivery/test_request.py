"""What each answer of SES means, and that its text is never kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import boto3
import pytest
from botocore import exceptions as boto
from botocore.config import Config

from quarterdeck.delivery.request import SEND_CONFIG, Meaning, ask, require_single_attempt, tag_value
from quarterdeck.delivery.rows import Row
from quarterdeck.errors import DeliveryError

ROW = Row("p", "s", "id", "harbor", "cfo", "2026-05-09", "scheduled", "cfo@x.example", bcc="audit@y.example")


class Plan:
    sender = "Harbor reports <reports@queenofsandiego.example>"
    configuration_set = "mail"


class Fake:
    """A client that raises, or answers."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def send_email(self, **_: Any) -> Any:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def meaning(result: Any) -> Meaning:
    answer = ask(Fake(result), Plan(), ROW, b"data")  # type: ignore[arg-type]
    assert "@" not in str(asdict(answer))
    return answer.meaning


def refusal(status: int, code: str, text: str = "") -> boto.ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": text},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return boto.ClientError(response, "SendEmail")


@pytest.mark.parametrize(
    ("status", "code", "text", "expected"),
    [
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", Meaning.NOT_TAKEN),
        (400, "Throttling", "Maximum sending rate exceeded.", Meaning.NOT_TAKEN),
        (429, "TooManyRequestsException", "Daily message quota exceeded.", Meaning.STOPPED),
        (400, "LimitExceededException", "Daily message quota exceeded.", Meaning.STOPPED),
        (503, "ServiceUnavailable", "", Meaning.NOT_TAKEN),
        (500, "InternalFailure", "", Meaning.UNKNOWN),
        (502, "", "", Meaning.UNKNOWN),
        (504, "", "", Meaning.UNKNOWN),
        (408, "RequestTimeout", "", Meaning.UNKNOWN),
        (400, "AccountSuspendedException", "", Meaning.STOPPED),
        (400, "SendingPausedException", "", Meaning.STOPPED),
        (400, "MailFromDomainNotVerifiedException", "", Meaning.STOPPED),
        (404, "NotFoundException", "Configuration set <mail> does not exist.", Meaning.STOPPED),
        (403, "AccessDeniedException", "", Meaning.STOPPED),
        (403, "ExpiredTokenException", "", Meaning.STOPPED),
        (400, "BadRequestException", "", Meaning.REFUSED),
        (400, "MessageRejected", "Address blacklisted: cfo@x.example", Meaning.REFUSED),
        (400, "MessageRejected", "Email address is not verified. ...: cfo@x.example", Meaning.REFUSED),
        (
            400,
            "MessageRejected",
            "Email address is not verified. ...: Reports@queenofsandiego.example",
            Meaning.STOPPED,
        ),
    ],
)
def test_what_an_error_answer_means(status: int, code: str, text: str, expected: Meaning) -> None:
    assert meaning(refusal(status, code, text)) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (boto.EndpointConnectionError(endpoint_url="http://x"), Meaning.NOT_TAKEN),
        (boto.ConnectTimeoutError(endpoint_url="http://x"), Meaning.NOT_TAKEN),
        (boto.NoCredentialsError(), Meaning.STOPPED),
        (boto.ParamValidationError(report="cfo@x.example"), Meaning.REFUSED),
        (boto.ReadTimeoutError(endpoint_url="http://x"), Meaning.UNKNOWN),
        (boto.ConnectionClosedError(endpoint_url="http://x"), Meaning.UNKNOWN),
        (boto.HTTPClientError(error="broken pipe"), Meaning.UNKNOWN),
        (boto.SSLError(endpoint_url="x", error="EOF occurred"), Meaning.UNKNOWN),
        (boto.SSLError(endpoint_url="x", error="CERTIFICATE_VERIFY_FAILED"), Meaning.NOT_TAKEN),
        (ValueError("something else for cfo@x.example"), Meaning.UNKNOWN),
    ],
)
def test_what_a_failure_means(error: Exception, expected: Meaning) -> None:
    assert meaning(error) is expected


@pytest.mark.parametrize(
    "answer", [{"ResponseMetadata": {"HTTPStatusCode": 200}}, {}, None, {"MessageId": "m"}]
)
def test_an_unreadable_answer_is_unknown(answer: Any) -> None:
    assert meaning(answer) is Meaning.UNKNOWN


def test_the_request_bears_tags_and_the_blind_copy_in_the_envelope_alone(ses: Any) -> None:
    answer = ask(ses.client(), Plan(), ROW, b"From: a\r\nTo: cfo@x.example\r\n\r\n")  # type: ignore[arg-type]
    assert answer.meaning is Meaning.ACCEPTED
    assert ses.mailed[0]["message_id"] == answer.message_id
    assert ses.mailed[0]["envelope"] == ["cfo@x.example", "audit@y.example"]
    assert ses.mailed[0]["tags"] == {
        "portfolio": "harbor",
        "report": "cfo",
        "as_of": "2026-05-09",
        "purpose": "scheduled",
        "delivery_id": "id",
    }


def test_a_tag_holds_no_character_that_ses_refuses() -> None:
    assert tag_value("preview:ab/é@x") == "preview-ab---x"
    assert len(tag_value("x" * 300)) == 256
    assert tag_value("") == "-"


@pytest.mark.parametrize(
    ("config", "good"),
    [
        (SEND_CONFIG, True),
        (Config(retries={"total_max_attempts": 1}, read_timeout=10), True),
        (Config(retries={"max_attempts": 0}), True),
        (Config(), False),
        (Config(retries={"mode": "standard"}), False),
        (Config(retries={"total_max_attempts": 2}), False),
        (Config(retries={"total_max_attempts": 1}, read_timeout=600), False),
        (Config(retries={"total_max_attempts": 1}, read_timeout=None), False),
    ],
)
def test_a_client_that_would_ask_twice_or_wait_for_ever_is_refused(config: Config, good: bool) -> None:
    client = boto3.client(
        "sesv2",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )
    if good:
        require_single_attempt(client)
    else:
        with pytest.raises(DeliveryError, match="total_max_attempts=1"):
            require_single_attempt(client)
