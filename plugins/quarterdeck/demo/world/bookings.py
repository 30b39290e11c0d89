"""What the businesses with bookings share: a booking's days, its rows, its money, its guests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from quarterdeck.demo.world.books import BANK, DEPOSITS, RECEIVABLE, REVENUE
from quarterdeck.demo.world.chance import weighted
from quarterdeck.demo.world.rows import usd
from quarterdeck.demo.world.span import ZONE, days_of, local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from random import Random

    from quarterdeck.days import Period
    from quarterdeck.demo.world.books import Book
    from quarterdeck.demo.world.chance import Chance
    from quarterdeck.demo.world.rows import Tables, Value

_FREE_CANCEL = timedelta(days=7)
_WAIVER_LASTS = timedelta(days=365)


@dataclass(frozen=True)
class Booking:
    """A booking that was asked for; prices in cents."""

    id: str
    asset: str
    customer: str
    channel: str
    asked: datetime
    starts: datetime
    ends: datetime
    price: int
    guests: int | None = None
    campaign: str | None = None
    confirmed: datetime | None = None
    cancelled: datetime | None = None

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return self.starts.astimezone(ZONE).date()


def add_booking(tables: Tables, booking: Booking, *, quoted: bool = False) -> None:
    """The booking's row, with the status that it has at the end of the anchor day."""
    free_until = booking.starts - _FREE_CANCEL
    tables.add_money(
        "bookings",
        booking.asked,
        booking_id=booking.id,
        status=_status(booking, tables, quoted=quoted),
        confirmed_at=booking.confirmed,
        cancelled_at=booking.cancelled,
        starts_at=booking.starts,
        ends_at=booking.ends,
        asset_id=booking.asset,
        customer_key=booking.customer,
        channel=booking.channel,
        campaign_id=booking.campaign,
        guests_aboard=booking.guests,
        price=usd(booking.price),
        tax=usd(0),
        tip=usd(0),
        commission=usd(0),
        cancel_fee=usd(0),
        free_cancel_until=free_until,
        balance_due_on=booking.day,
    )


def _status(booking: Booking, tables: Tables, *, quoted: bool) -> str:
    if booking.cancelled:
        return "cancelled"
    if booking.confirmed:
        return "completed" if booking.ends < tables.span.end else "confirmed"
    return "quoted" if quoted else "inquiry"


def add_payment(
    tables: Tables, booking: Booking, received: datetime, cents: int, part: str, number: int = 1
) -> None:
    """What reached the bank for a booking; a refund is negative."""
    tables.add_money(
        "payments",
        received,
        payment_id=f"P-{booking.id}-{number}",
        booking_id=booking.id,
        invoice_id=None,
        received_at=received,
        amount=usd(cents),
        part=part,
        client_key=None,
        withheld=usd(0),
    )


def add_leads(
    tables: Tables,
    random: Random,
    month: Period,
    count: int,
    like: Booking,
    *,
    channels: Sequence[tuple[str, int]],
    prices: Sequence[int],
    chance: Chance,
) -> None:
    """People who asked and never booked, with starts some weeks after they asked."""
    for number, asked_on in enumerate(sorted(random.choices(days_of(month), k=count)), start=1):
        starts = local(asked_on + timedelta(days=random.randint(15, 45)), random.randint(9, 14))
        lead = Booking(
            id=f"{like.id}-{month.start:%Y%m}-L{number}",
            asset=like.asset,
            customer=chance.customer(random),
            channel=weighted(random, channels),
            asked=local(asked_on, random.randint(8, 20), random.randrange(60)),
            starts=starts,
            ends=starts + (like.ends - like.starts),
            price=random.choice(prices),
            guests=None if like.guests is None else random.randint(2, like.guests),
        )
        add_booking(tables, lead, quoted=random.random() < 0.5)


def add_waivers(tables: Tables, random: Random, booking: Booking, chance: Chance) -> None:
    """A waiver for nearly every guest: some sign days before, the rest as they board."""
    for number in range(1, (booking.guests or 0) + 1):
        before = timedelta(days=random.randint(1, 3)) if random.random() < 0.6 else timedelta(minutes=20)
        if random.random() < 0.06:
            continue
        signed = max(booking.starts - before, booking.asked)
        row: dict[str, Value] = {
            "booking_id": booking.id,
            "guest_key": chance.key("guest", booking.id, number),
            "signed_at": signed,
            "valid_until": signed + _WAIVER_LASTS,
            "version": "2023-11",
        }
        tables.add("waivers", signed, **row)


def book_deposit(book: Book, booking: Booking, day: date, cents: int) -> None:
    """A deposit as it belongs: money for work that is still to be done."""
    lines = ((BANK, cents), (DEPOSITS, -cents))
    book.post(day, f"Deposit {booking.id}", lines, booking_id=booking.id)


def book_service(book: Book, booking: Booking, deposit: int) -> None:
    """The day of the service: the rest is paid, and all of the price is earned."""
    lines = ((BANK, booking.price - deposit), (DEPOSITS, deposit), (REVENUE, -booking.price))
    book.post(
        booking.day,
        f"Service {booking.id}",
        tuple(line for line in lines if line[1]),
        booking_id=booking.id,
    )


def book_too_early(book: Book, booking: Booking, day: date, deposit: int) -> None:
    """The mistake of posting the whole price as revenue on the day of the deposit."""
    rest = booking.price - deposit
    early = ((BANK, deposit), (RECEIVABLE, rest), (REVENUE, -booking.price))
    book.post(day, f"Booking {booking.id}", early, booking_id=booking.id)
    paid = ((BANK, rest), (RECEIVABLE, -rest))
    book.post(booking.day, f"Balance {booking.id}", paid, booking_id=booking.id)
