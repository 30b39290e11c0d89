"""Numbers as text into the narrowest exact Arrow type: none of DynamoDB's 38 digits is lost."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.sources.columns import numbers_of

_DIGITS = 38


def number_column(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """The numbers as int64, else as one decimal, else (more than 38 digits together) as their plain text."""
    try:
        return texts.cast(pa.int64())
    except pa.ArrowInvalid:
        pass  # not all of them are whole numbers of 64 bits
    if not pc.any(pc.match_substring(texts, "e", ignore_case=True)).as_py():
        points, lengths = pc.find_substring(texts, "."), pc.binary_length(texts)
        has_point = pc.greater_equal(points, 0)
        whole = pc.max(pc.if_else(has_point, points, lengths)).as_py()  # with a sign, one too many
        scale = pc.max(pc.if_else(has_point, pc.subtract(pc.subtract(lengths, points), 1), 0)).as_py()
        if scale > 0 and whole + scale <= _DIGITS:
            return texts.cast(pa.decimal128(whole + scale, scale))
    values = [None if text is None else _exact(text) for text in texts.to_pylist()]
    return pa.chunked_array([numbers_of(values)])


def _exact(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)
