"""CSV, JSON lines and Parquet from bytes."""

import gzip
import io
import math
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quarterdeck.errors import SourceError
from quarterdeck.settings.sources import Dialect
from quarterdeck.sources.columns import joined
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.formats import BrokenFileError, Form
from quarterdeck.sources.formats.aside import Aside
from quarterdeck.sources.formats.definition import shown_name
from quarterdeck.sources.formats.reading import batches


class Parsed:
    def __init__(self, data, form, name):
        aside = Aside()
        self.table = joined(list(batches(io.BytesIO(data), form, name, aside)))
        self.quarantined = aside.quarantined()
        self.set_aside = [(bad.reason, bad.keys) for bad in self.quarantined]


def parse(data, kind, name, *, numbers=(), names=None, records=None, **dialect):
    return Parsed(data, Form(kind, Dialect(**dialect), records, names, frozenset(numbers)), name)


def rows(data, kind="csv", **form):
    table = parse(data, kind, "a", **form).table.drop_columns(SOURCE_KEY)
    return [tuple(row.values()) for row in table.to_pylist()]


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


# --- how CSV is written ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_the_encoding(encoding):
    assert rows("id\ncafé\n".encode(encoding), encoding="cp1252") == [("café",)]


def test_a_big_endian_mark_too():
    assert rows(b"\xfe\xff" + "id\n€\n".encode("utf-16-be")) == [("€",)]


@pytest.mark.parametrize(("encoding", "text"), [("latin-1", "café"), ("cp1252", "5 €"), ("cp437", "£5")])
def test_a_declared_encoding(encoding, text):
    assert rows(f"id\n{text}\n".encode(encoding), encoding=encoding) == [(text,)]


def test_another_encoding_far_into_the_file_is_said_with_its_byte():
    data = b"id\n" + b"12345678\n" * 10_000 + b"caf\xe9\n"
    with pytest.raises(BrokenFileError, match=r"found another encoding at byte 90006$"):
        parse(data, "csv", "a")


def test_an_unknown_encoding_is_a_mistake_of_the_mapping_not_of_the_file():
    with pytest.raises(SourceError, match="expected an `encoding` that Python knows, found 'utf-9'"):
        parse(b"id\n1\n", "csv", "a", encoding="utf-9")


def test_delimiter_quote_and_lines_before_the_header():
    data = b"Report of May\n\nid;memo\n1;'a;b'\n2;'c\nd'\n3;e\n"
    part = parse(data, "csv", "a", delimiter=";", quote="'", skip=2)
    assert part.table.to_pylist() == [
        {"id": "1", "memo": "a;b", SOURCE_KEY: "a:4"},
        {"id": "2", "memo": "c\nd", SOURCE_KEY: "a:5"},
        {"id": "3", "memo": "e", SOURCE_KEY: "a:7"},
    ]


def test_numbers_are_made_plain_in_columns_of_numbers_only():
    data = b"id;price;code\n1;1.234,50;1.234\n2;-7;1,5\n3;;x\n4; ,5 ;y\n"
    got = rows(data, numbers=["price"], delimiter=";", decimal=",", thousands=".")
    assert got == [("1", "1234.50", "1.234"), ("2", "-7", "1,5"), ("3", None, "x"), ("4", " .5 ", "y")]


@pytest.mark.parametrize(
    ("decimal", "thousands", "bad", "example"),
    [
        (",", ".", "1.23,4", "1.234,50"),
        (",", ".", "1.23", "1.234,50"),
        (",", "", "1.23", "1234,50"),
        (".", ",", "12,34", "1,234.50"),
        (".", ",", "1,234,56", "1,234.50"),
        (".", "'", "1,234", "1'234.50"),
        (",", ".", "NA", "1.234,50"),
    ],
)
def test_a_wrongly_grouped_number_is_set_aside_and_not_guessed(decimal, thousands, bad, example):
    data = f"id;Price\n1;5\n2;{bad}\n3;6\n".encode()
    part = parse(data, "csv", "a", numbers=["price"], delimiter=";", decimal=decimal, thousands=thousands)
    assert part.table.column("id").to_pylist() == ["1", "3"]
    reason = f"Price: expected a number such as {example}, found {bad!r}"
    assert part.set_aside == [(reason, ("a:3",))]


def test_a_narrow_space_groups_where_it_is_declared():
    data = "n;m\n1\u202f234\u202f567,8;1\n".encode()
    assert rows(data, numbers=["n"], delimiter=";", decimal=",", thousands="\u202f") == [("1234567.8", "1")]


def test_only_the_wanted_columns_are_kept_whatever_their_case():
    part = parse(b"Id,price,note\n1,2,x\n", "csv", "a", names=frozenset({"id", "note", "nowhere"}))
    assert part.table.column_names == ["Id", "note", SOURCE_KEY]


def test_batches_do_not_show():
    lines = [f'{number},"two\nlines"' for number in range(40_000)]
    data = ("id,memo\n" + "\n".join(lines) + "\n").encode()
    aside = Aside()
    tables = list(batches(io.BytesIO(data), Form("csv"), "a", aside))
    assert len(tables) == 3
    table = joined(tables)
    assert table.column("id").to_pylist() == [str(number) for number in range(40_000)]
    assert table.column(SOURCE_KEY).to_pylist() == [f"a:{2 + 2 * number}" for number in range(40_000)]


def test_a_line_without_end_is_not_read_into_memory(monkeypatch):
    monkeypatch.setattr("quarterdeck.sources.formats.encoding.LONGEST_LINE", 1000)
    for kind in ("csv", "jsonl"):
        with pytest.raises(BrokenFileError, match="found a longer one"):
            parse(b"x" * 5000, kind, "a")


# --- gzip --------------------------------------------------------------------------------------------


def test_gzip_is_told_by_its_bytes_and_may_have_several_members():
    data = gzip.compress(b"id\n1\n", mtime=0) + gzip.compress(b"2\n")
    assert rows(data) == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"", mtime=0), "empty file"),
        (b"\x1f\x8b", "ends early"),
        (gzip.compress(b"id\n1\n", mtime=0)[:-9], "ends early"),
        (gzip.compress(b"id\n1\n", mtime=0) + b"no gzip", "expected a gzip file"),
        (gzip.compress(b"id\n1\n", mtime=0)[:-8] + b"\0" * 8, "expected a gzip file, found: CRC"),
    ],
)
def test_broken_gzip_says_why(data, reason):
    with pytest.raises(BrokenFileError, match=reason):
        parse(data, "csv", "a")


def test_gzipped_parquet_and_an_empty_parquet():
    for table in (pa.table({"n": [1, 2]}), pa.table({"n": pa.array([], pa.int64())})):
        sink = io.BytesIO()
        pq.write_table(table, sink)
        got = parse(gzip.compress(sink.getvalue()), "parquet", "a").table
        assert got.column("n").to_pylist() == table.column("n").to_pylist()
        assert got.schema.field("n").type == pa.int64()


def test_parquet_text_that_does_not_say_so_and_bytes_that_are_none():
    table = pa.table({"word": [b"caf\xc3\xa9", b"x"], "bytes": [b"abc", b"\xff"]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    assert rows(sink.getvalue(), "parquet") == [("café", "YWJj"), ("x", "/w==")]


# --- JSON --------------------------------------------------------------------------------------------


def test_json_is_a_list_or_stands_below_a_key():
    text = '[{"id": 1, "n": 0.10}, {"id": 2, "tags": ["a"]}]'
    expected = [(1, Decimal("0.10"), None), (2, None, '["a"]')]
    assert rows(text.encode(), "json") == expected
    below = '{"page": {"data": [9]}, "data": ' + text + ', "next": null}'
    assert rows(below.encode(), "json", records="data") == expected
    assert rows(below.encode("utf-16"), "json", records="data") == expected


def test_an_element_that_is_no_object_is_set_aside_with_its_place():
    part = parse(b'[{"id": 1}, 2, {"id": NaN}, {"id": "\\ud800"}, {"id": 3}]', "json", "a")
    assert part.table.column("id").to_pylist() == [1, 3]
    assert part.set_aside == [
        ("expected a JSON object in the list, found another value", ("a:2", "a:3", "a:4"))
    ]


def test_an_empty_list_is_no_rows():
    assert rows(b"[]", "json") == []
    assert rows(b'{"data": [ ]}', "json", records="data") == []


@pytest.mark.parametrize(
    ("data", "records", "reason"),
    [
        (b" \n", None, "empty file"),
        (b'{"data": []}', None, "expected a list of records"),
        (b"[]", "data", "expected an object with the key 'data', found '\\[' at character 1"),
        (b'{"other": []}', "data", "found no such key"),
        (b"{}", "data", "found no such key"),
        (b'{"data": 5}', "data", "expected a list below the key 'data', found '5'"),
        (b'[{"id": 1}, {"id"', None, "expected a JSON value, found '{' at character 13"),
        (b'[{"id": 1}', None, "expected `,` or `\\]` after a record, found the end of the file"),
        (b'[{"id": 1}] x', None, "expected the end of the file, found 'x'"),
        (b'{"data": [{"id": 1}]', "data", "found the end of the file"),
    ],
)
def test_broken_json_says_why(data, records, reason):
    with pytest.raises(BrokenFileError, match=reason):
        parse(data, "json", "a", records=records)


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_json_is_read_alike_however_it_is_cut(monkeypatch, at_once):
    monkeypatch.setattr("quarterdeck.sources.formats.json_text._AT_ONCE", at_once)
    data = b'{"n": 1.5e-7, "x": [1, -2e-3], "data": [{"a": 12.50}, 1.5e-7, {"a": "]"}]}'
    part = parse(data, "json", "a", records="data")
    assert part.table.column("a").to_pylist() == ["12.50", "]"]
    assert part.quarantined[0].rows == 1


def test_jsonl_with_another_mark_and_a_line_of_other_bytes():
    assert rows('{"id": "é"}\n'.encode("utf-16"), "jsonl") == [("é",)]
    part = parse(b'{"id": 1}\n{"id": "\xff"}\r\n{"id": 2}\r\n', "jsonl", "a")
    assert part.table.column("id").to_pylist() == [1, 2]
    assert part.quarantined[0].keys == ("a:2",)


def test_a_number_of_a_billion_digits_stays_short():
    got = rows(b'{"n": 1e999999999, "m": {"k": 1e999999999}}\n{"n": 1}\n', "jsonl")
    assert got[0] == ("1E+999999999", '{"k": "1E+999999999"}')


# --- names -------------------------------------------------------------------------------------------


def test_a_hostile_name_is_harmless_where_it_is_shown():
    assert shown_name("a\n\x1b[31mred\u202e.csv") == "a\\n\\x1b[31mred\\u202e.csv"
    assert shown_name("exports/jane@mail.example/x.csv") == "exports/(address)/x.csv"
    assert shown_name("Übersicht 1+2.csv") == "Übersicht 1+2.csv"
    assert len(shown_name("x" * 1000)) == 201
