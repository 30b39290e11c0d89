"""What a chart is made from and what comes of it: shared by all that charts draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import format_value
from quarterdeck.reports.grid import SNAKE
from quarterdeck.reports.tables import in_words, table_data, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.metrics.definition import TableResult
    from quarterdeck.reports.inputs import PayloadInputs
    from quarterdeck.reports.words import Words
    from quarterdeck.settings.definition import Section

Row = dict[str, Any]
Point = dict[str, Any]


class ChartGapError(Exception):
    """There is nothing to draw: ``reason`` of the closed list of gaps, and what it lacks in words."""

    def __init__(self, reason: str, because: str) -> None:
        super().__init__(because)
        self.reason = reason
        self.because = because


@dataclass(frozen=True)
class Sketch:
    """Points in the order of their axis, and the finding in figures, made from them."""

    points: list[Point]
    x_title: str
    unit: str
    currency: str | None
    finding: str


@dataclass(frozen=True)
class Canvas:
    """One section with what its chart may be drawn from."""

    section: Section
    inputs: PayloadInputs
    kpis: list[dict[str, Any]]
    bridges: list[dict[str, Any]]

    @property
    def options(self) -> dict[str, Any]:
        """The section's options."""
        return dict(self.section.options)

    @property
    def locale(self) -> str:
        """The portfolio's locale."""
        return self.inputs.locale

    @property
    def words(self) -> Words:
        """The fixed phrases in the portfolio's language."""
        return self.inputs.words

    @cached_property
    def table(self) -> TableResult:
        """The day's table that the section names. Raises ChartGapError where there is none with rows."""
        name = self.options["table"]
        gap = table_data(self.inputs, name)["missing"]
        if gap is not None:
            raise ChartGapError(gap["reason"], gap["because"])
        return self.inputs.tables[name]

    def rows(self, *needed: str) -> list[Row]:
        """The table's rows (``only``: those for which that column is true); ChartGapError without any.

        ``needed``: columns that must be there. Of several currencies the rows in the portfolio's.
        """
        table = self.table
        if lacking := [column for column in needed if column not in table.columns]:
            raise ChartGapError("no_data", f"the columns {', '.join(lacking)} of the table {table.id}")
        rows = [row for row in self._chosen if self._in_currency(row)]
        if not rows:
            raise ChartGapError("no_data", f"rows in the table {table.id}")
        return rows

    @cached_property
    def _chosen(self) -> list[Row]:
        rows = [dict(zip(self.table.columns, row, strict=True)) for row in self.table.rows]
        only = self.options.get("only")
        return [row for row in rows if row.get(only)] if only else rows

    @cached_property
    def _currencies(self) -> set[str]:
        return {row["currency"] for row in self._chosen if row.get("currency") is not None}

    def _in_currency(self, row: Row) -> bool:
        """Amounts in two currencies have no axis in common."""
        portfolio = self.inputs.config.portfolio.currency
        return len(self._currencies) <= 1 or row.get("currency") in {portfolio, None}

    @property
    def left_out(self) -> str:
        """A sentence about what is not drawn; empty where everything is."""
        if "table" not in self.options or len(self._currencies) <= 1:
            return ""
        portfolio = self.inputs.config.portfolio.currency
        others = ", ".join(sorted(self._currencies - {portfolio}))
        return self.words.say("chart.one_currency", currency=portfolio, others=others)

    def unit(self, column: str) -> str:
        """The unit of a column, as tables show it."""
        units = dict(zip(self.table.columns, self.table.units, strict=True))
        return unit_of(column, units[column])

    def currency(self, unit: str) -> str | None:
        """The currency of amounts of that unit."""
        if unit != "money":
            return None
        return next(iter(self._currencies)) if len(self._currencies) == 1 else self._own_currency

    @property
    def _own_currency(self) -> str:
        return self.table.currency or self.inputs.config.portfolio.currency

    def title(self, column: str) -> str:
        """What readers call a column."""
        titles: dict[str, str] = self.options.get("titles", {})
        return titles.get(column, in_words(column))

    def said(self, value: Any, unit: str, currency: str | None = None) -> str:
        """A value in words as tables say it: a tenant by its title, a word of the data with blanks."""
        if unit == "tenant" and value is not None:
            return self.inputs.config.portfolio.tenant(str(value)).title
        if unit == "text" and SNAKE.fullmatch(str(value)):
            return str(value).replace("_", " ")
        return format_value(value, unit, currency, self.locale)

    def at(self, value: str, where: str) -> str:
        """A value with the place where it is."""
        return self.words.say("chart.at", value=value, where=where)

    def point(self, x: Any, label: str, series: str, mark: str, order: int, value: Any) -> Point:
        """A point; ``text`` is added where it says the value in words of its own."""
        return {"x": x, "label": label, "series": series, "mark": mark, "order": order, "value": value}


def with_value(points: Sequence[Point]) -> list[Point]:
    """The points that have a value."""
    return [point for point in points if point["value"] is not None]
