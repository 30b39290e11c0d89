"""Another tenant's data is found in the text of a PDF and in the cells of a workbook, also in a message."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime

import pytest
import typst
import xlsxwriter

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail import readable
from quarterdeck.mail.message import Attachment, Mailbox, MessageParts, build_message
from quarterdeck.mail.readable import texts_of
from quarterdeck.mail.screening import Foreign, Screen

FORBIDDEN = {
    "canary of tenant sloop": "kestrel-7Q4X-canary",
    "title of tenant sloop": "O'Hara & Søns Sloop Charters",
}
KINDS = sorted(FORBIDDEN)
SCREEN = Screen([Foreign(kind, value) for kind, value in FORBIDDEN.items()])


def found(data: bytes) -> list[str]:
    return sorted({hit.foreign.kind for hit in SCREEN.hits(texts_of("file", data))})


def pdf(text: str, width: str = "200mm") -> bytes:
    source = f"#set page(width: {width}, height: auto, margin: 2mm)\n#sys.inputs.text"
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.Compiler(source.encode(), font_paths=fonts).compile(format="pdf", sys_inputs={"text": text})
    assert isinstance(made, bytes)
    return made


def workbook(*texts: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for row, text in enumerate(texts):
            book.add_worksheet().write_string(row, 0, text)
    return buffer.getvalue()


def message(data: bytes) -> bytes:
    box = Mailbox("reports@harbor.example")
    file = Attachment("data.bin", "application/octet-stream", data)
    return build_message(
        MessageParts(
            sender=box, to=box, reply_to=box, subject="s", text="t", html="<p>h</p>",
            date=datetime(2026, 5, 10, tzinfo=UTC), attachments=(file,),
        )
    )  # fmt: skip


TEXT = "of kestrel-7Q4X-canary and O'Hara & Søns Sloop Charters"


@pytest.mark.parametrize(
    "data",
    [
        pdf(TEXT),
        *(pdf(TEXT, f"{width}mm") for width in (22, 27, 40)),  # where the lines end within the words
        pdf(TEXT.replace("7Q4X", "7Q\u200b4X")),  # a word that may be broken
        workbook("fine", *TEXT.split(" and ")),
    ],
    ids=["pdf", "pdf of 22 mm", "pdf of 27 mm", "pdf of 40 mm", "breakable pdf", "workbook"],
)
def test_found_in_the_file_and_in_a_message_with_it(data: bytes) -> None:
    assert found(data) == KINDS
    assert found(message(data)) == KINDS


def test_title_of_a_pdf_is_read_too() -> None:
    source = f'#set document(title: "{FORBIDDEN[KINDS[0]]}")\nfine'
    made = typst.Compiler(source.encode()).compile(format="pdf")
    assert isinstance(made, bytes)
    assert found(made) == KINDS[:1]


@pytest.mark.parametrize("data", [pdf("of kestrel and O'Hara"), workbook("kestrel", "O'Hara")])
def test_nothing_is_found_where_nothing_is(data: bytes) -> None:
    assert found(message(data)) == []


def test_a_pdf_that_cannot_be_read_stops_the_report() -> None:
    with pytest.raises(QuarterdeckError, match="expected a PDF that can be read"):
        found(b"%PDF-1.7 and nothing else")


def test_more_than_can_be_unpacked_stops_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value behind the last byte that was read would go out unseen."""
    monkeypatch.setattr(readable, "_UNPACKED_AT_MOST", 1_000)
    with pytest.raises(QuarterdeckError, match=r"expected at most 1,000 bytes unpacked, found more"):
        found(gzip.compress(b"." * 1_001))
    assert found(gzip.compress(FORBIDDEN[KINDS[0]].rjust(1_000).encode())) == KINDS[:1]
    with pytest.raises(QuarterdeckError, match="found more"):
        found(workbook("x" * 5_000))
