"""The rows behind a finding: their keys in a table, at most twenty of them, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from quarterdeck.findings.definition import Finding, Rule, RuleRows

_SHOWN = 20
TENANT = "tenant"

# Of a table's id: the names of its columns and its rows, or None where the table is missing.
Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]


def with_rows(
    findings: Sequence[Finding], rules: Sequence[Rule], rows_of: Callable[[str], Rows | None]
) -> Iterator[dict[str, Any]]:
    """The findings as JSON, each with ``rows``: ``table keys count``, or None where its rule names none.

    ``keys`` are those of the first rows in the table's order. Raises QuarterdeckError for a rule that names
    a column which its table hasn't.
    """
    by_id = {rule.id: rule for rule in rules}
    for finding in findings:
        rule = by_id[finding.rule]
        table = None if rule.rows is None else rows_of(rule.rows.table)
        told = None if table is None or rule.rows is None else _told(rule.rows, finding, table)
        yield {**finding.as_json(), "rows": told}


def missing_columns(rows: RuleRows, columns: Sequence[str], *, of_tenants: bool) -> list[str]:
    """The columns that a rule needs of its table and that it hasn't."""
    needed = {*rows.keys, *rows.only, *([TENANT] if of_tenants else ())}
    return sorted(needed - set(columns))


def _told(asked: RuleRows, finding: Finding, table: Rows) -> dict[str, Any]:
    columns, rows = table
    if lacking := missing_columns(asked, columns, of_tenants=finding.tenant is not None):
        raise QuarterdeckError(
            f"rule {finding.rule}: expected columns {', '.join(lacking)} in table {asked.table}, found "
            f"{', '.join(columns)}; mend `rows`"
        )
    wanted: Mapping[str, Any] = (
        asked.only if finding.tenant is None else {**asked.only, TENANT: finding.tenant}
    )
    at = {name: columns.index(name) for name in (*asked.keys, *wanted)}
    own = [row for row in rows if all(row[at[name]] == value for name, value in wanted.items())]
    keys = [" · ".join(str(row[at[name]]) for name in asked.keys) for row in own[:_SHOWN]]
    return {"table": asked.table, "keys": keys, "count": len(own)}
