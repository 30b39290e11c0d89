"""A split change in words: labels of its parts, and one sentence with the largest of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import (
    format_day,
    format_money,
    format_month,
    format_number,
    is_whole_months,
    rounded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.reports.words import Words

_SHOWN = 3  # parts in a sentence; the others are "the rest"
_MIXED = {"adr": "mix_units", "revpar": "mix_units", "contribution_ratio": "mix_businesses"}
_CLIENTS = {"new", "lost", "expansion", "contraction", "paused", "resumed"}
_FIXED = {"fee", "credit", "listed", "closed", "restated", "other"}
_HIGHER = {"price": "prices", "occupancy": "occupancy", "rate": "rates"}


def label_of(metric: str, part: dict[str, Any], words: Words) -> str:
    """What a part is, such as ``2 more charters``, ``lower prices``, ``Rent``, ``1 client lost``."""
    kind = part["kind"]
    if kind == "volume":
        return _volume(part, words)
    if kind in _CLIENTS:
        count = Decimal(part["quantity"])
        shown = format_number(count, words.locale)
        return words.say(f"moves.part_{kind}", count=shown, clients=words.plural("client", count))
    key = _key_of(metric, part)
    return str(part["of"]) if key is None else words.say(f"moves.part_{key}", of=part["of"])


def _key_of(metric: str, part: dict[str, Any]) -> str | None:
    """The phrase of a part that counts nothing; None where it has the name of what it is of."""
    kind = part["kind"]
    if kind in _FIXED:
        return str(kind)
    if kind == "mix":
        return _MIXED.get(metric, "mix")
    if kind == "receipt" or (kind == "rate" and part["of"]):
        return {"receipt": "receipts", "rate": "rate"}[kind]
    if kind in _HIGHER:
        return f"{'higher' if Decimal(part['amount']) > 0 else 'lower'}_{_HIGHER[kind]}"
    return None


def _volume(part: dict[str, Any], words: Words) -> str:
    if part["quantity"] is None:
        by = part["of"] and part["of"].replace("_", " ")
        return words.say("moves.part_nights_by", of=by) if by else words.say("moves.part_nights")
    quantity, noun = Decimal(part["quantity"]), part["of"]
    if not quantity:
        slightly = "more" if part["amount"] > 0 else "less"
        return words.say(f"moves.part_slightly_{slightly}", nouns=words.plural(noun, 2))
    count = format_number(abs(quantity), words.locale, most=1)
    which = "part_more" if quantity > 0 else "part_fewer"
    return words.say(f"moves.{which}", count=count, nouns=words.plural(noun, quantity))


def sentence_of(bridge: dict[str, Any], title: str | None, words: Words) -> str:
    """``Revenue is $1,250 above the same days of Oct 2026: 2 more charters +$1,900, lower prices -$650.``

    ``title`` is that of the business that it is about, None for the whole scope.
    """
    subject = bridge["title"]
    if title:
        subject = words.say("moves.subject_of", title=subject, business=title)
    note = f" {bridge['note']}" if bridge["note"] else ""
    return words.say("moves.sentence", subject=f"{subject}{note}", clause=clause_of(bridge, words))


def clause_of(bridge: dict[str, Any], words: Words) -> str:
    """The sentence's end: how much above or below what, and the largest parts of it."""
    change, against = Decimal(bridge["change"]), _against(bridge, words)
    told = [part for part in bridge["parts"] if _can_be_seen(bridge, part["amount"])]
    amounts = [Decimal(part["amount"]) for part in told]
    say = _sayer(bridge, [change, *amounts], words)
    which = "same" if not _can_be_seen(bridge, change) else "above" if change > 0 else "below"
    shown = told[:_SHOWN] if len(told) > _SHOWN + 1 else told
    parts = [f"{part['label']} {_signed(Decimal(part['amount']), say)}" for part in shown]
    if len(shown) < len(told):
        parts.append(words.say("moves.rest", amount=_signed(sum(amounts[len(shown) :], Decimal(0)), say)))
    if not parts:
        return words.say(f"moves.{which}_plain", amount=say(abs(change)), against=against)
    return words.say(f"moves.{which}", amount=say(abs(change)), against=against, parts=", ".join(parts))


def _against(bridge: dict[str, Any], words: Words) -> str:
    then, now = bridge["then"]["period"], bridge["now"]["period"]
    whole = is_whole_months(**then) and is_whole_months(**now)
    period = words.period(then["start"], then["end"])
    if bridge["against"] == "previous_edition":
        edition = words.say("moves.edition", day=format_day(bridge["then"]["as_of"], words.locale))
        if whole and then != now:
            return words.say("moves.in_edition", period=period, edition=edition)
        return edition
    if then["start"] == then["end"] or whole:
        return period
    return words.say("moves.same_days", month=format_month(then["start"][:7], words.locale))


def _can_be_seen(bridge: dict[str, Any], amount: Decimal) -> bool:
    """Whether it is not 0 as it is shown: a ratio has hundredths of a point."""
    return bool(rounded(amount, 4) if bridge["unit"] == "ratio" else amount)


def _sayer(bridge: dict[str, Any], amounts: list[Decimal], words: Words) -> Callable[[Decimal], str]:
    """How amounts are said: money without minor units where all are whole; ratios in points."""
    currency, locale = bridge["currency"], words.locale
    if bridge["unit"] == "money":
        whole = all(amount == rounded(amount, 0) for amount in amounts)
        return lambda amount: format_money(amount, currency, locale, whole=whole)
    if bridge["unit"] == "ratio":
        return lambda amount: words.say(
            "change.points", points=format_number(amount * 100, locale, least=1, most=2)
        )
    return lambda amount: format_number(amount, locale, most=1)


def _signed(amount: Decimal, say: Callable[[Decimal], str]) -> str:
    return f"+{say(amount)}" if amount > 0 else say(amount)
