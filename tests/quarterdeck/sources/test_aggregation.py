"""Logs that are aggregated while they are read."""

import gzip
import json
from decimal import Decimal

import pyarrow as pa
import pytest

from quarterdeck.errors import SourceError
from quarterdeck.settings.sources import Aggregate, FileSource
from quarterdeck.sources.aggregation import Aggregation
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.formats.aside import Aside
from quarterdeck.sources.reading import read_source
from quarterdeck.sources.selection import select

# `at` is a word of DuckDB's own: as an attribute it stands in quotes.
PAGES = {
    "by": {"day": 'substr("at", 1, 10)', "page": "path"},
    "totals": {
        "hits": {"how": "count"},
        "bytes": {"how": "sum", "sql": "bytes"},
        "first": {"how": "min", "sql": '"at"'},
        "last": {"how": "max", "sql": '"at"'},
        "known": {"how": "count", "sql": "bytes"},
    },
}


def line(at, path, size):
    return {"at": f"2026-05-{at}", "path": path, "bytes": size, "agent": "x"}


def source(form="jsonl", aggregate=PAGES, **more):
    return FileSource.model_validate(
        {"from": "files", "path": "*.log*", "format": form, "aggregate": aggregate, **more}
    )


def write(folder, name, records):
    (folder / name).write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))


def test_gzipped_json_lines_of_several_files_become_one_row_for_each_group(tmp_path, reading, dataset):
    write(tmp_path, "a.log.gz", [line("01T08", "/", 10), line("01T07", "/", 5), line("02T01", "/b", 1)])
    write(tmp_path, "b.log.gz", [line("01T09", "/", None), {"at": "2026-05-01T00", "bytes": 2**63}])
    (tmp_path / "c.log").write_bytes(gzip.compress(b'{"at": 1}')[:-4])
    (tmp_path / "d.log").write_bytes(b'{"at": "2026-05-02T02", "path": "/b", "bytes": 0.1}\nnope\n')
    extract = read_source(source(), dataset(day="day", hits="integer"), reading(None, folder=tmp_path))
    groups = pa.Table.from_pandas(extract.frame, preserve_index=False).drop_columns(SOURCE_KEY)
    assert [tuple(row.values()) for row in groups.to_pylist()] == [
        ("2026-05-01", "/", 3, Decimal(15), "2026-05-01T07", "2026-05-01T09", 2),
        ("2026-05-01", None, 1, Decimal(2**63), "2026-05-01T00", "2026-05-01T00", 1),
        ("2026-05-02", "/b", 2, Decimal("1.1"), "2026-05-02T01", "2026-05-02T02", 2),
    ]
    assert extract.frame[SOURCE_KEY].iloc[0] == "aggregate of 3 files/2026-05-01//"
    # Six good lines and one bad one were in the files that could be read.
    assert (extract.rows_aggregated, extract.rows_read) == (6, 3 + 1)
    assert [(bad.rows, bad.keys) for bad in extract.quarantined] == [(1, ("d.log:2",))]
    assert [bad.keys for bad in extract.broken] == [("c.log",)]


def test_where_of_the_mapping_sees_the_groups(tmp_path, reading, dataset):
    write(tmp_path, "a.log.gz", [line("01T08", "/", 10), line("01T07", "/", 5), line("02T01", "/b", 1)])
    logs = source(where="hits > 1", columns={"size": {"sql": "bytes * 2"}})
    extract = read_source(logs, dataset(day="day", size="integer"), reading(None, folder=tmp_path))
    chosen = select(extract, logs, ["day", "size"]).table.drop_columns(SOURCE_KEY).to_pylist()
    assert [(row["day"], Decimal(row["size"])) for row in chosen] == [("2026-05-01", Decimal(30))]


def test_what_cannot_be_summed_is_set_aside_alone():
    table = pa.table(
        {
            "n": ["1", "2.5", "x", None, "", "0.1234567891", "0.1234567890", "1e3", "9" * 30],
            SOURCE_KEY: [f"a:{at}" for at in range(9)],
        }
    )
    aside = Aside()
    totals = {"sum": {"how": "sum", "sql": "n"}, "rows": {"how": "count"}}
    aggregation = Aggregation(Aggregate.model_validate({"by": {}, "totals": totals}), "files:x", ["n"])
    partial, rows = aggregation.partial(table, aside)
    assert partial.to_pylist() == [{"sum": Decimal("1003.623456789"), "rows": 6}]
    assert (rows, aside.rows) == (6, 3)
    (bad,) = aside.quarantined()
    assert bad.keys == ("a:2", "a:5", "a:8")
    assert bad.reason == (
        "sum: expected a number of at most 29 digits before the point and 9 after it, "
        "found 'x' and 2 other values"
    )


def test_sums_keep_every_digit_that_a_float_would_lose():
    totals = {"sum": {"how": "sum", "sql": "n"}}
    aggregation = Aggregation(Aggregate.model_validate({"by": {}, "totals": totals}), "files:x", ["n"])
    tables = [pa.table({"n": [text], SOURCE_KEY: ["a"]}) for text in ("90071992547409931234.1", "0.2")]
    partials = [aggregation.partial(table, Aside())[0] for table in tables]
    assert aggregation.merged(partials).column("sum").to_pylist() == [Decimal("90071992547409931234.3")]


def test_an_attribute_that_a_batch_lacks_is_missing_there():
    aggregation = Aggregation(Aggregate.model_validate(PAGES), "files:x", ["at", "path", "bytes"])
    first = pa.table({"at": ["2026-05-01T08"], SOURCE_KEY: ["a:1"]})
    second = pa.table({"at": ["2026-05-01T09"], "path": ["/"], "bytes": [7], SOURCE_KEY: ["a:2"]})
    partials = [aggregation.partial(table, Aside())[0] for table in (first, second)]
    got = [(row["page"], row["hits"], row["bytes"]) for row in aggregation.merged(partials).to_pylist()]
    assert got == [("/", 1, Decimal(7)), (None, 1, None)]


def test_least_and_greatest_of_two_types_are_not_compared():
    spec = {"by": {}, "totals": {"most": {"how": "max", "sql": "n"}}}
    aggregation = Aggregation(Aggregate.model_validate(spec), "files:x", ["n"])
    tables = [pa.table({"n": values, SOURCE_KEY: ["a"]}) for values in ([9], ["10"])]
    partials = [aggregation.partial(table, Aside())[0] for table in tables]
    with pytest.raises(SourceError, match=r"values of one type in the aggregate's most.*cast them"):
        aggregation.merged(partials)


def test_sql_that_cannot_be_run_and_files_out_of_reach(tmp_path, reading, dataset):
    (tmp_path / "a.log").write_bytes(b'{"at": 1}')
    for sql in ('no_such("at")', "(select count(*) from read_text('/etc/hostname'))"):
        wrong = source(aggregate={"by": {"x": sql}, "totals": {}})
        with pytest.raises(SourceError, match=r"files:\*.log\*: expected the aggregate's SQL to run"):
            read_source(wrong, dataset(x="text"), reading(None, folder=tmp_path))


def test_csv_numbers_that_are_summed_are_read_by_the_dialect(tmp_path, reading, dataset):
    (tmp_path / "a.log").write_text("page;eur\n/;1.234,50\n/;0,5\n/;1.2\n")
    spec = {"by": {"page": "page"}, "totals": {"eur": {"how": "sum", "sql": "EUR"}}}
    logs = source("csv", spec, dialect={"delimiter": ";", "decimal": ",", "thousands": "."})
    extract = read_source(logs, dataset(page="text", eur="decimal"), reading(None, folder=tmp_path))
    assert list(extract.frame["eur"]) == [Decimal("1235")]
    assert extract.quarantined[0].keys == ("a.log:4",)
