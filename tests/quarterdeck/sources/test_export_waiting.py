"""An export that is asked for: of the day's own end, waited for, and never read before it is whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from quarterdeck.errors import SourceError
from quarterdeck.settings.sources import DynamoSource
from quarterdeck.sources.definition import Reading
from quarterdeck.sources.dynamodb import export

UNTIL = datetime(2026, 5, 2, tzinfo=UTC)
SOURCE = DynamoSource.model_validate(
    {
        "from": "dynamodb", "table": "world", "partition": "TENANT#a",
        "export": {"bucket": "exports", "prefix": "world", "start": True},
    }
)  # fmt: skip


class Account:
    """DynamoDB that exports in as many looks as there are ``states``, and a bucket without an export."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.asked: dict[str, object] = {}

    def client(self, service: str) -> SimpleNamespace:
        if service == "s3":
            pages = SimpleNamespace(paginate=lambda **_: [{}])
            return SimpleNamespace(get_paginator=lambda _: pages)
        return SimpleNamespace(
            describe_table=lambda **_: {"Table": {"TableArn": "arn:aws:dynamodb:us-east-1:1:table/world"}},
            export_table_to_point_in_time=self.start,
            describe_export=lambda **_: {"ExportDescription": self.look()},
        )

    def start(self, **asked: object) -> dict[str, object]:
        self.asked = asked
        return {"ExportDescription": self.look()}

    def look(self) -> dict[str, str]:
        return {"ExportArn": "arn:export", "ExportStatus": self.states.pop(0), "FailureMessage": "no room"}

    def read(self) -> None:
        export.read_export(SOURCE, Reading(Path(), self.client, UNTIL, date(2026, 5, 1), UNTIL), ["id"])


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between looks, none of which is waited for."""
    waited: list[float] = []
    monkeypatch.setattr(export.time, "sleep", waited.append)
    return waited


def test_it_is_of_the_end_of_the_day_and_waited_for(waits):
    account = Account("IN_PROGRESS", "IN_PROGRESS", "COMPLETED")
    with pytest.raises(SourceError, match="expected a whole export"):  # the bucket stays empty
        account.read()
    assert account.states == []
    assert waits == [30.0, 30.0]
    assert account.asked["ExportTime"] == UNTIL
    assert account.asked["ClientToken"] == "quarterdeck-world-20260502T000000"


def test_a_failed_one_is_told_with_its_reason(waits):
    with pytest.raises(SourceError, match="its export failed: no room"):
        Account("IN_PROGRESS", "FAILED").read()
    assert waits == [30.0]


def test_one_that_does_not_end_is_given_up(waits, monkeypatch):
    clock = iter(range(0, 100_000, 6_000))
    monkeypatch.setattr(export.time, "monotonic", lambda: next(clock))
    with pytest.raises(SourceError, match="done within three hours"):
        Account(*["IN_PROGRESS"] * 10).read()
    assert len(waits) == 1
