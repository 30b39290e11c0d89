"""rental-3028-51st-st: one furnished unit; 104 nights a year in 35 stays.

145 a night since the kitchen was done, 125 before. Running it costs 570 a month and 55 a stay; the mortgage
takes 280 of interest and 240 of principal a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from quarterdeck.demo.world import plans
from quarterdeck.demo.world.books import (
    ASSETS,
    BANK,
    DEPOSITS,
    LOAN,
    LOAN_ACCOUNT,
    RESTRICTED,
    RESTRICTED_ACCOUNT,
    REVENUE,
    Book,
    fixed,
    variable,
)
from quarterdeck.demo.world.chance import Chance, weighted
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import Span, last_day, local

if TYPE_CHECKING:
    from random import Random

TENANT = "rental-3028-51st-st"
_CASH_AT_ANCHOR, _IMPOUND = 400_000, 120_000
_UNIT = "unit-3028"
_PROPERTY_COST, _PROPERTY_VALUE, _EQUITY = 18_600_000, 48_000_000, 12_600_000
_NIGHTS = (6, 6, 8, 9, 9, 10, 12, 12, 9, 8, 7, 8)  # January to December
_STAYS = (2, 2, 3, 3, 3, 3, 4, 4, 4, 3, 2, 2)
_OWNER_MONTHS = frozenset({2, 11})  # the owner takes two nights
_RATE, _RATE_BEFORE = 14_500, 12_500
_CHANNELS = (("direct", 3), ("returning_guest", 2), ("notice_board", 1))
_SERVICE_DAY = 28  # the month's cleaning is billed; all of its guests have gone by then

_KITCHEN, _KITCHEN_MONTH = "R-KITCHEN", 13  # months back from the running one
_KITCHEN_PARTS = ((4, 200_000), (24, 400_000))  # day of the month, cents
_INTEREST, _PRINCIPAL = 28_000, 24_000
_CLEANING_A_STAY, _LINEN_A_STAY = 4_000, 1_500
_CLEANING, _LINEN, _INTEREST_PAID, _UTILITIES = "5010", "5020", "6090", "6030"
_ACCOUNTS = (
    RESTRICTED_ACCOUNT,
    LOAN_ACCOUNT,
    variable(_CLEANING, "Cleaning", "cleaning"),
    variable(_LINEN, "Linen and supplies", "supplies"),
    fixed("6010", "Property tax", "property tax"),
    fixed("6020", "Insurance", "insurance"),
    fixed(_UTILITIES, "Utilities", "utilities"),
    fixed("6040", "Internet", "internet"),
    fixed("6050", "Repairs", "repairs"),
    fixed(_INTEREST_PAID, "Mortgage interest", "interest", role="interest"),
)
# Day of the month, account, cents, vendor.
_MONTHLY = (
    (6, "6020", 9_500, "Hearthstone Insurance"),
    (9, "6040", 6_000, "Canyon Fibre"),
    (10, "6010", 21_000, "County Tax Office"),
    (16, _UTILITIES, 14_500, "Bayside Utilities"),
    (21, "6050", 6_000, "Handy Neighbour Repairs"),
)
_BUDGETS = {
    "property tax": 21_000,
    "insurance": 9_500,
    "utilities": 14_000,
    "internet": 6_000,
    "repairs": 8_000,
    "interest": 28_000,
    "cleaning": 12_000,
    "supplies": 4_500,
}
_NO_RECEIPT = 3  # months back from the running one


def rental(span: Span, seed: int) -> Tables:
    """All rows of the tenant."""
    house = _House(span, Chance(seed, TENANT), Book("RE", span, _ACCOUNTS), Tables(span))
    for month in span.months:
        house.month(month)
    house.kitchen()
    held = ((RESTRICTED, _IMPOUND), (ASSETS, _PROPERTY_COST), (LOAN, -6_600_000))
    house.book.open(_CASH_AT_ANCHOR, held=held)
    house.book.write(house.tables)
    _add_plans(house.tables)
    return house.tables


@dataclass(frozen=True)
class _House:
    span: Span
    chance: Chance
    book: Book
    tables: Tables

    def month(self, month: date) -> None:
        random = self.chance.of("stays", month)
        lengths = _lengths(random, month)
        for number, (arrival, nights) in enumerate(_placed(random, month, lengths), start=1):
            owner = month.month in _OWNER_MONTHS and number == len(lengths)
            self._stay(random, f"RE-{month:%Y%m}-{number}", arrival, nights, owner=owner)
        stays = _STAYS[month.month - 1]
        service_day = month.replace(day=_SERVICE_DAY)
        self.book.pay(service_day, _CLEANING, _CLEANING_A_STAY * stays, "Fresh Linen & Broom")
        self.book.pay(service_day, _LINEN, _LINEN_A_STAY * stays, "Cupboard Supplies")
        for day, account, cents, vendor in _MONTHLY:
            receipt = not (account == _UTILITIES and month == self.span.back(_NO_RECEIPT))
            self.book.pay(month.replace(day=day), account, cents, vendor, receipt=receipt)
        self._mortgage(month.replace(day=5))
        if month in {self.span.back(5), self.span.back(11)}:
            self._block(month)

    def _mortgage(self, day: date) -> None:
        lines = ((_INTEREST_PAID, _INTEREST), (LOAN, _PRINCIPAL), (BANK, -_INTEREST - _PRINCIPAL))
        self.book.post(day, "Mortgage", lines, vendor="Harbour Savings Bank", document=f"MORTGAGE-{day:%Y%m}")

    def _stay(self, random: Random, stay: str, arrival: date, nights: int, *, owner: bool) -> None:
        departure = arrival + timedelta(days=nights)
        done_since = self.span.back(_KITCHEN_MONTH - 1)
        rent = 0 if owner else nights * (_RATE if arrival >= done_since else _RATE_BEFORE)
        self.tables.add_money(
            "stays",
            local(arrival - timedelta(days=random.randint(6, 50)), random.randint(8, 21)),
            stay_id=stay,
            unit_id=_UNIT,
            kind="owner" if owner else "guest",
            status="completed" if self.span.has(departure) else "confirmed",
            check_in=arrival,
            check_out=departure,
            rent=usd(rent),
            cleaning=usd(0),
            tax=usd(0),
            commission=usd(0),
            cancel_fee=usd(0),
            cancelled_at=None,
            channel="owner" if owner else weighted(random, _CHANNELS),
        )
        if rent:
            self.book.post(arrival, f"Rent {stay}", ((BANK, rent), (DEPOSITS, -rent)), stay_id=stay)
            self.book.post(departure, f"Stay {stay}", ((DEPOSITS, rent), (REVENUE, -rent)), stay_id=stay)

    def kitchen(self) -> None:
        """The renovation: done thirteen months back, paid in two parts, one night blocked for it."""
        month = self.span.back(_KITCHEN_MONTH)
        for day, cents in _KITCHEN_PARTS:
            paid = ((ASSETS, cents), (BANK, -cents))
            self.book.post(month.replace(day=day), "Kitchen", paid, project_id=_KITCHEN, asset_id=_UNIT)
        done = last_day(month)
        plans.add_project(
            self.tables,
            _KITCHEN,
            "New kitchen",
            sum(cents for _, cents in _KITCHEN_PARTS),
            asset=_UNIT,
            gain=17_500,
            started=month.replace(day=4),
            done=done,
        )
        self._block(month, _KITCHEN)

    def _block(self, month: date, project: str | None = None) -> None:
        """One night of the month that no guest takes."""
        night = month.replace(day=_SERVICE_DAY)
        plans.add_block(self.tables, _UNIT, night, night + timedelta(days=1), "maintenance", project)


def _lengths(random: Random, month: date) -> list[int]:
    """The nights of each stay of the month; the owner's two nights are the last."""
    nights, stays = _NIGHTS[month.month - 1], _STAYS[month.month - 1]
    cuts = [0, *sorted(random.sample(range(1, nights), stays - 1)), nights]
    lengths = [end - begin for begin, end in pairwise(cuts)]
    return [*lengths, 2] if month.month in _OWNER_MONTHS else lengths


def _placed(random: Random, month: date, lengths: list[int]) -> list[tuple[date, int]]:
    """Day of arrival and nights of each stay: none overlaps, and all have left by the day of service."""
    free = _SERVICE_DAY - 1 - sum(lengths)
    gaps = sorted(random.randint(0, free) for _ in lengths)
    placed, taken = [], 0
    for gap, nights in zip(gaps, lengths, strict=True):
        placed.append((month + timedelta(days=gap + taken), nights))
        taken += nights
    return placed


def _add_plans(tables: Tables) -> None:
    plans.add_asset(
        tables,
        _UNIT,
        "unit",
        "furnished rental",
        cost=_PROPERTY_COST,
        value=_PROPERTY_VALUE,
        monthly=57_000,
        let=True,
        equity=_EQUITY,
    )
    plans.add_project(
        tables,
        "R-GARDEN",
        "Garden room",
        650_000,
        asset=_UNIT,
        gain=21_000,
        blocked_by="building permit",
    )
    plans.add_budgets(tables, _BUDGETS)
    plans.add_targets(tables, {"revenue_recognised": 130_000})
