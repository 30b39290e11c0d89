"""Double-entry books: a chart, entries that balance, bank statements, and an opening that fits the cash."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from quarterdeck.demo.world.rows import usd
from quarterdeck.demo.world.span import last_day, local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from quarterdeck.demo.world.rows import Tables, Value
    from quarterdeck.demo.world.span import Span

BANK, RESTRICTED, RECEIVABLE, ASSETS = "1000", "1010", "1100", "1500"
CARD, DEPOSITS, LOAN, EQUITY, REVENUE = "2010", "2100", "2500", "3000", "4000"
_LINKS = ("booking_id", "invoice_id", "delivery_id", "project_id", "stay_id", "asset_id")
OWN_RECEIPT = "own"  # stands for a receipt that bears the number of its entry
_ENTERED_AT = 18  # the hour at which the day's entries are made


@dataclass(frozen=True)
class Account:
    """A line of the chart of accounts."""

    code: str
    name: str
    type: Literal["asset", "liability", "equity", "revenue", "expense"]
    category: str
    cash: Literal["bank", "card", "none"] = "none"
    flow: Literal["operating", "investing", "financing", "transfer"] = "operating"
    behaviour: Literal["fixed", "variable", "none"] = "none"
    role: str = "other"


def fixed(code: str, name: str, category: str, role: str = "other") -> Account:
    """An expense that comes whatever is sold."""
    return Account(code, name, "expense", category, behaviour="fixed", role=role)


def variable(code: str, name: str, category: str, role: str = "other") -> Account:
    """An expense that moves with the units done."""
    return Account(code, name, "expense", category, behaviour="variable", role=role)


_COMMON = (
    Account(BANK, "Operating account", "asset", "cash", cash="bank", flow="transfer"),
    Account(RECEIVABLE, "Accounts receivable", "asset", "receivables", role="receivable"),
    Account(ASSETS, "Property and equipment", "asset", "fixed assets", flow="investing", role="capex"),
    Account(DEPOSITS, "Customer deposits", "liability", "deposits", role="deferred"),
    Account(EQUITY, "Owner's equity", "equity", "equity", flow="financing"),
    Account(REVENUE, "Revenue", "revenue", "revenue"),
)
RESTRICTED_ACCOUNT = Account(RESTRICTED, "Impound account", "asset", "cash", cash="bank", flow="transfer")
CARD_ACCOUNT = Account(CARD, "Company card", "liability", "cash", cash="card", flow="transfer")
LOAN_ACCOUNT = Account(LOAN, "Mortgage", "liability", "loans", flow="financing", role="principal")


@dataclass(frozen=True)
class _Entry:
    day: date
    memo: str
    lines: tuple[tuple[str, int], ...]
    vendor: str | None
    document: str | None
    links: Mapping[str, str]
    opening: bool = False


@dataclass
class Book:
    """The books of one business. Amounts are in cents, debit positive."""

    prefix: str
    span: Span
    own: Sequence[Account]
    _entries: list[_Entry] = field(default_factory=list)

    @property
    def chart(self) -> tuple[Account, ...]:
        """All accounts, in the order of their codes."""
        return tuple(sorted((*_COMMON, *self.own), key=lambda account: account.code))

    @property
    def _cash(self) -> tuple[Account, ...]:
        return tuple(account for account in self.chart if account.cash != "none")

    def post(
        self,
        day: date,
        memo: str,
        lines: Sequence[tuple[str, int]],
        *,
        vendor: str | None = None,
        document: str | None = None,
        **links: str,
    ) -> None:
        """An entry, unless its day is still to come. Raises ValueError where it does not balance.

        ``vendor`` and ``document`` go on its lines of expense; ``links`` (``booking_id`` and the like) on
        those that are neither expense nor cash: what a job cost is not kept by job.
        """
        if sum(amount for _, amount in lines):
            raise ValueError(f"expected an entry that balances, found {memo!r} on {day}: {lines}")
        if self.span.has(day):
            self._entries.append(_Entry(day, memo, tuple(lines), vendor, document, links))

    def pay(
        self,
        day: date,
        account: str,
        cents: int,
        vendor: str,
        *,
        memo: str = "",
        receipt: bool = True,
        bill: str | None = None,
        by: str = BANK,
    ) -> None:
        """An expense paid at once. ``bill`` names the document; without ``receipt`` there is none."""
        lines = ((account, cents), (by, -cents))
        document = (bill or OWN_RECEIPT) if receipt else None
        self.post(day, memo or vendor, lines, vendor=vendor, document=document)

    def balance(self, account: str, day: date) -> int:
        """The balance of an account at the end of a day, in cents."""
        return sum(
            amount
            for entry in self._entries
            if entry.day <= day
            for code, amount in entry.lines
            if code == account
        )

    def open(self, cash: int, *, held: Sequence[tuple[str, int]] = ()) -> None:
        """The opening entry on the first day, such that all cash accounts hold ``cash`` at the anchor.

        ``held`` are the other openings; the owner's equity takes the rest.
        """
        moved = sum(self.balance(account.code, self.span.anchor) for account in self._cash)
        set_aside = sum(amount for code, amount in held if code == RESTRICTED)
        bank = cash - moved - set_aside
        lines = ((BANK, bank), *held, (EQUITY, -bank - sum(amount for _, amount in held)))
        entry = _Entry(self.span.first, "Opening balances", lines, None, None, {}, opening=True)
        self._entries.insert(0, entry)

    def write(self, tables: Tables) -> None:
        """Ledger, chart and cash accounts as rows."""
        opened = local(self.span.first, 8)
        for account in self.chart:
            tables.add(
                "chart_of_accounts",
                opened,
                account=account.code,
                name=account.name,
                type=account.type,
                cash=account.cash,
                flow=account.flow,
                behaviour=account.behaviour,
                category=account.category,
                role=account.role,
            )
        self._write_ledger(tables)
        self._write_statements(tables)

    def _write_ledger(self, tables: Tables) -> None:
        kinds = {account.code: _kind(account) for account in self.chart}
        numbers: Counter[date] = Counter()
        for entry in sorted(self._entries, key=lambda entry: entry.day):
            numbers[entry.day] += 1
            entry_id = f"{self.prefix}-{entry.day:%Y%m%d}-{numbers[entry.day]:02d}"
            for number, (account, amount) in enumerate(entry.lines, start=1):
                # An account that the chart lacks is one that someone made up for an expense.
                kind = kinds.get(account, "expense")
                tables.add_money(
                    "general_ledger",
                    local(entry.day, _ENTERED_AT),
                    entry_id=entry_id,
                    line=number,
                    posted_on=entry.day,
                    account=account,
                    amount=usd(amount),
                    memo=entry.memo,
                    opening=entry.opening,
                    other_tenant=None,
                    reverses=None,
                    **_paper(entry, entry_id, kind),
                    **_links(entry, kind),
                )

    def _write_statements(self, tables: Tables) -> None:
        day = last_day(self.span.back(1))
        for account in self._cash:
            tables.add_money(
                "cash_accounts",
                local(day, 20),
                account=account.code,
                restricted=account.code == RESTRICTED,
                statement_on=day,
                statement_balance=usd(self.balance(account.code, day)),
            )


def _kind(account: Account) -> str:
    return "cash" if account.cash != "none" else account.type


def _paper(entry: _Entry, entry_id: str, kind: str) -> dict[str, Value]:
    if kind != "expense":
        return {"vendor": None, "document_ref": None}
    document = f"R-{entry_id}" if entry.document == OWN_RECEIPT else entry.document
    return {"vendor": entry.vendor, "document_ref": document}


def _links(entry: _Entry, kind: str) -> dict[str, Value]:
    linked = {} if kind in {"cash", "expense"} else entry.links
    return {name: linked.get(name) for name in _LINKS}
