"""What the catalogue finds out from the SQL itself, and every mistake with its file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.metrics.catalogue import examine_catalogue, read_catalogue
from quarterdeck.metrics.definition import Demand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[str, str], Path]
    AddMetric = Callable[..., None]


def mistakes(include: Path) -> list[str]:
    """Mistakes with their file below ``include`` and their line."""
    return [str(mistake).partition("/include/")[2] for mistake in examine_catalogue(include)[1]]


def test_header_becomes_a_metric(include: Path) -> None:
    metric = read_catalogue(include).metrics["turnover"]
    assert (metric.theme, metric.title, metric.unit, metric.grain) == (
        "sales", "Turnover", "money", ("tenant", "scope"),
    )  # fmt: skip
    assert metric.inputs == ("sales",)
    assert metric.query.views == ("sold",)
    assert metric.applies_to("charter")


def test_columns_are_found_through_views_less_unused_ones(include: Path, add_metric: AddMetric) -> None:
    add_metric("tips", "select currency, cast(sum(tip) as bigint) as value from sold group by currency")
    catalogue = read_catalogue(include)
    turnover, tips = catalogue.metrics["turnover"], catalogue.metrics["tips"]
    assert catalogue.columns_read(turnover.query) == {"sales.currency", "sales.price", "sales.sold_at"}
    assert catalogue.columns_read(tips.query) == {"sales.currency", "sales.tip"}


def test_a_views_filter_counts_whatever_is_read_of_it(
    include: Path, write: Write, add_metric: AddMetric
) -> None:
    web = "-- title: Web\n\nselect tenant, price from sales where channel = 'web'\n"
    write("sql/views/sales/web.sql", web)
    add_metric("web_sales", "select count(*) as value from web", unit="count")
    catalogue = read_catalogue(include)
    assert catalogue.columns_read(catalogue.metrics["web_sales"].query) == {"sales.channel"}


def test_spared_columns_are_not_needed(include: Path, write: Write, add_metric: AddMetric) -> None:
    web = "-- title: Web\n-- spared: sales.channel\n\nselect tenant, price from sales where channel = 'web'\n"
    write("sql/views/sales/web.sql", web)
    add_metric("web_sales", "select count(*) as value from web", unit="count")
    catalogue = read_catalogue(include)
    assert catalogue.columns_read(catalogue.metrics["web_sales"].query) == frozenset()


def test_views_come_in_order_of_dependency(include: Path, write: Write) -> None:
    write("sql/views/a/above.sql", "-- title: Above\n\nselect * from sold\n")
    assert list(read_catalogue(include).views) == ["sold", "above"]


def test_hash_follows_the_sql_of_metric_and_view(include: Path) -> None:
    before = read_catalogue(include)
    view = include / "sql/views/sales/sold.sql"
    view.write_text(view.read_text() + "where s.price > 0\n")
    after = read_catalogue(include)
    assert after.hash != before.hash
    assert after.metrics["turnover"].query.hash != before.metrics["turnover"].query.hash


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select price / 2 as value from sales", "10: SQL: `/` is DOUBLE"),
        ("select avg(price) as value from sales", "10: SQL: avg is DOUBLE"),
        ("select cast(price as double) as value from sales", "10: SQL: expected exact types"),
        ("select current_date as value from sales", "SQL: the day comes from the table period"),
        ("select price as value\nfrom salles", "11: SQL: there is no dataset, view or system table 'salles'"),
        ("select prize as value from sales", "SQL: Column 'prize' could not be resolved"),
        ("select price as value from", "SQL: Expected table name"),
        ("select 1 as value; drop table sales", "SQL: expected one query, and nothing else"),
        ("with sales as (select 1 as x) select x as value from sales", "the CTE 'sales' has the name of"),
        ("select price as value from loaded.sales", "no dataset, view or system table 'loaded.sales'"),
        ("select c.amount as value from costs as c cross join sales", "inputs: the SQL reads costs"),
        ("select 1 as value from tenant", "inputs: the SQL does not read sales: take it out"),
    ],
)
def test_mistakes_in_sql(include: Path, add_metric: AddMetric, sql: str, said: str) -> None:
    add_metric("wrong", sql)
    found = mistakes(include)
    assert any(m.startswith("sql/metrics/sales/wrong.sql:") and said in m for m in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-- unit: money", "-- unit: dollars", "turnover.sql:2: unit: expected one of money, count"),
        ("-- owner: finance\n", "", "turnover.sql:1: owner: expected `-- owner: ...` in the header"),
        ("-- owner: finance", "-- ownner: finance", "turnover.sql:9: ownner: unknown key"),
        ("-- owner: finance", "-- title: Twice", "turnover.sql:9: title: given twice"),
        ("-- inputs: sales", "-- inputs: sails", "turnover.sql:5: inputs: there is no dataset 'sails'"),
        ("-- grain: tenant, scope", "-- grain: boat", "turnover.sql:4: grain: expected words out of"),
        ("-- owner: finance", "-- owner: finance\n-- spared: sales.price", "spared: expected dataset.column"),
        ("-- owner: finance", "-- owner: finance\n--no key", "turnover.sql:10: expected `-- key: value`"),
    ],
)
def test_mistakes_in_headers(include: Path, old: str, new: str, said: str) -> None:
    path = include / "sql/metrics/sales/turnover.sql"
    path.write_text(path.read_text().replace(old, new))
    found = mistakes(include)
    assert any(said in mistake for mistake in found), found


def test_a_metric_needs_cases_one_of_them_missing(include: Path, write: Write) -> None:
    cases = write("sql/metrics/sales/turnover.cases.yaml", "cases: [{name: a, as_of: x, expect: {value: 1}}]")
    assert mistakes(include) == [
        "sql/metrics/sales/turnover.cases.yaml:1: expected at least one case with `expect: {missing: ...}`"
    ]
    cases.unlink()
    assert mistakes(include)[0].startswith(
        "sql/metrics/sales/turnover.sql:1: expected its cases in turnover.cases"
    )


def test_ids_are_unique_over_themes(include: Path, write: Write) -> None:
    text = (include / "sql/metrics/sales/turnover.sql").read_text()
    write("sql/metrics/zoo/turnover.sql", text)
    assert any("zoo/turnover.sql:1: the id 'turnover' is taken by" in m for m in mistakes(include))


def test_views_in_a_circle(include: Path, write: Write) -> None:
    write("sql/views/a/one.sql", "-- title: One\n\nselect * from two\n")
    write("sql/views/a/two.sql", "-- title: Two\n\nselect * from one\n")
    assert any("views read each other in a circle" in mistake for mistake in mistakes(include))


def test_every_mistake_is_told_at_once(include: Path, add_metric: AddMetric) -> None:
    add_metric("one", "select price / 2 as value from sales")
    add_metric("two", "select price as value from salles")
    with pytest.raises(ConfigError) as error:
        read_catalogue(include)
    assert {mistake.file.rpartition("/")[2] for mistake in error.value.mistakes} == {"one.sql", "two.sql"}


@pytest.mark.parametrize(
    ("demand", "declared", "delivered", "met"),
    [
        (Demand(("a",)), {"a"}, {"a"}, True),
        (Demand(("a",)), {"a"}, set(), False),
        (Demand(("a",)), set(), set(), False),
        (Demand(("a",), optional=True), set(), set(), True),
        (Demand(("a",), optional=True), {"a"}, set(), False),
        (Demand(("a", "b")), {"a"}, {"a"}, True),
        (Demand(("a", "b")), {"a", "b"}, {"a"}, False),
        (Demand(("a", "b")), set(), set(), False),
    ],
)
def test_demands(demand: Demand, declared: set[str], delivered: set[str], met: bool) -> None:
    assert demand.is_met(frozenset(declared), frozenset(delivered)) is met
