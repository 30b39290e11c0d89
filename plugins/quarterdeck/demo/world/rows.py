"""Rows as a source would hold them: money in major units, instants in UTC, every row with ``created_at``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.money import to_major

if TYPE_CHECKING:
    from quarterdeck.demo.world.span import Span

Value = str | int | Decimal | date | datetime | bool | None
Row = dict[str, Value]
CURRENCY = "USD"


def usd(cents: int) -> Decimal:
    """Dollars and cents: ``usd(1250) == 12.50``."""
    return to_major(cents, CURRENCY)


@dataclass
class Tables:
    """The rows of one business by dataset. What becomes known only after the anchor day is left out."""

    span: Span
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, dataset: str, known: datetime, **row: Value) -> None:
        """One row of a dataset; ``known`` is when it became known."""
        if known < self.span.end:
            self.rows.setdefault(dataset, []).append({**row, "created_at": known})

    def add_money(self, dataset: str, known: datetime, **row: Value) -> None:
        """One row that holds money, and so says in which currency."""
        self.add(dataset, known, **row, currency=CURRENCY)
