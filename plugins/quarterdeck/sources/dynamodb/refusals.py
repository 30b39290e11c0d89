"""Why DynamoDB gave nothing, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from quarterdeck.sources.dynamodb.question import location_of, operation_of

if TYPE_CHECKING:
    from quarterdeck.settings.sources import DynamoSource

_EXPIRED = frozenset({"ExpiredTokenException", "ExpiredToken", "TokenRefreshRequired", "RequestExpired"})
_UNKNOWN = frozenset(
    {
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
    }
)
_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
)


def refusal(source: DynamoSource, read: int, error: Exception) -> str:
    """What was expected, what was found after how many items, and what to do about it."""
    place = location_of(source)
    return f"{place}: expected to read its items, found after {read} of them: {error}{_advice(source, error)}"


def _advice(source: DynamoSource, error: Exception) -> str:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code in _EXPIRED:
        return (
            "; the credentials of the portfolio's connection have run out: give it ones that renew "
            "themselves (role_arn), or put new ones there and clear the task"
        )
    if code in _UNKNOWN:
        return "; AWS does not know the credentials of the portfolio's connection: check them and its Region"
    if code == "AccessDeniedException":
        action = f"dynamodb:{operation_of(source)}"
        return (
            f"; allow {action} on the table to the role of the portfolio's connection (docs/iam/reader.json)"
        )
    if code == "ResourceNotFoundException":
        return (
            f"; there is no table {source.table!r} in the connection's Region: check `table` and the Region"
        )
    if code in _THROTTLED:
        return "; raise the table's read capacity, lower `segments`, or read its `export`"
    return ""
