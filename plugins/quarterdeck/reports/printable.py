"""Text as it may be shown: on one line, and reading in the direction that it is written in."""

from __future__ import annotations

import re

# Control characters (mail clients cut mail at some of them) and marks that turn the reading direction.
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff]+")


def printable(text: str) -> str:
    """The text with control characters and marks of direction as spaces."""
    return _UNPRINTABLE.sub(" ", text)
