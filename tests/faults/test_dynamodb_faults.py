"""200,000 items through a service that throttles, fails, resets and stalls: the extract is the same.

The faults come from a hook in front of the wire, so that each is one that AWS gives: microburst, a proxy for
this, was not needed. ``make faults`` runs it; it waits as long as a reader really waits. A small one, with
more faults to the page, is among the tests.
"""

from __future__ import annotations

import json
import logging
import random
import time
import zlib
from dataclasses import dataclass
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

SOURCE = DynamoSource.model_validate({"from": "dynamodb", "table": "world", "partition": "TENANT#jada"})
ROWS = Dataset.model_validate(
    {
        "id": "rows", "title": "Rows", "key": ["id"], "timing": "state",
        "columns": {"id": {"type": "text", "required": True}, "price": {"type": "decimal"}},
    }
)  # fmt: skip


@dataclass(frozen=True)
class Campaign:
    """How many items there are, which share of the requests meets which fault, and how long a stall is."""

    items: int
    per_page: int
    shares: dict[str, float]
    stall: float


WHOLE = Campaign(
    200_000, 200, {"throttled": 0.05, "failed": 0.01, "reset": 0.005, "stalled": 0.002}, stall=2.0
)
SMALL = Campaign(2_000, 80, {"throttled": 0.1, "failed": 0.06, "reset": 0.06, "stalled": 0.06}, stall=0.2)


class Service:
    """Pages by the key to go on from; ``chance`` decides which requests meet a fault, the same each time."""

    def __init__(self, campaign: Campaign, *, faulty: bool) -> None:
        self.campaign = campaign
        self.chance = random.Random(7) if faulty else None
        self.faults = dict.fromkeys(campaign.shares, 0)

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
        end = min(start + self.campaign.per_page, self.campaign.items)
        page = {"Items": [self.item(number) for number in range(start, end)], "Count": end - start}
        if end < self.campaign.items:
            page["LastEvaluatedKey"] = {"pk": {"S": "TENANT#jada"}, "sk": {"S": str(end)}}
        return self._response(200, page)

    def _fault(self, drawn: float) -> AWSResponse | None:
        for name, share in self.campaign.shares.items():
            if drawn < share:
                self.faults[name] += 1
                return self._meet(name)
            drawn -= share
        return None

    def _meet(self, name: str) -> AWSResponse | None:
        if name == "reset":
            raise ConnectionClosedError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com")
        if name == "stalled":
            time.sleep(self.campaign.stall)
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


@pytest.mark.parametrize(
    "campaign", [pytest.param(WHOLE, marks=pytest.mark.campaign), SMALL], ids=["whole", "small"]
)
def test_nothing_is_lost_doubled_or_changed_and_the_time_lost_is_told(campaign, caplog):
    caplog.set_level(logging.INFO)
    expected = read(Service(campaign, faulty=False)).frame
    caplog.clear()
    service = Service(campaign, faulty=True)
    found = read(service).frame
    assert all(service.faults.values()), service.faults
    assert len(found) == campaign.items
    assert found[SOURCE_KEY].is_unique
    assert found.equals(expected)
    line = next(r.getMessage() for r in caplog.records if r.getMessage().startswith("dynamodb: read"))
    told = dict(word.split("=", 1) for word in line.split() if "=" in word)
    repeated = service.faults["throttled"] + service.faults["failed"] + service.faults["reset"]
    assert int(told["retries"]) == repeated
    assert float(told["lost_seconds"]) > 0
    assert float(told["slowest_page"]) >= campaign.stall
    print(service.faults, line)
