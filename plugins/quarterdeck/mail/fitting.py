"""How much a message may carry: what is too large for it stays in the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BUDGET = 10_000_000
"""Bytes of a message as sent: SES slows larger ones down, and many inboxes refuse them."""

_LINE, _ENCODED_LINE = 57, 78  # base64 in lines of 76 characters and a line end
_HEADERS = 500  # of a part, with its boundary and a long file name


def encoded_size(size: int) -> int:
    """What so many bytes are in a message: base64 with its line ends, and the part's headers."""
    return -(-size // _LINE) * _ENCODED_LINE + _HEADERS


def fitting(sizes: Sequence[int], body: int, budget: int = BUDGET) -> list[bool]:
    """Whether each file, in order, goes into a message whose other parts take ``body`` bytes as sent.

    A file that doesn't fit is passed over; a smaller one after it may still go.
    """
    left = budget - body
    goes = []
    for size in sizes:
        needed = encoded_size(size)
        goes.append(needed <= left)
        left -= needed if needed <= left else 0
    return goes
