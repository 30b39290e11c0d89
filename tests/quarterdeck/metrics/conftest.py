"""A small ``include`` of its own: two datasets, one view, a few metrics and a table."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SALES = """
title: Sales
key: [sale_id]
timing: events
columns:
  sale_id: {type: text, required: true}
  sold_at: {type: instant, required: true}
  price: {type: money, required: true}
  tip: {type: money}
  channel: {type: text}
"""
COSTS = """
title: Costs
key: [cost_id]
timing: events
columns:
  cost_id: {type: text, required: true}
  day: {type: day, required: true}
  amount: {type: money, required: true}
"""
SOLD = """
-- title: Sales by local day

select
    s.tenant,
    s.currency,
    s.price,
    s.tip,
    s.channel,
    cast(s.sold_at at time zone z.name as date) as day
from sales as s
cross join zone as z
"""
HEAD = """
-- title: {title}
-- unit: {unit}
-- better: up
-- grain: tenant, scope
-- inputs: {inputs}
-- needs: what was sold
-- formula: as it says
-- reference: none
-- owner: finance
"""
TURNOVER = """
with amounts as (
    select
        s.currency,
        s.price as amount
    from sold as s
    cross join period as p
    where s.day >= p.month_start and s.day <= p.as_of
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    currency,
    cast(sum(amount) as bigint) as value
from amounts
group by currency
"""
MISSING_CASE = """
cases:
  - name: nothing is delivered
    as_of: 2026-04-15
    expect: {missing: no_data}
"""


def metric(sql: str, *, unit: str = "money", inputs: str = "sales", title: str = "A metric") -> str:
    """The text of a metric's file."""
    head = textwrap.dedent(HEAD).lstrip().format(title=title, unit=unit, inputs=inputs)
    return head + textwrap.dedent(sql).lstrip()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file below the include folder."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / "include" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())
        return path

    return write_file


@pytest.fixture
def include(tmp_path: Path, write: Callable[[str, str], Path]) -> Path:
    """The folder, with a metric ``turnover`` and its cases."""
    write("datasets/sales.yaml", SALES)
    write("datasets/costs.yaml", COSTS)
    write("sql/views/sales/sold.sql", SOLD)
    write("sql/metrics/sales/turnover.sql", metric(TURNOVER, title="Turnover"))
    write("sql/metrics/sales/turnover.cases.yaml", MISSING_CASE)
    return tmp_path / "include"


@pytest.fixture
def add_metric(write: Callable[[str, str], Path]) -> Callable[..., None]:
    """Add a metric with a case."""

    def add(name: str, sql: str, *, unit: str = "money", inputs: str = "sales") -> None:
        write(f"sql/metrics/sales/{name}.sql", metric(sql, unit=unit, inputs=inputs))
        write(f"sql/metrics/sales/{name}.cases.yaml", MISSING_CASE)

    return add
