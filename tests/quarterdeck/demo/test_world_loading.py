"""Loading and replacing the demo world in the emulator."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from quarterdeck.demo.world import LoadError, load, place, world
from quarterdeck.demo.world import loading as module
from quarterdeck.demo.world.objects import objects_of

if TYPE_CHECKING:
    from collections.abc import Callable

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)


class Aws:
    """boto3's clients of the emulator in a Region of its own for each test, with every write counted."""

    def __init__(self, aws: dict[str, str], name: str) -> None:
        self.names = {"table": f"operations-{name}", "bucket": f"sources-{name}"}
        self._clients = {
            service: boto3.client(service, **{**aws, "region_name": "us-west-2"})
            for service in ("s3", "dynamodb")
        }
        self.writes: list[str] = []
        for client in self._clients.values():
            client.meta.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        if model.name.startswith(("Put", "Batch", "Delete", "Create")):
            self.writes.append(model.name)

    def __call__(self, service: str) -> Any:
        return self._clients[service]

    def items(self) -> dict[tuple[str, str], Any]:
        pages = self("dynamodb").get_paginator("scan").paginate(TableName=self.names["table"])
        return {(i["pk"]["S"], i["sk"]["S"]): i for page in pages for i in page["Items"]}

    def files(self) -> dict[str, bytes]:
        pages = self("s3").get_paginator("list_objects_v2").paginate(Bucket=self.names["bucket"])
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {
            key: self("s3").get_object(Bucket=self.names["bucket"], Key=key)["Body"].read() for key in keys
        }


@pytest.fixture
def reach(aws, request) -> Aws:
    return Aws(aws, request.node.name.replace("_", "-")[:40].strip("-").lower())


def holds(reach: Aws, day: date) -> bool:
    objects, files = objects_of(world(day)), reach.files()
    files.pop(module.MARKER)
    items = {(item["pk"]["S"], item["sk"]["S"]): item for item in objects.items}
    return files == objects.files and reach.items() == items


def test_placed_once_and_found_again(reach) -> None:
    first = place(world(MARCH), reach, **reach.names)
    assert first.loaded is not None
    assert first.replaced is None
    assert holds(reach, MARCH)

    reach.writes.clear()
    again = place(world(MARCH), reach, **reach.names)
    assert (again.loaded, reach.writes) == (None, [])
    assert str(again) == "demo world of 2026-03-31 is there already"


def test_another_anchor_replaces_and_says_so_and_leaves_the_rest_alone(reach) -> None:
    place(world(MARCH), reach, **reach.names)
    table, bucket = reach.names["table"], reach.names["bucket"]
    own = {"pk": {"S": "TENANT#somebody-else"}, "sk": {"S": "BOOKING#2026-01-01#1"}}
    reach("dynamodb").put_item(TableName=table, Item=own)
    reach("s3").put_object(Bucket=bucket, Key="somebody-else/notes.csv", Body=b"a\n1\n")

    placed = place(world(APRIL), reach, **reach.names)

    assert placed.replaced == "2026-03-31"
    assert "replaces the world of 2026-03-31" in str(placed)
    assert reach("dynamodb").delete_item(
        TableName=table, Key=own, ReturnValues="ALL_OLD"
    )["Attributes"] == own  # fmt: skip
    assert reach.files()["somebody-else/notes.csv"] == b"a\n1\n"
    reach("s3").delete_object(Bucket=bucket, Key="somebody-else/notes.csv")
    assert holds(reach, APRIL)


def test_a_load_that_was_cut_off_is_done_again(reach) -> None:
    load(world(MARCH), reach, **reach.names)  # all is there but the marker
    reach("dynamodb").put_item(
        TableName=reach.names["table"], Item={"pk": {"S": "TENANT#jada"}, "sk": {"S": "BOOKING#left-over"}}
    )
    placed = place(world(MARCH), reach, **reach.names)
    assert placed.loaded is not None
    assert holds(reach, MARCH)


class Throttled:
    """DynamoDB that takes one request of each batch, as when it is throttling."""

    def __init__(self, stuck: bool) -> None:
        self.taken: list[Any] = []
        self._stuck = stuck

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:
        ((table, requests),) = RequestItems.items()
        taken = [] if self._stuck else requests[:1]
        self.taken += taken
        left = requests[len(taken) :]
        return {"UnprocessedItems": {table: left} if left else {}}


def writing(dynamodb: Throttled, count: int) -> Callable[[], None]:
    return lambda: module._write(dynamodb, "operations", [{"PutRequest": {"Item": n}} for n in range(count)])


def test_what_was_not_processed_is_asked_again(monkeypatch) -> None:
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    dynamodb = Throttled(stuck=False)
    writing(dynamodb, 5)()
    assert [request["PutRequest"]["Item"] for request in dynamodb.taken] == [0, 1, 2, 3, 4]


def test_a_table_that_takes_nothing_is_an_error(monkeypatch) -> None:
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    with pytest.raises(LoadError, match="5 of a batch unprocessed after 8 attempts"):
        writing(Throttled(stuck=True), 5)()
