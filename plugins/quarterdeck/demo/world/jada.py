"""jada: day charters on one yacht, the portfolio's lead tenant.

27 charters a year at 750, 1,000 and 1,250 in turn (nine each), each costing 400: crew 220, fuel 75,
provisions 35, cleaning 40, and 3 % to the card firm. Fixed costs are 3,000 a month, and the haul-out is
900 in each of November to February: 3,300 a month over a year.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.days import add_months, month_of
from quarterdeck.demo.world import bookings as booked
from quarterdeck.demo.world import marketing, plans
from quarterdeck.demo.world.bookings import Booking
from quarterdeck.demo.world.books import ASSETS, BANK, DEPOSITS, REVENUE, Book, fixed, variable
from quarterdeck.demo.world.chance import Around, Chance, sorted_days, weighted
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import ZONE, Span, days_of, local

if TYPE_CHECKING:
    from random import Random

TENANT = "jada"
_CASH_AT_ANCHOR = 800_000
_BOAT, _BOAT_COST = "jada-yacht", 18_500_000
_CHARTERS = (1, 1, 2, 2, 3, 3, 4, 4, 3, 2, 1, 1)  # January to December
_PRICES = (75_000, 100_000, 125_000)  # in turn, from the year's first charter on
_CAMPAIGN, _AD_CHANNEL, _ADS = "jada-search-ads", "paid_search", 11_000  # cents a month
_ADS_RUN = 1_096  # days
_AD_DAY = 20  # of the month, on which they are charged
_FROM_MAILINGS = 10  # of the charters: they came from the mailings of queenofsandiego
_CHANNELS = (("website", 4), ("referral", 3), ("phone", 2), (_AD_CHANNEL, 1))
_DEPOSIT = 30  # per cent
_STATEMENT_DAY, _PAY_DAY = 22, 25
_MATES = (("mate-a", 1_800, Decimal("5.0")), ("mate-b", 2_500, Decimal("5.2")))  # cents an hour, hours

_CREW, _FUEL, _PROVISIONS, _CLEANING, _CARD_FEES = "5010", "5020", "5030", "5040", "5050"
_PERMITS, _MAINTENANCE, _HAUL_OUT = "6070", "6040", "6080"
_ACCOUNTS = (
    variable(_CREW, "Crew pay", "crew"),
    variable(_FUEL, "Fuel", "fuel"),
    variable(_PROVISIONS, "Provisions", "provisions"),
    variable(_CLEANING, "Cleaning", "cleaning"),
    variable(_CARD_FEES, "Card fees", "card fees"),
    fixed("6010", "Slip", "slip"),
    fixed("6020", "Captain's retainer", "captain"),
    fixed("6030", "Insurance", "insurance"),
    fixed(_MAINTENANCE, "Maintenance", "maintenance"),
    fixed("6050", "Software", "software"),
    fixed("6060", "Marketing", "marketing", role="marketing"),
    fixed(_PERMITS, "Permits", "permits"),
    fixed(_HAUL_OUT, "Haul-out", "maintenance"),
)
_YARD, _PORT = "Cleat & Keel Yard", "Port Permit Office"
# Day of the month, account, cents, vendor.
_MONTHLY = (
    (1, "6010", 125_000, "Gull Cove Marina"),
    (3, "6050", 12_000, "Deckhand Booking Software"),
    (5, "6030", 48_000, "Lantern Marine Insurance"),
    (8, _PERMITS, 9_000, _PORT),
    (12, _MAINTENANCE, 35_000, _YARD),
    (15, "6020", 60_000, "Retained captain"),
    (_AD_DAY, "6060", _ADS, "Searchlight Ads"),
)
_HAUL_OUT_MONTHS = frozenset({11, 12, 1, 2})

# What went wrong, in months back from the running one.
_TOO_EARLY = frozenset({4, 6})  # revenue posted on the day of the deposit, a month early
_NO_PAYMENT = frozenset({1, 3})  # a charter without a payment record
_SHARES = frozenset({2, 3, 4})  # a mate's 10 % share, owed
_UNPAID_JOB = 1
_NO_RECEIPT = 1
_PAID_TWICE = 2
_UNTRACKED = 4  # revenue that names no booking


def jada(span: Span, seed: int) -> Tables:
    """All rows of the tenant."""
    season = _Season(span, Chance(seed, TENANT), Book("JA", span, _ACCOUNTS), Tables(span))
    for month in span.months:
        season.month(month)
    season.refunded_booking()
    season.owed_deposit()
    season.untracked_revenue()
    season.book.open(_CASH_AT_ANCHOR, held=((ASSETS, _BOAT_COST),))
    season.book.write(season.tables)
    _add_campaigns(season.tables, season.chance)
    _add_plans(season.tables)
    return season.tables


@dataclass(frozen=True)
class _Season:
    span: Span
    chance: Chance
    book: Book
    tables: Tables

    def month(self, month: date) -> None:
        charters = self._charters(month)
        back = self._back(month)
        self._fixed(month, back)
        for number, charter in enumerate(charters):
            first, last = number == 0, number == len(charters) - 1
            self._charter(
                charter,
                too_early=first and back in _TOO_EARLY,
                recorded=not (last and back in _NO_PAYMENT),
                shared=first and back in _SHARES,
            )
            if first and back == _UNPAID_JOB:
                self._unpaid_job(charter)
        self._costs(month, charters)
        self._leads(month)
        self._crew_days(month, charters)

    def _back(self, month: date) -> int:
        running = self.span.running
        return (running.year - month.year) * 12 + running.month - month.month

    def _charters(self, month: date) -> list[Booking]:
        random = self.chance.of("charters", month)
        before = sum(_CHARTERS[: month.month - 1])
        days = sorted_days(random, month, _CHARTERS[month.month - 1], first=2, last=18)
        made = [
            self._booking(random, day, _PRICES[(before + number) % len(_PRICES)])
            for number, day in enumerate(days)
        ]
        # The calendar ahead is empty, as seen from any of the ten days before the anchor too.
        return [charter for charter in made if charter.day <= self.span.ago(10)]

    def _booking(self, random: Random, day: date, price: int) -> Booking:
        starts = local(day, random.randint(10, 14))
        confirmed = local(day.replace(day=random.randint(1, day.day)), 8, random.randrange(50))
        channel = weighted(random, _CHANNELS)
        return Booking(
            id=f"JA-{day:%Y%m%d}",
            asset=_BOAT,
            customer=self.chance.customer(random),
            channel=channel,
            asked=confirmed - timedelta(days=random.randint(2, 25), hours=random.randrange(12)),
            starts=starts,
            ends=starts + timedelta(hours=random.choice((4, 5))),
            price=price,
            guests=random.randint(4, 10),
            campaign=_CAMPAIGN if channel == _AD_CHANNEL else None,
            confirmed=confirmed,
        )

    def _charter(self, charter: Booking, *, too_early: bool, recorded: bool, shared: bool) -> None:
        if too_early:
            charter = _confirmed_a_month_early(charter)
        deposit = charter.price * _DEPOSIT // 100
        deposit_at = _confirmed(charter) + timedelta(minutes=10)
        deposit_day = deposit_at.astimezone(ZONE).date()
        booked.add_booking(self.tables, charter)
        if too_early:
            booked.book_too_early(self.book, charter, deposit_day, deposit)
        else:
            booked.book_deposit(self.book, charter, deposit_day, deposit)
            booked.book_service(self.book, charter, deposit)
        if recorded:
            balance_at = charter.starts - timedelta(minutes=30)
            booked.add_payment(self.tables, charter, deposit_at, deposit, "deposit")
            booked.add_payment(self.tables, charter, balance_at, charter.price - deposit, "balance", 2)
        for name, hourly, hours in _MATES:
            self._assignment(charter, name, hourly, hours, shared=shared and name == "mate-b")
        waivers = self.chance.of(f"waivers of {charter.id}", charter.day)
        booked.add_waivers(self.tables, waivers, charter, self.chance)

    def _assignment(
        self, charter: Booking, name: str, hourly: int, hours: Decimal, *, shared: bool, paid: bool = True
    ) -> None:
        due, begins = int(hourly * hours), charter.starts - timedelta(minutes=30)
        pay_day = charter.day.replace(day=_PAY_DAY)
        is_paid = paid and self.span.has(pay_day)
        self.tables.add_money(
            "crew_assignments",
            _confirmed(charter),
            assignment_id=f"{charter.id}-{name}{'' if paid else '-refit'}",
            crew_key=self.chance.key("crew", name),
            role="mate",
            booking_id=charter.id,
            delivery_id=None,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=int(hours * 60)),
            hours=hours,
            pay_due=usd(due),
            pay_due_on=pay_day,
            paid=usd(due if is_paid else 0),
            paid_on=pay_day if is_paid else None,
            share=Decimal("0.10") if shared else None,
            share_base=usd(charter.price) if shared else None,
            share_paid=usd(0) if shared else None,
            share_paid_on=None,
            relieved_late=False,
        )

    def _unpaid_job(self, charter: Booking) -> None:
        """A day of cleaning and rigging after a charter, that nobody entered or paid."""
        after = replace(charter, starts=charter.starts + timedelta(days=1))
        self._assignment(after, *_MATES[0], shared=False, paid=False)

    def _costs(self, month: date, charters: list[Booking]) -> None:
        about = Around(self.chance.of("costs", month))
        for charter in charters:
            after = charter.day + timedelta(days=1)
            self.book.pay(charter.day, _PROVISIONS, about(3_500), "Galley Provisioning")
            self.book.pay(after, _FUEL, about(7_500), "Breakwater Fuel Dock")
            self.book.pay(after, _CLEANING, about(4_000), "Bright Deck Cleaning")
        if charters:
            fees = sum(charter.price for charter in charters) * 3 // 100
            self.book.pay(month.replace(day=_STATEMENT_DAY), _CARD_FEES, fees, "Harbor Card Services")
            for name, hourly, hours in _MATES:
                pay = int(hourly * hours) * len(charters)
                self.book.pay(month.replace(day=_PAY_DAY), _CREW, pay, f"Crew {name}")

    def _fixed(self, month: date, back: int) -> None:
        for day, account, cents, vendor in _MONTHLY:
            receipt = not (account == _MAINTENANCE and back == _NO_RECEIPT)
            bill = f"PERMIT-{month:%Y%m}" if account == _PERMITS else None
            self.book.pay(month.replace(day=day), account, cents, vendor, receipt=receipt, bill=bill)
            if account == _PERMITS and back == _PAID_TWICE:
                self.book.pay(month.replace(day=day + 2), account, cents, vendor, bill=bill)
        if month.month in _HAUL_OUT_MONTHS:
            self.book.pay(month.replace(day=10), _HAUL_OUT, 90_000, _YARD, memo="Haul-out instalment")
            plans.add_block(self.tables, _BOAT, month.replace(day=20), month.replace(day=25), "maintenance")

    def _leads(self, month: date) -> None:
        random = self.chance.of("leads", month)
        like = replace(self._booking(random, month.replace(day=2), _PRICES[0]), id="JA", guests=10)
        booked.add_leads(
            self.tables,
            random,
            month_of(month),
            _CHARTERS[month.month - 1] + 1,
            like,
            channels=_CHANNELS,
            prices=_PRICES,
            chance=self.chance,
        )

    def _crew_days(self, month: date, charters: list[Booking]) -> None:
        busy = {charter.day for charter in charters}
        days = [day for day in days_of(month_of(month)) if day.weekday() >= 4 or day in busy]
        mates = [self.chance.key("crew", name) for name, _, _ in _MATES]
        plans.add_availability(self.tables, mates, days, Decimal(6))

    def refunded_booking(self) -> None:
        """Cancelled two months ago, deposit 200 given back."""
        paid, back = self.span.back(5).replace(day=20), self.span.back(2).replace(day=9)
        booking = self._cancelled("R", paid, self.span.back(2).replace(day=16), back.replace(day=6), 100_000)
        booked.book_deposit(self.book, booking, paid, 20_000)
        refund = ((DEPOSITS, 20_000), (BANK, -20_000))
        self.book.post(back, f"Refund {booking.id}", refund, booking_id=booking.id)
        booked.add_payment(self.tables, booking, local(paid, 11), 20_000, "deposit")
        booked.add_payment(self.tables, booking, local(back, 11), -20_000, "deposit", 2)

    def owed_deposit(self) -> None:
        """Cancelled in time two months ago; its deposit of 250 was never given back."""
        paid, cancelled = self.span.back(4).replace(day=22), self.span.back(2).replace(day=24)
        booking = self._cancelled("D", paid, self.span.back(1).replace(day=14), cancelled, 125_000)
        booked.book_deposit(self.book, booking, paid, 25_000)
        booked.add_payment(self.tables, booking, local(paid, 11), 25_000, "deposit")

    def _cancelled(self, mark: str, paid: date, day: date, cancelled: date, price: int) -> Booking:
        random = self.chance.of(f"cancelled {mark}", day)
        booking = replace(
            self._booking(random, day, price),
            id=f"JA-{day:%Y%m%d}-{mark}",
            confirmed=local(paid, 10),
            asked=local(paid - timedelta(days=5), 10),
            cancelled=local(cancelled, 10),
        )
        booked.add_booking(self.tables, booking)
        return booking

    def untracked_revenue(self) -> None:
        """Money at the card terminal that nobody put to a booking."""
        lines = ((BANK, 18_000), (REVENUE, -18_000))
        self.book.post(self.span.back(_UNTRACKED).replace(day=23), "Card terminal, no reference", lines)


def _confirmed(charter: Booking) -> datetime:
    return charter.confirmed or charter.asked


def _confirmed_a_month_early(charter: Booking) -> Booking:
    day = add_months(charter.day, -1).replace(day=20 + charter.day.day % 7)
    return replace(charter, confirmed=local(day, 8, 30), asked=local(day - timedelta(days=6), 15))


def _add_campaigns(tables: Tables, chance: Chance) -> None:
    """The search adverts, which the books have as marketing, and charters that came from mailings."""
    span = tables.span
    charged = [month for month in span.months if span.has(month.replace(day=_AD_DAY))]
    marketing.add_campaign(tables, _CAMPAIGN, _AD_CHANNEL, span.first, _ADS * len(charged), _ADS_RUN)
    marketing.attribute_to_mailings(tables, chance, _FROM_MAILINGS)


_AGENCIES = (  # channel, fee, days to the first booking, bookings a month, set-up
    ("Sailo", "0.10", 7, "1.5", 0),
    ("GetMyBoat", "0.115", 10, "1.2", 0),
    ("Viator", "0.25", 21, "1.0", 2_900),
    ("GetYourGuide", "0.30", 30, "0.9", 0),
)


def _add_plans(tables: Tables) -> None:
    plans.add_asset(
        tables, _BOAT, "boat", "yacht", cost=_BOAT_COST, value=16_200_000, monthly=208_000, equity=9_000_000
    )
    plans.add_asset(
        tables, "jada-tender", "boat", "tender", state="idle", cost=420_000, value=260_000, monthly=3_500
    )
    plans.add_asset(
        tables, "jada-booking", "software", "booking", cost=0, value=0, basis="cost", monthly=12_000
    )
    for channel, fee, lead_days, monthly, set_up in _AGENCIES:
        plans.add_listing(
            tables,
            channel,
            state="planned",
            fee=Decimal(fee),
            set_up=set_up,
            lead_days=lead_days,
            monthly=Decimal(monthly),
        )
    plans.add_listing(
        tables,
        "Own website",
        agency=False,
        state="live",
        fee=Decimal(0),
        set_up=0,
        lead_days=0,
        monthly=Decimal("0.9"),
        source="the last twelve months",
    )
    plans.add_project(tables, "JA-1", "Take the balance when the charter is confirmed", 0, gain=15_000)
    plans.add_project(
        tables, "JA-2", "Sound and galley for sunset charters", 380_000, asset=_BOAT, gain=40_000
    )
    plans.add_targets(tables, {"revenue_recognised": 600_000, "cash_received": 600_000})
    _add_milestones(tables)


def _add_milestones(tables: Tables) -> None:
    """The road to profit: four steps, the last in the first quarter of the year after next."""
    known, year = local(tables.span.back(3), 9), tables.span.anchor.year + 1
    steps = (
        ("Books that close", "accounting_readiness", "0.4", "1", date(year, 3, 31)),
        ("Six charters confirmed ahead", "confirmed_ahead", "0", "6", date(year, 6, 30)),
        ("Six charters a month, over a quarter", "charters_a_month_3m", "2", "6", date(year, 12, 31)),
        ("A quarter that ends in profit", "net_income_3m", "-1500", "0", date(year + 1, 3, 31)),
    )
    for number, (title, metric, baseline, goal, due_on) in enumerate(steps, start=1):
        tables.add(
            "milestones",
            known,
            milestone_id=f"M{number}",
            report="accounting",
            title=title,
            metric=metric,
            baseline=Decimal(baseline),
            goal=Decimal(goal),
            due_on=due_on,
        )
