"""What must hold for any books: identities of metrics.md, over random ledgers on the real SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from quarterdeck.lake.definition import Manifest, TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics.catalogue import examine_catalogue
from quarterdeck.metrics.scope import Bench, Scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.settings.definition import Tenant

INCLUDE = Path(__file__).parents[3] / "include"
AS_OF = date(2026, 4, 15)
ACCOUNTS = (
    ("bank", "asset", "bank", "transfer", "other"),
    ("card", "liability", "card", "transfer", "other"),
    ("sales", "revenue", "none", "operating", "other"),
    ("costs", "expense", "none", "operating", "other"),
    ("interest", "expense", "none", "operating", "interest"),
    ("boat", "asset", "none", "investing", "capex"),
    ("loan", "liability", "none", "financing", "principal"),
    ("owed", "liability", "none", "operating", "deferred"),
    ("pocket", "asset", "none", "transfer", "other"),
)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(examine_catalogue(INCLUDE)[0])


def books(seed: int, tenant: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A chart and a random ledger of 60 balanced entries with two to four lines; some reverse another."""
    random = Random(f"{seed}{tenant}")
    common = {"tenant": tenant, "created_at": datetime(2020, 1, 1, tzinfo=UTC), "source_key": ""}
    chart = [
        {"account": a, "name": a, "type": t, "cash": c, "flow": f, "behaviour": "none", "category": "x",
         "role": r, **common}
        for a, t, c, f, r in ACCOUNTS
    ]  # fmt: skip
    entries: list[tuple[date, list[tuple[str, int]], str | None]] = [
        (date(2025, 3, 1), [("bank", 3_000_000), ("loan", -3_000_000)], None)
    ]
    codes = [account[0] for account in ACCOUNTS] + ["unheard-of"]
    for number in range(60):
        day = date(2025, 3, 2) + timedelta(days=random.randrange(400))
        if number % 9 == 8:
            _, lines, _ = entries[-1]
            entries.append((day, [(a, -m) for a, m in lines], f"e{len(entries) - 1}"))
            continue
        parts = [(random.choice(codes), random.randint(-90_000, 90_000)) for _ in range(random.randint(1, 3))]
        entries.append((day, [*parts, ("bank", -sum(m for _, m in parts))], None))
    ledger = [
        {"entry_id": f"e{number}", "line": line, "posted_on": day, "account": account, "amount": amount,
         "currency": "USD", "opening": number == 0, "reverses": reverses, **common}
        for number, (day, lines, reverses) in enumerate(entries)
        for line, (account, amount) in enumerate(lines)
    ]  # fmt: skip
    return chart, ledger


def scope_of(bench: Bench, table: str, rows: dict[str, list[dict[str, Any]]], tenants: list[str]) -> Scope:
    datasets = bench.catalogue.datasets
    made = {n: pa.Table.from_pylist(r, schema=arrow_schema(datasets[n])) for n, r in rows.items()}
    blank = {
        "portfolio": "p", "as_of": "", "revision": 1, "source": "", "timing": "events", "rebuilt": False,
        "read_at": "", "rows_read": 0, "rows_kept": 0, "rows_after": 0, "content_hash": "",
    }  # fmt: skip
    snapshots = {
        t: TenantSnapshots(
            t, {n: Manifest(tenant=t, dataset=n, **blank) for n in rows}, dict.fromkeys(rows, "")
        )
        for t in tenants
    }
    people = [
        Tenant.model_validate({"id": t, "title": t, "kind": "charter", "currency": "USD"}) for t in tenants
    ]
    return bench.scope(
        made, bench.catalogue.tables[table], tenants=people, snapshots=snapshots, as_of=AS_OF,
        zone=ZoneInfo("UTC"), settings={},
    )  # fmt: skip


def burn(bench: Bench, rows: dict[str, list[dict[str, Any]]], tenants: list[str]) -> list[dict[str, Any]]:
    result = tabulate(
        scope_of(bench, "burn_by_month", rows, tenants), bench.catalogue.tables["burn_by_month"]
    )
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


@pytest.mark.parametrize("seed", range(4))
def test_opening_and_flows_make_the_closing_balance(bench: Bench, seed: int) -> None:
    """Change of cash in a month = receipts - payments + financing + investing + transfers, of all 13."""
    chart, ledger = books(seed, "t")
    months = burn(bench, {"chart_of_accounts": chart, "general_ledger": ledger}, ["t"])
    assert len(months) == 13
    for month in months:
        first = date.fromisoformat(month["month"])
        inside = [
            line["amount"]
            for line in ledger
            if (line["posted_on"].year, line["posted_on"].month) == (first.year, first.month)
            and line["posted_on"] <= AS_OF
            and line["account"] in {"bank", "card"}
            and not line["opening"]
        ]
        flows = month["receipts"] - month["payments"] + month["financing"] + month["investing"]
        assert (flows + month["transfers"]) * 100 == sum(inside)
        assert month["net_burn"] == month["payments"] - month["receipts"]


def test_neither_the_order_of_rows_nor_other_tenants_change_anything(bench: Bench) -> None:
    chart, ledger = books(1, "t")
    alone = burn(bench, {"chart_of_accounts": chart, "general_ledger": ledger}, ["t"])
    other_chart, other_ledger = books(2, "other")
    mixed = {
        "chart_of_accounts": [*other_chart, *chart[::-1]],
        "general_ledger": [*ledger[::-1], *other_ledger],
    }
    assert burn(bench, mixed, ["t"]) == alone
    both = burn(bench, mixed, ["t", "other"])
    theirs = burn(bench, mixed, ["other"])
    assert [m["payments"] for m in both] == [
        a["payments"] + b["payments"] for a, b in zip(alone, theirs, strict=True)
    ]


def test_trial_balance_adds_up_to_nothing(bench: Bench) -> None:
    chart, ledger = books(3, "t")
    scope = scope_of(bench, "trial_balance", {"chart_of_accounts": chart, "general_ledger": ledger}, ["t"])
    result = tabulate(scope, bench.catalogue.tables["trial_balance"])
    assert len(result.rows) >= 9
    assert sum(row[-1] for row in result.rows) == 0  # type: ignore[misc]
