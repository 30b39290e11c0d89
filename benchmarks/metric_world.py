"""A made-up tenant of any size, as Parquet: bookings, five ledger lines for each, and what belongs to them.

Five years up to ``AS_OF``, in one currency; the rows are those of ``metric_world.sql``. They come from
DuckDB's hash of a row's number, so that two runs make the same files, and lie in the order of the key and
compressed as the product's snapshots are.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quarterdeck.lake.definition import Manifest, TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.settings.definition import Config, Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quarterdeck.settings.definition import Dataset

AS_OF = date(2026, 3, 31)
ZONE = "America/Los_Angeles"
TENANT = "fleet"
_ROW_GROUP = 1 << 20  # pyarrow's default, with which the lake writes
_QUERIES = Path(__file__).with_suffix(".sql")
_MACROS = """
create macro pick(number, salt, choices) as cast(hash(number * 1000003 + salt) % choices as bigint);
create macro clock(day, hour) as cast(cast(day as timestamp) + hour * interval 1 hour as timestamptz);
create macro padded(word, number) as word || lpad(cast(number as varchar), 8, '0');
create macro as_of_end() as timestamptz '2026-04-01 00:00:00 America/Los_Angeles';
"""
_MADE_FROM = ("invoices", "bookings", "payments")  # read by the queries of others
_STANDARD = {"tenant": f"'{TENANT}'", "currency": "'USD'", "created_at": "timestamptz '2021-03-01'"}


def build(folder: Path, datasets: Mapping[str, Dataset], bookings: int) -> dict[str, int]:
    """Write the Parquet of every dataset of the tenant; answers the rows of each."""
    sizes = {
        "n": bookings,
        "spent": bookings * 62 // 100,
        "clients": max(bookings // 5000, 5),
        "units": max(bookings // 5000, 5),
        "crew": max(bookings // 1000, 5),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2, "temp_directory": str(folder / "spill")}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(_MACROS)
        rows = {}
        for name, query in queries().items():
            connection.execute(f"create table {name} as {query.format(**sizes)}")
            rows[name] = _write(connection, datasets[name], folder / f"{name}.parquet")
            if name not in _MADE_FROM:
                connection.execute(f"drop table {name}")
    return rows


def queries() -> dict[str, str]:
    """The query of each dataset, in the order in which they can be run."""
    _, *parts = re.split(r"^-- dataset: (\w+)\n", _QUERIES.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _write(connection: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path) -> int:
    schema = arrow_schema(dataset)
    made = {row[0] for row in connection.execute(f"describe {dataset.id}").fetchall()}
    standard = {**_STANDARD, "source_key": f"'{dataset.id}.csv#' || (row_number() over ())"}
    cells = [
        f'"{name}"' if name in made else f'{standard.get(name, "null")} as "{name}"' for name in schema.names
    ]
    selected = f"select {', '.join(cells)} from {dataset.id}"  # noqa: S608 - ours
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in _groups(connection.sql(selected).to_arrow_reader()):
            writer.write_table(table.cast(schema), row_group_size=_ROW_GROUP)
            rows += table.num_rows
    return rows


def _groups(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The rows in tables of a whole row group each, whatever the size of DuckDB's batches."""
    held, rows = list[pa.RecordBatch](), 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        if rows >= _ROW_GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, _ROW_GROUP)
            held = table.slice(_ROW_GROUP).to_batches()
            rows -= _ROW_GROUP
    yield pa.Table.from_batches(held, reader.schema)


def snapshots(rows: Mapping[str, int]) -> TenantSnapshots:
    """The tenant's snapshots; the key of a Parquet is its name in the folder."""
    manifests = {
        name: Manifest(
            portfolio="bench", tenant=TENANT, dataset=name, as_of=AS_OF.isoformat(), revision=1,
            source="made", timing="events", rebuilt=False, read_at="", rows_read=count, rows_kept=count,
            rows_after=0, content_hash=name,
        )
        for name, count in rows.items()
    }  # fmt: skip
    return TenantSnapshots(TENANT, manifests, {name: f"{name}.parquet" for name in rows})


def config(rows: Mapping[str, int]) -> Config:
    """A portfolio of the one tenant."""
    file = {"from": "files", "path": "*.csv", "format": "csv"}
    portfolio = Portfolio.model_validate(
        {
            "id": "bench", "title": "Benchmark", "owner": "o", "timezone": ZONE, "schedule": "0 7 * * *",
            "currency": "USD", "aws": {"connection": "c", "region": "r"},
            "storage": {"lake": "file://l", "archive": "file://a", "ledger_table": "t"},
            "sender": {
                **dict.fromkeys(("address", "reply_to"), "a@example.com"), "name": "A",
                "configuration_set": "c",
            },
            "preview": "p@example.com", "allowed_domains": ["example.com"], "reports": [],
            "tenants": [
                {"id": TENANT, "title": "Fleet", "kind": "charter", "currency": "USD",
                 "datasets": dict.fromkeys(rows, file)}
            ],
        }
    )  # fmt: skip
    return Config(portfolio=portfolio, datasets={}, reports={})
