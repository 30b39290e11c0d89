"""Figures in words, in the portfolio's locale: what readers see in HTML, text, subjects and findings.

A value is rounded here once, half away from zero, and never shown as a negative zero. The sign of a
negative number is the locale's own minus (``-$5.00`` in en_US), so that it can be searched and copied.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.units import format_unit

from quarterdeck.money import exponent

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


def format_short_day(day: str | date, locale: str) -> str:
    """A day without its weekday: ``Nov 24, 2026``."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return str(format_date(value, "medium", locale=_locale(locale)))


def format_instant(instant: datetime, locale: str) -> str:
    """A day and time with the weekday, in the instant's own zone: ``Wed, Apr 1, 2026, 7:30 AM``."""
    day = format_day(instant.date(), locale)
    return f"{day}, {format_time(instant, 'short', tzinfo=instant.tzinfo, locale=_locale(locale))}"


def is_whole_months(start: str, end: str) -> bool:
    """Whether ISO days go from a month's first day to a month's last."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def format_value(
    value: Value | None,
    unit: str,
    currency: str | None,
    locale: str,
    *,
    whole: bool = False,
) -> str:
    """A value of a unit of metrics or tables. None is a dash.

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
    return _format_measure(value, unit, locale)


def _format_word(value: str, unit: str, locale: str) -> str:
    if unit == "day":
        return format_day(value, locale)
    return format_month(value[:7], locale) if unit == "month" else value


def _format_measure(value: Decimal | int, unit: str, locale: str) -> str:
    most = 0 if value == int(value) and unit != "months" else _PLACES.get(unit, 2)
    least = 1 if unit == "months" else 0
    if unit in _SPANS:
        shown = format_number(value, locale, least=least, most=most)
        return _span(rounded(value, most), shown, unit, locale)
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
