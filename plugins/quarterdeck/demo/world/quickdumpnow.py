"""quickdumpnow: a dump trailer; 60 hauls a year at 200, each costing 105 (dump fee 70, fuel 35)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import month_of
from quarterdeck.demo.world import bookings as booked
from quarterdeck.demo.world import marketing, plans
from quarterdeck.demo.world.bookings import Booking
from quarterdeck.demo.world.books import ASSETS, Book, fixed, variable
from quarterdeck.demo.world.chance import Around, Chance, sorted_days, weighted
from quarterdeck.demo.world.rows import Tables
from quarterdeck.demo.world.span import Span, local

if TYPE_CHECKING:
    from random import Random

TENANT = "quickdumpnow"
_CASH_AT_ANCHOR = 200_000
_TRAILER, _TRUCK = "dump-trailer", "haul-truck"
_TRAILER_COST, _TRUCK_COST = 980_000, 2_150_000
_HAULS = (4, 4, 5, 5, 6, 6, 6, 6, 5, 5, 4, 4)  # January to December
_PRICE = 20_000
_MAP = "map_listing"
_CHANNELS = (("phone", 4), (_MAP, 3), ("website", 2), ("referral", 1))

_DUMP_FEE, _FUEL, _INSURANCE = "5010", "5020", "6010"
_ACCOUNTS = (
    variable(_DUMP_FEE, "Dump fees", "dump fees"),
    variable(_FUEL, "Fuel", "fuel"),
    fixed(_INSURANCE, "Insurance", "insurance"),
    fixed("6020", "Yard space", "storage"),
    fixed("6030", "Phone", "phone"),
    fixed("6040", "Software", "software"),
    fixed("6050", "Licences and registration", "permits"),
)
# Day of the month, account, cents, vendor.
_MONTHLY = (
    (2, "6020", 15_000, "Mesa Yard Rentals"),
    (4, _INSURANCE, 18_000, "Backroad Insurance"),
    (9, "6030", 4_000, "Ringline Phone"),
    (14, "6040", 6_000, "Routebook Software"),
    (18, "6050", 5_000, "Vehicle Licensing Office"),
)
# Months back from the running one.
_DEAR_FUEL, _DEARER_BY = 2, 15_000
_NO_RECEIPT = 2
_CANCELLED = (3, 8)
_MAP_PROFILE, _MAP_PROFILE_DAYS = 9, 730  # the profile on the map was redone, at no cost


def quickdumpnow(span: Span, seed: int) -> Tables:
    """All rows of the tenant."""
    yard = _Yard(span, Chance(seed, TENANT), Book("QD", span, _ACCOUNTS), Tables(span))
    for month in span.months:
        yard.month(month)
    for back in _CANCELLED:
        yard.cancelled(span.back(back).replace(day=24))
    yard.book.open(_CASH_AT_ANCHOR, held=((ASSETS, _TRAILER_COST + _TRUCK_COST),))
    yard.book.write(yard.tables)
    yard.map_profile()
    marketing.add_search_rankings(yard.tables, yard.chance)
    _add_plans(yard.tables)
    return yard.tables


@dataclass(frozen=True)
class _Yard:
    span: Span
    chance: Chance
    book: Book
    tables: Tables

    def month(self, month: date) -> None:
        random = self.chance.of("hauls", month)
        about = Around(self.chance.of("costs", month))
        for number, day in enumerate(sorted_days(random, month, _HAULS[month.month - 1], first=2, last=22)):
            haul = self._booking(random, day)
            extra = _DEARER_BY if number == 0 and month == self.span.back(_DEAR_FUEL) else 0
            dump_fee, fuel = about(7_000), about(3_500) + extra
            # People call a day ahead at most, so that nothing is ever confirmed far ahead.
            if self.span.has(day):
                self._haul(haul, dump_fee, fuel)
        for day_of_month, account, cents, vendor in _MONTHLY:
            receipt = not (account == _INSURANCE and month == self.span.back(_NO_RECEIPT))
            self.book.pay(month.replace(day=day_of_month), account, cents, vendor, receipt=receipt)
        like = replace(self._booking(random, month.replace(day=2)), id="QD")
        booked.add_leads(
            self.tables,
            self.chance.of("leads", month),
            month_of(month),
            3,
            like,
            channels=_CHANNELS,
            prices=(_PRICE,),
            chance=self.chance,
        )

    def _booking(self, random: Random, day: date) -> Booking:
        starts = local(day, random.randint(9, 14))
        confirmed = starts - timedelta(hours=random.choice((1, 2, 18, 22)))
        return Booking(
            id=f"QD-{day:%Y%m%d}",
            asset=_TRAILER,
            customer=self.chance.customer(random),
            channel=weighted(random, _CHANNELS),
            asked=confirmed - timedelta(minutes=random.randint(5, 300)),
            starts=starts,
            ends=starts + timedelta(hours=3),
            price=_PRICE,
            confirmed=confirmed,
        )

    def _haul(self, haul: Booking, dump_fee: int, fuel: int) -> None:
        booked.add_booking(self.tables, haul)
        booked.add_payment(self.tables, haul, haul.ends, _PRICE, "balance")
        booked.book_service(self.book, haul, 0)
        self.book.pay(haul.day, _DUMP_FEE, dump_fee, "South Bay Transfer Station")
        self.book.pay(haul.day, _FUEL, fuel, "Crossroads Fuel")

    def map_profile(self) -> None:
        """A campaign that costs nothing; who finds the business on the map since then came from it."""
        started = self.span.back(_MAP_PROFILE)
        name, since = f"map-profile-{started:%Y-%m}", local(started, 0)
        marketing.add_campaign(self.tables, name, _MAP, started, 0, _MAP_PROFILE_DAYS)
        for row in self.tables.rows["bookings"]:
            asked = row["created_at"]
            if row["channel"] == _MAP and isinstance(asked, datetime) and asked >= since:
                row["campaign_id"] = name

    def cancelled(self, day: date) -> None:
        """A haul that was called off on the morning of the day, unpaid."""
        haul = self._booking(self.chance.of("cancelled", day), day)
        called_off = haul.starts - timedelta(minutes=30)
        booked.add_booking(self.tables, replace(haul, id=f"{haul.id}-C", cancelled=called_off))


def _add_plans(tables: Tables) -> None:
    plans.add_asset(
        tables, _TRAILER, "trailer", "dump trailer", cost=_TRAILER_COST, value=700_000, monthly=15_000
    )
    plans.add_asset(tables, _TRUCK, "vehicle", "truck", cost=_TRUCK_COST, value=1_400_000, monthly=23_000)
    plans.add_asset(
        tables,
        "spare-trailer",
        "trailer",
        "flatbed",
        state="idle",
        cost=260_000,
        value=140_000,
        monthly=4_000,
    )
    plans.add_project(tables, "QD-1", "Signs for trailer and truck", 32_000, asset=_TRAILER, gain=4_000)
    plans.add_targets(tables, {"revenue_recognised": 120_000, "cash_received": 120_000})
