"""DynamoDB: the items of one tenant's partition, with exact numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.errors import SourceError
from quarterdeck.sources.columns import frame_of, joined, table_of_records
from quarterdeck.sources.definition import SOURCE_KEY, Extract

if TYPE_CHECKING:
    from datetime import datetime

    from quarterdeck.settings.definition import DynamoSource


def _deserializer() -> Any:
    exact = TypeDeserializer()
    # As it stands it reads numbers in a context of 38 digits and raises beyond; the wire's text is exact.
    exact._deserialize_n = Decimal
    return exact.deserialize


def read_items(source: DynamoSource, *, client: Any, now: datetime) -> Extract:
    """All items of the partition whose sort key begins with the prefix, whatever pages they come in.

    ``client`` is boto3's low-level one; repeating what was throttled is its own business. Raises
    SourceError where DynamoDB refuses, can't be reached, or is still throttling after the client's retries.
    """
    location = f"dynamodb:{source.table}/{source.partition}/{source.sort_prefix}"
    deserialize = _deserializer()
    records: list[dict[str, Any]] = []
    try:
        for page in client.get_paginator("query").paginate(**_question(source)):
            for item in page["Items"]:
                record = {name: deserialize(value) for name, value in item.items()}
                record[SOURCE_KEY] = f"{record[source.partition_key]}/{record[source.sort_key]}"
                records.append(record)
    except (ClientError, BotoCoreError) as error:
        raise SourceError(
            f"{location}: expected to read its items, found after {len(records)} of them: {error}"
        ) from error
    table = joined([table_of_records(records or [{}])]).slice(0, len(records))
    return Extract(frame=frame_of(table), rows_read=len(records), location=location, read_at=now)


def _question(source: DynamoSource) -> dict[str, Any]:
    condition, names, values = "#pk = :pk", {"#pk": source.partition_key}, {":pk": {"S": source.partition}}
    if source.sort_prefix:
        condition += " and begins_with(#sk, :sk)"
        names["#sk"] = source.sort_key
        values[":sk"] = {"S": source.sort_prefix}
    return {
        "TableName": source.table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ConsistentRead": source.consistent,
    }
