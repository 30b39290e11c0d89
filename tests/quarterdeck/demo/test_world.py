"""What is planted in the demo world, and that it is the same world each time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from quarterdeck.days import add_months, end_of_day, full_months
from quarterdeck.demo.world import PORTFOLIO, TENANTS, world
from quarterdeck.demo.world.objects import objects_of

if TYPE_CHECKING:
    from quarterdeck.demo.world import World

INCLUDE = Path(__file__).parents[3] / "include"
ZONE = ZoneInfo("America/Los_Angeles")
CASES = tuple(
    (anchor, number + 1)
    for number, anchor in enumerate(
        (
            date(2024, 2, 29),
            date(2028, 2, 29),
            date(2025, 3, 9),
            date(2026, 3, 8),
            date(2026, 11, 1),
            date(2026, 1, 1),
            date(2026, 3, 30),
            date(2026, 3, 31),
            date(2026, 7, 17),
        )
    )
)
every_anchor = pytest.mark.parametrize(("anchor", "seed"), CASES, ids=[str(day) for day, _ in CASES])


@lru_cache(maxsize=len(CASES))
def made(anchor: date, seed: int) -> World:
    return world(anchor, seed=seed)


def datasets() -> dict[str, dict[str, Any]]:
    return {path.stem: yaml.safe_load(path.read_text()) for path in (INCLUDE / "datasets").glob("*.yaml")}


def sources(tenant: str) -> dict[str, Any]:
    file = INCLUDE / "portfolios" / PORTFOLIO / "tenants" / f"{tenant}.yaml"
    found: dict[str, Any] = yaml.safe_load(file.read_text())["datasets"]
    return found


def test_the_same_seed_and_anchor_give_the_same_bytes() -> None:
    first, again = objects_of(world(date(2026, 3, 31), seed=3)), objects_of(world(date(2026, 3, 31), seed=3))
    assert first == again
    assert first.hash == again.hash
    assert first.hash != objects_of(world(date(2026, 3, 31), seed=4)).hash
    assert first.hash != objects_of(world(date(2026, 3, 30), seed=3)).hash


@every_anchor
def test_it_has_26_full_months_and_the_running_one(anchor: date, seed: int) -> None:
    span = full_months(anchor, 26)
    for tenant in TENANTS:
        months = {
            row["posted_on"].replace(day=1) for row in made(anchor, seed).rows(tenant, "general_ledger")
        }
        assert months >= {add_months(span.start, index) for index in range(26)}
        assert min(months) == span.start


@every_anchor
def test_nothing_is_known_after_the_anchor_day(anchor: date, seed: int) -> None:
    end = end_of_day(anchor, ZONE)
    for rows in made(anchor, seed).tenants.values():
        for dataset, of_dataset in rows.items():
            assert all(row["created_at"] < end for row in of_dataset), dataset
    posted = [
        row["posted_on"] for tenant in TENANTS for row in made(anchor, seed).rows(tenant, "general_ledger")
    ]
    assert max(posted) <= anchor


@every_anchor
def test_keys_are_unique_and_columns_are_declared(anchor: date, seed: int) -> None:
    declared = datasets()
    for tenant, rows in made(anchor, seed).tenants.items():
        for dataset, of_dataset in rows.items():
            columns = {*declared[dataset]["columns"], "created_at", "currency"}
            keys = Counter(tuple(row[name] for name in declared[dataset]["key"]) for row in of_dataset)
            assert {key for key, count in keys.items() if count > 1} == set(), (tenant, dataset)
            assert {name for row in of_dataset for name in row} <= columns, (tenant, dataset)


@every_anchor
def test_items_have_keys_of_their_own(anchor: date, seed: int) -> None:
    items = objects_of(made(anchor, seed)).items
    assert len({(item["pk"]["S"], item["sk"]["S"]) for item in items}) == len(items)


def test_the_portfolio_declares_every_dataset_where_it_lies() -> None:
    objects = objects_of(made(*CASES[0]))
    for tenant in TENANTS:
        declared = sources(tenant)
        assert declared.keys() == made(*CASES[0]).tenants[tenant].keys(), tenant
        for dataset, source in declared.items():
            if source["from"] == "s3":
                keys = [key for key in objects.files if key.startswith(source["prefix"])]
                assert keys, (tenant, dataset)
                assert all(key.endswith(f".{source['format']}") for key in keys), (tenant, dataset)
            else:
                prefix = source["sort_prefix"]
                assert any(
                    item["pk"]["S"] == source["partition"] and item["sk"]["S"].startswith(prefix)
                    for item in objects.items
                ), (tenant, dataset)


@every_anchor
def test_nothing_is_confirmed_ahead_on_any_of_the_last_eleven_days(anchor: date, seed: int) -> None:
    for tenant in ("jada", "queenofsandiego"):
        bookings = made(anchor, seed).rows(tenant, "bookings")
        assert bookings
        for back in range(11):
            end = end_of_day(anchor - timedelta(days=back), ZONE)
            ahead = [
                b for b in bookings
                if b["confirmed_at"] and b["confirmed_at"] < end <= b["starts_at"]
                and not (b["cancelled_at"] and b["cancelled_at"] < end)
            ]  # fmt: skip
            assert ahead == [], (tenant, back)


@every_anchor
def test_two_charters_lack_a_payment_record(anchor: date, seed: int) -> None:
    for tenant, lacking in {"jada": 2, "queenofsandiego": 0, "quickdumpnow": 0}.items():
        rows = made(anchor, seed)
        done = {b["booking_id"] for b in rows.rows(tenant, "bookings") if b["status"] == "completed"}
        paid = {payment["booking_id"] for payment in rows.rows(tenant, "payments")}
        assert len(done - paid) == lacking, tenant


@every_anchor
def test_all_other_bookings_are_paid_in_full(anchor: date, seed: int) -> None:
    rows = made(anchor, seed)
    for tenant in ("jada", "queenofsandiego", "quickdumpnow"):
        paid: Counter[Any] = Counter()
        for payment in rows.rows(tenant, "payments"):
            paid[payment["booking_id"]] += payment["amount"]
        for booking in rows.rows(tenant, "bookings"):
            if booking["status"] == "completed" and booking["booking_id"] in paid:
                assert paid[booking["booking_id"]] == booking["price"]


@every_anchor
def test_deposits_of_cancelled_bookings(anchor: date, seed: int) -> None:
    """One was given back, 200 in the month before last; 250 of another are still owed."""
    rows = made(anchor, seed)
    cancelled = [b for b in rows.rows("jada", "bookings") if b["status"] == "cancelled"]
    payments = [
        sorted(p["amount"] for p in rows.rows("jada", "payments") if p["booking_id"] == b["booking_id"])
        for b in cancelled
    ]
    assert sorted(payments) == [[-200, 200], [250]]
    assert all(b["cancelled_at"] < b["free_cancel_until"] for b in cancelled)
    refund = next(p for p in rows.rows("jada", "payments") if p["amount"] < 0)
    before_last = add_months(full_months(anchor, 1).start, -1)
    assert refund["received_at"].astimezone(ZONE).date().replace(day=1) == before_last


@every_anchor
def test_crew_is_owed_a_job_and_three_shares_at_unequal_pay(anchor: date, seed: int) -> None:
    for tenant, owed in {"jada": [90], "queenofsandiego": [], "expert-yacht-delivery": []}.items():
        assignments = made(anchor, seed).rows(tenant, "crew_assignments")
        due = [a for a in assignments if a["pay_due_on"] <= anchor and a["paid"] < a["pay_due"]]
        assert [a["pay_due"] for a in due] == owed
    assignments = made(anchor, seed).rows("jada", "crew_assignments")
    last = full_months(anchor, 1)
    unpaid = next(a for a in assignments if a["pay_due_on"] <= anchor and not a["paid"])
    assert last.start <= unpaid["starts_at"].astimezone(ZONE).date() < last.end
    assert {a["pay_due"] / a["hours"] for a in assignments if a["role"] == "mate"} == {18, 25}
    shares = [a for a in assignments if a["share"]]
    assert [(a["share"], a["share_paid"]) for a in shares] == [(Decimal("0.10"), 0)] * 3
    assert all(a["share_base"] in {750, 1_000, 1_250} for a in shares)


@every_anchor
def test_every_agency_listing_is_planned(anchor: date, seed: int) -> None:
    listings = [row for row in made(anchor, seed).rows("jada", "listings") if row["agency"]]
    assert [row["channel"] for row in listings] == ["Sailo", "GetMyBoat", "Viator", "GetYourGuide"]
    assert {row["state"] for row in listings} == {"planned"}


def _after(day: date, months: int) -> date:
    month = add_months(day, months)
    return month.replace(day=min(day.day, (add_months(month, 1) - timedelta(days=1)).day))


@every_anchor
def test_the_billing_gaps_are_190_and_twice_120(anchor: date, seed: int) -> None:
    """Counted period by period: begun or over (in arrears), its grace past, and no invoice for it."""
    rows = made(anchor, seed)
    billed = {(i["contract_id"], i["period_start"]) for i in rows.rows("dangerouscentaur", "invoices")}
    gaps = []
    for contract in rows.rows("dangerouscentaur", "contracts"):
        stop = contract["ended_on"] or contract["ends_on"] or date.max
        for number in range(40):
            start, end = (_after(contract["starts_on"], months) for months in (number, number + 1))
            due = start if contract["bill_in"] == "advance" else min(end, stop)
            late = start < stop and due + timedelta(days=contract["grace_days"]) <= anchor
            if late and (contract["contract_id"], start) not in billed:
                gaps.append(contract["amount"])
    assert sorted(gaps) == [120, 120, 190]


@every_anchor
def test_one_invoice_is_open_seventy_days_beyond_its_terms(anchor: date, seed: int) -> None:
    rows = made(anchor, seed)
    paid = {payment["invoice_id"] for payment in rows.rows("dangerouscentaur", "payments")}
    still_open = [
        (invoice["amount"], anchor - invoice["due_on"])
        for invoice in rows.rows("dangerouscentaur", "invoices")
        if invoice["invoice_id"] not in paid and invoice["due_on"] <= anchor
    ]
    assert still_open == [(Decimal(500), timedelta(days=70))]


@every_anchor
def test_projects_cost_nothing_little_or_wait_for_a_permit(anchor: date, seed: int) -> None:
    projects = [p for tenant in TENANTS for p in made(anchor, seed).rows(tenant, "projects")]
    still_open = sorted((p["cost"], p["blocked_by"]) for p in projects if p["state"] == "open")
    assert [cost for cost, _ in still_open] == [0, 0, 150, 320, 3_800, 6_500]
    assert [blocked for _, blocked in still_open if blocked] == ["building permit"]
    done = next(p for p in projects if p["state"] == "done")
    assert (done["cost"], add_months(done["done_on"], 13)) == (6_000, full_months(anchor, 1).end)


@every_anchor
def test_deliveries_by_stage(anchor: date, seed: int) -> None:
    rows = made(anchor, seed).rows("expert-yacht-delivery", "yacht_deliveries")
    stages = Counter(row["status"] for row in rows)
    assert (stages["quoted"], stages["won"], stages["under_way"]) == (2, 1, 1)
    year = full_months(anchor, 12)
    done = [r for r in rows if r["status"] == "done" and year.start <= r["arrived_at"].date() < year.end]
    assert {r["arrived_at"].month for r in done} == {1, 2, 6, 11}
    assert len(done) == 4


@every_anchor
def test_stays_do_not_overlap(anchor: date, seed: int) -> None:
    stays = sorted(made(anchor, seed).rows("rental-3028-51st-st", "stays"), key=lambda stay: stay["check_in"])
    for earlier, later in pairwise(stays):
        assert earlier["check_in"] < earlier["check_out"] <= later["check_in"]


@every_anchor
def test_two_charters_were_posted_a_month_early(anchor: date, seed: int) -> None:
    rows = made(anchor, seed)
    starts = {b["booking_id"]: b["starts_at"].astimezone(ZONE).date() for b in rows.rows("jada", "bookings")}
    early = [
        line for line in rows.rows("jada", "general_ledger")
        if line["account"] == "4000" and line["booking_id"]
        and line["posted_on"].replace(day=1) < starts[line["booking_id"]].replace(day=1)
    ]  # fmt: skip
    assert len(early) == 2


@every_anchor
def test_milestones_and_targets_reach_into_the_years_to_come(anchor: date, seed: int) -> None:
    rows, year = made(anchor, seed), anchor.year + 1
    due = [row["due_on"] for row in rows.rows("jada", "milestones")]
    assert due == [date(year, 3, 31), date(year, 6, 30), date(year, 12, 31), date(year + 1, 3, 31)]
    for tenant in TENANTS:
        months = {row["month"] for row in rows.rows(tenant, "targets")}
        assert max(months) == date(year, 12, 1)
        assert full_months(anchor, 1).end in months


def test_addresses_are_invented() -> None:
    for file in (INCLUDE / "portfolios" / PORTFOLIO).rglob("*.yaml"):
        for word in file.read_text().replace("[", " ").replace("]", " ").replace(",", " ").split():
            assert "@" not in word or word.endswith(".example"), file
