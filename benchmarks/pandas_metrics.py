"""Twenty metrics in plain pandas, as an analyst would write them from the same formulas.

Answers are exact: integers in minor units, or fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pandas_books import DAY, END, FULL_END, FULL_START, MONTH, YEAR, Books, local_day

if TYPE_CHECKING:
    from collections.abc import Callable


def _cash_total(books: Books) -> int:
    return int(books.ledger.loc[books.ledger["is_cash"], "amount"].sum())


def _last_month(books: Books) -> pd.DataFrame:
    days = books.operating["day"]
    return books.operating[(days >= FULL_START) & (days < FULL_END)]


def _gross_burn(books: Books) -> int:
    return int(_last_month(books)["payment"].sum())


def _net_burn(books: Books) -> int:
    month = _last_month(books)
    return int(month["payment"].sum() - month["receipt"].sum())


def _debt_service(books: Books) -> int:
    flows = books.flows
    flows = flows[(flows["posted_on"] >= YEAR) & (flows["posted_on"] < FULL_END)]
    paid = (flows["role"] == "interest") | ((flows["role"] == "principal") & (flows["amount"] < 0))
    return int(-flows.loc[paid, "amount"].sum())


def _revenue_recognised(books: Books) -> int:
    return int(books.earned.loc[books.earned["month"] >= MONTH.to_period("M"), "earned"].sum())


def _cash_received(books: Books) -> int:
    pay = books.frames["payments"]
    pay = pay[pay["received_at"] < END]
    return int(pay.loc[local_day(pay["received_at"]) >= MONTH, "amount"].sum())


def _net_income(books: Books) -> int:
    spent = books.expenses.loc[books.expenses["posted_on"] >= MONTH, "amount"].sum()
    return _revenue_recognised(books) - int(spent)


def _fixed_costs(books: Books) -> Fraction:
    return Fraction(books.year["fixed"], 12)


def _contribution_ratio(books: Books) -> Fraction:
    return Fraction(books.year["revenue"] - books.year["variable"], books.year["revenue"])


def _break_even_units(books: Books) -> int:
    contribution = Fraction(books.year["revenue"] - books.year["variable"], books.year["units"])
    return -int(-Fraction(books.year["fixed"], 12) // contribution)


def _deferred_revenue(books: Books) -> int:
    return int(books.balances.loc[~books.balances["off"], "owed"].sum())


def _deposits_owed(books: Books) -> int:
    return int(books.balances.loc[books.balances["off"], "owed"].sum())


def _revenue_wrong_period(books: Books) -> int:
    lines = books.ledger
    lines = lines[(lines["type"] == "revenue") & (lines["role"] != "interest") & ~lines["opening"]]
    lines = lines.merge(books.bookings[["booking_id", "start"]], on="booking_id")
    later = lines["start"] >= MONTH + pd.DateOffset(months=1)
    lines = lines[(lines["posted_on"] < FULL_END) | later]
    posted = lines.groupby(["booking_id", lines["posted_on"].dt.to_period("M")])["amount"].sum()
    posted = (-posted).rename_axis(["id", "month"]).rename("posted")
    began = books.ledger.loc[~books.ledger["opening"], "posted_on"].min().to_period("M")
    earned = books.earned[books.earned["source"] == "booking"]
    earned = earned[(earned["month"] >= began) & (earned["month"] < FULL_END.to_period("M"))]
    earned = earned.groupby(["id", "month"])["earned"].sum()
    both = pd.concat([posted, earned], axis=1).fillna(0).astype("int64")
    gap = (both["posted"] - both["earned"]).rename("gap").reset_index()
    ahead = gap["gap"].clip(lower=0).groupby(gap["id"]).sum()
    behind = (-gap["gap"]).clip(lower=0).groupby(gap["id"]).sum()
    return int(np.maximum(ahead, behind).sum())


def _revenue_unmatched(books: Books) -> int:
    lines = books.ledger
    lines = lines[(lines["type"] == "revenue") & (lines["role"] != "interest") & ~lines["opening"]]
    matched = (
        lines["booking_id"].isin(books.frames["bookings"]["booking_id"])
        | lines["invoice_id"].isin(books.frames["invoices"]["invoice_id"])
        | lines["stay_id"].isin(books.frames["stays"]["stay_id"])
        | lines["delivery_id"].isin(books.frames["yacht_deliveries"]["delivery_id"])
    )
    return int(-lines.loc[~matched, "amount"].sum())


def _bookings_without_payment_value(books: Books) -> int:
    pay, book = books.frames["payments"], books.bookings
    paid = pay.loc[pay["received_at"] < END, "booking_id"].dropna().unique()
    due = (book["stood"] == "confirmed") & (book["balance_due_on"] <= DAY)
    unpaid = ((book["stood"] == "completed") | due) & (book["price"] > 0) & ~book["booking_id"].isin(paid)
    return int(book.loc[unpaid, "price"].sum())


def _trial_balance_difference(books: Books) -> int:
    return int(books.ledger.groupby("entry_id")["amount"].sum().abs().sum())


def _missing_receipts(books: Books) -> int:
    lines = books.ledger
    lines = lines[
        ~lines["opening"] & ((lines["type"] == "expense") | lines["unmapped"] | (lines["role"] == "suspense"))
    ]
    back = lines["reverses"].notna() | lines["entry_id"].isin(books.ledger["reverses"].dropna())
    lines = lines[(lines["amount"] > 0) & ~back & (lines["role"] != "depreciation")]
    vendor = lines["vendor"].str.strip().str.lower()
    has_receipt = lines["document_ref"].str.strip().fillna("") != ""
    bought = lines.groupby([lines["entry_id"], vendor, has_receipt], dropna=False)["amount"].transform("sum")
    needed = (bought >= 7500) | (lines["category"].str.strip().str.lower() == "lodging")
    return int(lines.loc[needed & ~has_receipt, "amount"].sum())


def _cancellation_rate(books: Books) -> Fraction:
    book = books.bookings
    book = book[book["ever_confirmed"] & (book["start"] >= MONTH) & (book["start"] <= DAY)]
    return Fraction(int((book["stood"] == "cancelled").sum()), len(book))


def _adr(books: Books) -> Fraction:
    nights = books.nights
    nights = nights[(nights["kind"] == "guest") & (nights["night"] >= MONTH) & (nights["night"] <= DAY)]
    return Fraction(int(nights["part"].sum()), len(nights))


def _ar_total(books: Books) -> int:
    invoices, pay = books.frames["invoices"], books.frames["payments"]
    billed = invoices[(invoices["issued_on"] <= DAY) & ~(invoices["void_on"] <= DAY)]
    paid = pay[pay["invoice_id"].notna() & (pay["received_at"] < END)]
    received = (paid["amount"] + paid["withheld"].fillna(0)).sum()
    signed = billed["amount"].where(billed["kind"] == "invoice", -billed["amount"])
    return int(signed.sum() - received)


METRICS: dict[str, Callable[[Books], int | Fraction]] = {
    "adr": _adr,
    "ar_total": _ar_total,
    "bookings_without_payment_value": _bookings_without_payment_value,
    "break_even_units": _break_even_units,
    "cancellation_rate": _cancellation_rate,
    "cash_received": _cash_received,
    "cash_total": _cash_total,
    "contribution_ratio": _contribution_ratio,
    "debt_service": _debt_service,
    "deferred_revenue": _deferred_revenue,
    "deposits_owed": _deposits_owed,
    "fixed_costs": _fixed_costs,
    "gross_burn": _gross_burn,
    "missing_receipts": _missing_receipts,
    "net_burn": _net_burn,
    "net_income": _net_income,
    "revenue_recognised": _revenue_recognised,
    "revenue_unmatched": _revenue_unmatched,
    "revenue_wrong_period": _revenue_wrong_period,
    "trial_balance_difference": _trial_balance_difference,
}
