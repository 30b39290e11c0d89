"""dangerouscentaur: a web agency.

Retainers of 250, 190 and 160 a month, one of 60 that was cancelled, one of 120 that nobody signed.
Costs are tools 260 and a subcontractor 100 a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from quarterdeck.days import Period, add_months, month_of
from quarterdeck.demo.world import plans
from quarterdeck.demo.world.books import BANK, RECEIVABLE, REVENUE, Book, fixed
from quarterdeck.demo.world.chance import Chance
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import Span, local

TENANT = "dangerouscentaur"
_CASH_AT_ANCHOR = 850_000
_ACCOUNTS = (
    fixed("6010", "Hosting", "hosting"),
    fixed("6020", "Software", "software"),
    fixed("6030", "Subcontractor", "subcontractors"),
)
# Day of the month, account, cents, vendor.
_MONTHLY = (
    (2, "6010", 11_000, "Rackhouse Hosting"),
    (13, "6020", 15_000, "Pixelworks Tools"),
    (19, "6030", 10_000, "Freelance developer"),
)
_GRACE, _TERMS = 5, 14  # days
_UNBILLED = 1  # months back from the running one: a retainer that nobody invoiced
_PROPOSALS = (  # stage, days since sent, since negotiating, since decided, cents
    ("sent", 12, None, None, 180_000),
    ("negotiating", 33, 21, None, 240_000),
    ("draft", None, None, None, 90_000),
    ("won", 320, 310, 301, 160_000),
    ("lost", 260, None, 238, 120_000),
    ("lost", 190, 181, 170, 75_000),
    ("won", 141, 133, 120, 50_000),
    ("lost", 95, 80, 62, 210_000),
)


@dataclass(frozen=True)
class _Retainer:
    contract: str
    client: str
    cents: int
    repository: str


_BREWERY = _Retainer("C-101", "brewery", 25_000, "brewery-site")
_DENTIST = _Retainer("C-102", "dentist", 19_000, "dentist-site")
_SURF_SHOP = _Retainer("C-103", "surf-shop", 16_000, "surf-shop-site")
_BAKERY = _Retainer("C-104", "bakery", 6_000, "bakery-site")
_FLORIST = _Retainer("C-105", "florist", 12_000, "florist-site")


def dangerouscentaur(span: Span, seed: int) -> Tables:
    """All rows of the tenant."""
    agency = _Agency(span, Chance(seed, TENANT), Book("DC", span, _ACCOUNTS), Tables(span))
    agency.contracts()
    for month in span.months:
        agency.month(month)
    agency.bakery()
    agency.unpaid_invoice()
    agency.proposals()
    agency.book.open(_CASH_AT_ANCHOR)
    agency.book.write(agency.tables)
    _add_plans(agency.tables)
    return agency.tables


@dataclass(frozen=True)
class _Agency:
    span: Span
    chance: Chance
    book: Book
    tables: Tables

    @property
    def _cancelled_on(self) -> date:
        return self.span.ago(40)

    def _client(self, name: str) -> str:
        return self.chance.key("client", name)

    def month(self, month: date) -> None:
        for day, account, cents, vendor in _MONTHLY:
            self.book.pay(month.replace(day=day), account, cents, vendor)
        for retainer in (_BREWERY, _DENTIST, _SURF_SHOP):
            if not (retainer is _DENTIST and month == self.span.back(_UNBILLED)):
                self._bill(retainer, Period(month, add_months(month, 1)), paid=month.replace(day=10))

    def bakery(self) -> None:
        """The cancelled retainer: whole months up to the day of its end, each paid as it begins."""
        begins = self._bakery_began
        number = 0
        while (start := _months_after(begins, number)) < self._cancelled_on:
            number += 1
            self._bill(_BAKERY, Period(start, _months_after(begins, number)), paid=start)

    @property
    def _bakery_began(self) -> date:
        """The day of the month on which it ended, in the first month that is long enough for any day."""
        months = [month for month in self.span.months if month_of(month).days == 31]
        return months[0].replace(day=self._cancelled_on.day)

    def _bill(self, retainer: _Retainer, period: Period, *, paid: date) -> None:
        invoice = f"I-{period.start:%Y%m}-{retainer.contract[-3:]}"
        self._invoice(invoice, retainer.client, retainer.cents, period.start, retainer.contract, period)
        self.tables.add_money(
            "payments",
            local(paid, 14),
            payment_id=f"P-{invoice}",
            booking_id=None,
            invoice_id=invoice,
            received_at=local(paid, 14),
            amount=usd(retainer.cents),
            part="balance",
            client_key=self._client(retainer.client),
            withheld=usd(0),
        )
        received = ((BANK, retainer.cents), (RECEIVABLE, -retainer.cents))
        self.book.post(paid, f"Payment of {invoice}", received, invoice_id=invoice)

    def _invoice(
        self,
        invoice: str,
        client: str,
        cents: int,
        issued: date,
        contract: str | None = None,
        period: Period | None = None,
    ) -> None:
        self.tables.add_money(
            "invoices",
            local(issued, 9),
            invoice_id=invoice,
            client_key=self._client(client),
            contract_id=contract,
            period_start=period.start if period else None,
            period_end=period.last if period else None,
            issued_on=issued,
            due_on=issued + timedelta(days=_TERMS),
            terms_days=_TERMS,
            amount=usd(cents),
            tax=usd(0),
            kind="invoice",
            applies_to=None,
            disputed_on=None,
            settled_on=None,
            void_on=None,
        )
        lines = ((RECEIVABLE, cents), (REVENUE, -cents))
        self.book.post(issued, f"Invoice {invoice}", lines, invoice_id=invoice)

    def unpaid_invoice(self) -> None:
        """500 for a one-off job, seventy days beyond its terms."""
        self._invoice("I-J1", "gallery", 50_000, self.span.ago(70 + _TERMS))

    def contracts(self) -> None:
        """Three that run, one of them to its end; one cancelled; one that was begun without a signature."""
        start = self.span.first
        self._contract(_BREWERY, start, "signed")
        self._contract(_DENTIST, start, "signed")
        self._contract(_SURF_SHOP, start, "signed", ends_on=self.span.ago(-25))
        self._contract(_BAKERY, self._bakery_began, "ended", ended_on=self._cancelled_on)
        # Two periods of it are over, and the third ends in half a month.
        self._contract(_FLORIST, self.span.ago(75), "sent", bill_in="arrears", grace=3)

    def _contract(
        self,
        retainer: _Retainer,
        starts: date,
        status: str,
        *,
        bill_in: str = "advance",
        grace: int = _GRACE,
        ends_on: date | None = None,
        ended_on: date | None = None,
    ) -> None:
        self.tables.add_money(
            "contracts",
            local(starts, 8),
            contract_id=retainer.contract,
            client_key=self._client(retainer.client),
            status=status,
            sent_on=starts,
            signed_on=None if status == "sent" else starts,
            starts_on=starts,
            ends_on=ends_on,
            renews=ends_on is None,
            amount=usd(retainer.cents),
            interval="month",
            bill_in=bill_in,
            grace_days=grace,
            paused_on=None,
            resumed_on=None,
            ended_on=ended_on,
            ended_why="cancelled" if ended_on else None,
            repository=retainer.repository,
        )

    def proposals(self) -> None:
        """Three that are open and five that were decided within the year."""
        for number, (stage, sent, negotiating, decided, cents) in enumerate(_PROPOSALS, start=1):
            self.tables.add_money(
                "proposals",
                local(self.span.ago(sent or 3), 9),
                proposal_id=f"O-{number}",
                client_key=self._client(f"prospect {number}"),
                stage=stage,
                sent_on=self._ago(sent),
                negotiating_on=self._ago(negotiating),
                decided_on=self._ago(decided),
                amount=usd(cents),
            )

    def _ago(self, days: int | None) -> date | None:
        return None if days is None else self.span.ago(days)


def _months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day where it is shorter."""
    month = month_of(add_months(day, months))
    return month.start.replace(day=min(day.day, month.days))


def _add_plans(tables: Tables) -> None:
    for number, client in enumerate((_BREWERY, _DENTIST, _SURF_SHOP, _BAKERY, _FLORIST), start=1):
        plans.add_asset(
            tables,
            f"domain-{client.client}",
            "domain",
            "client domains",
            state="idle" if client is _BAKERY else "active",
            age_months=20 + number,
            cost=1_500,
            value=1_500,
            basis="cost",
            monthly=125,
        )
    plans.add_asset(
        tables, "client-hosting", "software", "hosting", cost=0, value=0, basis="cost", monthly=11_000
    )
    plans.add_asset(
        tables, "design-tools", "software", "tools", cost=0, value=0, basis="cost", monthly=15_000
    )
    plans.add_project(tables, "DC-1", "Invoices that make themselves from the contracts", 15_000, gain=18_000)
    plans.add_targets(tables, {"revenue_recognised": 75_000, "cash_received": 75_000})
