"""Exact money: integer minor units with the currency's ISO 4217 exponent, never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_WHOLE = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
# ISO 4217 currencies whose exponent is not 2 (source: ISO 4217 list one).
_EXPONENTS = {
    **dict.fromkeys(_WHOLE, 0),
    **dict.fromkeys(_THOUSANDTHS, 3),
    "CLF": 4,
    "UYW": 4,
}


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit: USD 2, JPY 0, KWD 3.

    Raises ValueError unless ``currency`` is three capital letters.
    """
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha() or not currency.isupper():
        raise ValueError(f"expected an ISO 4217 code such as USD, found {currency!r}")
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: Decimal | int | str, currency: str) -> int:
    """Minor units of ``amount`` given in major units: ``to_minor("12.50", "USD") == 1250``.

    Raises ValueError where ``amount`` is no finite number or has more places than the currency.
    """
    try:
        scaled = Decimal(amount).scaleb(exponent(currency))
    except InvalidOperation:
        raise ValueError(f"expected an amount in {currency}, found {amount!r}") from None
    if not scaled.is_finite():
        raise ValueError(f"expected a finite amount in {currency}, found {amount!r}")
    if scaled != scaled.to_integral_value():
        raise ValueError(
            f"expected at most {exponent(currency)} decimal places in {currency}, found {amount!r}"
        )
    return int(scaled)


def to_major(minor: int, currency: str) -> Decimal:
    """The amount in major units, with the currency's places: ``to_major(1250, "USD") == 12.50``."""
    places = exponent(currency)
    return Decimal(minor).scaleb(-places).quantize(Decimal(1).scaleb(-places))


def round_half_away(value: Fraction, places: int) -> Decimal:
    """``value`` rounded once, half away from zero, to ``places``; never a negative zero."""
    scaled = value * 10**places
    whole = abs(scaled.numerator) * 2 + scaled.denominator
    digits = whole // (2 * scaled.denominator)
    signed = -digits if scaled < 0 else digits
    return Decimal(signed).scaleb(-places).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
