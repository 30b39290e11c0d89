"""DynamoDB's pages as they come over the wire, made anew and alike each time, and a client that plays them.

Without the project's own code: the peers that need other versions of its libraries import it too.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import orjson
from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ITEMS, PER_PAGE, ROUNDS = 100_000, 2_000, 5
_SCHEMA = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
_DESCRIPTION = orjson.dumps({"Table": {"TableName": "world", "KeySchema": _SCHEMA}})
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def item(number: int) -> dict[str, Any]:
    """An item of 14 attributes, some 400 bytes on the wire."""
    return {
        "pk": {"S": "TENANT#jada"},
        "sk": {"S": f"BOOKING#2026-03-{number % 28 + 1:02}#{number:08}"},
        "booking_id": {"S": f"b{number:08}"},
        "status": {"S": ("confirmed", "completed", "cancelled")[number % 3]},
        "starts_at": {"S": f"2026-03-{number % 28 + 1:02}T10:00:00Z"},
        "ends_at": {"S": f"2026-03-{number % 28 + 1:02}T14:00:00Z"},
        "created_at": {"S": "2026-01-05T14:03:22Z"},
        "price": {"N": f"{10_000 + number * 7919 % 90_000}.{number % 100:02}"},
        "guests": {"N": str(number % 12 + 1)},
        "tax": {"N": "12.5"},
        "paid": {"BOOL": number % 2 == 0},
        "note": {"NULL": True} if number % 3 else {"S": 'moor at the "Zürich" quay'},
        "channel": {"S": "direct"},
        "commission": {"N": "0"},
    }


def pages(items: int) -> Iterator[bytes]:
    """Pages as DynamoDB sends them."""
    for start in range(0, items, PER_PAGE):
        page: dict[str, Any] = {"Items": [item(n) for n in range(start, start + PER_PAGE)]}
        page |= {"Count": PER_PAGE, "ScannedCount": PER_PAGE}
        if start + PER_PAGE < items:
            page["LastEvaluatedKey"] = {name: page["Items"][-1][name] for name in ("pk", "sk")}
        yield orjson.dumps(page)


def playing(session: Any, recorded: Callable[[], Iterator[bytes]]) -> Any:
    """A client whose requests are answered with the recorded pages, from the first one on each time."""
    client = session.client("dynamodb")
    play(client.meta.events, recorded)
    return client


def play(events: Any, recorded: Callable[[], Iterator[bytes]]) -> None:
    """Answer every request of a client, or of all of a session's, with the recorded pages in order."""
    state: dict[str, Iterator[bytes]] = {}

    def answer(request: Any, **_: Any) -> AWSResponse:
        if b"DescribeTable" in request.headers["X-Amz-Target"]:
            body = _DESCRIPTION
        else:
            if b"ExclusiveStartKey" not in request.body:
                state["pages"] = recorded()
            body = next(state["pages"])
        headers = {"x-amz-crc32": str(zlib.crc32(body)), "content-type": "application/x-amz-json-1.0"}
        response = AWSResponse(request.url, 200, headers, None)
        response._content = body
        return response

    events.register("before-send.dynamodb", answer)
