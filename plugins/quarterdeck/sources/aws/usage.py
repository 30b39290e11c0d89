"""What is paid for and hardly used: capacity of tables, old versions in S3, logs that are kept for ever.

A GB is 2^30 bytes here, as AWS bills it. Consumption is that of the last 30 days.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.buckets import bucket_names, region_of, versioning
from quarterdeck.sources.aws.tables import billing, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from quarterdeck.sources.aws.calls import Calls

log = logging.getLogger(__name__)
GB = 2**30
DAYS = 30
VERSION_PAGES = 50  # of 1,000 versions each: a larger bucket is left out, and the log says so
_METRICS_AT_ONCE = 500  # GetMetricData's limit
_PLACES = Decimal(1).scaleb(-9)
_KINDS = {"read": "Read", "write": "Write"}


def usage(calls: Calls, regions: tuple[str, ...], now: datetime) -> list[dict[str, Any]]:
    """Records of ``cloud_usage``."""
    until = now.replace(minute=0, second=0, microsecond=0)
    records: list[dict[str, Any]] = []
    for region in regions:
        records += _capacity(calls, region, until)
        records += _logs(calls, region)
    records += _noncurrent(calls)
    return records


def _record(resource: str, item: str, measure: str, quantity: Decimal) -> dict[str, Any]:
    return {"resource": resource, "item": item, "measure": measure, "quantity": quantity.quantize(_PLACES)}


def _capacity(calls: Calls, region: str, until: datetime) -> Iterator[dict[str, Any]]:
    """Provisioned units, and millions of units consumed, of each table with provisioned capacity or not."""
    described = tables_of(calls, region)
    consumed = _consumed(calls, region, [item["TableName"] for item in described], until)
    for item in described:
        name = item["TableName"]
        resource = f"{region}/{name}"
        for kind, word in _KINDS.items():
            if billing(item) == "provisioned":
                units = Decimal(item["ProvisionedThroughput"][f"{word}CapacityUnits"])
                yield _record(resource, f"dynamodb_{kind}_unit_hour", "provisioned", units)
            if (name, word) in consumed:
                yield _record(
                    resource, f"dynamodb_{kind}_million", "consumed", consumed[name, word] / 1_000_000
                )


def _consumed(
    calls: Calls, region: str, tables: list[str], until: datetime
) -> dict[tuple[str, str], Decimal]:
    """Units by table and kind; none at all is zero, as CloudWatch has no point for an hour without use."""
    pairs = [(table, word) for table in tables for word in _KINDS.values()]
    wanted = {f"m{place}": pair for place, pair in enumerate(pairs)}
    queries = [_query(name, *pair) for name, pair in wanted.items()]
    sums: dict[tuple[str, str], Decimal] = {}
    for start in range(0, len(queries), _METRICS_AT_ONCE):
        results = calls.pages(
            "cloudwatch", region, "get_metric_data", "cloudwatch:GetMetricData",
            at="MetricDataResults", tokens=("NextToken", "NextToken"),
            MetricDataQueries=queries[start : start + _METRICS_AT_ONCE],
            StartTime=until - timedelta(days=DAYS), EndTime=until,
        )  # fmt: skip
        for result in results:
            if result.get("StatusCode") in {"Forbidden", "InternalError"}:
                log.warning("cloud_usage: CloudWatch answered %s for a table", result["StatusCode"])
                continue
            key = wanted[result["Id"]]
            values = (Decimal(str(value)) for value in result.get("Values") or ())
            sums[key] = sums.get(key, Decimal()) + sum(values, Decimal())
    return sums


def _query(name: str, table: str, word: str) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": f"Consumed{word}CapacityUnits",
        "Dimensions": [{"Name": "TableName", "Value": table}],
    }
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": 86_400, "Stat": "Sum"}}


def _logs(calls: Calls, region: str) -> Iterator[dict[str, Any]]:
    """Stored bytes of log groups that keep everything for ever."""
    for group in calls.pages(
        "logs", region, "describe_log_groups", "logs:DescribeLogGroups",
        at="logGroups", tokens=("nextToken", "nextToken"),
    ):  # fmt: skip
        if not group.get("retentionInDays"):
            stored = Decimal(group.get("storedBytes", 0)) / GB
            yield _record(f"{region}/{group['logGroupName']}", "logs_stored_gb_month", "stored", stored)


def _noncurrent(calls: Calls) -> Iterator[dict[str, Any]]:
    """Bytes of old versions, counted one by one: CloudWatch has no figure of them."""
    for bucket in bucket_names(calls):
        region = region_of(calls, bucket)
        if region is None or versioning(calls, bucket, region) == "never":
            continue
        size = noncurrent_bytes(calls, bucket, region)
        if size is None:
            log.warning(
                "cloud_usage: bucket %s has more than %d versions: its old ones are not measured",
                bucket,
                VERSION_PAGES * 1000,
            )
        else:
            yield _record(bucket, "s3_noncurrent_gb_month", "noncurrent", Decimal(size) / GB)


def noncurrent_bytes(calls: Calls, bucket: str, region: str, pages: int = VERSION_PAGES) -> int | None:
    """Bytes of versions that are not the latest; None for a bucket with more pages than are asked for."""
    size = 0
    marker: dict[str, Any] = {}
    for _ in range(pages):
        page = calls.one(
            "s3", region, "list_object_versions", "s3:ListBucketVersions", absent=("NoSuchBucket",),
            keep=False, Bucket=bucket, **marker,
        ) or {}  # fmt: skip
        size += sum(int(v["Size"]) for v in page.get("Versions") or () if not v["IsLatest"])
        if not page.get("IsTruncated"):
            return size
        marker = {"KeyMarker": page["NextKeyMarker"]}
        if page.get("NextVersionIdMarker"):
            marker["VersionIdMarker"] = page["NextVersionIdMarker"]
    return None
