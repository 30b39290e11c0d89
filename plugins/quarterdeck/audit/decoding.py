"""Bytes of a file to text, by its mark (BOM), else UTF-8, else Latin-1; binary files have no text."""

from __future__ import annotations

import codecs

# The longer mark first: UTF-32LE begins with UTF-16LE's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(data: bytes) -> str | None:
    """The text, lines ending in ``\\n``; None for a binary file."""
    text = _decoded(data)
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    head = data[:8192]
    if b"\0" in head:
        return _without_mark(data, head)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        controls = sum(byte < 9 or 13 < byte < 27 for byte in head)
        return None if controls > len(head) // 50 else data.decode("latin-1")


def _without_mark(data: bytes, head: bytes) -> str | None:
    """UTF-16 of mostly Latin letters has its zeros on one side only."""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if odd > half * 0.7 and even < half * 0.05:
        return data.decode("utf-16-le", errors="replace")
    if even > half * 0.7 and odd < half * 0.05:
        return data.decode("utf-16-be", errors="replace")
    # A stray zero in a text is a mistake for the parser to report, not a reason to look away.
    if head.count(0) * 500 <= len(head) + 500 and not any(7 > byte > 0 for byte in head):
        return data.decode("utf-8", errors="replace")
    return None
