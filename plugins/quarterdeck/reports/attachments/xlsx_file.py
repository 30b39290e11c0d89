"""Tables as one workbook: a sheet per table, text as text, numbers and days as what they are.

The same tables give the same bytes: the workbook's only time is its as-of day.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError
from quarterdeck.money import exponent
from quarterdeck.reports.attachments.csv_file import is_like_formula, number_text
from quarterdeck.reports.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from quarterdeck.reports.attachments.tables import Cell, Table

MOST_ROWS = 1_048_575  # a sheet's rows less its header
_LONGEST_TEXT = 32_767  # UTF-16 units of a cell
_LONGEST_NAME = 31
_DIGITS = 15  # what a spreadsheet keeps of a number
_WIDEST = 60
_EPOCH = date(1900, 3, 1)  # before it spreadsheets count days differently
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]+")
_PLAIN = {"ratio": "0.0%", "day": "yyyy-mm-dd", "month": "yyyy-mm", "count": "#,##0"}
_SAFELY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def xlsx_bytes(payload: dict[str, Any], tables: Sequence[Table]) -> bytes:
    """The workbook. Raises QuarterdeckError for a table with more rows than a sheet has."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _SAFELY)
    as_of = date.fromisoformat(payload["as_of"])
    book.set_properties(
        {
            "title": printable(payload["subject"]),
            "created": datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    formats = _Formats(book)
    names: list[str] = []
    for table in tables:
        names.append(sheet_name(table.title, names))
        _write(book.add_worksheet(names[-1]), table, formats)
    book.close()
    return buffer.getvalue()


def sheet_name(title: str, taken: Collection[str]) -> str:
    """A name that spreadsheets take: 31 UTF-16 units, no ``[]:*?/\\``, unlike any other in any case."""
    base = " ".join(_NOT_IN_NAMES.sub(" ", printable(title)).split()).strip("'") or "Table"
    base = "History table" if base.casefold() == "history" else base  # a name that Excel keeps for itself
    lower = {name.casefold() for name in taken}
    name, number = _cut(base, _LONGEST_NAME).strip(" '"), 1
    while name.casefold() in lower:
        number += 1
        end = f" {number}"
        name = _cut(base, _LONGEST_NAME - len(end)).strip(" '") + end
    return name


def _cut(text: str, units: int) -> str:
    """The beginning of the text in so many UTF-16 units, with no half of a character."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")


class _Formats:
    """A workbook's cell formats, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}
        self.header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})

    def get(self, pattern: str, *, quoted: bool = False) -> Any:
        """The format of a number pattern; of ``@`` (text), ``quoted`` where it looks like a formula."""
        if (pattern, quoted) not in self._made:
            keys = {
                "num_format": pattern,
                "valign": "top",
                "text_wrap": pattern == "@",
                "quote_prefix": quoted,
            }
            self._made[pattern, quoted] = self._book.add_format(keys)
        return self._made[pattern, quoted]


def _write(sheet: Any, table: Table, formats: _Formats) -> None:
    if table.missing is not None:
        sheet.write_string(0, 0, printable(table.columns[0]), formats.header)
        sheet.write_string(1, 0, printable(table.missing), formats.get("@"))
        sheet.set_column(0, 0, _WIDEST)
        return
    if len(table.rows) > MOST_ROWS:
        raise QuarterdeckError(
            f"attachment xlsx: expected at most {MOST_ROWS:,} rows in table {table.id}, found "
            f"{len(table.rows):,}; choose others with `tables`, or send it as csv"
        )
    widths = [len(title) for title in table.columns]
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, printable(title), formats.header)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _put(sheet, number, column, cell, formats))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _put(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> int:
    """Writes a cell as what it is; answers how wide it is shown."""
    value = cell.value
    if value is None:
        return 0
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, formats.get("General"))
        return 5
    if isinstance(value, Decimal | int):
        return _put_number(sheet, row, column, cell, formats)
    if cell.unit in {"day", "month"} and (day := _day(value)) is not None:
        sheet.write_datetime(row, column, day, formats.get(_PLAIN[cell.unit]))
        return 10
    text = _fitting(printable(value))
    sheet.write_string(row, column, text, formats.get("@", quoted=is_like_formula(value)))
    return len(text)


def _put_number(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> int:
    """A number as a number; one with more digits than a spreadsheet keeps as its exact text."""
    value = Decimal(cell.value)  # type: ignore[arg-type]
    text = number_text(value, cell.unit, cell.currency)
    if len(value.normalize().as_tuple().digits) > _DIGITS:
        sheet.write_string(row, column, text, formats.get("@"))
    else:
        sheet.write_number(row, column, value, formats.get(_pattern(cell)))
    return len(text) + 4


def _pattern(cell: Cell) -> str:
    """Money with its currency's places and code; a measure with the places that it has."""
    if cell.unit == "money":
        places = "." + "0" * exponent(cell.currency) if cell.currency and exponent(cell.currency) else ""
        return f'#,##0{places}\\ "{cell.currency}"' if cell.currency else "#,##0.00"
    whole = isinstance(cell.value, int) or cell.value == Decimal(cell.value or 0).to_integral_value()
    return _PLAIN.get(cell.unit) or ("#,##0" if whole else "#,##0.0#")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if day >= _EPOCH else None


def _fitting(text: str) -> str:
    """Text that fits into a cell; where it doesn't, its end says so."""
    if len(text.encode("utf-16-le")) <= _LONGEST_TEXT * 2:
        return text
    end = f" … (cut: the text has {len(text):,} characters)"
    return _cut(text, _LONGEST_TEXT - len(end)) + end
