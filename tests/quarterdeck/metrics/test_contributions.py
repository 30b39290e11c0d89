"""The rows behind a figure: through views and CTEs, only those that reach the answer, with their keys."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from quarterdeck.lake.definition import TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics.catalogue import read_catalogue, read_metric
from quarterdeck.metrics.contributions import Contributions, UntraceableError, contributions
from quarterdeck.metrics.scope import Bench
from quarterdeck.settings.definition import Tenant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TENANTS = tuple(Tenant(id=t, title=t, kind="charter", currency="USD") for t in ("a", "b"))
# sale, tenant, day of April, currency, price, channel
SALES = [
    ("s1", "a", 2, "USD", 1050, "web"),
    ("s2", "a", 3, "USD", 3000, "web"),
    ("s3", "a", 4, "EUR", 9900, "web"),
    ("s4", "b", 5, "USD", 2000, "guest@example.com"),
    ("s5", "a", 6, "USD", -4000, "phone"),
    ("s6", "a", 20, "USD", 7777, "web"),  # after the as-of day
]
MONTHLY = """
-- title: Sales by month and currency

select
    date_trunc('month', s.day) as month,
    s.currency,
    sum(s.price) as total,
    count(*) as sales
from sold as s
cross join period as p
where s.day <= p.as_of
group by month, s.currency
"""


@pytest.fixture
def traced(include: Path, write: Any, add_metric: Any) -> Callable[..., Contributions]:
    """``traced(sql, currency, ...)``: the rows behind a metric with that SQL, over SALES."""
    write("sql/views/sales/monthly.sql", MONTHLY)

    def trace(sql: str, currency: str | None = "USD", *, tenants: Any = TENANTS, unit: str = "money") -> Any:
        add_metric("looked_at", sql, unit=unit)
        catalogue = read_catalogue(include)
        rows = [
            {"sale_id": id_, "tenant": tenant, "sold_at": datetime(2026, 4, day, 12, tzinfo=UTC),
             "currency": code, "price": price, "channel": channel,
             "created_at": datetime(2026, 4, day, tzinfo=UTC), "source_key": f"{id_}.csv"}
            for id_, tenant, day, code, price, channel in SALES
        ]  # fmt: skip
        table = pa.Table.from_pylist(rows, schema=arrow_schema(catalogue.datasets["sales"]))
        metric = catalogue.metrics["looked_at"]
        scope = Bench(catalogue).scope(
            {"sales": table}, metric, tenants=tenants, as_of=date(2026, 4, 15), zone=ZoneInfo("UTC"),
            snapshots={t.id: TenantSnapshots(t.id) for t in TENANTS}, settings={},
        )  # fmt: skip
        scope.ask(metric.query, tenants)
        return contributions(scope, metric, currency)

    return trace


def column(found: Contributions, name: str) -> list[Any]:
    return [row[found.columns.index(name)] for row in found.sample]


ADDED_UP = """
with amounts as (
    select s.currency, s.price as amount from sold as s cross join period as p where s.day <= p.as_of
    union all
    select currency, 0 as amount from tenant
)
select currency, cast(sum(amount) as bigint) as value from amounts group by currency
"""


def test_the_rows_of_the_sum_largest_first_and_no_others(traced) -> None:
    """USD up to 15 April: 10.50 + 30 + 20 - 40 = 20.50; two more rows are the zeros of the tenants."""
    found = traced(ADDED_UP)
    assert column(found, "value") == [-4000, 3000, 2000, 1050]
    assert (found.rows, found.contributing) == (6, 4)
    assert found.added == ("value",)


def test_another_tenant_is_not_in_it(traced) -> None:
    assert column(traced(ADDED_UP, tenants=TENANTS[1:]), "value") == [2000]


def test_keys_are_carried_through_a_cte_that_dropped_them(traced) -> None:
    sql = """
    with amounts as (
        select currency, price as amount from sales where price > 0
        union all
        select currency, 0 as amount from tenant
    )
    select currency, cast(sum(amount) as bigint) as value from amounts group by currency
    """
    found = traced(sql)
    assert list(zip(column(found, "sale_id"), column(found, "value"), strict=True)) == [
        ("s6", 7777), ("s2", 3000), ("s4", 2000), ("s1", 1050),
    ]  # fmt: skip
    assert column(found, "tenant") == ["a", "a", "b", "a"]


def test_a_view_is_followed_and_only_the_month_that_is_shown(traced) -> None:
    """The view adds up every currency; the metric shows USD alone, and so do the rows."""
    found = traced("select m.currency, m.total as value from monthly as m")
    assert [step.rpartition("/")[2] for step in found.followed] == [
        "looked_at.sql: value", "monthly.sql: total",
    ]  # fmt: skip
    assert found.added == ("total",)
    assert sum(column(found, "total")) == 2050


def test_conditions_of_a_case_are_not_followed_but_its_values_are(traced) -> None:
    sql = """
    with chosen as (
        select m.currency, case when m.sales > 2 then m.total else 0 end as kept from monthly as m
    )
    select c.currency, c.kept as value from chosen as c
    """
    assert traced(sql).added == ("total",)


def test_a_fraction_shows_what_is_above_and_below_the_line(traced) -> None:
    sql = """
    select
        count(case when s.channel = 'phone' then 1 end) as numerator,
        count(s.channel) as denominator
    from sold as s
    cross join period as p
    where s.day <= p.as_of
    """
    found = traced(sql, None, unit="ratio")
    assert found.added == ("numerator", "denominator")
    assert (found.rows, column(found, "numerator").count(1)) == (5, 1)


def test_an_address_is_never_shown_nor_where_a_row_lay(traced) -> None:
    found = traced("select currency, sum(price) as value from sales group by currency")
    assert "a text of 17 characters with an @" in column(found, "channel")
    assert not any(
        "@" in str(value) and "characters" not in str(value) for row in found.sample for value in row
    )
    assert "source_key" in found.left_out
    assert "source_key" not in found.columns


def test_a_union_is_not_followed_but_said(traced) -> None:
    with pytest.raises(UntraceableError, match=r"sql/metrics/sales/looked_at.sql is a union"):
        traced(
            "select currency, sum(price) as value from sales group by currency "
            "union all select 'EUR' as currency, 0 as value where false"
        )


def test_one_metric_alone_is_what_it_is_in_the_whole_catalogue(
    include: Path, write: Any, add_metric: Any
) -> None:
    write("sql/views/sales/monthly.sql", MONTHLY)
    add_metric("looked_at", "select m.currency, m.total as value from monthly as m")
    alone, whole = read_metric(include, "looked_at"), read_catalogue(include)
    assert alone.metrics["looked_at"] == whole.metrics["looked_at"]
    assert set(alone.metrics) == {"looked_at"}
    assert list(alone.views) == ["sold", "monthly"]
