"""Which failures a task may try again."""

from __future__ import annotations

import pytest
from airflow.sdk import RetryAction
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from quarterdeck.errors import (
    ConfigError,
    DeliveryError,
    HeldError,
    PreflightError,
    RetryLaterError,
    SourceError,
)
from quarterdeck.on_airflow.retries import TransientFaults


def refused(code: str, status: int) -> ClientError:
    response = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Query")


def caused(error: Exception, by: Exception) -> Exception:
    try:
        raise error from by
    except Exception as raised:
        return raised


UNREACHABLE = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    "error",
    [
        UNREACHABLE,
        ReadTimeoutError(endpoint_url="http://127.0.0.1:9"),
        refused("ThrottlingException", 400),
        refused("SlowDown", 503),
        refused("Whatever", 500),
        ConnectionResetError(),
        RetryLaterError("1 of 2 recipients did not get theirs"),
        caused(SourceError("could not be read"), UNREACHABLE),
    ],
    ids=repr,
)
def test_what_time_can_heal_is_tried_again(error: Exception) -> None:
    assert TransientFaults().evaluate(error, 1, 2).action is RetryAction.RETRY


@pytest.mark.parametrize(
    "error",
    [
        ConfigError([]),
        HeldError("held"),
        PreflightError("not verified"),
        DeliveryError("unknown"),
        SourceError("no such file"),
        NoCredentialsError(),
        refused("AccessDeniedException", 403),
        refused("ConditionalCheckFailedException", 400),
        KeyError("a mistake of our own"),
        caused(DeliveryError("not sent"), refused("MessageRejected", 400)),
    ],
    ids=repr,
)
def test_everything_else_fails_at_once(error: Exception) -> None:
    decision = TransientFaults().evaluate(error, 1, 2)
    assert decision.action is RetryAction.FAIL
    assert type(error).__name__ in str(decision.reason)


def test_it_survives_serialisation() -> None:
    assert isinstance(TransientFaults.deserialize(TransientFaults().serialize()), TransientFaults)
