"""Fonts of charts: which face draws which text, and which text no face can draw.

The drawing library brings Liberation Sans (Latin). Noto Sans (Greek, Cyrillic, Vietnamese and the rest of
Latin) and Noto Sans CJK come as packages, so that a machine's own fonts make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

PLAIN_FAMILY = "Liberation Sans"
# What Liberation Sans surely has: Latin-1, and the marks that locales and people put between words.
_PLAIN = re.compile("[ -~\u00a0-\u00ac\u00ae-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac\u2212]*")
_TEXT = re.compile(r'(<text\b[^>]*?font-family=")[^"]*("[^>]*>)([^<]*)(</text>)')


@dataclass(frozen=True)
class Face:
    """A font that is installed as a package: its family, and the file (below the package's folder)."""

    family: str
    package: str
    file: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(str(files(self.package))) / self.file


FACES = (
    Face("Noto Sans", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    Face("Noto Sans CJK SC", "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"),
)


def printable(text: str) -> str:
    """The text on one line, composed, without control characters and marks that nobody sees."""
    composed = unicodedata.normalize("NFC", text)
    seen = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in composed
        if unicodedata.category(c) != "Cf"
    )
    return re.sub(" {2,}", " ", "".join(seen)).strip()


def is_plain(text: str) -> bool:
    """Whether the library's own font has every character, so that no other needs to be opened."""
    return _PLAIN.fullmatch(text) is not None


def can_be_drawn(text: str) -> bool:
    """Whether each character is in some face: nothing of the text would be an empty box."""
    return family_of(text) is not None or all(family_of(character) is not None for character in text)


def family_of(text: str) -> str | None:
    """The family that has every character of a text: the library's own, else the first face; None: no one."""
    if is_plain(text):
        return PLAIN_FAMILY
    face = _face_with(set(text))
    return None if face is None else face.family


def with_families(svg: str) -> str:
    """The SVG with every text in the family that has it; one that no family has whole, piece by piece."""

    def chosen(match: re.Match[str]) -> str:
        head, tail, text, end = match.groups()
        family = family_of(unescape(text))
        inner = text if family is not None else _pieces(unescape(text))
        return f"{head}{family or PLAIN_FAMILY}{tail}{inner}{end}"

    return _TEXT.sub(chosen, svg)


def _pieces(text: str) -> str:
    runs = groupby(text, key=lambda character: family_of(character) or PLAIN_FAMILY)
    return "".join(f'<tspan font-family="{family}">{escape("".join(run))}</tspan>' for family, run in runs)


@cache
def register_faces() -> None:
    """Make the packages' fonts known to the drawing library; once in a process."""
    import vl_convert

    for face in FACES:
        vl_convert.register_font_directory(str(face.path.parent))


def _face_with(characters: set[str]) -> Face | None:
    wanted = {ord(c) for c in characters}
    return next((face for face in FACES if wanted <= _coverage(face)), None)


@cache
def _coverage(face: Face) -> frozenset[int]:
    """The characters that the font has. Raises ModuleNotFoundError where its package is not installed."""
    from fontTools.ttLib import TTFont

    with TTFont(face.path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())
