"""Words too long for a phone: they may break anywhere, and no other word does."""

from __future__ import annotations

import re

_LONGEST = 20  # characters: of such words three columns fit on 320 px
_WORD = re.compile(rf"[^\s<>]{{{_LONGEST + 1},}}")
_TEXT = re.compile(r"(?<=>)[^<]+(?=<)")
_NOT_SHOWN = re.compile(r"(<(style|script|title)\b.*?</\2>)", re.DOTALL)


def breakable(html: str) -> str:
    """The HTML with every word of more than 20 characters in an element in which it may break.

    A rule for whole cells would let a table squeeze its short words too; and the bytes of a word stay
    together, so that a search for it finds it.
    """
    parts = _NOT_SHOWN.split(html)
    # Three parts each: what is shown, an element that is not, the name of that element.
    for place in range(0, len(parts), 3):
        parts[place] = _TEXT.sub(_with_breaks, parts[place])
    return "".join(part for place, part in enumerate(parts) if place % 3 != 2)


def _with_breaks(text: re.Match[str]) -> str:
    return _WORD.sub(lambda word: f'<span style="word-break:break-word">{word.group()}</span>', text.group())
