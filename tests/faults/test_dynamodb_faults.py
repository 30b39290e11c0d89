"""200,000 items through a service that throttles, fails, resets and stalls: the extract is the same.

The faults come from a hook in front of the wire, so that each is one that AWS gives: microburst, a proxy for
this, was not needed. ``make faults`` runs it; it waits as long as a reader really waits.
"""

from __future__ import annotations

import json
import logging
import random
import time
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.sources import DynamoSource
from quarterdeck.sources.definition import SOURCE_KEY, Reading
from quarterdeck.sources.reading import read_source

ITEMS, PER_PAGE = 200_000, 200
THROTTLED, FAILED, RESET, STALLED = 0.05, 0.01, 0.005, 0.002
STALL = 2.0
SOURCE = DynamoSource.model_validate({"from": "dynamodb", "table": "world", "partition": "TENANT#jada"})
ROWS = Dataset.model_validate(
    {
        "id": "rows", "title": "Rows", "key": ["id"], "timing": "state",
        "columns": {"id": {"type": "text", "required": True}, "price": {"type": "decimal"}},
    }
)  # fmt: skip


class Service:
    """Pages by the key to go on from; ``chance`` decides which requests meet a fault, the same each time."""

    def __init__(self, *, faulty: bool) -> None:
        self.chance = random.Random(7) if faulty else None
        self.faults = dict.fromkeys(("throttled", "failed", "reset", "stalled"), 0)

    def client(self, _service: str) -> object:
        config = Config(retries={"mode": "standard", "total_max_attempts": 4})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        client = boto3.client("dynamodb", config=config, **keys)
        client.meta.events.register("before-send.dynamodb", self.answer)
        return client

    def answer(self, request, **_):
        if self.chance is not None and (fault := self._fault(self.chance.random())) is not None:
            return fault
        start = int(json.loads(request.body).get("ExclusiveStartKey", {"sk": {"S": "0"}})["sk"]["S"])
        end = min(start + PER_PAGE, ITEMS)
        page = {"Items": [self.item(number) for number in range(start, end)], "Count": end - start}
        if end < ITEMS:
            page["LastEvaluatedKey"] = {"pk": {"S": "TENANT#jada"}, "sk": {"S": str(end)}}
        return self._response(200, page)

    def _fault(self, drawn: float) -> AWSResponse | None:
        for name, share in (
            ("throttled", THROTTLED), ("failed", FAILED), ("reset", RESET), ("stalled", STALLED),
        ):  # fmt: skip
            if drawn < share:
                self.faults[name] += 1
                return self._meet(name)
            drawn -= share
        return None

    def _meet(self, name: str) -> AWSResponse | None:
        if name == "reset":
            raise ConnectionClosedError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com")
        if name == "stalled":
            time.sleep(STALL)
            return None
        code = "ProvisionedThroughputExceededException" if name == "throttled" else "InternalServerError"
        error = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
        return self._response(400 if name == "throttled" else 500, error)

    @staticmethod
    def item(number: int) -> dict[str, object]:
        key = f"BOOKING#{number:07}"
        return {
            "pk": {"S": "TENANT#jada"}, "sk": {"S": key}, "id": {"S": key}, "price": {"N": f"{number}.5"},
        }  # fmt: skip

    @staticmethod
    def _response(status: int, document: object) -> AWSResponse:
        body = json.dumps(document).encode()
        response = AWSResponse("https://x", status, {"x-amz-crc32": str(zlib.crc32(body))}, None)
        response._content = body
        return response


def read(service: Service):
    end = datetime(2026, 4, 1, tzinfo=UTC)
    return read_source(SOURCE, ROWS, Reading(Path(), service.client, end, date(2026, 3, 31), end))


@pytest.mark.campaign
def test_nothing_is_lost_doubled_or_changed_and_the_time_lost_is_told(caplog):
    caplog.set_level(logging.INFO)
    expected = read(Service(faulty=False)).frame
    caplog.clear()
    service = Service(faulty=True)
    found = read(service).frame
    assert all(service.faults.values()), service.faults
    assert len(found) == ITEMS
    assert found[SOURCE_KEY].is_unique
    assert found.equals(expected)
    line = next(r.getMessage() for r in caplog.records if r.getMessage().startswith("dynamodb: read"))
    told = dict(word.split("=", 1) for word in line.split() if "=" in word)
    repeated = service.faults["throttled"] + service.faults["failed"] + service.faults["reset"]
    assert int(told["retries"]) == repeated
    assert float(told["lost_seconds"]) > 0
    assert float(told["slowest_page"]) >= STALL
    print(service.faults, line)
