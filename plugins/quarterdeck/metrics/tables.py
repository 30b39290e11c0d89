"""Tables over a scope: many exact rows that a report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.definition import MetricError, TableResult
from quarterdeck.metrics.exact import day_text, fraction, shown
from quarterdeck.metrics.figures import lacking, query_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.metrics.definition import Table
    from quarterdeck.metrics.scope import Scope


def tabulate(scope: Scope, table: Table) -> TableResult:
    """The table's rows over the tenants of the scope that it applies to, in the order of its query.

    Missing (``no_data``, with the reason) where no such tenant has its inputs. Tables about figures read
    those of the last ``measure_reporting``. Raises MetricError.
    """
    applying = [tenant for tenant in scope.tenants if table.applies_to(tenant.kind)]
    having, because = lacking(scope, table, applying)
    columns, units = tuple(table.columns), tuple(table.columns.values())
    if not having:
        return TableResult(table.id, table.title, columns, units, [], None, "no_data", because)
    answers = query_rows(scope, table.query, having)
    try:
        rows = [[_cell(answer, name, unit) for name, unit in table.columns.items()] for answer in answers]
    except (KeyError, ValueError) as error:
        what = f"expected a column {error}, found none" if isinstance(error, KeyError) else str(error)
        raise MetricError(f"{table.query.path}: {what}; scope: {scope}") from None
    currencies = {answer.get("currency") for answer in answers}
    currency = currencies.pop() if len(currencies) == 1 else None
    return TableResult(table.id, table.title, columns, units, rows, currency, None, None)


def _cell(answer: Mapping[str, Any], name: str, unit: str) -> Any:
    if f"{name}_numerator" in answer:
        numerator, denominator = answer[f"{name}_numerator"], answer[f"{name}_denominator"]
        if not denominator or numerator is None:
            return None
        quotient = fraction(numerator, name) / fraction(denominator, name)
        return shown(quotient, unit, answer.get("currency"))
    value = answer[name]
    if value is None or unit == "boolean":
        return value
    if unit == "text":
        return str(value)
    if unit == "day":
        return day_text(value, name)
    return shown(fraction(value, name), unit, answer.get("currency"))
