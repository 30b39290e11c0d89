"""The rows as their sources hold them: items of one DynamoDB table, and CSV and JSON lines in S3."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import simplejson

if TYPE_CHECKING:
    from quarterdeck.demo.world.businesses import World
    from quarterdeck.demo.world.rows import Row, Value

Item = dict[str, dict[str, Any]]

# Dataset -> the first part of the sort key, the column with its day, the columns that make it unique.
_KEYS = {
    "bookings": ("BOOKING", "starts_at", ("booking_id",)),
    "payments": ("PAYMENT", "received_at", ("payment_id",)),
    "crew_assignments": ("CREW", "starts_at", ("assignment_id",)),
    "waivers": ("WAIVER", "signed_at", ("booking_id", "guest_key")),
}
# Dataset -> the column by whose month or year the rows are spread over files.
_BY_MONTH = {"general_ledger": "posted_on"}
_BY_YEAR = {
    "invoices": "issued_on",
    "stays": "check_in",
    "yacht_deliveries": "quoted_on",
    "crew_availability": "day",
    "budgets": "month",
    "targets": "month",
}
_JSON_LINES = frozenset(
    {
        ("dangerouscentaur", "asset_inventory"),
        ("dangerouscentaur", "contracts"),
        ("dangerouscentaur", "proposals"),
    }
)


@dataclass(frozen=True)
class Objects:
    """Everything that is loaded: the items of the table, and the bytes by key of the bucket."""

    items: tuple[Item, ...]
    files: dict[str, bytes]

    @property
    def hash(self) -> str:
        """SHA-256 over all of it, the first 16 hex digits."""
        digest = hashlib.sha256(simplejson.dumps(self.items, sort_keys=True).encode())
        for key in sorted(self.files):
            digest.update(key.encode() + b"\0" + self.files[key])
        return digest.hexdigest()[:16]


def objects_of(world: World) -> Objects:
    """The world as items and files."""
    items: list[Item] = []
    files: dict[str, bytes] = {}
    for tenant, datasets in world.tenants.items():
        for dataset, rows in datasets.items():
            if dataset in _KEYS:
                items += [_item(tenant, dataset, row) for row in rows]
            else:
                files |= _files(tenant, dataset, rows)
    return Objects(tuple(items), files)


def partition(tenant: str) -> str:
    """The partition key of a tenant's items."""
    return f"TENANT#{tenant}"


# --- DynamoDB ----------------------------------------------------------------------------------------


def _item(tenant: str, dataset: str, row: Row) -> Item:
    word, day, unique = _KEYS[dataset]
    sort = "#".join([word, _text(row[day])[:10], *(_text(row[name]) for name in unique)])
    values = {name: _attribute(value) for name, value in row.items()}
    return {"pk": {"S": partition(tenant)}, "sk": {"S": sort}, **values}


def _attribute(value: Value) -> dict[str, Any]:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, Decimal):
        # DynamoDB keeps a number without the zeros that end it.
        return {"N": format(value.normalize(), "f")}
    return {"N" if isinstance(value, int) else "S": _text(value)}


def _text(value: Value) -> str:
    """A value as text: instants in UTC with a Z, money with its places, nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# --- S3 ----------------------------------------------------------------------------------------------


def _files(tenant: str, dataset: str, rows: list[Row]) -> dict[str, bytes]:
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(_part(dataset, row), []).append(row)
    lines = (tenant, dataset) in _JSON_LINES
    write, ending = (_jsonl, "jsonl") if lines else (_csv, "csv")
    return {f"{tenant}/{dataset}/{part}.{ending}": write(some) for part, some in sorted(parts.items())}


def _part(dataset: str, row: Row) -> str:
    if dataset in _BY_MONTH:
        return _text(row[_BY_MONTH[dataset]])[:7]
    return _text(row[_BY_YEAR[dataset]])[:4] if dataset in _BY_YEAR else "all"


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_text(value) for value in row.values()] for row in rows)
    return text.getvalue().encode()


def _jsonl(rows: list[Row]) -> bytes:
    return b"".join(_json_line(row) for row in rows)


def _json_line(row: Row) -> bytes:
    plain = {
        name: _text(value) if isinstance(value, (date, datetime)) else value for name, value in row.items()
    }
    return simplejson.dumps(plain, use_decimal=True).encode() + b"\n"
