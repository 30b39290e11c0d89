"""expert-yacht-delivery: four deliveries a year at 1,900, each costing 1,100.

(Captain 350, mate 250, fuel 250, provisions 100, travel 150; 150 of fixed cost a month.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.days import month_of
from quarterdeck.demo.world import plans
from quarterdeck.demo.world.books import BANK, RECEIVABLE, REVENUE, Book, fixed, variable
from quarterdeck.demo.world.chance import Chance
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import Span, days_of, local

if TYPE_CHECKING:
    from random import Random

TENANT = "expert-yacht-delivery"
_CASH_AT_ANCHOR = 500_000
_MONTHS = frozenset({1, 2, 6, 11})
_FEE, _DAYS, _PAY_DAY = 190_000, 5, 16
_OUT = 3  # days since the one under way has left
_FUEL, _PROVISIONS, _TRAVEL = 25_000, 10_000, 15_000
_WATCHES = (("captain", 7_000, 6), ("mate", 5_000, 18))  # role, cents a watch, hour of the day it begins
_WATCH = timedelta(hours=12)
_CREW, _FUEL_PAID, _PROVISIONS_PAID, _TRAVEL_PAID = "5010", "5020", "5030", "5040"
_ACCOUNTS = (
    variable(_CREW, "Delivery crew", "crew"),
    variable(_FUEL_PAID, "Fuel", "fuel"),
    variable(_PROVISIONS_PAID, "Provisions", "provisions"),
    variable(_TRAVEL_PAID, "Crew travel", "travel"),
    fixed("6010", "Delivery insurance", "insurance"),
)


def yacht_delivery(span: Span, seed: int) -> Tables:
    """All rows of the tenant."""
    desk = _Desk(span, Chance(seed, TENANT), Book("YD", span, _ACCOUNTS), Tables(span))
    for month in span.months:
        desk.month(month)
    desk.pipeline()
    desk.book.open(_CASH_AT_ANCHOR)
    desk.book.write(desk.tables)
    plans.add_asset(desk.tables, "safety-kit", "other", "safety", cost=210_000, value=120_000, monthly=15_000)
    plans.add_targets(desk.tables, {"revenue_recognised": 70_000})
    return desk.tables


@dataclass(frozen=True)
class _Desk:
    span: Span
    chance: Chance
    book: Book
    tables: Tables

    def month(self, month: date) -> None:
        self.book.pay(month.replace(day=12), "6010", 15_000, "Lantern Marine Insurance")
        crew = [self.chance.key("crew", role) for role, _, _ in _WATCHES]
        days = [day for day in days_of(month_of(month)) if day.day <= 20]
        plans.add_availability(self.tables, crew, days, Decimal(12))
        # A delivery that is not paid for by the anchor is the one under way, told in `pipeline`.
        if month.month in _MONTHS and self.span.has(month.replace(day=_PAY_DAY)):
            self._done(month)

    def _done(self, month: date) -> None:
        random = self.chance.of("delivery", month)
        delivery = f"YD-{month:%Y%m}"
        departs = month.replace(day=random.randint(3, 6))
        late = 3 if random.random() < 0.2 else 0
        arrived = local(departs + timedelta(days=_DAYS), 7)
        window_end = local(departs + timedelta(days=_DAYS + 1 - late), 18)
        self._delivery(
            random,
            delivery,
            "done",
            quoted=departs - timedelta(days=random.randint(18, 40)),
            decided=departs - timedelta(days=random.randint(5, 14)),
            departed=local(departs, 6),
            arrived=arrived,
            window_end=window_end,
            spent=True,
        )
        self._watches(delivery, departs, _DAYS, paid_on=month.replace(day=_PAY_DAY))
        self._book_delivery(delivery, departs, month.replace(day=_PAY_DAY))

    def _book_delivery(self, delivery: str, departs: date, pay_day: date) -> None:
        self.book.pay(departs, _TRAVEL_PAID, _TRAVEL, "Coastline Rail & Air")
        self.book.pay(departs, _PROVISIONS_PAID, _PROVISIONS, "Galley Provisioning")
        self.book.pay(departs + timedelta(days=2), _FUEL_PAID, _FUEL, "Halfway Point Fuel")
        for role, cents, _ in _WATCHES:
            self.book.pay(pay_day, _CREW, cents * _DAYS, f"Crew {role}")
        arrived = departs + timedelta(days=_DAYS)
        earned = ((RECEIVABLE, _FEE), (REVENUE, -_FEE))
        self.book.post(arrived, f"Delivery {delivery}", earned, delivery_id=delivery)
        paid = ((BANK, _FEE), (RECEIVABLE, -_FEE))
        self.book.post(pay_day, f"Fee of {delivery}", paid, delivery_id=delivery)

    def _delivery(
        self,
        random: Random,
        delivery: str,
        status: str,
        *,
        quoted: date,
        decided: date | None = None,
        departed: datetime | None = None,
        arrived: datetime | None = None,
        window_end: datetime | None = None,
        spent: bool = False,
    ) -> None:
        route = Decimal(random.randint(380, 460))
        bad_weather = Decimal(random.choice(("0", "0", "0.5", "1")) if arrived else 0)
        self.tables.add_money(
            "yacht_deliveries",
            local(quoted, 10),
            delivery_id=delivery,
            client_key=self.chance.key("client", random.randrange(40)),
            status=status,
            quoted_on=quoted,
            decided_on=decided,
            departed_at=departed,
            arrived_at=arrived,
            window_end=window_end,
            route_nm=route,
            log_nm=route + random.randint(4, 30) if arrived else route * _OUT // _DAYS if departed else None,
            fee=usd(_FEE),
            quoted_cost=usd(105_000),
            fuel=usd(_FUEL if spent else 0),
            provisions=usd(_PROVISIONS if spent else 0),
            travel=usd(_TRAVEL if spent else 0),
            dockage=usd(0),
            insurance=usd(0),
            repairs_own=usd(0),
            owner_paid=usd(random.choice((0, 12_000, 18_000)) if spent else 0),
            weather_days=bad_weather if departed else None,
            agreed_weather_days=Decimal(1),
        )

    def _watches(self, delivery: str, departs: date, days: int, *, paid_on: date) -> None:
        """One row a watch: twelve hours on, twelve off. Paid once the owner has paid."""
        paid = self.span.has(paid_on)
        for number in range(days):
            for role, cents, hour in _WATCHES:
                begins = local(departs + timedelta(days=number), hour)
                self.tables.add_money(
                    "crew_assignments",
                    local(departs - timedelta(days=2), 9),
                    assignment_id=f"{delivery}-{role}-{number + 1}",
                    crew_key=self.chance.key("crew", role),
                    role=role,
                    booking_id=None,
                    delivery_id=delivery,
                    starts_at=begins,
                    ends_at=begins + _WATCH,
                    hours=Decimal(12),
                    pay_due=usd(cents),
                    pay_due_on=paid_on,
                    paid=usd(cents if paid else 0),
                    paid_on=paid_on if paid else None,
                    share=None,
                    share_base=None,
                    share_paid=None,
                    share_paid_on=None,
                    relieved_late=False,
                )

    def pipeline(self) -> None:
        """By the anchor: two quoted, one won, one under way since three days, and two that were lost."""
        ago, random = self.span.ago, self.chance.of("pipeline", self.span.anchor)
        self._delivery(random, "YD-Q1", "quoted", quoted=ago(5))
        self._delivery(random, "YD-Q2", "quoted", quoted=ago(12))
        self._delivery(random, "YD-W1", "won", quoted=ago(21), decided=ago(6), window_end=local(ago(-20), 18))
        self._delivery(random, "YD-L1", "lost", quoted=ago(130), decided=ago(112))
        self._delivery(random, "YD-L2", "lost", quoted=ago(61), decided=ago(48))
        self._delivery(
            random,
            "YD-U1",
            "under_way",
            quoted=ago(30),
            decided=ago(14),
            departed=local(ago(_OUT), 6),
            window_end=local(ago(-4), 18),
            spent=True,
        )
        self._watches("YD-U1", ago(_OUT), _OUT, paid_on=ago(-10))
