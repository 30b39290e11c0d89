"""The whole edition as PDF, set by Typst in the process: no browser, no network, no fonts of the machine."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typst

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.attachments.pdf_parts import Picture, document_of, picture_file
from quarterdeck.reports.words import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

TEMPLATE = "pdf/report.typ"
FONTS = "fonts"  # beside the templates; what is in it is used where the built-in fonts have no letter
_NOT_IN_FONTS = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# CLDR, measurementData/paperSize
_LETTER = ("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE")
_PNG_SIZE = slice(16, 24)
_SCALE = 2  # a chart has twice the pixels that it is shown with


def pdf_bytes(
    payload: dict[str, Any],
    *,
    templates: Path,
    locale: str,
    charts: Mapping[str, bytes],
    paper: str | None = None,
) -> bytes:
    """The PDF, readable aloud (PDF/UA-1); the same payload and charts give the same bytes.

    ``charts``: PNGs by id. ``paper``: ``a4`` or ``us-letter`` (default: what the locale uses). A character
    that no font has is shown as its number: ``[U+4E2D]``.
    Raises QuarterdeckError where the template can't be set.
    """
    pictures = {chart["id"]: _picture(charts[chart["id"]], chart["alt"]) for chart in payload["charts"]}
    view = document_of(payload, read_words(templates, locale), pictures, paper or usual_paper(locale))
    document = json.dumps(view, ensure_ascii=False, default=str)  # sort keys of cells are exact numbers
    template = (templates / TEMPLATE).read_bytes()
    with tempfile.TemporaryDirectory(prefix="quarterdeck-pdf-") as folder:
        for cid, picture in pictures.items():
            (Path(folder) / picture_file(cid)).write_bytes(picture.png)
        job = _Setting(template, folder, _fonts(templates.parent / FONTS), payload["as_of"])
        try:
            return job.readable_aloud(document)
        except typst.TypstError as error:
            raise QuarterdeckError(
                f"{payload['report']}: the PDF can't be set by templates/{TEMPLATE}: {error.message}"
            ) from None


def usual_paper(locale: str) -> str:
    """The paper that is used where the locale is at home: ``us-letter`` or ``a4``."""
    return "us-letter" if locale.partition("_")[2][:2] in _LETTER else "a4"


@dataclass(frozen=True)
class _Setting:
    """One document's way through Typst."""

    template: bytes
    folder: str
    fonts: typst.Fonts
    as_of: str

    def readable_aloud(self, document: str) -> bytes:
        """By the standard for readers who listen, which refuses characters that no font has."""
        try:
            return self._set(document, ["ua-1"])
        except typst.TypstError as error:
            shown = with_numbers(document, error.diagnostic)
        try:
            return self._set(shown, ["ua-1"])
        except typst.TypstError as error:
            made = self._set(shown, [])
            log.warning("the PDF of %s is not by PDF/UA-1: %s", self.as_of, error.message)
            return made

    def _set(self, document: str, standards: list[typst.PDFStandard]) -> bytes:
        compiler = typst.Compiler(self.template, root=self.folder, font_paths=self.fonts)
        made = compiler.compile(
            format="pdf",
            sys_inputs={"edition": document},
            timestamp=datetime.fromisoformat(self.as_of).replace(tzinfo=UTC),
            pdf_standards=standards,
        )
        return cast("bytes", made)


def with_numbers(document: str, diagnostic: str) -> str:
    """The document with what Typst says that no font has as numbers of its characters."""
    for quoted in dict.fromkeys(_NOT_IN_FONTS.findall(diagnostic)):
        text = _ESCAPED.sub(lambda escape: chr(int(escape.group(1), 16)), quoted)
        document = document.replace(text, "".join(f"[U+{ord(character):04X}]" for character in text))
    return document


@lru_cache
def _fonts(folder: Path) -> typst.Fonts:
    """The fonts inside the library and those of the folder: never the machine's, which differ."""
    paths = [folder] if folder.is_dir() else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)


def _picture(png: bytes, alt: str) -> Picture:
    size = png[_PNG_SIZE]
    width, height = int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
    return Picture(png, alt, width // _SCALE, height // _SCALE)
