"""The last look at finished bytes: nothing of another tenant or portfolio may be in them.

All values are looked for at once (Aho-Corasick), as whole words and in any case, so that a thousand foreign
names cost little more than one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail.readable import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import ahocorasick_rs

# Shown by nobody, and yet between letters: soft hyphens, joiners, marks of direction, byte order marks.
_INVISIBLE = tuple(
    map(chr, (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
)
_WITHOUT = dict.fromkeys(map(ord, _INVISIBLE))


@dataclass(frozen=True)
class Foreign:
    """A value that may not be there. ``kind`` says what it is and is shown; the value never is.

    ``planted``: a canary, put into the data for nothing but to be found where it doesn't belong.
    """

    kind: str
    value: str = field(repr=False)
    planted: bool = False


@dataclass(frozen=True)
class Hit:
    """A foreign value and the file, part, page or sheet that it was found in."""

    foreign: Foreign
    where: str

    def __str__(self) -> str:
        return f"{self.foreign.kind} in {self.where}"


class ForeignDataError(QuarterdeckError):
    """Finished bytes hold something of another tenant; ``found`` names what and where, never the value."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self.found = tuple(sorted({str(hit) for hit in hits}))
        super().__init__(
            f"expected nothing of other tenants in the finished bytes, found: {'; '.join(self.found)}. The "
            "report is held; look in its data and texts, or declare a word that all may see under `public` "
            "in the portfolio whose word it is"
        )


class Screen:
    """Foreign values, ready to be looked for in many texts.

    ``public`` are texts, such as the sender's domain, inside which a value is no hit. ``own`` is text of the
    report's own scope: a value that stands in it as a word is everybody's, unless it was planted.
    """

    def __init__(self, foreign: Iterable[Foreign], *, public: Iterable[str] = (), own: str = "") -> None:
        wanted: dict[str, Foreign] = {}
        for each in sorted(foreign, key=lambda each: (not each.planted, each.kind)):
            if (word := _folded(each.value)) and word not in wanted:
                wanted[word] = each
        if own:
            theirs = {word for word, _, _ in _words(_automaton(list(wanted)), list(wanted), _folded(own))}
            wanted = {word: each for word, each in wanted.items() if each.planted or word not in theirs}
        self._wanted = wanted
        masks = {_folded(text) for text in public}
        self._masks = masks - {""}

    @cached_property
    def _words(self) -> list[str]:
        return sorted(self._wanted.keys() | self._masks)

    @cached_property
    def _engine(self) -> ahocorasick_rs.AhoCorasick:
        return _automaton(self._words)

    def hits(self, texts: Iterable[tuple[str, str]]) -> list[Hit]:
        """Every foreign value in the texts (``where``, ``text``), once for each place."""
        if not self._wanted:
            return []
        found: dict[tuple[str, str], Hit] = {}
        for where, text in texts:
            there = list(_words(self._engine, self._words, _folded(text)))
            masked = [(start, end) for word, start, end in there if word in self._masks]
            for word, start, end in there:
                inside = any(first <= start and end <= last for first, last in masked)
                if word in self._wanted and not inside:
                    found.setdefault((word, where), Hit(self._wanted[word], where))
        return list(found.values())

    def hits_in(self, files: Mapping[str, bytes]) -> list[Hit]:
        """The same over finished files by name. Raises QuarterdeckError for one that can't be searched."""
        return self.hits(text for name, data in files.items() for text in texts_of(name, data))


def _automaton(words: list[str]) -> ahocorasick_rs.AhoCorasick:
    import ahocorasick_rs

    return ahocorasick_rs.AhoCorasick(words)


def _words(engine: ahocorasick_rs.AhoCorasick, words: list[str], text: str) -> Iterator[tuple[str, int, int]]:
    """What stands in the text as a whole word: ``jada`` is not in ``jadar``, but is in ``/jada/``."""
    for index, start, end in engine.find_matches_as_indexes(text, overlapping=True):
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield words[index], start, end


def _folded(text: str) -> str:
    """The text in one case, form and spacing, without what nobody sees."""
    if not text.isascii():
        # Looked for first: in most texts there is nothing to do, and to do it costs ten times as much.
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        if any(mark in text for mark in _INVISIBLE):
            text = text.translate(_WITHOUT)
    return " ".join(text.casefold().split())
