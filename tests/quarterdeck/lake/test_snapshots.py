from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quarterdeck.errors import LakeError
from quarterdeck.lake.definition import Manifest
from quarterdeck.lake.schema import arrow_schema, empty_frame, has_money, pandas_frame
from quarterdeck.lake.snapshots import SnapshotLake
from quarterdeck.lake.store import LocalStore
from quarterdeck.settings.definition import Dataset

if TYPE_CHECKING:
    from pathlib import Path

DATASET = Dataset.model_validate(
    {
        "id": "sales",
        "title": "Sales",
        "key": ("sale_id",),
        "timing": "events",
        "columns": {
            "sale_id": {"type": "text", "required": True},
            "state": {"type": "choice", "of": ("open", "done")},
            "guests": {"type": "integer"},
            "price": {"type": "money", "required": True},
            "share": {"type": "decimal"},
            "on": {"type": "day"},
            "at": {"type": "instant"},
            "late": {"type": "boolean"},
        },
    }
)
MADE = datetime(2026, 3, 31, 12, tzinfo=UTC)
MANIFEST = Manifest(
    portfolio="p", tenant="t", dataset="sales", as_of="2026-03-31", revision=1, source="files x",
    timing="events", rebuilt=False, read_at="2026-04-01T06:00:00+00:00", rows_read=2, rows_kept=2,
    rows_after=0, content_hash="",
)  # fmt: skip


def _row(sale_id: str, **values: Any) -> dict[str, Any]:
    row = dict.fromkeys(arrow_schema(DATASET).names)
    standard = {
        "price": 100,
        "currency": "USD",
        "tenant": "t",
        "created_at": MADE,
        "source_key": f"x.csv:{sale_id}",
    }
    return {**row, "sale_id": sale_id, **standard, **values}


def _frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pandas_frame(pa.Table.from_pylist(list(rows), schema=arrow_schema(DATASET)))


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "lake")


@pytest.fixture
def lake(store: LocalStore) -> SnapshotLake:
    return SnapshotLake(store, "p")


ROWS = (
    _row("a", state="open", guests=4873214862074861337, share=Decimal("0.1"), on=date(2026, 3, 1)),
    _row("b", at=MADE, late=True, price=-5),
)


def test_the_schema_is_the_contract() -> None:
    schema = arrow_schema(DATASET)
    assert {field.name: str(field.type) for field in schema} == {
        "sale_id": "string",
        "state": "string",
        "guests": "int64",
        "price": "int64",
        "share": "decimal128(38, 9)",
        "on": "date32[day]",
        "at": "timestamp[us, tz=UTC]",
        "late": "bool",
        "currency": "string",
        "tenant": "string",
        "created_at": "timestamp[us, tz=UTC]",
        "source_key": "string",
    }
    required = [field.name for field in schema if not field.nullable]
    assert required == ["sale_id", "price", "currency", "tenant", "created_at", "source_key"]
    assert has_money(DATASET)


def test_a05_a_column_without_values_has_its_declared_type(lake: SnapshotLake) -> None:
    lake.write(DATASET, _frame(_row("a"), _row("b")), MANIFEST, [])
    state = lake.frame("2026-03-31", "t", "sales")["state"]
    assert state.dtype == pd.ArrowDtype(pa.string())
    assert empty_frame(DATASET).dtypes.astype(str).tolist() == [str(t) for t in _frame(*ROWS).dtypes]


def test_a03_every_digit_of_a_long_integer_is_kept_beside_a_gap(lake: SnapshotLake) -> None:
    lake.write(DATASET, _frame(*ROWS), MANIFEST, [])
    guests = lake.frame("2026-03-31", "t", "sales")["guests"].tolist()
    assert guests == [4873214862074861337, pd.NA]


def test_what_was_written_is_read_again(lake: SnapshotLake) -> None:
    written = lake.write(DATASET, _frame(*ROWS), MANIFEST, [{"title": "unique", "outcome": "pass"}])
    assert len(written.content_hash) == 16
    assert lake.latest("2026-03-31", "t", "sales") == written
    assert lake.checks("2026-03-31", "t", "sales") == [{"title": "unique", "outcome": "pass"}]
    pd.testing.assert_frame_equal(lake.frame("2026-03-31", "t", "sales"), _frame(*ROWS))


def test_the_hash_is_of_the_content_alone(tmp_path: Path) -> None:
    def hash_of(frame: pd.DataFrame) -> str:
        name = str(len(list(tmp_path.iterdir())))
        return SnapshotLake(LocalStore(tmp_path / name), "p").write(DATASET, frame, MANIFEST, []).content_hash

    one = hash_of(_frame(*ROWS))
    assert hash_of(_frame(*reversed(ROWS))) == one
    assert hash_of(_frame(*({**row, "source_key": f"later.csv:{row['sale_id']}"} for row in ROWS))) == one
    joined = pd.concat([_frame(ROWS[1]), _frame(ROWS[0])], ignore_index=True)
    assert hash_of(joined) == one
    assert hash_of(_frame(ROWS[0])) != one
    assert hash_of(_frame(ROWS[0], {**ROWS[1], "price": -6})) != one
    assert hash_of(_frame(ROWS[0], {**ROWS[1], "state": ""})) != one  # an empty text is not a gap


def test_of_two_writers_of_one_revision_the_manifest_names_the_winner_s_rows(lake: SnapshotLake) -> None:
    first = lake.write(DATASET, _frame(*ROWS), MANIFEST, [{"title": "first"}])
    second = lake.write(DATASET, _frame(ROWS[0]), replace(MANIFEST, rows_kept=1), [{"title": "second"}])
    assert second == first
    assert len(lake.frame("2026-03-31", "t", "sales")) == 2
    assert lake.checks("2026-03-31", "t", "sales") == [{"title": "first"}]


def test_files_without_a_manifest_are_no_snapshot(lake: SnapshotLake, store: LocalStore) -> None:
    lake.write(DATASET, _frame(*ROWS), MANIFEST, [])
    (store.root / "snapshots/2026-03-31/t/sales/r1/manifest.json").unlink()
    assert lake.latest("2026-03-31", "t", "sales") is None
    with pytest.raises(LakeError, match="expected a snapshot of sales of t as of 2026-03-31"):
        lake.frame("2026-03-31", "t", "sales")


def test_the_last_revision_counts_also_past_nine(lake: SnapshotLake) -> None:
    for revision in (1, 2, 10):
        lake.write(DATASET, _frame(_row("a", price=revision)), replace(MANIFEST, revision=revision), [])
    assert lake.frame("2026-03-31", "t", "sales")["price"].tolist() == [10]


def test_a_missing_dataset_has_a_manifest_and_no_rows(lake: SnapshotLake) -> None:
    lake.write(DATASET, None, replace(MANIFEST, missing="not taken on that day"), [])
    snapshots = lake.of_tenant("2026-03-31", "t", ["sales", "payments"])
    assert list(snapshots.manifests) == ["sales"]
    assert snapshots.parquet == {}
    with pytest.raises(LakeError, match="not taken on that day"):
        lake.frame("2026-03-31", "t", "sales")


def test_of_tenant_gives_a_path_that_readers_can_open(lake: SnapshotLake, store: LocalStore) -> None:
    lake.write(DATASET, _frame(*reversed(ROWS)), MANIFEST, [])
    key = lake.of_tenant("2026-03-31", "t", ["sales"]).parquet["sales"]
    table = pq.read_table(store.local_path(key), partitioning=None)
    assert table.schema.equals(arrow_schema(DATASET))
    assert table["sale_id"].to_pylist() == ["a", "b"]


def test_a_frame_that_is_not_as_declared_is_refused(lake: SnapshotLake) -> None:
    with pytest.raises(LakeError, match="expected the columns sale_id, state"):
        lake.write(DATASET, _frame(*ROWS).drop(columns="state"), MANIFEST, [])
    with pytest.raises(LakeError, match="expected a value in every row of price, found gaps"):
        lake.write(DATASET, _frame(_row("a", price=None)), MANIFEST, [])
    with pytest.raises(LakeError, match="does not fit its declared schema"):
        lake.write(DATASET, _frame(*ROWS).assign(price="much"), MANIFEST, [])
    with pytest.raises(LakeError, match="found neither"):
        lake.write(DATASET, None, MANIFEST, [])
    assert lake.latest("2026-03-31", "t", "sales") is None


def test_the_last_good_day_is_recent_and_complete(lake: SnapshotLake) -> None:
    for day, datasets in {
        "2026-03-26": ("sales", "payments"),
        "2026-03-28": ("sales", "payments"),
        "2026-03-30": ("sales",),
    }.items():
        for dataset in datasets:
            lake.write(DATASET, _frame(*ROWS), replace(MANIFEST, as_of=day, dataset=dataset), [])
    both = ["sales", "payments"]
    assert lake.last_good_day("t", both, before="2026-03-31", days=3) == "2026-03-28"
    assert lake.last_good_day("t", both, before="2026-03-31", days=2) is None
    assert lake.last_good_day("t", both, before="2026-03-28", days=3) == "2026-03-26"
    assert lake.last_good_day("t", ["sales"], before="2026-03-31", days=3) == "2026-03-30"


def test_another_portfolio_s_snapshot_is_not_read(store: LocalStore, lake: SnapshotLake) -> None:
    lake.write(DATASET, _frame(*ROWS), MANIFEST, [])
    with pytest.raises(LakeError, match="expected a snapshot of portfolio q"):
        SnapshotLake(store, "q").latest("2026-03-31", "t", "sales")
