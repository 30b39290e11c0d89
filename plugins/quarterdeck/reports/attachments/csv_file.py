"""A table as CSV: RFC 4180, UTF-8 with a byte order mark (Excel reads Greek then), numbers as numbers.

Numbers have a point and no grouping, money the places of its currency, days are ISO days; an empty field is
a value that is missing. Text that a spreadsheet would take for a formula begins with ``'``.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.money import exponent
from quarterdeck.reports.printable import printable

if TYPE_CHECKING:
    from quarterdeck.reports.attachments.tables import Cell, Table

_FORMULA = (
    *"=+-@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
_BEGINNINGS = (*_FORMULA, *"\t\r\n\0")


def csv_bytes(table: Table, separator: str = ",") -> bytes:
    """The file of one table. A table that is missing has the reason as its only row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    if table.missing is not None:
        writer.writerows([[harmless(title) for title in table.columns], [harmless(table.missing)]])
    else:
        writer.writerow([harmless(title) for title in table.columns])
        writer.writerows([[_field(cell) for cell in row] for row in table.rows])
    return buffer.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Text on one line; with a ``'`` before it where a spreadsheet would take it for a formula."""
    return f"'{printable(text)}" if is_like_formula(text) else printable(text)


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet that guesses what text is might run it."""
    return text[:1] in _BEGINNINGS or printable(text).lstrip()[:1] in _FORMULA


def number_text(value: Decimal | int, unit: str, currency: str | None) -> str:
    """The exact number: money with at least its currency's places, others without zeros at the end."""
    if isinstance(value, int):
        value = Decimal(value)
    if unit == "money":
        places = max(exponent(currency) if currency else 2, _places(value))
        return f"{value:.{places}f}" if value else f"{abs(value):.{places}f}"
    return f"{value:.{_places(value)}f}" if value else "0"


def _places(value: Decimal) -> int:
    """How many decimal places the number needs."""
    exponent_ = value.normalize().as_tuple().exponent
    return max(0, -exponent_) if isinstance(exponent_, int) else 0


def _field(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return number_text(value, cell.unit, cell.currency)
    return value[:7] if cell.unit == "month" else harmless(value)
