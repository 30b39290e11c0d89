"""AWS's answers played back by botocore's Stubber, which checks each call by the API's model."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from quarterdeck.sources.aws.calls import Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORDED = Path(__file__).parents[3] / "recorded" / "aws"


class Player:
    """``connect`` for an inspection: expects the calls of a file of ``tests/recorded/aws``, in order."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._clients: dict[tuple[str, str], tuple[Any, Stubber]] = {}

    def _client(self, service: str, region: str) -> tuple[Any, Stubber]:
        if (service, region) not in self._clients:
            client = boto3.client(
                service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
            )
            self._clients[service, region] = client, self._stack.enter_context(Stubber(client))
        return self._clients[service, region]

    def __call__(self, service: str, region: str) -> Any:
        return self._client(service, region)[0]

    def expect(
        self, service: str, operation: str, answer: Any, asked: Any = None, region: str = "us-east-1"
    ) -> None:
        """The next call of a service; ``answer`` is an error's code if it is a text."""
        stubber = self._client(service, region)[1]
        wanted = None if asked is None else {name: ANY if v == "ANY" else v for name, v in asked.items()}
        if isinstance(answer, str):
            stubber.add_client_error(
                operation, answer, "arn:aws:iam::000000000000:user/someone", 400, expected_params=wanted
            )
        else:
            stubber.add_response(operation, answer, wanted)

    def load(self, name: str) -> Player:
        for call in json.loads((RECORDED / f"{name}.json").read_text()):
            self.expect(
                call["service"], call["operation"], call.get("error") or call["answer"], call.get("asked"),
                call.get("region", "us-east-1"),
            )  # fmt: skip
        return self

    @property
    def calls(self) -> Calls:
        return Calls(self)

    def all_were_asked(self) -> None:
        for _, stubber in self._clients.values():
            stubber.assert_no_pending_responses()


@pytest.fixture
def player() -> Iterator[Player]:
    """At the end of the test, every expected call has been made."""
    with ExitStack() as stack:
        player = Player(stack)
        yield player
        player.all_were_asked()


@pytest.fixture
def refusing() -> Callable[[str], Calls]:
    """Calls of an account where every answer is the error with that code."""

    def refuse(code: str, status: int = 400) -> Calls:
        def connect(service: str, region: str) -> Any:
            client = boto3.client(
                service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
            )

            def answer(model: Any, params: Any, **_: Any) -> Any:
                error = {"Code": code, "Message": "arn:aws:iam::000000000000:user/someone"}
                return _Http(status), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}

            client.meta.events.register("before-call", answer)
            return client

        return Calls(connect)

    return refuse


class _Http:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
