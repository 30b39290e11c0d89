"""queenofsandiego: six events aboard a year at 1,500, each costing 800.

(Staff 320, catering 330, decor 150.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.days import add_months, month_of
from quarterdeck.demo.world import bookings as booked
from quarterdeck.demo.world import marketing, plans
from quarterdeck.demo.world.bookings import Booking
from quarterdeck.demo.world.books import BANK, CARD, CARD_ACCOUNT, Book, fixed, variable
from quarterdeck.demo.world.chance import Chance, weighted
from quarterdeck.demo.world.costs import AWS_BILL, add_prices
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import ZONE, Span, days_of, local

if TYPE_CHECKING:
    from random import Random

TENANT = "queenofsandiego"
_CASH_AT_ANCHOR = 250_000
_VENUE = "queen-of-san-diego"
_EVENT_MONTHS = frozenset({3, 4, 5, 9, 10, 12})
_PRICE, _DEPOSIT = 150_000, 50_000
_CHANNELS = (("website", 3), ("referral", 3), ("mailing_list", 2), ("phone", 1))
_FROM_MAILINGS = 3  # of the six events a year
_TOOL = 2_500  # the e-mail tool, a month
_HOSTS, _HOURLY, _HOURS = ("host-a", "host-b"), 2_000, 8
_PAY_DAY = 25

_STAFF, _CATERING, _DECOR = "5010", "5020", "5030"
_HOSTING, _MAILING, _INSURANCE, _STORAGE = "6010", "6020", "6030", "6040"
_ACCOUNTS = (
    CARD_ACCOUNT,
    variable(_STAFF, "Event staff", "crew"),
    variable(_CATERING, "Catering", "catering"),
    variable(_DECOR, "Decor", "decor"),
    fixed(_HOSTING, "Cloud hosting", "hosting"),
    fixed(_MAILING, "E-mail tool", "software", role="marketing"),
    fixed(_INSURANCE, "Insurance", "insurance"),
    fixed(_STORAGE, "Storage", "storage"),
)
_NOT_IN_THE_CHART = "6999"
_UNMAPPED = 3  # months back from the running one
_CANCELLED = 7


def queenofsandiego(span: Span, seed: int) -> Tables:
    """All rows of the tenant."""
    events = _Events(span, Chance(seed, TENANT), Book("QS", span, _ACCOUNTS), Tables(span))
    for month in span.months:
        events.month(month)
    events.cancelled()
    events.book.open(_CASH_AT_ANCHOR)
    events.book.write(events.tables)
    marketing.add_audience(events.tables, events.chance)
    marketing.add_mailings(events.tables, _TOOL)
    marketing.attribute_to_mailings(events.tables, events.chance, _FROM_MAILINGS)
    _add_plans(events.tables)
    add_prices(events.tables)
    return events.tables


@dataclass(frozen=True)
class _Events:
    span: Span
    chance: Chance
    book: Book
    tables: Tables

    def month(self, month: date) -> None:
        self._fixed(month)
        random = self.chance.of("event", month)
        event = self._booking(random, month.replace(day=random.randint(2, 18)))
        # The calendar ahead is empty, as seen from any of the ten days before the anchor too.
        takes_place = month.month in _EVENT_MONTHS and event.day <= self.span.ago(10)
        if takes_place:
            self._event(event)
        hosts = [self.chance.key("crew", name) for name in _HOSTS]
        free = [
            day
            for day in days_of(month_of(month))
            if day.weekday() >= 4 or (takes_place and day == event.day)
        ]
        plans.add_availability(self.tables, hosts, free, Decimal(_HOURS))
        booked.add_leads(
            self.tables,
            self.chance.of("leads", month),
            month_of(month),
            2,
            replace(event, id="QS"),
            channels=_CHANNELS,
            prices=(_PRICE,),
            chance=self.chance,
        )

    def _booking(self, random: Random, day: date) -> Booking:
        starts = local(day, random.randint(15, 17))
        confirmed = local(day.replace(day=random.randint(1, day.day)), 9, random.randrange(50))
        return Booking(
            id=f"QS-{day:%Y%m%d}",
            asset=_VENUE,
            customer=self.chance.customer(random),
            channel=weighted(random, _CHANNELS),
            asked=confirmed - timedelta(days=random.randint(10, 40)),
            starts=starts,
            ends=starts + timedelta(hours=5),
            price=_PRICE,
            guests=random.randint(14, 28),
            confirmed=confirmed,
        )

    def _event(self, event: Booking) -> None:
        deposit_at = (event.confirmed or event.asked) + timedelta(minutes=10)
        balance_at = event.starts - timedelta(hours=1)
        booked.add_booking(self.tables, event)
        booked.add_payment(self.tables, event, deposit_at, _DEPOSIT, "deposit")
        booked.add_payment(self.tables, event, balance_at, _PRICE - _DEPOSIT, "balance", 2)
        booked.book_deposit(self.book, event, deposit_at.astimezone(ZONE).date(), _DEPOSIT)
        booked.book_service(self.book, event, _DEPOSIT)
        after = event.day + timedelta(days=1)
        self.book.pay(after, _CATERING, 33_000, "Quayside Catering")
        self.book.pay(after, _DECOR, 15_000, "Bunting & Light")
        for name in _HOSTS:
            self._host(event, name)
        waivers = self.chance.of(f"waivers of {event.id}", event.day)
        booked.add_waivers(self.tables, waivers, event, self.chance)

    def _host(self, event: Booking, name: str) -> None:
        pay, pay_day = _HOURLY * _HOURS, event.day.replace(day=_PAY_DAY)
        paid = self.span.has(pay_day)
        self.book.pay(pay_day, _STAFF, pay, f"Crew {name}")
        begins = event.starts - timedelta(hours=2)
        self.tables.add_money(
            "crew_assignments",
            event.confirmed or event.asked,
            assignment_id=f"{event.id}-{name}",
            crew_key=self.chance.key("crew", name),
            role="host",
            booking_id=event.id,
            delivery_id=None,
            starts_at=begins,
            ends_at=begins + timedelta(hours=_HOURS),
            hours=Decimal(_HOURS),
            pay_due=usd(pay),
            pay_due_on=pay_day,
            paid=usd(pay if paid else 0),
            paid_on=pay_day if paid else None,
            share=None,
            share_base=None,
            share_paid=None,
            share_paid_on=None,
            relieved_late=False,
        )

    def _fixed(self, month: date) -> None:
        bill = AWS_BILL[add_months(month, -1).month - 1]
        self.book.pay(month.replace(day=3), _HOSTING, bill, "Amazon Web Services", by=CARD)
        self.book.pay(month.replace(day=7), _MAILING, _TOOL, "Pigeonhole Mail", by=CARD)
        settled = ((CARD, bill + _TOOL), (BANK, -bill - _TOOL))
        self.book.post(month.replace(day=21), "Card settled from the bank", settled)
        self.book.pay(month.replace(day=6), _INSURANCE, 18_000, "Lantern Marine Insurance")
        unmapped = month == self.span.back(_UNMAPPED)
        storage = _NOT_IN_THE_CHART if unmapped else _STORAGE
        self.book.pay(month.replace(day=11), storage, 14_500, "Dry Loft Storage")

    def cancelled(self) -> None:
        """An event that was called off before its deposit."""
        day = self.span.back(_CANCELLED).replace(day=24)
        event = self._booking(self.chance.of("cancelled", day), day)
        called_off = (event.confirmed or event.asked) + timedelta(hours=3)
        booked.add_booking(self.tables, replace(event, id=f"{event.id}-C", cancelled=called_off))


def _add_plans(tables: Tables) -> None:
    plans.add_asset(
        tables, "queenofsandiego-domain", "domain", "web", cost=1_800, value=1_800, basis="cost", monthly=150
    )
    plans.add_asset(
        tables, "queenofsandiego-site", "software", "hosting", cost=0, value=0, basis="cost", monthly=6_300
    )
    plans.add_asset(
        tables, "queenofsandiego-mailing", "software", "e-mail", cost=0, value=0, basis="cost", monthly=2_500
    )
    plans.add_asset(
        tables, "queenofsandiego-sound", "other", "event kit", cost=240_000, value=150_000, monthly=14_500
    )
    plans.add_listing(
        tables,
        "Own website",
        agency=False,
        state="live",
        fee=Decimal(0),
        set_up=0,
        lead_days=0,
        monthly=Decimal("0.3"),
        source="the last twelve months",
    )
    plans.add_project(tables, "QS-1", "Mail the list about the coming season", 0, gain=30_000)
    plans.add_targets(tables, {"revenue_recognised": 100_000, "cash_received": 100_000})
    _add_milestones(tables)


def _add_milestones(tables: Tables) -> None:
    """Thirty, sixty and ninety days of marketing, begun twenty days ago."""
    begun = tables.span.ago(20)
    steps = (
        (30, "A first listing live at a travel agency", "ota_listings_live", "0", "1"),
        (60, "A mailing to everyone who may be mailed", "days_since_mailing", "120", "30"),
        (90, "Two of three searches at their goal", "local_seo_progress", "0.2", "0.67"),
    )
    for days, title, metric, baseline, goal in steps:
        tables.add(
            "milestones",
            local(begun, 9),
            milestone_id=f"{days} days",
            report="cmo",
            title=title,
            metric=metric,
            baseline=Decimal(baseline),
            goal=Decimal(goal),
            due_on=begun + timedelta(days=days),
        )
