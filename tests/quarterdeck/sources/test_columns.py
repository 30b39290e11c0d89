"""Raw values as Arrow columns, and the parts of a source put together."""

from decimal import Decimal

import pyarrow as pa
import pytest

from quarterdeck.sources.columns import joined, table_of_records, text_of


def test_a_column_has_the_one_type_that_its_values_share():
    table = table_of_records(
        [
            {"word": "a", "flag": True, "count": 1, "price": Decimal("1.50"), "mixed": "x"},
            {"word": None, "flag": False, "count": 2**63 - 1, "price": Decimal(20), "mixed": Decimal("7.10")},
        ]
    )
    assert table.schema.types == [pa.string(), pa.bool_(), pa.int64(), pa.decimal128(4, 2), pa.string()]
    assert table.column("price").to_pylist() == [Decimal("1.50"), Decimal("20.00")]
    assert table.column("mixed").to_pylist() == ["x", "7.10"]


def test_numbers_that_no_arrow_type_holds_stay_as_text():
    digits = "1" + "0" * 30 + "." + "1" * 12
    table = table_of_records([{"n": Decimal(digits)}, {"n": Decimal("1E+2")}])
    assert table.column("n").to_pylist() == [digits, "100"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E-7"), "0.0000001"),
        (True, "true"),
        ({"b": Decimal("1.5"), "a": [None, Decimal(2)]}, '{"a": [null, 2], "b": "1.5"}'),
        ({"y", "x"}, '["x", "y"]'),
        (b"\x00\xff", "AP8="),
    ],
)
def test_text_of_a_raw_value(value, text):
    assert text_of(value) == text


def test_a05_a_column_with_no_value_in_one_part_takes_the_type_of_the_other():
    empty = pa.table({"code": pa.nulls(3)})
    table = joined([empty, pa.table({"code": ["SPRING", None]}), pa.table({"other": [1]})])
    assert table.column("code").type == pa.string()
    assert table.column("code").to_pylist() == [None, None, None, "SPRING", None, None]
    assert joined([empty]).column("code").type == pa.string()


def test_parts_that_disagree_never_turn_whole_numbers_into_floats():
    whole = pa.table({"id": [9007199254740993]})
    assert joined([whole, pa.table({"id": [1.5]})]).column("id").to_pylist() == ["9007199254740993", "1.5"]
    assert joined([whole, pa.table({"id": [Decimal("0.5")]})]).column("id").to_pylist() == [
        Decimal("9007199254740993.0"),
        Decimal("0.5"),
    ]
    assert joined([whole, pa.table({"id": ["b7"]})]).column("id").to_pylist() == ["9007199254740993", "b7"]
