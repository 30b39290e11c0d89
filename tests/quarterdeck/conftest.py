"""The SES stand-in as a fixture, for the rooms that send."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from quarterdeck.demo.ses_standin import State, make_app, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENDER = "reports@queenofsandiego.example"
EVENT_DESTINATION = {
    "Enabled": True,
    "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"],
    "EventBridgeDestination": {"EventBusArn": "arn:aws:events:us-east-1:000000000000:event-bus/default"},
}
FAST = {"connect_timeout": 2, "read_timeout": 1}


@dataclass
class Ses:
    """A running stand-in and its control."""

    url: str
    state: State

    def client(self, **config: Any) -> Any:
        """A real boto3 client that asks once."""
        settings = {"retries": {"mode": "standard", "total_max_attempts": 1}} | FAST | config
        return boto3.client(
            "sesv2",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(**settings),
        )

    def control(self, **body: Any) -> dict[str, Any]:
        """Set things through the control API."""
        request = urllib.request.Request(f"{self.url}/control", data=json.dumps(body).encode(), method="PUT")
        with urllib.request.urlopen(request, timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def fault(self, *kinds: str, **more: Any) -> None:
        """The next sends meet these faults, in order."""
        self.control(faults=[{"kind": kind, **more} for kind in kinds])

    @property
    def mailed(self) -> list[dict[str, Any]]:
        """What was really mailed."""
        return self.state.mailed

    def configuration_set(self, name: str, **change: Any) -> None:
        """Create one whose events go to an event bus: the stand-in sends those nowhere."""
        client = self.client()
        client.create_configuration_set(ConfigurationSetName=name)
        client.create_configuration_set_event_destination(
            ConfigurationSetName=name, EventDestinationName="bus", EventDestination=EVENT_DESTINATION | change
        )

    def mailed_to(self) -> list[str]:
        """Each message's first recipient, in order."""
        return [mail["envelope"][0] for mail in self.mailed]


def start_standin(folder: Path, sns_endpoint: str | None) -> tuple[Ses, Any, threading.Thread]:
    state = State(folder)
    server = make_server(make_app(state, sns_endpoint), 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    return Ses(f"http://127.0.0.1:{port}", state), server, thread


@pytest.fixture
def ses(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ses]:
    """A stand-in with a verified sender, the configuration set ``mail`` and a generous rate.

    Its events go to the session's emulator where the test uses that.
    """
    endpoint = request.getfixturevalue("aws_endpoint") if "aws_endpoint" in request.fixturenames else None
    running, server, thread = start_standin(tmp_path / "ses", endpoint)
    running.control(
        identities={"queenofsandiego.example": {}},
        quota={"max_send_rate": 1000.0, "max_24_hour_send": 50_000.0},
    )
    running.configuration_set("mail")
    yield running
    server.should_exit = True
    thread.join(5)
