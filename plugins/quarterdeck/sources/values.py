"""From the text of one value to the declared type, exactly; each distinct text is parsed once.

A parser raises ValueError with what it expected. Spaces around a value count in text and choice only.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.days import local_day
from quarterdeck.money import exponent, to_minor

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from quarterdeck.settings.definition import Column
    from quarterdeck.settings.sources import Mapped

    Parser = Callable[[str], Any]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INT64 = range(-(2**63), 2**63)
_PLACES = 9  # of decimal128(38, 9)
_WHOLE_DIGITS = 29
# No number that passes _NUMBER in a text of fewer digits is ever rounded on the way.
_EXACT = Context(prec=400)
_LONGEST = 200
_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})
_BETWEEN = "\x1f"


def parser_of(column: Column, how: Mapped, zone: ZoneInfo) -> Parser:
    """The parser of a declared column (that of money takes ``USD<0x1F>12.50``, see ``with_currency``)."""
    if column.type == "money":
        return _major if how.unit == "major" else _minor
    if column.type == "day":
        return lambda text: _parse_day(text.strip(), how.format, zone)
    if column.type == "instant":
        return lambda text: parse_instant(text.strip(), zone, how.format)
    if column.type == "choice":
        words = frozenset(column.of)
        return lambda text: _parse_choice(text, words, column.of)
    simple: dict[str, Parser] = {
        "text": str,
        "integer": _parse_integer,
        "decimal": _parse_decimal,
        "boolean": _parse_boolean,
    }
    return simple[column.type]


def _number(text: str, expected: str) -> Decimal:
    text = text.strip()
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise ValueError(expected)
    return Decimal(text)


def _parse_integer(text: str) -> int:
    number = _number(text, "expected a whole number")
    if number != number.to_integral_value() or int(number) not in _INT64:
        raise ValueError("expected a whole number of at most 64 bits")
    return int(number)


def _parse_decimal(text: str) -> Decimal:
    number = _number(text, "expected a number")
    scaled = number.scaleb(_PLACES)
    if scaled != scaled.to_integral_value() or abs(scaled) >= Decimal(10) ** (_WHOLE_DIGITS + _PLACES):
        raise ValueError(
            f"expected a number of at most {_WHOLE_DIGITS} digits before the point and {_PLACES} after it "
            "(round it in the mapping's `sql`)"
        )
    return scaled.to_integral_value().scaleb(-_PLACES)


def _parse_boolean(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("expected yes or no, true or false, 1 or 0")


def _parse_choice(text: str, words: frozenset[str], order: tuple[str, ...]) -> str:
    if text not in words:
        raise ValueError(f"expected one of {', '.join(order)}")
    return text


# --- money -------------------------------------------------------------------------------------------


def with_currency(amounts: pa.ChunkedArray, currencies: pa.ChunkedArray) -> pa.ChunkedArray:
    """Each amount's text with its row's currency before it, as the parsers of money want it."""
    return pc.binary_join_element_wise(currencies, amounts, _BETWEEN)


def _major(text: str) -> int:
    currency, _, amount = text.partition(_BETWEEN)
    number = _number(amount, f"expected money in {currency}")
    try:
        minor = to_minor(number, currency)
    except ValueError as error:
        raise ValueError(str(error).partition(", found")[0]) from None
    if minor not in _INT64:
        raise ValueError(f"expected money in {currency} of at most 64 bits")
    return minor


def _minor(text: str) -> int:
    currency, _, amount = text.partition(_BETWEEN)
    number = _number(amount, f"expected money in minor units of {currency}")
    if number != number.to_integral_value() or int(number) not in _INT64:
        raise ValueError(f"expected money in whole minor units of {currency}")
    return int(number)


def parse_currency(text: str) -> str:
    """An ISO 4217 code."""
    try:
        exponent(text)
    except ValueError:
        raise ValueError("expected an ISO 4217 code such as USD") from None
    return text


# --- time --------------------------------------------------------------------------------------------


def parse_instant(text: str, zone: ZoneInfo, form: str | None = None) -> datetime:
    """An instant in UTC from ISO 8601 (or ``form``, as of strptime).

    Without a zone it is local time of the portfolio's zone. Where that exists twice (clocks go back) it
    is the first of the two; where it does not exist (clocks go forward), as if they had not yet: 02:30 is
    03:30. A day alone is its first instant. Raises ValueError.
    """
    expected = f"expected an instant as {form}" if form else "expected an instant in ISO 8601"
    try:
        found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone, fold=0)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(expected) from None


def _parse_day(text: str, form: str | None, zone: ZoneInfo) -> date:
    """A local day; an instant given for a day is cut in the portfolio's zone."""
    try:
        if form is None and _DAY.fullmatch(text):
            return date.fromisoformat(text)
        return local_day(parse_instant(text, zone, form), zone)
    except (ValueError, OverflowError):
        raise ValueError(f"expected a day as {form}" if form else "expected a day as YYYY-MM-DD") from None


# --- columns -----------------------------------------------------------------------------------------


def parse_column(
    texts: pa.ChunkedArray, parser: Parser, kind: pa.DataType
) -> tuple[pa.Array, dict[str, np.ndarray[Any, Any]]]:
    """The typed column, missing where the text is missing or bad; and the rows of each thing expected."""
    encoded = pc.dictionary_encode(texts.combine_chunks())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values: list[Any] = []
    expected: dict[str, list[int]] = {}
    with localcontext(_EXACT):
        for index, text in enumerate(encoded.dictionary.to_pylist()):
            try:
                values.append(parser(text))
            except ValueError as error:
                values.append(None)
                expected.setdefault(str(error), []).append(index)
    typed = pa.array(values, kind).take(encoded.indices)
    if not expected:
        return typed, {}
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return typed, {words: np.flatnonzero(np.isin(codes, indices)) for words, indices in expected.items()}
