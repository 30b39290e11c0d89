"""CSV, JSON lines and Parquet from bytes."""

import io
import math
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.formats import BrokenFileError, parse


def test_a02_identifiers_and_words_that_look_missing_stay_as_they_stand():
    data = b"property_id,country,units,note\n00042,NA,10,None\n00107,NL,12,null\n"
    assert parse(data, "csv", "units.csv").table.to_pylist() == [
        {"property_id": "00042", "country": "NA", "units": "10", "note": "None", SOURCE_KEY: "units.csv:2"},
        {"property_id": "00107", "country": "NL", "units": "12", "note": "null", SOURCE_KEY: "units.csv:3"},
    ]


def test_csv_with_bom_quoted_newlines_and_crlf():
    data = b'\xef\xbb\xbfid,memo\r\n1,"two\r\nlines, ""quoted"""\r\n\r\n2,\r\n'
    part = parse(data, "csv", "a.csv")
    # The first record covers lines 2 and 3, line 4 is blank.
    assert part.table.to_pylist() == [
        {"id": "1", "memo": 'two\r\nlines, "quoted"', SOURCE_KEY: "a.csv:2"},
        {"id": "2", "memo": None, SOURCE_KEY: "a.csv:5"},
    ]


def test_a_ragged_row_is_set_aside_alone():
    part = parse(b"id,price\n1,10\n2\n3,30,x\n4,40\n", "csv", "a.csv")
    assert part.table.column("id").to_pylist() == ["1", "4"]
    assert [(bad.reason, bad.rows, bad.keys) for bad in part.quarantined] == [
        ("expected 2 cells as in the header, found fewer", 1, ("a.csv:3",)),
        ("expected 2 cells as in the header, found more", 1, ("a.csv:4",)),
    ]


def test_a_header_alone_is_a_table_of_no_rows():
    table = parse(b"id,price\n", "csv", "a.csv").table
    assert table.num_rows == 0
    assert table.column_names == ["id", "price", SOURCE_KEY]


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"", "csv", "empty file"),
        (b"\xef\xbb\xbf\n", "csv", "empty file"),
        ("id\ncafé\n".encode("latin-1"), "csv", "expected UTF-8, found another encoding at byte 6"),
        ("id\n1\n".encode("utf-16"), "csv", "expected UTF-8, found another encoding at byte 0"),
        (b'id,memo\n1,"never closed\n2,x\n', "csv", "at line 2: unexpected end of data"),
        (b"id,price,id\n1,2,3\n", "csv", "found twice: id"),
        (b"[1, 2]\nnope\n", "jsonl", "expected a JSON object on each line"),
        (b"PAR1 but no more", "parquet", "expected Parquet, found"),
    ],
)
def test_a_broken_file_says_why(data, kind, reason):
    with pytest.raises(BrokenFileError) as caught:
        parse(data, kind, "a")
    assert reason in str(caught.value)


def test_jsonl_keeps_numbers_exact_and_sets_a_bad_line_aside():
    first = b'{"id": 4873214862074861337, "price": 0.10, "extras": {"b": [1, 2]}}'
    data = b"\n".join([first, b"", b'{"id": 1, "pri', b'{"price": NaN}', b'{"id": null}', b""])
    part = parse(data, "jsonl", "a.jsonl")
    assert part.table.to_pylist() == [
        {
            "id": 4873214862074861337,
            "price": Decimal("0.10"),
            "extras": '{"b": [1, 2]}',
            SOURCE_KEY: "a.jsonl:1",
        },
        {"id": None, "price": None, "extras": None, SOURCE_KEY: "a.jsonl:5"},
    ]
    assert [(bad.rows, bad.keys) for bad in part.quarantined] == [(2, ("a.jsonl:3", "a.jsonl:4"))]


def test_a03_a_long_id_beside_a_missing_one_keeps_every_digit():
    data = b'{"id": 4873214862074861337}\n{"id": null}\n{"id": 4873214862074860545}\n'
    assert parse(data, "jsonl", "a").table.column("id").to_pylist() == [
        4873214862074861337,
        None,
        4873214862074860545,
    ]


def test_parquet_reads_nan_as_missing_and_words_of_a_dictionary():
    table = pa.table(
        {
            "adr": [75.0, math.nan, None],
            "channel": pa.array(["direct", "agency", "direct"]).dictionary_encode(),
            "tags": [["a", "b"], None, []],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    assert parse(sink.getvalue(), "parquet", "a.parquet").table.to_pylist() == [
        {"adr": 75.0, "channel": "direct", "tags": '["a", "b"]', SOURCE_KEY: "a.parquet:1"},
        {"adr": None, "channel": "agency", "tags": None, SOURCE_KEY: "a.parquet:2"},
        {"adr": None, "channel": "direct", "tags": "[]", SOURCE_KEY: "a.parquet:3"},
    ]
