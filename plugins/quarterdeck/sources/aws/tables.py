"""DynamoDB: how tables are billed and protected."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.calls import MissingError

if TYPE_CHECKING:
    from quarterdeck.sources.aws.calls import Calls

log = logging.getLogger(__name__)
_GONE = ("ResourceNotFoundException", "TableNotFoundException")


def tables_of(calls: Calls, region: str) -> list[dict[str, Any]]:
    """Every table of a Region, as DescribeTable has it; one deleted meanwhile is left out."""
    names = calls.pages(
        "dynamodb", region, "list_tables", "dynamodb:ListTables",
        at="TableNames", tokens=("ExclusiveStartTableName", "LastEvaluatedTableName"),
    )  # fmt: skip
    answers = (
        calls.one(
            "dynamodb", region, "describe_table", "dynamodb:DescribeTable", absent=_GONE, TableName=name
        )
        for name in names
    )
    return [answer["Table"] for answer in answers if answer is not None]


def tables(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_tables``."""
    records = []
    for region in regions:
        described = tables_of(calls, region)
        scaled = _scaled(calls, region) if described else None
        records += [table_record(calls, item, region, scaled) for item in described]
    return records


def table_record(
    calls: Calls, item: dict[str, Any], region: str, scaled: frozenset[str] | None
) -> dict[str, Any]:
    """A table as a record. ``scaled``: names of tables whose capacity follows use, None for not known."""
    name = item["TableName"]
    units = item.get("ProvisionedThroughput") or {}
    return {
        "region": region,
        "table_name": name,
        "billing": billing(item),
        "read_units": units.get("ReadCapacityUnits", 0),
        "write_units": units.get("WriteCapacityUnits", 0),
        "items": item.get("ItemCount"),
        "bytes": item.get("TableSizeBytes"),
        "point_in_time_recovery": _recovery(calls, name, region),
        "deletion_protection": bool(item.get("DeletionProtectionEnabled")),
        "autoscaling": None if scaled is None else name in scaled,
    }


def billing(item: dict[str, Any]) -> str:
    """``on_demand`` or ``provisioned``; a table that was never anything else has no summary."""
    mode = (item.get("BillingModeSummary") or {}).get("BillingMode")
    return "on_demand" if mode == "PAY_PER_REQUEST" else "provisioned"


def _recovery(calls: Calls, table: str, region: str) -> bool:
    answer = calls.one(
        "dynamodb", region, "describe_continuous_backups", "dynamodb:DescribeContinuousBackups",
        absent=_GONE, TableName=table,
    )  # fmt: skip
    backups = (answer or {}).get("ContinuousBackupsDescription") or {}
    status = (backups.get("PointInTimeRecoveryDescription") or {}).get("PointInTimeRecoveryStatus")
    return bool(status == "ENABLED")


def _scaled(calls: Calls, region: str) -> frozenset[str] | None:
    try:
        targets = calls.pages(
            "application-autoscaling", region, "describe_scalable_targets",
            "application-autoscaling:DescribeScalableTargets",
            at="ScalableTargets", tokens=("NextToken", "NextToken"), ServiceNamespace="dynamodb",
        )  # fmt: skip
    except MissingError as missing:
        log.warning("cloud_tables: autoscaling is missing: %s", missing)
        return None
    # An index is `table/name/index/other`: its target says nothing of the table's own capacity.
    return frozenset(
        target["ResourceId"].partition("/")[2] for target in targets if target["ResourceId"].count("/") == 1
    )
