"""Histories by hand: months, days, the same period before, targets; what wasn't known yet is never 0."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.metrics import history as history_module
from quarterdeck.metrics.cases import Case, case_scope
from quarterdeck.metrics.catalogue import read_catalogue
from quarterdeck.metrics.figures import measure
from quarterdeck.metrics.history import Comparison, History, comparisons, day_points, month_ends
from quarterdeck.metrics.scope import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.metrics.scope import Scope

    Look = Callable[..., dict[tuple[str, str | None, str | None], dict[str, Any]]]

TARGETS = """
title: Targets
key: [metric, month]
timing: events
columns:
  metric: {type: text, required: true}
  month: {type: day, required: true}
  value: {type: integer, required: true}
"""
TILL = """
with amounts as (
    select
        s.currency,
        s.price as amount
    from sold as s
    cross join period as p
    where s.day <= p.as_of
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
"""
LAST_MONTH = """
with amounts as (
    select
        s.currency,
        s.price as amount
    from sold as s
    cross join period as p
    where s.day >= p.full_start and s.day < p.full_end
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.full_start as period_start,
    p.full_end - 1 as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.full_start, p.full_end
"""
MEAN = """
select
    s.currency,
    cast(sum(s.price) as bigint) as numerator,
    count(*) as denominator
from sold as s
cross join period as p
where s.day >= p.month_start and s.day <= p.as_of
group by s.currency
"""
STOCK = """
select
    count(*) as value,
    p.as_of as period_start,
    p.as_of as period_end
from stock as s
cross join period as p
group by p.as_of
"""


@pytest.fixture
def bench(include, write, add_metric) -> Bench:
    write("datasets/targets.yaml", TARGETS)
    state = "title: Stock\nkey: [item]\ntiming: state\ncolumns:\n  item: {type: text, required: true}\n"
    write("datasets/stock.yaml", state)
    add_metric("till", TILL)
    add_metric("last_month", LAST_MONTH)
    add_metric("mean_sale", MEAN)
    add_metric("stock_items", STOCK, unit="count", inputs="stock")
    return Bench(read_catalogue(include))


def sale(day: str, price: int, **more: Any) -> dict[str, Any]:
    """A sale at noon that was known at once."""
    return {"sold_at": f"{day}T12:00", "created_at": f"{day}T12:00", "price": price, **more}


@pytest.fixture
def scope_of(bench) -> Callable[..., Scope]:
    def make(metric: str, as_of: str, *rows: dict[str, Any], **more: Any) -> Scope:
        targets = [
            {"created_at": "2025-01-01", "month": "2026-03-01", "metric": metric, **row}
            for row in more.get("targets", ())
        ]
        tenants = [{"id": "t"}, *more.get("others", ())]
        tables = {"sales": list(rows), "targets": targets, "stock": more.get("stock", [])}
        data = {"as_of": as_of, "zone": "Europe/Amsterdam", "tenants": tenants, "tables": tables}
        case = Case(metric, "made here", "here", 1, data)
        return case_scope(case, bench.catalogue.metrics[metric], bench)

    return make


@pytest.fixture
def look(scope_of, bench) -> Look:
    """Histories by metric, tenant, currency: of the scope, or of the tenants in ``of``."""

    def found(
        metric: str, as_of: str, *rows: dict[str, Any], of: tuple[str | None, ...] = (None,), **more: Any
    ):
        scope = scope_of(metric, as_of, *rows, **more)
        today = [
            *measure(scope, bench.catalogue, grain="tenant", only=[metric]),
            *measure(scope, bench.catalogue, grain="scope", only=[metric]),
        ]
        entries = History(scope, bench.catalogue, today).of([(metric, tenant) for tenant in of])
        return {(e["metric"], e["tenant"], e["currency"]): e for e in entries}

    return found


@pytest.mark.parametrize(
    ("as_of", "month_before", "year_before"),
    [
        # The last day of a month is a whole month, and is compared with whole ones.
        ("2026-03-31", ("2026-02-28", "2026-03-31"), ("2025-03-31", "2026-03-31")),
        # 30 days of March have no 30 of February: 28 against 28.
        ("2026-03-30", ("2026-02-28", "2026-03-28"), ("2025-03-30", "2026-03-30")),
        ("2028-03-30", ("2028-02-29", "2028-03-29"), ("2027-03-30", "2028-03-30")),
        ("2026-03-15", ("2026-02-15", "2026-03-15"), ("2025-03-15", "2026-03-15")),
        ("2026-01-01", ("2025-12-01", "2026-01-01"), ("2025-01-01", "2026-01-01")),
        ("2028-02-29", ("2028-01-31", "2028-02-29"), ("2027-02-28", "2028-02-29")),
        ("2029-02-28", ("2029-01-31", "2029-02-28"), ("2028-02-29", "2029-02-28")),
        ("2028-02-28", ("2028-01-28", "2028-02-28"), ("2027-02-28", "2028-02-28")),
    ],
)
def test_as_many_days_are_compared(as_of, month_before, year_before) -> None:
    def days(pair: tuple[str, str]) -> Comparison:
        return Comparison(*map(date.fromisoformat, pair))

    found = comparisons(date.fromisoformat(as_of))
    assert found == {"month_before": days(month_before), "year_before": days(year_before)}


def test_thirteen_full_months_and_ninety_days() -> None:
    ends = month_ends(date(2026, 3, 30))
    assert (len(ends), ends[0], ends[-1]) == (13, date(2025, 2, 28), date(2026, 2, 28))
    assert month_ends(date(2026, 3, 31))[-1] == date(2026, 3, 31)
    days = day_points(date(2026, 3, 31))
    assert (len(days), days[0], days[-1]) == (13, date(2026, 1, 6), date(2026, 3, 31))  # 84 days back
    assert len(day_points(date(2026, 3, 31), step=1)) == 90


SALES = (
    sale("2026-02-03", 10), sale("2026-02-28", 20), sale("2026-03-15", 5), sale("2026-03-29", 40),
    sale("2026-03-30", 80),
)  # fmt: skip


def test_a_month_to_date_figure_that_began_lately(look) -> None:
    entry = look("turnover", "2026-03-30", *SALES)["turnover", None, "USD"]
    assert entry["span"] == "month_to_date"
    assert entry["trend"][-1] == {"period": "2026-02", "value": D("30.00")}
    why = "nothing was recorded before 2026-02-03 in sales"
    assert entry["trend"][:-1] == [
        {"period": period, "missing": "no_history", "because": why}
        for period in [f"2025-{m:02d}" for m in range(2, 13)] + ["2026-01"]
    ]
    # 1 to 28 February 10 + 20, against 1 to 28 March 5: those of the 29th and 30th have no days to compare.
    assert entry["same_period"]["month_before"] == {
        "value": D("30.00"), "period_start": "2026-02-01", "period_end": "2026-02-28", "now": D("5.00"),
        "now_end": "2026-03-28",
    }  # fmt: skip
    before = entry["same_period"]["year_before"]
    assert (before["missing"], before["because"], before["now"]) == ("no_history", why, D("125.00"))


def test_a_whole_month_is_compared_with_the_whole_month_before(look) -> None:
    entry = look("turnover", "2026-03-31", *SALES)["turnover", None, "USD"]
    before = entry["same_period"]["month_before"]
    assert (before["value"], before["now"], before["now_end"]) == (D("30.00"), D("125.00"), "2026-03-31")
    assert entry["trend"][-1] == {"period": "2026-03", "value": D("125.00")}


def test_a_month_without_sales_after_the_first_is_a_true_zero(look) -> None:
    entry = look("turnover", "2026-04-01", sale("2026-02-03", 10), sale("2026-04-01", 7))
    entry = entry["turnover", None, "USD"]
    assert [point.get("value") for point in entry["trend"][-3:]] == [None, D("10.00"), D("0.00")]
    first_days = entry["same_period"]["month_before"]
    assert (first_days["value"], first_days["period_end"], first_days["now"]) == (0, "2026-03-01", 7)


def test_a_full_month_is_compared_with_full_months(look) -> None:
    rows = (sale("2025-02-10", 8), sale("2026-01-10", 4), *SALES)
    entry = look("last_month", "2026-03-30", *rows)["last_month", None, "USD"]
    assert entry["span"] == "full_months"
    month, year = entry["same_period"]["month_before"], entry["same_period"]["year_before"]
    assert (month["value"], month["period_end"], month["now"]) == (D("4.00"), "2026-01-31", D("30.00"))
    assert (year["value"], year["period_end"], year["now_end"]) == (D("8.00"), "2025-02-28", "2026-02-28")


def test_a_figure_of_a_day_goes_back_ninety_days(look) -> None:
    entry = look("till", "2026-03-31", *SALES)["till", None, "USD"]
    assert (entry["span"], entry["same_period"]) == ("day", None)
    known = [(point["period"], point["value"]) for point in entry["trend"] if "value" in point]
    assert known == [
        ("2026-02-03", 10), ("2026-02-10", 10), ("2026-02-17", 10), ("2026-02-24", 10),
        ("2026-03-03", 30), ("2026-03-10", 30), ("2026-03-17", 35), ("2026-03-24", 35),
        ("2026-03-31", 155),
    ]  # fmt: skip
    assert [point["period"] for point in entry["trend"][:4]] == [
        "2026-01-06", "2026-01-13", "2026-01-20", "2026-01-27",
    ]  # fmt: skip
    assert {point["missing"] for point in entry["trend"][:4]} == {"no_history"}


def test_each_currency_and_each_tenant_has_its_own(look) -> None:
    rows = (
        sale("2026-02-03", 10), sale("2026-02-04", 7, currency="EUR"), sale("2026-02-05", 1, tenant="u"),
    )  # fmt: skip
    found = look("turnover", "2026-03-30", *rows, others=[{"id": "u"}], of=(None, "u"))
    last = {key: entry["trend"][-1].get("value") for key, entry in found.items()}
    # In March nothing was sold in EUR, so today there is no figure in it: no line, and no history.
    assert last == {("turnover", None, "USD"): D("11.00"), ("turnover", "u", "USD"): D("1.00")}
    rows += (sale("2026-03-01", 2, currency="EUR"),)
    found = look("turnover", "2026-03-30", *rows, others=[{"id": "u"}])
    assert found["turnover", None, "EUR"]["trend"][-1]["value"] == D("7.00")
    january = found["turnover", None, "EUR"]["trend"][-2]
    assert (january["missing"], january["period"]) == ("no_history", "2026-01")


def test_a_state_says_nothing_of_the_past(look) -> None:
    stock = [{"item": "a", "created_at": "2020-01-01"}, {"item": "b", "created_at": "2020-01-01"}]
    entry = look("stock_items", "2026-03-31", stock=stock)["stock_items", None, None]
    assert entry["trend"][-1] == {"period": "2026-03-31", "value": 2}
    assert {(p["missing"], p["because"]) for p in entry["trend"][:-1]} == {
        ("no_history", "stock: known only as read on 2026-03-31")
    }


def test_a_missing_month_has_its_own_reason(look) -> None:
    rows = (sale("2026-01-05", 4), sale("2026-03-05", 6), sale("2026-03-06", 8))
    entry = look("mean_sale", "2026-03-31", *rows)["mean_sale", None, "USD"]
    assert entry["trend"][-1] == {"period": "2026-03", "value": D("7.00")}  # (6 + 8) / 2
    assert entry["trend"][-2]["missing"] == "no_data"
    assert entry["trend"][-3] == {"period": "2026-01", "value": D("4.00")}


def test_targets_of_a_tenant_and_of_the_scope(look) -> None:
    both = [{"value": 20000}, {"value": 5000, "tenant": "u"}]
    rows = (sale("2026-03-05", 6), sale("2026-03-06", 8, tenant="u"))
    others = [{"id": "u"}]
    found = look("turnover", "2026-03-30", *rows, others=others, targets=both, of=(None, "u"))
    assert found["turnover", None, "USD"]["target"] == D("250.00")  # 200.00 + 50.00
    assert found["turnover", "u", "USD"]["target"] == D("50.00")
    found = look("turnover", "2026-03-30", *rows, others=others, targets=both[:1], of=(None, "t", "u"))
    assert [entry["target"] for entry in found.values()] == [None, D("200.00"), None]


def test_a_mean_has_no_target_that_is_a_sum(look) -> None:
    both = [{"value": 700}, {"value": 900, "tenant": "u"}]
    rows = (sale("2026-03-05", 6), sale("2026-03-06", 8, tenant="u"))
    found = look("mean_sale", "2026-03-30", *rows, others=[{"id": "u"}], targets=both, of=(None, "u"))
    assert [entry["target"] for entry in found.values()] == [None, D("9.00")]


def test_a_target_is_that_of_its_month_and_known_by_then(look) -> None:
    february = {"value": 3000, "month": "2026-02-01"}
    late = {"value": 9000, "created_at": "2026-03-31"}
    found = look("last_month", "2026-03-30", *SALES, targets=[february, late])
    assert found["last_month", None, "USD"]["target"] == D("30.00")
    assert (
        look("turnover", "2026-03-30", *SALES, targets=[february, late])["turnover", None, "USD"]["target"]
        is None
    )


def test_what_another_report_has_seen_is_not_measured_again(scope_of, bench, monkeypatch) -> None:
    known: dict[Any, Any] = {}
    scope = scope_of("turnover", "2026-03-30", *SALES)
    today = measure(scope, bench.catalogue, grain="scope", only=["turnover"])
    first = History(scope, bench.catalogue, today, known=known).of([("turnover", None)])

    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(history_module, "measure", refuse)
    assert History(scope, bench.catalogue, today, known=known).of([("turnover", None)]) == first
