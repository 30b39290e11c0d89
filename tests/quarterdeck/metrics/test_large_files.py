"""Large Parquet is read where it lies: same figures, nothing else within reach. A view that isn't kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics import scope as scopes
from quarterdeck.metrics.catalogue import examine_catalogue, read_catalogue
from quarterdeck.metrics.scope import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[str, str], Path]
SUMS = "select tenant, cast(sum(price) as bigint), count(tip) from sales group by tenant order by tenant"


def write_sales(dataset: Any, path: Path, tenant: str, *prices: int, without: str = "") -> Path:
    rows = [
        {
            "sale_id": f"{tenant}{price}", "sold_at": datetime(2026, 4, 2, tzinfo=UTC), "price": price,
            "tip": 1, "currency": "USD", "tenant": tenant, "created_at": datetime(2020, 1, 1, tzinfo=UTC),
            "source_key": "1",
        }
        for price in prices
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=arrow_schema(dataset))
    pq.write_table(table.drop_columns([without]) if without else table, path)
    return path


@pytest.mark.parametrize("limit", [0, 1 << 30], ids=["left in files", "copied"])
def test_rows_of_several_files(
    limit: int, include: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scopes, "LEFT_IN_FILES_FROM", limit)
    sales = read_catalogue(include).datasets["sales"]
    database = Database()
    database.declare(sales)
    quote = tmp_path / "it's"
    quote.mkdir()
    database.load(
        sales,
        [
            write_sales(sales, tmp_path / "a.parquet", "a", 100, 250),
            write_sales(sales, quote / "b.parquet", "b", 7, without="tip"),
        ],
    )
    database.lock()
    database.point("tenant", [("a", "charter", "USD", 100, "A", "trip", True)])
    assert database.ask(SUMS).rows == (("a", 350, 2),)
    both = [(name, "charter", "USD", 100, name, "trip", False) for name in ("a", "b")]
    database.point("tenant", both)
    assert database.ask(SUMS).rows == (("a", 350, 2), ("b", 7, 0))
    database.close()


def test_no_other_file_can_be_read(include: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "LEFT_IN_FILES_FROM", 0)
    sales = read_catalogue(include).datasets["sales"]
    other = write_sales(sales, tmp_path / "other.parquet", "x", 1)
    database = Database()
    database.declare(sales)
    database.load(sales, [write_sales(sales, tmp_path / "a.parquet", "a", 100)])
    database.lock()
    for sql in (f"from read_parquet('{other}')", f"copy (select 1) to '{tmp_path}/out.csv'"):
        with pytest.raises(duckdb.PermissionException):
            database.ask(sql)
    with pytest.raises(duckdb.Error, match="locked"):
        database.ask(f"set allowed_paths = ['{other}']")
    database.close()


def test_a_view_that_is_not_kept_follows_what_it_reads(include: Path, write: Write) -> None:
    text = (include / "sql/views/sales/sold.sql").read_text()
    write("sql/views/sales/sold.sql", text.replace("-- title", "-- kept: no\n-- title", 1))
    catalogue = read_catalogue(include)
    assert not catalogue.views["sold"].is_kept
    database = Database()
    database.declare(catalogue.datasets["sales"])
    database.point("zone", [("UTC",)])
    database.point("tenant", [("a", "charter", "USD", 100, "A", "trip", True)])
    database.work_out(catalogue.views.values())
    row = (
        "1",
        datetime(2026, 4, 2, tzinfo=UTC),
        5,
        None,
        None,
        "USD",
        "a",
        datetime(2020, 1, 1, tzinfo=UTC),
        "k",
    )
    database.insert(
        catalogue.datasets["sales"],
        pa.Table.from_pylist(
            [dict(zip(arrow_schema(catalogue.datasets["sales"]).names, row, strict=True))],
            schema=arrow_schema(catalogue.datasets["sales"]),
        ),
    )
    assert database.ask("select price, day from sold").rows == ((5, date(2026, 4, 2)),)
    database.close()


def test_a_sum_beside_an_empty_table(include: Path) -> None:
    """Of -3, 5 and nothing known of the tenant: DuckDB 2.0.1 by itself answers with no row."""
    sales = read_catalogue(include).datasets["sales"]
    database = Database()
    database.declare(sales)
    database.point("tenant", [("a", "charter", "USD", 100, "A", "trip", True)])
    names = arrow_schema(sales).names
    rows = [{**dict.fromkeys(names, "a"), "price": price, "tip": None} for price in (-3, 5)]
    moment = datetime(2026, 4, 2, tzinfo=UTC)
    table = pa.Table.from_pylist(
        [{**row, "sold_at": moment, "created_at": moment} for row in rows], schema=arrow_schema(sales)
    )
    database.insert(sales, table)
    asked = (
        "select sum(v.price) from sales as v left join setting as s on v.tenant = s.tenant and s.name = 'n' "
        "group by v.tenant having sum(v.price) > 0"
    )
    assert database.ask(asked).rows == ((2,),)
    database.close()


def test_kept_is_yes_or_no(include: Path, write: Write) -> None:
    text = (include / "sql/views/sales/sold.sql").read_text()
    write("sql/views/sales/sold.sql", text.replace("-- title", "-- kept: never\n-- title", 1))
    _, mistakes = examine_catalogue(include)
    assert [mistake.message for mistake in mistakes] == ["kept: expected one of yes, no; found 'never'"]
