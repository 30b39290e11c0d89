"""The runner of cases must be able to fail, and must say where."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.metrics.cases import differences, read_cases
from quarterdeck.metrics.catalogue import read_catalogue
from quarterdeck.metrics.scope import Bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[str, str], Path]

CASES = """
cases:
  - name: holds
    as_of: 2026-04-15
    zone: Europe/Amsterdam
    tables:
      sales:
        - {sold_at: "2026-03-31T22:30Z", price: 20.00}
        - {sold_at: 2026-04-02 09:00, price: "1.50", currency: EUR}
        - {sold_at: 2026-04-16, price: 7}
    expect: [{value: 1.50, currency: EUR}, {value: 20.00, currency: USD, period_end: 2026-04-15}]
  - name: fails
    as_of: 2026-04-15
    tables: {sales: [{sold_at: 2026-04-02, price: 20.00}]}
    expect: {value: 21.00}
  - name: fails for want of a second figure
    as_of: 2026-04-15
    tables: {sales: []}
    expect: [{value: 0}, {value: 0}]
  - name: nothing is delivered
    as_of: 2026-04-15
    expect: {missing: no_data}
  - name: the column is not delivered
    as_of: 2026-04-15
    tables: {sales: []}
    absent_columns: {sales: [sold_at]}
    expect: {missing: no_data, because: "not delivered: sales.sold_at"}
"""


def run(include: Path, write: Write, text: str) -> list[list[str]]:
    path = write("sql/metrics/sales/turnover.cases.yaml", text)
    bench = Bench(read_catalogue(include))
    return [differences(case, bench) for case in read_cases(path)]


def test_cases_hold_or_say_what_they_found(include: Path, write: Write) -> None:
    holds, fails, short, nothing, absent = run(include, write, CASES)
    assert (holds, nothing, absent) == ([], [], [])
    assert len(fails) == 1
    assert fails[0].startswith("value: expected 21.0, found Decimal('20.00')")
    assert short[0].startswith("expected 2 figures, found 1")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{prize: 1}", "sales, row 1: no column prize"),
        ("{price: 1.234}", "sales, row 1, price: expected at most 2 decimal places"),
        ("{sold_at: tomorrow}", "sales, row 1, sold_at: Invalid isoformat"),
    ],
)
def test_rows_that_the_dataset_does_not_allow(include: Path, write: Write, row: str, said: str) -> None:
    text = (
        f"cases: [{{name: x, as_of: 2026-04-15, tables: {{sales: [{row}]}}, expect: {{missing: no_data}}}}]"
    )
    with pytest.raises(ValueError, match=said):
        run(include, write, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: [{name: x, as_of: 2026-04-15}]", "expected a case with name, as_of and expect"),
        ("cases: [{name: x, as_of: 2026-04-15, expect: {}, timezone: UTC}]", "timezone: unknown key"),
        ("cases: []", "expected `cases:` with at least one case"),
    ],
)
def test_case_files_with_mistakes(write: Write, text: str, said: str) -> None:
    path = write("sql/metrics/sales/turnover.cases.yaml", text)
    with pytest.raises(ConfigError, match=said):
        read_cases(path)


def test_rows_of_one_case_are_gone_in_the_next(include: Path, write: Write) -> None:
    one = (
        "{name: a, as_of: 2026-04-15, tables: {sales: [{sold_at: 2026-04-02, price: 5}]}, expect: {value: 5}}"
    )
    none = "{name: b, as_of: 2026-04-15, tables: {sales: []}, expect: {value: 0}}"
    missing = "{name: c, as_of: 2026-04-15, expect: {missing: no_data}}"
    assert run(include, write, f"cases: [{one}, {none}, {missing}, {one}]") == [[], [], [], []]


def test_neutral_values(include: Path, write: Write) -> None:
    text = "cases: [{name: x, as_of: 2026-04-15, tables: {sales: [{}, {}]}, expect: {missing: no_data}}]"
    path = write("sql/metrics/sales/turnover.cases.yaml", text)
    bench = Bench(read_catalogue(include))
    differences(read_cases(path)[0], bench)
    rows = bench.database.ask(
        "select sale_id, tenant, currency, price, tip, created_at from loaded.sales"
    ).rows
    first_day = datetime(2000, 1, 1, tzinfo=UTC)
    assert [(*row[:5], row[5].astimezone(UTC)) for row in rows] == [
        ("sale_id-1", "t", "USD", 0, None, first_day),
        ("sale_id-2", "t", "USD", 0, None, first_day),
    ]
