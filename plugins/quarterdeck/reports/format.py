"""Figures in words, in the portfolio's locale: what readers see in HTML, text, subjects and findings.

A value is rounded here once, half away from zero, and never shown as a negative zero. The sign of a
negative number is the locale's own minus (``-$5.00`` in en_US), so that it can be searched and copied.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.units import format_unit

from quarterdeck.days import month_of
from quarterdeck.metrics.definition import GAPS
from quarterdeck.money import exponent

if TYPE_CHECKING:
    from quarterdeck.metrics.definition import Figure

Value = Decimal | int | str

# A currency without a sign of its own stands apart from the digits (CLDR's currencySpacing; babel omits it).
_SPACING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_MARK = "\ue000"  # private use: in no locale's patterns
_PLACES = {"count": 0, "units": 0, "months": 1, "days": 1, "years": 1, "hours": 1, "score": 1}
_SPANS = {
    "months": "duration-month",
    "days": "duration-day",
    "years": "duration-year",
    "hours": "duration-hour",
}
NOTHING = "\N{EN DASH}"
MISSING_WORDS = {
    "no_data": "no data",
    "permission": "no permission",
    "quality": "data not good enough",
    "zero_denominator": "nothing to divide by",
    "no_history": "too little history",
    "not_reached": "not reached",
    "infinite": "no end in sight",
}


@lru_cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def rounded(value: Decimal | int, places: int) -> Decimal:
    """``value`` to ``places``, half away from zero; never a negative zero."""
    result = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def format_number(value: Decimal | int, locale: str, *, least: int = 0, most: int = 0) -> str:
    """A bare number with the locale's grouping and ``least`` to ``most`` decimal places."""
    known = _locale(locale)
    pattern = copy(known.decimal_formats[None])
    pattern.frac_prec = (least, most)
    return str(pattern.apply(rounded(value, most), known))


def format_money(value: Decimal | int, currency: str, locale: str, *, whole: bool = False) -> str:
    """An amount in major units with its currency; ``whole`` leaves the minor units out (rounded)."""
    places = 0 if whole else exponent(currency)
    known = _locale(locale)
    pattern = copy(known.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    amount = rounded(value, places)
    return _SPACING.sub(
        "\N{NO-BREAK SPACE}", str(pattern.apply(amount, known, currency=currency, currency_digits=False))
    )


def format_ratio(value: Decimal | int, locale: str) -> str:
    """A ratio 0..1 as percent with one place: ``0.3704 → 37.0%``."""
    known = _locale(locale)
    pattern = copy(known.percent_formats[None])
    pattern.frac_prec = (1, 1)
    return str(pattern.apply(rounded(value, 3), known))


def format_day(day: str | date, locale: str) -> str:
    """A day with its weekday: ``Tue, Nov 24, 2026``."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return str(format_skeleton("yMMMEd", value, locale=_locale(locale)))


def format_month(period: str, locale: str) -> str:
    """A month given as ``2026-10``: ``Oct 2026``."""
    return str(format_skeleton("yMMM", date.fromisoformat(f"{period}-01"), locale=_locale(locale)))


def format_period(start: str | None, end: str | None, locale: str) -> str:
    """Days from ``start`` to ``end`` (its last): a whole month by its name, else both ends; may be empty."""
    if start is None or end is None:
        return "" if end is None else f"to {_short_day(date.fromisoformat(end), locale)}"
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        from_month, to_month = format_month(start[:7], locale), format_month(end[:7], locale)
        return from_month if month_of(first) == month_of(last) else f"{from_month} to {to_month}"
    if first == last:
        return _short_day(first, locale)
    return f"{_short_day(first, locale)} to {_short_day(last, locale)}"


def _short_day(day: date, locale: str) -> str:
    return str(format_date(day, "medium", locale=_locale(locale)))


def plural(noun: str, count: Decimal | int) -> str:
    """The English noun for that many: ``charter``, ``charters``; ``delivery``, ``deliveries``."""
    if abs(count) == 1:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"


def counted(count: Decimal | int, noun: str, locale: str) -> str:
    """A count with its noun: ``1 row``, ``1,204 rows``."""
    shown = rounded(count, 0)
    return f"{format_number(shown, locale)} {plural(noun, shown)}"


def format_value(
    value: Value | None,
    unit: str,
    currency: str | None,
    locale: str,
    *,
    noun: str | None = None,
    whole: bool = False,
) -> str:
    """A value of a unit of metrics or tables; ``noun`` is what ``units`` are units of. None is a dash.

    Raises ValueError for money without a currency and for a number that is none.
    """
    if value is None:
        return NOTHING
    if isinstance(value, str | bool):
        return _format_word(str(value), unit, locale)
    if unit == "money":
        if currency is None:
            raise ValueError(f"expected a currency with the amount {value}, found none")
        return format_money(value, currency, locale, whole=whole)
    if unit == "ratio":
        return format_ratio(value, locale)
    return _format_measure(value, unit, locale, noun)


def _format_word(value: str, unit: str, locale: str) -> str:
    if unit == "day":
        return format_day(value, locale)
    return format_month(value[:7], locale) if unit == "month" else value


def _format_measure(value: Decimal | int, unit: str, locale: str, noun: str | None) -> str:
    most = 0 if value == int(value) and unit != "months" else _PLACES.get(unit, 2)
    least = 1 if unit == "months" else 0
    if unit in _SPANS:
        shown = format_number(value, locale, least=least, most=most)
        return _span(rounded(value, most), shown, unit, locale)
    if unit == "units" and noun:
        return counted(value, noun, locale)
    return format_number(value, locale, least=least, most=most)


def _span(value: Decimal, shown: str, unit: str, locale: str) -> str:
    # Babel picks the plural by the number and formats it too; its number is replaced by ours. Some locales
    # (nl) have no long pattern for days: then the short one.
    for length in ("long", "short"):
        text = str(
            format_unit(value, _SPANS[unit], length=length, format=f"'{_MARK}'", locale=_locale(locale))
        )
        if "duration-" not in text:
            return text.replace(_MARK, shown)
    return f"{shown} {unit}"


def format_change(change: dict[str, Any] | None, unit: str, currency: str | None, locale: str) -> str:
    """A change in words and sign: ``up 5.9 %``, ``down 1.2 points``, ``n/a, up $40.00``, ``unchanged``."""
    if change is None:
        return NOTHING
    direction, absolute, relative = change["direction"], change["absolute"], change["relative"]
    if direction == "flat":
        return "unchanged"
    if relative is not None:
        return f"{direction} {format_ratio(abs(Decimal(relative)), locale)}"
    if unit == "ratio":
        points = abs(Decimal(absolute)) * 100
        return f"{direction} {format_number(points, locale, least=1, most=1)} points"
    if unit == "day":
        return f"{'later' if absolute > 0 else 'earlier'} by {counted(abs(absolute), 'day', locale)}"
    return f"{direction} {format_value(abs(Decimal(absolute)), unit, currency, locale)}"


def missing_words(missing: str, because: str | None) -> str:
    """Why there is no value, in words: ``not burning``; for a gap ``no data (what it lacks)``."""
    if because is None:
        return MISSING_WORDS[missing]
    return f"{MISSING_WORDS[missing]} ({because})" if missing in GAPS else because


def format_figure(figure: Figure, locale: str) -> str:
    """A figure's value in words, or why it has none."""
    if figure.missing is not None:
        return missing_words(figure.missing, figure.because)
    return format_value(figure.value, figure.unit, figure.currency, locale)
