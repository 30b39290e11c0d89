"""A split change in words: labels of its parts, and one sentence with the largest of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.days import month_of
from quarterdeck.reports.format import (
    format_day,
    format_money,
    format_month,
    format_number,
    format_period,
    plural,
    rounded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SHOWN = 3  # parts in a sentence; the others are "the rest"
_MIXED = {
    "adr": "mix of channels and units",
    "revpar": "mix of channels and units",
    "contribution_ratio": "mix of businesses",
}
_CLIENTS = {
    "new": "{count} new {clients}",
    "lost": "{count} {clients} lost",
    "expansion": "{count} {clients} paying more",
    "contraction": "{count} {clients} paying less",
    "paused": "{count} {clients} paused",
    "resumed": "{count} {clients} resumed",
}
_FIXED = {
    "fee": "fees kept",
    "credit": "credits",
    "listed": "units listed",
    "closed": "nights closed",
    "restated": "restated since",
    "other": "all else",
}


def label_of(metric: str, part: dict[str, Any], locale: str) -> str:
    """What a part is, such as ``2 more charters``, ``lower prices``, ``Rent``, ``1 client lost``."""
    kind, amount = part["kind"], Decimal(part["amount"])
    if kind in _CLIENTS:
        count = Decimal(part["quantity"])
        return _CLIENTS[kind].format(count=format_number(count, locale), clients=plural("client", count))
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "volume":
        return _volume(part, locale)
    if kind == "mix":
        return _MIXED.get(metric, "mix of channels")
    if kind == "receipt":
        return f"receipts ({part['of']})"
    higher = "higher" if amount > 0 else "lower"
    rate = f"{part['of']} per revenue" if part["of"] else f"{higher} rates"
    by_kind = {"price": f"{higher} prices", "occupancy": f"{higher} occupancy", "rate": rate}
    return by_kind.get(kind) or str(part["of"])


def _volume(part: dict[str, Any], locale: str) -> str:
    if part["quantity"] is None:
        return f"guest nights by {part['of']}" if part["of"] else "guest nights"
    quantity = Decimal(part["quantity"])
    if not quantity:
        return f"slightly {'more' if part['amount'] > 0 else 'less'} of {plural(part['of'], 2)}"
    count = format_number(abs(quantity), locale, most=1)
    return f"{count} {'more' if quantity > 0 else 'fewer'} {plural(part['of'], quantity)}"


def sentence_of(bridge: dict[str, Any], title: str | None, locale: str) -> str:
    """``Revenue is $1,250 above the same days of Oct 2026: 2 more charters +$1,900, lower prices -$650.``

    ``title`` is that of the business that it is about, None for the whole scope.
    """
    subject = f"{bridge['title']} of {title}" if title else bridge["title"]
    note = f" {bridge['note']}" if bridge["note"] else ""
    return f"{subject}{note} is {clause_of(bridge, locale)}."


def clause_of(bridge: dict[str, Any], locale: str) -> str:
    """The sentence's end: how much above or below what, and the largest parts of it."""
    change, against = Decimal(bridge["change"]), _against(bridge, locale)
    told = [part for part in bridge["parts"] if _can_be_seen(bridge, part["amount"])]
    amounts = [Decimal(part["amount"]) for part in told]
    say = _sayer(bridge, [change, *amounts], locale)
    said = f"{say(abs(change))} {'above' if change > 0 else 'below'} {against}"
    if not _can_be_seen(bridge, change):
        said = f"unchanged from {against}"
    shown = told[:_SHOWN] if len(told) > _SHOWN + 1 else told
    parts = [f"{part['label']} {_signed(Decimal(part['amount']), say)}" for part in shown]
    if len(shown) < len(told):
        parts.append(f"the rest {_signed(sum(amounts[len(shown) :], Decimal(0)), say)}")
    return f"{said}: {', '.join(parts)}" if parts else said


def _against(bridge: dict[str, Any], locale: str) -> str:
    then, now = bridge["then"]["period"], bridge["now"]["period"]
    whole = _is_whole(then) and _is_whole(now)
    period = format_period(then["start"], then["end"], locale)
    if bridge["against"] == "previous_edition":
        edition = f"the last edition ({format_day(bridge['then']['as_of'], locale)})"
        return f"{period} in {edition}" if whole and then != now else edition
    if then["start"] == then["end"] or whole:
        return period
    return f"the same days of {format_month(then['start'][:7], locale)}"


def _is_whole(period: dict[str, str]) -> bool:
    """From a month's first day to a month's last."""
    first, last = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    return first.day == 1 and last == month_of(last).last


def _can_be_seen(bridge: dict[str, Any], amount: Decimal) -> bool:
    """Whether it is not 0 as it is shown: a ratio has hundredths of a point."""
    return bool(rounded(amount, 4) if bridge["unit"] == "ratio" else amount)


def _sayer(bridge: dict[str, Any], amounts: list[Decimal], locale: str) -> Callable[[Decimal], str]:
    """How amounts are said: money without minor units where all are whole; ratios in points."""
    currency = bridge["currency"]
    if bridge["unit"] == "money":
        whole = all(amount == rounded(amount, 0) for amount in amounts)
        return lambda amount: format_money(amount, currency, locale, whole=whole)
    if bridge["unit"] == "ratio":
        return lambda amount: f"{format_number(amount * 100, locale, least=1, most=2)} points"
    return lambda amount: format_number(amount, locale, most=1)


def _signed(amount: Decimal, say: Callable[[Decimal], str]) -> str:
    return f"+{say(amount)}" if amount > 0 else say(amount)
