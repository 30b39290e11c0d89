from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import openpyxl
import pytest

from quarterdeck.lake.documents import to_bytes
from quarterdeck.reports.attachments import xlsx_file
from quarterdeck.reports.attachments.tables import Cell, Table, tables_of
from quarterdeck.reports.attachments.xlsx_file import sheet_name, xlsx_bytes
from quarterdeck.reports.words import read_words

TEMPLATES = Path(__file__).parents[4] / "include" / "templates"
WORDS = read_words(TEMPLATES, "en_US")


def book(payload, tables):
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(payload, tables)))


def column(*cells: Cell) -> Table:
    return Table("t", "T", ("Value",), tuple((cell,) for cell in cells))


@pytest.mark.parametrize(
    ("cell", "kind", "value", "shown"),
    [
        (Cell(D("-1234.50"), "money", "USD"), "n", -1234.5, '#,##0.00\\ "USD"'),
        (Cell(D("1200"), "money", "JPY"), "n", 1200, '#,##0\\ "JPY"'),
        (Cell(D("0.125"), "money", "KWD"), "n", 0.125, '#,##0.000\\ "KWD"'),
        (Cell(D("99.90"), "money", None), "n", 99.9, "#,##0.00"),
        (Cell(D("1234567890123.45"), "money", "USD"), "n", 1234567890123.45, '#,##0.00\\ "USD"'),
        (Cell(D("12345678901234.56"), "money", "USD"), "s", "12345678901234.56", "@"),  # 16 digits
        (Cell(D("0.6142"), "ratio"), "n", 0.6142, "0.0%"),
        (Cell(-3, "count"), "n", -3, "#,##0"),
        (Cell(D("14.3"), "months"), "n", 14.3, "#,##0.0#"),
        (Cell("2026-11-24", "day"), "d", date(2026, 11, 24), "yyyy-mm-dd"),
        (Cell("2026-10-01", "month"), "d", date(2026, 10, 1), "yyyy-mm"),
        (Cell("1900-02-28", "day"), "s", "1900-02-28", "@"),  # before it spreadsheets count otherwise
        (Cell(True, "boolean"), "b", True, "General"),
        (Cell("00123"), "s", "00123", "@"),
        (Cell("=1+1"), "s", "=1+1", "@"),
        (Cell("http://x.example"), "s", "http://x.example", "@"),
    ],
)  # fmt: skip
def test_cell_is_what_it_is(payload, cell, kind, value, shown) -> None:
    found = book(payload, [column(cell)])["T"]["A2"]
    read = found.value.date() if kind == "d" else found.value
    assert (found.data_type, read, found.number_format) == (kind, value, shown)
    assert found.hyperlink is None
    assert found.quotePrefix == (cell.value == "=1+1")


def test_hostile_names_are_text_and_run_nothing(hostile, hostile_names) -> None:
    tables = tables_of(hostile, WORDS)
    read = book(hostile, tables)
    for sheet in read:
        assert not [c for row in sheet for c in row if c.data_type == "f" or c.hyperlink]
    shown = [sheet_cell.value for sheet_cell in read["Findings"]["A"][1:]]
    assert shown[:4] == list(hostile_names[:4])
    assert shown[4:7] == [" a tab first", " X-Header: injected", " nul first"]
    assert shown[8:11] == list(hostile_names[8:11])
    assert shown[12] == "abc fdp.exe"
    assert shown[14:] == list(hostile_names[14:])
    assert "Plans all of '26" in read.sheetnames
    assert read["Findings"]["B2"].value == hostile_names[0]  # a business of that name


def test_numbers_of_the_payload_are_numbers_and_headers_stay(payload) -> None:
    read = book(payload, tables_of(payload, WORDS, ["burn_chart", "kpis", "scenarios"]))
    assert read.sheetnames == ["Burn by month", "Key figures", "Scenarios"]
    burn = read["Burn by month"]
    assert burn.freeze_panes == "A2"
    assert [cell.value for cell in burn[1]] == ["Month", "Gross burn", "Receipts", "Net burn", "Currency"]
    assert sum(D(str(row[3].value)) for row in burn.iter_rows(min_row=2)) == D("9401.50")  # added by hand
    assert read["Scenarios"]["A2"].value.startswith("Scenarios: no data (")


def test_text_that_is_too_long_for_a_cell_says_that_it_is_cut(payload) -> None:
    text = book(payload, [column(Cell("\N{PARTY POPPER}" * 20_000))])["T"]["A2"].value
    assert text.endswith("… (cut: the text has 20,000 characters)")
    assert len(text.encode("utf-16-le")) // 2 <= 32_767


def test_too_many_rows_are_an_error_and_not_dropped(payload, monkeypatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)
    with pytest.raises(Exception, match="at most 2 rows in table t, found 3; choose others"):
        xlsx_bytes(payload, [column(Cell(1), Cell(2), Cell(3))])


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Cash: in/out [all]*?", (), "Cash in out all"),
        ("'quoted'", (), "quoted"),
        ("History", (), "History table"),
        ("\r\n", (), "Table"),
        ("x" * 300, (), "x" * 31),
        ("x" * 300, ("X" * 31,), "x" * 29 + " 2"),
        ("Aging", ("aging", "AGING 2"), "Aging 3"),
        ("\N{PARTY POPPER}" * 20, (), "\N{PARTY POPPER}" * 15),
    ],
)
def test_sheet_name(title, taken, name) -> None:
    assert sheet_name(title, taken) == name


def test_same_payload_same_bytes_in_another_process_and_zone(payload, tmp_path) -> None:
    data = xlsx_bytes(payload, tables_of(payload, WORDS))
    (tmp_path / "payload.json").write_bytes(to_bytes(payload))
    program = (
        "import sys, hashlib, pathlib\n"
        "from quarterdeck.lake.documents import from_bytes\n"
        "from quarterdeck.reports.attachments.tables import tables_of\n"
        "from quarterdeck.reports.attachments.xlsx_file import xlsx_bytes\n"
        "from quarterdeck.reports.words import read_words\n"
        "words = read_words(pathlib.Path(sys.argv[2]), 'en_US')\n"
        "payload = from_bytes(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "print(hashlib.sha256(xlsx_bytes(payload, tables_of(payload, words))).hexdigest())\n"
    )
    environ = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "payload.json"), str(TEMPLATES)],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"2026-11-24T00:00:00Z" in packed.read("docProps/core.xml")
