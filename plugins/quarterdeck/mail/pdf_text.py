"""What a PDF says: its text, read from the finished bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where a word may be broken; and U+FFFE, which PDFium has for a hyphen at the end of a line.
_BREAKS = str.maketrans({"\u200b": None, "\u00ad": None, "\ufffe": "-"})


def pdf_pages(data: bytes) -> Iterator[str]:
    """The text of each page in its order of reading, lines as they were set.

    Raises QuarterdeckError for bytes that are no readable PDF.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise QuarterdeckError(f"expected a PDF that can be read, found a broken one ({error})") from None
    try:
        for number in range(len(document)):
            text = document[number].get_textpage().get_text_range()
            yield text.translate(_BREAKS)
    finally:
        document.close()
