"""What must hold for any business: the identities of metrics.md over random rows, on the real SQL.

Each property measures a tenant alone, and again among another tenant's rows, in another order and with each
payment in two parts: neither changes anything.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quarterdeck.lake.definition import Manifest, TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics.catalogue import examine_catalogue
from quarterdeck.metrics.figures import figures_of_metric
from quarterdeck.metrics.scope import Bench, Scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.settings.definition import Tenant

Row = dict[str, Any]
World = dict[str, list[Row]]
Names = tuple[str, ...]

INCLUDE = Path(__file__).parents[3] / "include"
AS_OF = st.sampled_from([date(2026, 4, 15), date(2026, 3, 31), date(2028, 2, 29)])
CENTS = st.integers(0, 90_000)
ACCOUNTS = (
    ("bank", "asset", "bank", "transfer", "none", "other"),
    ("card", "liability", "card", "transfer", "none", "other"),
    ("sales", "revenue", "none", "operating", "none", "other"),
    ("costs", "expense", "none", "operating", "variable", "other"),
    ("mooring", "expense", "none", "operating", "fixed", "other"),
    ("interest", "expense", "none", "operating", "none", "interest"),
    ("boat", "asset", "none", "investing", "none", "capex"),
    ("loan", "liability", "none", "financing", "none", "principal"),
    ("owed", "liability", "none", "operating", "none", "deferred"),
    ("pocket", "asset", "none", "transfer", "none", "other"),
)


def examples(most: int) -> Any:
    """The same few examples on every machine and day; to look for a smaller one that fails takes minutes."""
    return settings(
        max_examples=most, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


class Desk:
    """Scopes over rows at hand, with every dataset declared."""

    def __init__(self) -> None:
        self.bench = Bench(examine_catalogue(INCLUDE)[0])
        self.catalogue = self.bench.catalogue
        for dataset in self.catalogue.datasets.values():
            self.bench.database.declare(dataset)

    def scope(self, rows: World, tenants: list[str], as_of: date, kind: str) -> Scope:
        datasets = self.catalogue.datasets
        tables = {n: pa.Table.from_pylist(r, schema=arrow_schema(datasets[n])) for n, r in rows.items()}
        blank = {
            "portfolio": "p", "as_of": "", "revision": 1, "source": "", "timing": "events", "rebuilt": False,
            "read_at": "", "rows_read": 0, "rows_kept": 0, "rows_after": 0, "content_hash": "",
        }  # fmt: skip
        paths = dict.fromkeys(rows, "")
        held = {
            t: TenantSnapshots(t, {n: Manifest(tenant=t, dataset=n, **blank) for n in rows}, paths)
            for t in tenants
        }
        facts = {"kind": kind, "currency": "USD"}
        people = [Tenant.model_validate({"id": t, "title": t, **facts}) for t in tenants]
        return self.bench.scope(
            tables, self.catalogue.metrics["cash_total"], tenants=people, snapshots=held, as_of=as_of,
            zone=ZoneInfo("UTC"), settings={},
        )  # fmt: skip

    def figures(self, scope: Scope, metrics: Names, tenant: str | None) -> dict[str, Any]:
        """By metric its value in USD, or why it is missing: of a tenant, or (None) of all together."""
        whose = [one for one in scope.tenants if tenant in (None, one.id)]
        found = {}
        for name in metrics:
            (figure,) = figures_of_metric(scope, self.catalogue.metrics[name], whose, whole=tenant is None)
            found[name] = figure.value if figure.missing is None else figure.missing
        return found

    def table(self, scope: Scope, name: str) -> list[Row]:
        result = tabulate(scope, self.catalogue.tables[name])
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def made(**columns: Any) -> Row:
    """A row of a dataset; whose it is, ``owned`` says."""
    return {"created_at": datetime(2020, 1, 1, tzinfo=UTC), "source_key": "", "currency": "USD", **columns}


def owned(world: World, tenant: str) -> World:
    """The world as a tenant's, under the ids that another tenant may have too."""
    return {name: [{**row, "tenant": tenant} for row in rows] for name, rows in world.items()}


def in_two(payments: list[Row]) -> list[Row]:
    """Each payment in two parts, which came together."""
    return [
        {**row, "payment_id": f"{row['payment_id']}{part}", "amount": amount, "withheld": withheld}
        for row in payments
        for part, amount, withheld in (
            ("x", row["amount"] // 3, row.get("withheld")),
            ("y", row["amount"] - row["amount"] // 3, None),
        )
    ]


def among(own: World, other: World) -> World:
    """The rows of both, in another order and with the own payments in two parts each."""
    own, other = owned(own, "a"), owned(other, "b")
    if "payments" in own:
        own["payments"] = in_two(own["payments"])
    return {name: [*other[name][::2], *own[name][::-1], *other[name][1::2]] for name in own}


def agree(
    desk: Desk, worlds: tuple[World, World], as_of: date, kind: str, sums: Names, rest: Names = ()
) -> tuple[Scope, dict[str, Any]]:
    """What a tenant has alone it has in any company, and the figures ``sums`` add up over tenants.

    Answers the scope of both tenants, and the figures ``sums`` of it.
    """
    alone = desk.figures(desk.scope(owned(worlds[0], "a"), ["a"], as_of, kind), (*sums, *rest), "a")
    both = desk.scope(among(*worlds), ["a", "b"], as_of, kind)
    assert desk.figures(both, (*sums, *rest), "a") == alone
    theirs, whole = desk.figures(both, sums, "b"), desk.figures(both, sums, None)
    assert {name: alone[name] + theirs[name] for name in sums} == whole
    return both, whole


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@st.composite
def books(draw: st.DrawFn, as_of: date, size: int = 12) -> World:
    """A chart and a ledger that begins 13 months before; balanced entries of two to four lines."""
    chart = [
        made(account=a, name=a, type=t, cash=c, flow=f, behaviour=b, category="x", role=r)
        for a, t, c, f, b, r in ACCOUNTS
    ]
    first = as_of - timedelta(400)
    ledger = [
        made(entry_id=f"e{n}", line=i, posted_on=first + timedelta(n), account=a, amount=m, opening=n == 0)
        for n, i, a, m in ((0, 0, "bank", 5), (0, 1, "loan", -5), (1, 0, "bank", 7), (1, 1, "sales", -7))
    ]
    accounts = st.sampled_from([account[0] for account in ACCOUNTS] + ["unheard-of"])
    line = st.tuples(accounts, st.integers(-90_000, 90_000))
    for number in range(2, size):
        day = as_of - timedelta(draw(st.integers(-20, 398)))
        parts = draw(st.lists(line, min_size=1, max_size=3))
        reverses = draw(st.sampled_from([None, None, None, "e1"]))
        parts.append((draw(st.sampled_from(["bank", "bank", "card", "costs"])), -sum(m for _, m in parts)))
        ledger += [
            made(entry_id=f"e{number}", line=n, posted_on=day, account=a, amount=m, reverses=reverses)
            for n, (a, m) in enumerate(parts)
        ]
    return {"chart_of_accounts": chart, "general_ledger": ledger}


BOOKS = (
    "cash_total", "gross_burn", "net_burn", "debt_service", "trial_balance_difference",
    "cash_roll_forward_difference", "uncategorised_expense",
)  # fmt: skip
BURN = ("gross_burn_low", "gross_burn_3m", "gross_burn_high")


@examples(10)
@given(st.data())
def test_opening_and_flows_make_the_closing_balance(desk: Desk, data: st.DataObject) -> None:
    as_of = data.draw(AS_OF)
    own, other = data.draw(books(as_of)), data.draw(books(as_of))
    both, whole = agree(desk, (own, other), as_of, "charter", BOOKS)
    assert (whole["trial_balance_difference"], whole["cash_roll_forward_difference"]) == (0, 0)
    cash = [
        line
        for line in [*own["general_ledger"], *other["general_ledger"]]
        if line["account"] in {"bank", "card"} and line["posted_on"] <= as_of
    ]
    assert whole["cash_total"] * 100 == sum(line["amount"] for line in cash)
    months = desk.table(both, "burn_by_month")
    assert len(months) >= 12
    for month in months:
        inside = [
            line["amount"]
            for line in cash
            if line["posted_on"].isoformat()[:7] == month["month"][:7] and not line.get("opening")
        ]
        flows = month["receipts"] - month["payments"] + month["financing"] + month["investing"]
        assert (flows + month["transfers"]) * 100 == sum(inside)
        assert month["net_burn"] == month["payments"] - month["receipts"]
    full = [month for month in months if month["is_full"]]
    assert (full[-1]["payments"], full[-1]["net_burn"]) == (whole["gross_burn"], whole["net_burn"])
    low, mean, high = desk.figures(both, BURN, None).values()
    assert low <= mean <= high
    assert sum(row["balance"] for row in desk.table(both, "trial_balance")) == 0
    assert sum(row["balance"] for row in desk.table(both, "cash_by_account")) == whole["cash_total"]


@st.composite
def sales(draw: st.DrawFn, as_of: date) -> World:
    """Bookings around the last two months, and payments of some of them, refunds too."""
    bookings, payments = [], []
    for number in range(draw(st.integers(1, 7))):
        start = as_of - timedelta(draw(st.integers(-40, 70)))
        status = draw(st.sampled_from(["completed", "confirmed", "cancelled", "no_show", "inquiry"]))
        left = at(start - timedelta(draw(st.integers(0, 20)))) if status == "cancelled" else None
        bookings.append(made(
            booking_id=f"k{number}", status=status, cancelled_at=left,
            confirmed_at=None if status == "inquiry" else at(start - timedelta(30)),
            starts_at=at(start, 9), ends_at=at(start + timedelta(draw(st.integers(0, 9))), 17),
            channel=draw(st.sampled_from(["direct", "agency"])), price=draw(CENTS),
            cancel_fee=draw(st.sampled_from([None, 5_000])),
            free_cancel_until=draw(st.sampled_from([None, at(start - timedelta(2))])),
        ))  # fmt: skip
        for part in range(draw(st.integers(0, 2))):
            day = start - timedelta(draw(st.integers(-5, 50)))
            payments.append(made(
                payment_id=f"p{number}-{part}", booking_id=f"k{number}", received_at=at(day),
                amount=draw(st.integers(-30_000, 90_000)),
                part=draw(st.sampled_from(["deposit", "balance"])),
            ))  # fmt: skip
    return {"bookings": bookings, "payments": payments}


SALES = (
    "revenue_recognised", "cash_received", "deferred_revenue", "deposits_owed", "contract_asset",
    "refund_liability", "pipeline_value", "confirmed_ahead", "contract_roll_forward_difference",
)  # fmt: skip


@examples(10)
@given(st.data())
def test_what_customers_paid_and_what_was_earned_make_what_they_are_owed(
    desk: Desk, data: st.DataObject
) -> None:
    as_of = data.draw(AS_OF)
    own, other = data.draw(sales(as_of)), data.draw(sales(as_of))
    both, whole = agree(desk, (own, other), as_of, "charter", SALES, ("cancellation_rate", "lead_time_days"))
    assert whole["contract_roll_forward_difference"] == 0
    months = desk.table(both, "deferred_roll_forward")
    for month in months:
        closing = month["opening"] + month["received"] - month["refunded"] - month["recognised"]
        assert month["closing"] == closing == month["deferred"] + month["deposits_owed"] - month["unpaid"]
    last = [month for month in months if month["month"] == max(m["month"] for m in months)]
    assert sum(month["deferred"] for month in last) == whole["deferred_revenue"] >= whole["refund_liability"]
    assert sum(month["deposits_owed"] for month in last) == whole["deposits_owed"]


def later(value: Any) -> Any:
    """The same day and hour 28 years on, when the calendar is the same again."""
    return value.replace(year=value.year + 28) if isinstance(value, date) else value


@examples(5)
@given(st.data())
def test_a_year_with_the_same_calendar_has_the_same_figures(desk: Desk, data: st.DataObject) -> None:
    as_of = data.draw(AS_OF)
    world = owned(data.draw(books(as_of)) | data.draw(sales(as_of)), "a")
    moved = {name: [{k: later(v) for k, v in row.items()} for row in rows] for name, rows in world.items()}
    names = ("net_burn", "cash_total", *SALES)
    then = desk.figures(desk.scope(world, ["a"], as_of, "charter"), names, "a")
    assert desk.figures(desk.scope(moved, ["a"], later(as_of), "charter"), names, "a") == then


@examples(12)
@given(st.data(), st.integers(1, 6), st.integers(1, 90_000), st.integers(0, 400_000), CENTS)
def test_break_even_revenue_is_at_most_that_of_whole_units(
    desk: Desk, data: st.DataObject, units: int, price: int, fixed: int, variable: int
) -> None:
    as_of = date(2026, 4, 15)
    world = data.draw(books(as_of, size=2))
    for account, amount in (("mooring", fixed), ("costs", variable)):
        world["general_ledger"] += [
            made(entry_id=account, line=n, posted_on=date(2025, 9, 9), account=a, amount=m)
            for n, (a, m) in enumerate([(account, amount), ("bank", -amount)])
        ]
    trip = {"status": "completed", "starts_at": at(date(2025, 8, 1), 9), "ends_at": at(date(2025, 8, 1), 17)}
    confirmed = at(date(2025, 7, 1))
    world["bookings"] = [
        made(booking_id=f"k{n}", channel="direct", price=price, confirmed_at=confirmed, **trip)
        for n in range(units)
    ]
    names = ("break_even_units", "break_even_revenue")
    needed, revenue = desk.figures(
        desk.scope(owned(world, "a"), ["a"], as_of, "charter"), names, "a"
    ).values()
    if variable < units * price:
        assert revenue * 100 <= needed * price
        assert needed == 0 or revenue * 100 >= (needed - 1) * price  # one unit fewer is not enough
    else:
        assert (needed, revenue) == ("not_reached" if fixed else 0, "not_reached")


@st.composite
def invoices(draw: st.DrawFn, as_of: date) -> World:
    """Invoices and credits of up to six months with tax; payments on them, on account, and tips."""
    days = st.integers(-10, 180).map(lambda back: as_of - timedelta(back))
    names = st.sampled_from(["i0", "i1", "i2", None])
    billed = []
    for number in range(draw(st.integers(1, 5))):
        issued, amount = draw(days), draw(st.integers(1, 90_000))
        kind = "invoice" if number < 2 else draw(st.sampled_from(["invoice", "credit"]))
        billed.append(made(
            invoice_id=f"i{number}", client_key=draw(st.sampled_from("xyz")), issued_on=issued,
            due_on=issued + timedelta(draw(st.integers(0, 60))), amount=amount, kind=kind,
            tax=draw(st.sampled_from([None, 0, amount // 6])),
            applies_to=draw(names) if kind == "credit" else None,
            void_on=draw(st.sampled_from([None, None, None, as_of - timedelta(3)])),
        ))  # fmt: skip
    payments = [
        made(payment_id=f"p{number}", invoice_id=draw(names), client_key="x", received_at=at(draw(days)),
            amount=draw(st.integers(-20_000, 90_000)), withheld=draw(st.sampled_from([None, 100])),
            part=draw(st.sampled_from(["balance", "deposit", "tip"])),
        )
        for number in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    return {"invoices": billed, "payments": payments}


OWED = (
    "ar_total", "ar_aging_total", "ar_by_document", "revenue_recognised", "deferred_revenue",
    "contract_roll_forward_difference", "cash_received",
)  # fmt: skip


@examples(10)
@given(st.data())
def test_the_lines_of_the_aging_are_what_is_owed(desk: Desk, data: st.DataObject) -> None:
    as_of = data.draw(AS_OF)
    own, other = data.draw(invoices(as_of)), data.draw(invoices(as_of))
    both, whole = agree(desk, (own, other), as_of, "agency", OWED, ("collection_risk_score", "dso"))
    assert whole["ar_total"] == whole["ar_aging_total"] == whole["ar_by_document"]
    lines = desk.table(both, "ar_aging")
    assert sum(line["amount"] for line in lines) == whole["ar_total"]
    assert all(line["amount"] >= 0 for line in lines[:-1])
    clients = desk.table(both, "clients_by_share")
    assert sum(client["month_revenue"] for client in clients) == whole["revenue_recognised"]
    assert whole["contract_roll_forward_difference"] == 0


@st.composite
def stays(draw: st.DrawFn, as_of: date) -> World:
    """Three units, and stays in them that may overlap: the sums hold for contradictions too."""
    units = [
        made(asset_id=unit, kind="unit", state="active", acquired_on=date(2020, 1, 1),
           listed_from=as_of - timedelta(draw(st.integers(0, 500))))
        for unit in ("u0", "u1", "u2")
    ]  # fmt: skip
    taken = []
    for number in range(draw(st.integers(1, 9))):
        first = as_of - timedelta(draw(st.integers(-5, 60)))
        taken.append(made(
            stay_id=f"s{number}", unit_id=draw(st.sampled_from(["u0", "u1", "u2"])),
            kind=draw(st.sampled_from(["guest", "guest", "owner", "comp"])), channel="direct",
            status=draw(st.sampled_from(["completed", "completed", "cancelled", "no_show"])),
            check_in=first, check_out=first + timedelta(draw(st.integers(1, 6))), rent=draw(CENTS),
            cleaning=draw(st.sampled_from([None, 3_000])), commission=draw(st.sampled_from([None, 999])),
        ))  # fmt: skip
    return {"asset_inventory": units, "stays": taken}


STAYS = ("adr", "occupancy_paid", "revpar", "net_adr")


@examples(10)
@given(st.data())
def test_revpar_is_adr_times_occupancy(desk: Desk, data: st.DataObject) -> None:
    as_of = data.draw(AS_OF)
    worlds = data.draw(stays(as_of)), data.draw(stays(as_of))
    both, _ = agree(desk, worlds, as_of, "rental", ("revenue_recognised",), (*STAYS, "nights_lost"))
    adr, occupancy, revpar, net_adr = desk.figures(both, STAYS, None).values()
    if all(isinstance(value, Decimal) for value in (adr, occupancy, revpar)):
        # Half a cent of each rounding, half of the sixth place of occupancy: see the suite of figures.
        beyond = abs(Fraction(revpar) - Fraction(adr) * Fraction(occupancy)) * 100
        assert beyond <= Fraction(1, 2) * (1 + Fraction(occupancy)) + Fraction(adr) / 20_000
        assert net_adr <= adr
    months = [row for row in desk.table(both, "nights_by_month") if row["is_full"]]
    units = desk.table(both, "nights_by_unit")
    for column in ("listed", "sold", "owner", "blocked", "given", "free"):
        assert sum(row[column] for row in months) == sum(row[column] for row in units)
