"""What DynamoDB is asked: a Query of one partition, or a Scan of the table, for the wanted attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.settings.sources import DynamoSource


def location_of(source: DynamoSource) -> str:
    """The source in words, as manifests and errors name it."""
    place = source.table if source.index is None else f"{source.table}/index/{source.index}"
    if source.partition is None:
        return f"dynamodb:{place}"
    return f"dynamodb:{place}/{source.partition}/{source.sort_prefix}"


def key_attributes(source: DynamoSource) -> tuple[str, ...]:
    """The attributes that an item's key is made of."""
    return (source.partition_key,) if source.sort_key is None else (source.partition_key, source.sort_key)


def operation_of(source: DynamoSource) -> str:
    """The operation, by its name in the API."""
    return "Scan" if source.partition is None else "Query"


def questions(source: DynamoSource, wanted: Sequence[str] | None) -> list[dict[str, Any]]:
    """The requests to page through side by side: one Query, or one Scan per segment.

    A sort prefix of a scanned table is a filter: pages may then come empty without being the last.
    """
    names: dict[str, str] = {}
    question: dict[str, Any] = {"TableName": source.table, "ConsistentRead": source.consistent}
    if source.index is not None:
        question["IndexName"] = source.index
    if wanted is not None:
        question["ProjectionExpression"] = _projection(sorted({*wanted, *key_attributes(source)}), names)
    if source.partition is not None:
        question["KeyConditionExpression"] = "#pk = :pk"
        names["#pk"] = source.partition_key
        question["ExpressionAttributeValues"] = {":pk": {"S": source.partition}}
    if source.sort_prefix:
        begins = "begins_with(#sk, :sk)"
        names["#sk"] = source.sort_key or ""
        question.setdefault("ExpressionAttributeValues", {})[":sk"] = {"S": source.sort_prefix}
        if source.partition is None:
            question["FilterExpression"] = begins
        else:
            question["KeyConditionExpression"] += f" and {begins}"
    if names:
        question["ExpressionAttributeNames"] = names
    if source.partition is not None:
        return [question]
    return [
        {**question, "Segment": segment, "TotalSegments": source.segments}
        for segment in range(source.segments)
    ]


def _projection(attributes: Sequence[str], names: dict[str, str]) -> str:
    """Every attribute behind a placeholder: many are reserved words, and a dot would mean a nested one."""
    for index, attribute in enumerate(attributes):
        names[f"#a{index}"] = attribute
    return ", ".join(f"#a{index}" for index in range(len(attributes)))
