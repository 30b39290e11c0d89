"""Bridges over a small include: what the catalogue refuses, and what is not split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.metrics.bridge_cases import bridge_differences
from quarterdeck.metrics.cases import read_cases
from quarterdeck.metrics.catalogue import examine_catalogue, read_catalogue
from quarterdeck.metrics.scope import Bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """\
-- title: Why turnover moved
-- form: {form}
-- inputs: sales
-- needs: what was sold
-- formula: as it says
"""
BRIDGE = """\
select
    s.tenant,
    s.currency,
    'sale' as kind,
    s.channel,
    s.price as amount,
    {quantity} as quantity
from sold as s
cross join period as p
where s.day >= p.month_start and s.day <= p.as_of
"""
CASES = """
cases:
  - name: a case
    as_of: 2026-04-15
    then: 2026-03-15
    tenants: [{id: t, currency: USD}, {id: u, currency: EUR}]
    grain: scope
    tables:
      sales:
        - {tenant: t, sold_at: 2026-03-03T10:00:00, price: 10, channel: direct}
        - {tenant: t, sold_at: 2026-04-03T10:00:00, price: 12, channel: direct}
        - {tenant: u, sold_at: 2026-04-03T10:00:00, price: 7, channel: direct}
    expect: %s
"""


@pytest.fixture
def bridged(include: Path, write: Callable[[str, str], Path]) -> Callable[..., list[str]]:
    """Adds a bridge to ``turnover`` with a case, and answers where the case differs."""

    def check(expect: str, sql: str = BRIDGE.format(quantity=1), form: str = "sum") -> list[str]:
        write("sql/bridges/sales/turnover.sql", HEAD.format(form=form) + sql)
        missing = "  - {name: none, as_of: 2026-04-15, then: 2026-03-15, expect: {missing: no}}\n"
        path = write("sql/bridges/sales/turnover.cases.yaml", CASES % expect + missing)
        bench = Bench(read_catalogue(include))
        return bridge_differences(read_cases(path)[0], bench)

    return check


def mistakes(include: Path) -> list[str]:
    return [str(mistake).partition("/include/")[2] for mistake in examine_catalogue(include)[1]]


def test_currencies_are_split_apart(bridged) -> None:
    euros = "{value_then: 0, value_now: 7, currency: EUR, parts: [{kind: volume, tenant: u, amount: 7}]}"
    dollars = "{value_then: 10, value_now: 12, currency: USD, parts: [{kind: price, tenant: t, amount: 2}]}"
    assert bridged(f"[{euros}, {dollars}]") == []


def test_a_case_says_where_it_differs(bridged) -> None:
    wrong = "{value_now: 8, parts: [{kind: price, amount: 7}], cuts: {tenant: {u: 1}}}"
    found = "\n".join(bridged(f"[{wrong}, {{missing: no bridge}}]"))
    assert "value_now: expected 8, found Decimal('7.00')" in found
    assert "part 1, kind: expected 'price', found 'volume'" in found
    assert "cuts, tenant: expected {'u': 1}, found {}" in found
    assert "missing: expected 'no bridge', found None" in found
    assert bridged("{parts: []}")[0].startswith("expected 1 movements, found 2")


def test_components_that_do_not_make_the_figure_are_no_bridge(bridged) -> None:
    half = BRIDGE.format(quantity=1).replace("s.price as", "s.price // 2 as")
    refused = [f"{{missing: 'its parts make {made}, the figure is {value}'}}" for made, value in
               ((350, "7.00"), (500, "10.00"))]  # fmt: skip
    assert bridged(f"[{', '.join(refused)}]", half) == []


def test_unknown_columns_are_named(bridged) -> None:
    odd = BRIDGE.format(quantity=1).replace("s.channel", "s.channel as colour")
    with pytest.raises(Exception, match=r"turnover\.sql: unknown columns colour; known: amount, "):
        bridged("{}", odd)


def test_a_bridge_explains_a_metric(include: Path, write: Any) -> None:
    write("sql/bridges/sales/profits.sql", HEAD.format(form="sum") + BRIDGE.format(quantity=1))
    found = mistakes(include)
    assert (
        "sql/bridges/sales/profits.sql:1: expected the id of the metric that it explains, found 'profits'"
        in found
    )
    assert any("expected its cases in profits.cases.yaml" in mistake for mistake in found)


def test_forms_are_known(include: Path, write: Any) -> None:
    write("sql/bridges/sales/turnover.sql", HEAD.format(form="guess") + BRIDGE.format(quantity=1))
    assert any(
        "turnover.sql:2: form: expected one of sum, ratio, yield, share, recurring; found 'guess'" in mistake
        for mistake in mistakes(include)
    )
