from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.attachments.csv_file import csv_bytes
from quarterdeck.reports.attachments.tables import Cell, Table, tables_of
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[4] / "include" / "templates", "en_US")


def sheet(*rows: tuple[Cell, ...]) -> Table:
    return Table("t", "T", ("Name", "Amount"), rows)


def test_a32_the_formula_guard_leaves_negative_numbers_alone(read_csv) -> None:
    """Case A32."""
    names = ('=HYPERLINK("http://x.example")', "@sum", "+31 6 1234", "-2+3", "\ta name")
    amounts = (D("-5.00"), D("12.00"), D("-1234.50"), D("0.00"), D("0.00"))
    table = sheet(*((Cell(n), Cell(a, "money", "USD")) for n, a in zip(names, amounts, strict=True)))
    header, *rows = read_csv(csv_bytes(table))
    assert header == ["Name", "Amount"]
    assert [name for name, _ in rows] == [
        "'=HYPERLINK(\"http://x.example\")", "'@sum", "'+31 6 1234", "'-2+3", "' a name"
    ]  # fmt: skip
    assert [amount for _, amount in rows] == ["-5.00", "12.00", "-1234.50", "0.00", "0.00"]
    assert sum(D(amount) for _, amount in rows) == D("-1227.50")


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        (Cell(D("1200"), "money", "JPY"), "1200"),
        (Cell(D("0.5"), "money", "KWD"), "0.500"),
        (Cell(D("0.12345"), "money", "USD"), "0.12345"),  # a price per mile is finer than a cent
        (Cell(D("-0.00"), "money", "USD"), "0.00"),
        (Cell(D("12345678901234567890.12"), "money", "USD"), "12345678901234567890.12"),
        (Cell(D("0.614200"), "ratio"), "0.6142"),
        (Cell(D("1E+3"), "score"), "1000"),
        (Cell(-7, "count"), "-7"),
        (Cell(0, "count"), "0"),
        (Cell(None, "money", "USD"), ""),
        (Cell(True, "boolean"), "yes"),
        (Cell("2026-11-24", "day"), "2026-11-24"),
        (Cell("2026-10-01", "month"), "2026-10"),
        (Cell("-5.00"), "'-5.00"),  # text that looks like a number is text
        (Cell("  =1+1"), "'  =1+1"),
        (Cell("\ufeff=1+1"), "' =1+1"),
        (Cell("a,b \"c\" d"), 'a,b "c" d'),
        (Cell("a=b"), "a=b"),
    ],
)  # fmt: skip
def test_field(read_csv, cell, field) -> None:
    assert read_csv(csv_bytes(sheet((cell, cell))))[1] == [field, field]


def test_hostile_names_stay_in_their_field(hostile, hostile_names, read_csv) -> None:
    for table in tables_of(hostile, WORDS, ["findings", "recommendations", "deployment"]):
        rows = read_csv(csv_bytes(table, ";"), ";")
        assert len(rows) == len(hostile_names) + 1
        assert {len(row) for row in rows} == {len(table.columns)}
        for row in rows[1:]:
            for field in row:
                assert field[:1] not in tuple("=+-@\t\r\n\0=+-@") or D(field) is not None
                assert not set("\r\n\t\0\u202e") & set(field)
        firsts = [row[0] for row in rows[1:]]
        assert firsts[8:11] == list(hostile_names[8:11])  # nothing is escaped that need not be
        assert firsts[-4:] == list(hostile_names[-4:])
        assert "x" * 300 in firsts


def test_all_rows_are_there_also_where_mail_shows_some(payload) -> None:
    section = next(each for each in payload["sections"] if each["id"] == "cash_accounts")
    section["data"] |= {"rows": section["data"]["rows"] * 40, "first": 3}
    (table,) = tables_of(payload, WORDS, ["cash_accounts"])
    assert len(csv_bytes(table).splitlines()) == 41


def test_table_that_is_missing_says_why(payload, read_csv) -> None:
    (table,) = tables_of(payload, WORDS, ["scenarios"])
    header, row = read_csv(csv_bytes(table))
    assert header == ["Missing"]
    assert row == ["Scenarios: no data (the table scenarios was not computed for this day)"]


def test_figures_stand_beside_their_business_period_and_currency(payload, read_csv) -> None:
    (table,) = tables_of(payload, WORDS, ["kpis"])
    header, *rows = read_csv(csv_bytes(table))
    lines = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    burn, units = lines["Gross burn"], lines["Break even units"]
    assert (burn["Value"], burn["Currency"], burn["From"], burn["To"]) == (
        "7904.00", "USD", "2026-10-01", "2026-10-31"
    )  # fmt: skip
    assert (units["Business"], units["Value"], units["Unit"]) == ("JADA", "6", "charters")
    assert lines["Runway months"]["Value"] == "14.3"
    assert lines["Zero cash date"]["Value"] == "2028-02-02"
    assert lines["Target shortfall"]["Value"] == ""
    assert lines["Target shortfall"]["Missing because"].startswith("no data (")


def test_chart_is_a_table_of_its_points(payload, read_csv) -> None:
    (table,) = tables_of(payload, WORDS, ["burn_chart"])
    header, *rows = read_csv(csv_bytes(table))
    assert header == ["Month", "Gross burn", "Receipts", "Net burn", "Currency"]
    assert rows[0] == ["Nov 2025", "8844.00", "6044.00", "2800.00", "USD"]
    assert len(rows) == 12


def test_unknown_table_is_named(payload) -> None:
    with pytest.raises(QuarterdeckError, match=r"expected tables of the payload .*, found rows"):
        tables_of(payload, WORDS, ["rows"])
