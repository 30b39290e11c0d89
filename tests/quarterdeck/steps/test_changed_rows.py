"""Today's rows against those of the last edition that spoke of a tenant, seen from earlier days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quarterdeck.lake.definition import TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.yaml_files import as_model, load
from quarterdeck.steps.changed_rows import ChangedRows

PAYMENTS = Path(__file__).parents[3] / "include" / "datasets" / "payments.yaml"
DATASET = as_model(load(PAYMENTS), Dataset, extra={"id": "payments"})


def payments(**amounts: int) -> pa.Table:
    """Payments by id, those with d05_ in their name of 5 March, the others of 1 March."""
    made = []
    for id_, amount in amounts.items():
        at = datetime(2026, 3, 5 if id_.startswith("d05_") else 1, 12, tzinfo=UTC)
        row = {"payment_id": id_, "amount": amount, "received_at": at, "created_at": at, "part": "balance"}
        made.append({**row, "currency": "USD", "tenant": "t", "source_key": "s"})
    return pa.Table.from_pylist(made, schema=arrow_schema(DATASET))


def edition(as_of: str, *tenants: str, content_hash: str = "then") -> dict[str, Any]:
    lineage = [
        {"tenant": t, "dataset": "payments", "as_of": as_of, "revision": 1, "hash": content_hash}
        for t in tenants
    ]
    return {"as_of": as_of, "lineage": lineage}


@pytest.fixture
def compare(tmp_path):
    """Today's rows of the tenants t and u, against snapshots of earlier days."""

    def make(
        today: pa.Table, then: dict[tuple[str, str], pa.Table], *editions: dict[str, Any]
    ) -> ChangedRows:
        pq.write_table(today, tmp_path / "today.parquet")

        def revision(as_of: str, tenant: str, _dataset: str, _revision: int) -> pa.Table:
            return then[as_of, tenant]

        day = SimpleNamespace(
            zone=ZoneInfo("UTC"), snapshots=SimpleNamespace(revision=revision),
            lake=SimpleNamespace(local_path=lambda key: tmp_path / key),
        )  # fmt: skip
        manifests = {"payments": SimpleNamespace(content_hash="today")}
        parquet = {"payments": "today.parquet"}
        snapshots = {tenant: TenantSnapshots(tenant, manifests, parquet) for tenant in "tu"}  # type: ignore[arg-type]
        return ChangedRows(day, SimpleNamespace(datasets={"payments": DATASET}), snapshots, editions)  # type: ignore[arg-type]

    return make


def keys(rows: ChangedRows, tenant: str, day: str) -> list[tuple[str, tuple[str, ...]]]:
    found = rows.since(tenant, "payments", date.fromisoformat(day), {"amount"})
    return [(difference.kind, difference.keys) for difference in found]


def test_a_change_counts_from_the_day_of_its_row(compare) -> None:
    then = payments(a=1, d05_b=2)
    rows = compare(payments(a=1, d05_b=3, d05_c=4), {("2026-03-06", "t"): then}, edition("2026-03-06", "t"))
    assert keys(rows, "t", "2026-03-06") == [("added", ("d05_c",)), ("changed", ("d05_b",))]
    assert keys(rows, "t", "2026-03-04") == []


def test_new_rows_of_later_days_change_nothing(compare) -> None:
    rows = compare(payments(a=1, d05_b=2), {("2026-03-04", "t"): payments(a=1)}, edition("2026-03-04", "t"))
    assert keys(rows, "t", "2026-03-04") == []


def test_a_tenant_is_compared_with_the_last_edition_that_spoke_of_it(compare) -> None:
    then = {
        ("2026-03-06", "t"): payments(a=1),
        ("2026-03-04", "u"): payments(a=9),
        ("2026-03-04", "t"): payments(),
    }
    rows = compare(payments(a=1), then, edition("2026-03-06", "t"), edition("2026-03-04", "t", "u"))
    assert keys(rows, "t", "2026-03-04") == []
    assert keys(rows, "u", "2026-03-04") == [("changed", ("a",))]


def test_the_same_content_is_not_read(compare) -> None:
    rows = compare(payments(a=1), {}, edition("2026-03-06", "t", content_hash="today"))
    assert keys(rows, "t", "2026-03-06") == []


def test_what_no_edition_spoke_of_is_not_compared(compare) -> None:
    assert keys(compare(payments(a=1), {}, edition("2026-03-06", "t")), "u", "2026-03-06") == []
