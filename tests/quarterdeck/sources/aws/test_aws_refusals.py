"""What may not be looked at is missing by itself; what failed for now is tried again."""

from __future__ import annotations

import socket
from datetime import UTC, date, datetime

import boto3
import pytest
from botocore.config import Config

from quarterdeck.errors import SourceError
from quarterdeck.settings.surveys import ACCOUNT_DATASETS, Account
from quarterdeck.sources.aws.account import inspect
from quarterdeck.sources.aws.calls import Calls, MissingError, NotAllowedError
from quarterdeck.sources.aws.definition import ACTIONS, MAY_BE_REFUSED

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
ACCOUNT = Account(id="main", tenant="acme")


def ask(calls: Calls):
    return calls.one(
        "lambda", "us-east-1", "get_policy", "lambda:GetPolicy", absent=("ResourceNotFoundException",),
        FunctionName="f",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "status"),
    [("AccessDenied", 403), ("AccessDeniedException", 400), ("UnauthorizedOperation", 403), ("403", 403)],
)
def test_a_refusal_names_the_action_and_repeats_nothing_of_the_answer(refusing, code, status) -> None:
    with pytest.raises(NotAllowedError) as caught:
        ask(refusing(code, status))
    assert str(caught.value) == "lambda:GetPolicy is not allowed"


def test_not_configured_is_a_fact(refusing) -> None:
    assert ask(refusing("ResourceNotFoundException", 404)) is None


@pytest.mark.parametrize(("code", "status"), [("UnknownOperationException", 400), ("InternalFailure", 501)])
def test_a_service_that_is_not_there_is_missing(refusing, code, status) -> None:
    with pytest.raises(MissingError, match="lambda in us-east-1 does not know lambda:GetPolicy"):
        ask(refusing(code, status))


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("ServiceException", 500)])
def test_a_fault_is_tried_again(refusing, code, status) -> None:
    with pytest.raises(SourceError, match=f"found {code} .*clear the task to try again") as caught:
        ask(refusing(code, status))
    assert "arn:" not in str(caught.value)


def test_credentials_that_ran_out_are_not_a_missing_permission(refusing) -> None:
    with pytest.raises(SourceError, match="found ExpiredTokenException; give the account's connection"):
        ask(refusing("ExpiredTokenException", 403))


def test_an_address_where_nobody_answers_is_tried_again() -> None:
    with socket.socket() as taken:  # bound and not listening: it refuses
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
        calls = Calls(lambda service, _: boto3.client(service, endpoint_url=url, config=quick, **KEYS))
        with pytest.raises(SourceError, match="found EndpointConnectionError"):
            ask(calls)


def test_a_page_that_names_itself_as_the_next_is_no_endless_loop(player) -> None:
    for _ in range(2):
        player.expect("lambda", "list_functions", {"Functions": [], "NextMarker": "same"})
    with pytest.raises(SourceError, match="the same token again"):
        player.calls.pages(
            "lambda", "us-east-1", "list_functions", "lambda:ListFunctions",
            at="Functions", tokens=("Marker", "NextMarker"),
        )  # fmt: skip


def test_an_answer_is_asked_for_once(player) -> None:
    player.expect("lambda", "get_policy", {"Policy": "{}"})
    calls = player.calls
    assert ask(calls) == ask(calls)


def test_an_account_that_allows_nothing_has_every_section_missing(refusing) -> None:
    calls = refusing("AccessDeniedException")
    found = inspect(
        ACCOUNT, calls.client, regions=("us-east-1",),
        now=datetime(2026, 4, 1, tzinfo=UTC), as_of=date(2026, 3, 31),
    )  # fmt: skip
    assert tuple(found.sections) == ACCOUNT_DATASETS
    assert found.functions == []
    for name, section in found.sections.items():
        if name == "cloud_endpoints":  # declared, not asked for
            assert section.records == []
            continue
        assert section.records is None
        # The first action that a section needs is the first that is refused.
        assert section.missing == f"{ACTIONS[name][0]} is not allowed"
        assert section.actions == ACTIONS[name]


def test_actions_are_declared_for_each_dataset_and_once() -> None:
    assert tuple(ACTIONS) == ACCOUNT_DATASETS
    assert all(len(set(actions)) == len(actions) for actions in ACTIONS.values())
    assert MAY_BE_REFUSED.keys() <= {action for actions in ACTIONS.values() for action in actions}
