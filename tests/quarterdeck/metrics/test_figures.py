"""From snapshots in Parquet to figures: contracts of the query, missing inputs, scopes of several tenants."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quarterdeck.lake.definition import Manifest, TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics.catalogue import Catalogue, read_catalogue
from quarterdeck.metrics.definition import Figure, MetricError
from quarterdeck.metrics.engine import engine
from quarterdeck.metrics.figures import measure, measure_reporting
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.settings.definition import Config, Portfolio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from quarterdeck.metrics.scope import Scope

    AddMetric = Callable[..., None]
    Write = Callable[[str, str], Path]

AS_OF = date(2026, 4, 15)
FILE = {"from": "files", "path": "*.csv", "format": "csv"}


def portfolio(*tenants: str, declares: tuple[str, ...] = ("sales",), kind: str = "charter") -> Portfolio:
    """A portfolio in Amsterdam whose tenants declare these datasets."""
    return Portfolio.model_validate(
        {
            "id": "p", "title": "P", "owner": "o", "timezone": "Europe/Amsterdam", "schedule": "0 7 * * *",
            "currency": "USD", "aws": {"connection": "c", "region": "r"},
            "storage": {"lake": "file://l", "archive": "file://a", "ledger_table": "t"},
            "sender": {
                **dict.fromkeys(("address", "reply_to"), "a@example.com"), "name": "A",
                "configuration_set": "c",
            },
            "preview": "p@example.com", "allowed_domains": ["example.com"], "reports": [],
            "settings": {"threshold": 5, "strict": True},
            "tenants": [
                {"id": t, "title": t.upper(), "kind": kind, "currency": "USD",
                 "datasets": dict.fromkeys(declares, FILE)}
                for t in tenants
            ],
        }
    )  # fmt: skip


class World:
    """Snapshots on disk."""

    def __init__(self, folder: Path, include: Path) -> None:
        self.folder, self.include = folder, include
        self.snapshots: dict[str, TenantSnapshots] = {}

    @property
    def catalogue(self) -> Catalogue:
        return read_catalogue(self.include)

    def sell(self, tenant: str, *sales: tuple[str, str, int], absent: tuple[str, ...] = ()) -> None:
        """Sales (instant, currency, price in minor units) of a tenant."""
        schema = arrow_schema(self.catalogue.datasets["sales"])
        rows = [
            {
                "sale_id": f"{tenant}-{number}", "sold_at": datetime.fromisoformat(at), "price": price,
                "currency": currency, "tenant": tenant, "created_at": datetime(2020, 1, 1, tzinfo=UTC),
                "source_key": str(number),
            }
            for number, (at, currency, price) in enumerate(sales)
        ]  # fmt: skip
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), self.folder / f"{tenant}.parquet")
        manifest = Manifest(
            portfolio="p", tenant=tenant, dataset="sales", as_of=AS_OF.isoformat(), revision=1, source="s",
            timing="events", rebuilt=False, read_at="", rows_read=len(rows), rows_kept=len(rows),
            rows_after=0, content_hash=f"hash-{tenant}", absent_columns=absent,
        )  # fmt: skip
        self.snapshots[tenant] = TenantSnapshots(tenant, {"sales": manifest}, {"sales": f"{tenant}.parquet"})

    @contextmanager
    def scope(self, owner: Portfolio) -> Iterator[Scope]:
        config = Config(portfolio=owner, datasets={}, reports={})
        names = [tenant.id for tenant in owner.tenants]
        with open_scope(
            self.snapshots, path_of=lambda key: self.folder / key, config=config, tenants=names, as_of=AS_OF,
            catalogue=self.catalogue,
        ) as scope:  # fmt: skip
            yield scope

    def figures(self, owner: Portfolio, grain: Any = "tenant", **more: Any) -> tuple[Figure, ...]:
        with self.scope(owner) as scope:
            return measure(scope, scope.catalogue, grain=grain, **more)


@pytest.fixture
def world(tmp_path: Path, include: Path) -> World:
    return World(tmp_path, include)


def short(figures: tuple[Figure, ...]) -> list[tuple[str | None, str | None, Any]]:
    """Tenant, currency, and value or the reason."""
    return [(f.tenant, f.currency, f.missing or f.value) for f in figures]


def test_value_with_its_passport(world: World) -> None:
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 1050), ("2026-04-16T10:00:00+00:00", "USD", 900))
    (figure,) = world.figures(portfolio("a"))
    assert figure.as_json() == {
        "metric": "turnover",
        "tenant": "a",
        "value": Decimal("10.50"),
        "unit": "money",
        "currency": "USD",
        "period": {"start": "2026-04-01", "end": "2026-04-15"},
        "inputs": [
            {
                "dataset": "sales", "tenant": "a", "rows": 2, "content_hash": "hash-a", "rebuilt": False,
                "as_of": "2026-04-15", "revision": 1, "newest": None, "read_at": "",
            }
        ],
        "query_hash": world.catalogue.metrics["turnover"].query.hash,
        "engine": engine(),
        "settings": [],
    }  # fmt: skip
    assert Figure.from_json(figure.as_json()) == figure


def test_settings_that_the_sql_reads_are_told_as_it_read_them(world: World, add_metric: AddMetric) -> None:
    add_metric(
        "above",
        """
        select count(case when s.price > cast(t.value as bigint) and u.value = 'true' then 1 end) as value
        from sales as s
        left join setting as t on t.name = 'threshold'
        left join setting as u on u.name in ('strict')
        left join setting as v on v.name = 'no_such_thing'
        where s.channel is distinct from 'name'
        """,
        unit="count",
    )
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 6))
    (figure,) = world.figures(portfolio("a"), only=["above"])
    assert figure.value == 1
    assert [(s["name"], s["tenant"], s["value"]) for s in figure.settings] == [
        ("no_such_thing", "a", None), ("strict", "a", "true"), ("threshold", "a", "5"),
    ]  # fmt: skip


def test_a18_local_days_whatever_the_workers_zone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """23:30 on 31 March and 00:30 on 1 April in Amsterdam; 10.00 and 20.00."""
    world.sell("a", ("2026-03-31T21:30:00+00:00", "USD", 1000), ("2026-03-31T22:30:00+00:00", "USD", 2000))
    found = []
    for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        found.append(short(world.figures(portfolio("a"))))
    assert found == [[("a", "USD", Decimal("20.00"))]] * 3


def test_currencies_are_figures_of_their_own(world: World) -> None:
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100), ("2026-04-02T10:00:00+00:00", "EUR", 200))
    assert short(world.figures(portfolio("a"))) == [
        ("a", "EUR", Decimal("2.00")),
        ("a", "USD", Decimal("1.00")),
    ]


def test_scope_is_over_the_tenants_that_have_the_inputs(world: World) -> None:
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100))
    world.sell("b", ("2026-04-02T10:00:00+00:00", "USD", 200))
    world.sell("outside", ("2026-04-02T10:00:00+00:00", "USD", 9900))
    owner = portfolio("a", "b", "without")
    assert short(world.figures(owner, "scope")) == [(None, "USD", Decimal("3.00"))]
    assert short(world.figures(owner)) == [
        ("a", "USD", Decimal("1.00")),
        ("b", "USD", Decimal("2.00")),
        ("without", None, "no_data"),
    ]


def test_no_data_says_what_is_needed(world: World) -> None:
    (figure,) = world.figures(portfolio("a"), "scope")
    assert (figure.missing, figure.because, figure.inputs) == ("no_data", "what was sold", ())


def test_absent_column_is_named(world: World, add_metric: AddMetric) -> None:
    add_metric("tips", "select currency, cast(sum(tip) as bigint) as value from sold group by currency")
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100), absent=("tip", "channel"))
    tips, turnover = world.figures(portfolio("a"))
    assert (tips.missing, tips.because) == ("no_data", "not delivered: sales.tip")
    assert turnover.value == Decimal("1.00")


def test_kinds_that_a_metric_does_not_apply_to_have_no_figure(world: World) -> None:
    path = world.include / "sql/metrics/sales/turnover.sql"
    path.write_text(path.read_text().replace("-- owner:", "-- kinds: hotel\n-- owner:"))
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100))
    assert world.figures(portfolio("a")) == ()
    assert world.figures(portfolio("a"), "scope") == ()
    assert len(world.figures(portfolio("a", kind="hotel"))) == 1


@pytest.mark.parametrize(
    ("sql", "unit", "said"),
    [
        (
            "select null as value from sales",
            "count",
            "column value: expected an integer or decimal, found None",
        ),
        ("select currency, 1 as value from sales", "money", "expected one row per currency, found 2 rows"),
        ("select price as value from sales limit 1", "money", "expected a currency beside money, found none"),
        ("select 1 as valu from sales", "count", "unknown columns valu"),
        ("select 1 as value, 'gone' as missing from sales", "count", "missing: expected one of no_data"),
        (
            "select sqrt(price) as value from sales",
            "count",
            "column value: expected an exact type, found DOUBLE",
        ),
        ("select cast('x' as integer) as value from sales", "count", "Conversion Error"),
    ],
)
def test_a_broken_query_names_file_and_scope(
    world: World, add_metric: AddMetric, sql: str, unit: str, said: str
) -> None:
    add_metric("broken", sql, unit=unit)
    moment = "2026-04-02T10:00:00+00:00"
    world.sell("a", (moment, "USD", 100), (moment, "USD", 100))
    with pytest.raises(MetricError) as error:
        world.figures(portfolio("a"), only=["broken"])
    assert said in str(error.value)
    assert "broken.sql" in str(error.value)
    assert "p (a) as of 2026-04-15" in str(error.value)


@pytest.mark.parametrize(
    ("sql", "missing", "because", "note"),
    [
        (
            "select 1 as numerator, 0 as denominator from tenant",
            "zero_denominator",
            "nothing to divide by",
            None,
        ),
        ("select 'infinite' as missing, 'no burn' as because from sales", "infinite", "no burn", None),
        ("select 1 as numerator, 3 as denominator, 'plan' as because from tenant", None, None, "plan"),
        ("select 1 as value from sales where price < 0", "no_data", "what was sold", None),
    ],
)
def test_states_and_notes(
    world: World, add_metric: AddMetric, sql: str, missing: str | None, because: str | None, note: str | None
) -> None:
    add_metric("x", sql.replace("from tenant", "from sales"), unit="ratio")
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100))
    (figure,) = world.figures(portfolio("a"), only=["x"])
    assert (figure.missing, figure.because, figure.note) == (missing, because, note)
    assert Figure.from_json(figure.as_json()) == figure


def test_an_earlier_day_of_the_same_snapshots(world: World) -> None:
    world.sell("a", ("2026-03-02T10:00:00+00:00", "USD", 100), ("2026-04-02T10:00:00+00:00", "USD", 700))
    with world.scope(portfolio("a")) as scope:
        march = measure(scope.at(date(2026, 3, 31)), scope.catalogue, grain="scope")
        april = measure(scope, scope.catalogue, grain="scope")
    assert [figure.value for figure in (*march, *april)] == [Decimal("1.00"), Decimal("7.00")]
    assert (march[0].period_start, march[0].period_end) == ("2026-03-01", "2026-03-31")


def test_nothing_outside_can_be_reached(world: World) -> None:
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100))
    with world.scope(portfolio("a")) as scope:
        for reach in (
            "select * from read_csv('/etc/hostname')",
            f"select * from read_parquet('{world.folder}/a.parquet')",
            "copy (select 1) to '/tmp/quarterdeck-out.csv'",
            "attach '/tmp/quarterdeck.db'",
            "set enable_external_access = true",
            "set TimeZone = 'Asia/Tokyo'",
        ):
            with pytest.raises(duckdb.Error):
                scope.database.ask(reach)


def test_settings_own_and_common(world: World, add_metric: AddMetric) -> None:
    sql = "select cast(max(value) as integer) as value from setting cross join sales where name = 'threshold'"
    add_metric("threshold", sql, unit="count")
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100))
    assert world.figures(portfolio("a"), only=["threshold"])[0].value == 5


def test_second_pass_reads_the_figures_of_the_first(
    world: World, add_metric: AddMetric, write: Write
) -> None:
    gaps = "select count(*) as value from figure where is_gap"
    add_metric("gaps", gaps, unit="count", inputs="figure")
    table = """
        -- title: Gaps
        -- inputs: figure
        -- columns: metric: text, tenant: text, needs: text
        -- needs: figures
        -- owner: finance
        select metric, tenant, needs from figure where is_gap order by metric, tenant
    """
    write("sql/tables/reporting/gap_list.sql", table)
    write("sql/tables/reporting/gap_list.cases.yaml", "cases: []")
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100))
    with world.scope(portfolio("a", "b")) as scope:
        first = measure(scope, scope.catalogue, grain="tenant")
        assert {figure.metric for figure in first} == {"turnover"}
        (second,) = measure_reporting(scope, scope.catalogue, first)
        rows = tabulate(scope, scope.catalogue.tables["gap_list"]).rows
    assert (second.metric, second.tenant, second.value) == ("gaps", None, 1)
    assert rows == [["turnover", "b", "what was sold"]]


def test_what_is_missing_of_the_second_pass_counts_as_missing(world: World, add_metric: AddMetric) -> None:
    add_metric(
        "converted",
        "select count(*) as value, 'no_data' as missing from figure",
        unit="count",
        inputs="figure",
    )
    gaps = "select count(*) as value from figure where is_gap and tenant is null"
    add_metric("kpis_missing", gaps, unit="count", inputs="figure")
    with world.scope(portfolio("a")) as scope:
        second = measure_reporting(scope, scope.catalogue, ())
    assert [(figure.metric, figure.missing, figure.value) for figure in second] == [
        ("converted", "no_data", None),
        ("kpis_missing", None, 1),
    ]


def test_tables_are_exact(world: World, write: Write) -> None:
    table = """
        -- title: Sales
        -- inputs: sales
        -- columns: tenant: text, price: money, share: ratio, day: day, big: boolean, currency: text
        -- needs: what was sold
        -- owner: finance
        select tenant, price, 1 as share_numerator, 3 as share_denominator, day, price > 150 as big, currency
        from sold
        order by price
    """
    write("sql/tables/sales/sales_list.sql", table)
    write(
        "sql/tables/sales/sales_list.cases.yaml", "cases: [{name: x, as_of: y, expect: {missing: no_data}}]"
    )
    world.sell("a", ("2026-04-02T10:00:00+00:00", "USD", 100), ("2026-04-02T23:00:00+00:00", "USD", 200))
    with world.scope(portfolio("a", "b")) as scope:
        result = tabulate(scope, scope.catalogue.tables["sales_list"])
    third = Decimal("0.333333")
    assert result.rows == [
        ["a", Decimal("1.00"), third, "2026-04-02", False, "USD"],
        ["a", Decimal("2.00"), third, "2026-04-03", True, "USD"],
    ]
    assert (result.currency, result.missing) == ("USD", None)
    with world.scope(portfolio("b")) as scope:
        result = tabulate(scope, scope.catalogue.tables["sales_list"])
    assert (result.rows, result.missing, result.because) == ([], "no_data", "what was sold")
