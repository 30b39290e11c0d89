"""Other tenants' data is found however it was written, and only then."""

from __future__ import annotations

import base64
import gzip
import io
import json
import time
import zipfile
from datetime import UTC, datetime

import pytest
import typst
import xlsxwriter

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail.message import Attachment, Mailbox, MessageParts, build_message
from quarterdeck.mail.screening import Foreign, ForeignDataError, Screen

CANARY = "kestrel-7Q4X-canary"
FOREIGN = (
    Foreign("canary of tenant sloop", CANARY, planted=True),
    Foreign("id of tenant sloop", "sloop"),
    Foreign("title of tenant sloop", "O'Hara & Søns Sloop Charters"),
    Foreign("address of tenant sloop", "skipper@sloop.example"),
)


def kinds(data: bytes, *, foreign=FOREIGN, **more) -> list[str]:
    return sorted({hit.foreign.kind for hit in Screen(foreign, **more).hits_in({"file": data})})


def places(name: str, data: bytes) -> set[str]:
    return {hit.where for hit in Screen(FOREIGN[:1]).hits_in({name: data})}


def message(
    text: str = "fine", html: str = "<p>fine</p>", attachment: bytes = b"fine", subject: str = "fine"
) -> bytes:
    return build_message(
        MessageParts(
            sender=Mailbox("reports@harbor.example"),
            to=Mailbox("cfo@x.example"),
            reply_to=Mailbox("owner@harbor.example"),
            subject=subject,
            text=text,
            html=html,
            date=datetime(2026, 5, 10, tzinfo=UTC),
            attachments=(Attachment("data.bin", "application/octet-stream", attachment),),
        )
    )


def zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<si><t>{text}</t></si>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        CANARY.encode(),
        CANARY.upper().encode(),
        message(text=f"see {CANARY}"),
        message(text="x" * 70 + f" {CANARY} " + "y" * 70),  # broken by a soft line break
        message(html=f"<p>{CANARY}</p>"),
        message(attachment=CANARY.encode()),  # base64
        message(attachment=gzip.compress(CANARY.encode())),
        message(attachment=zipped(CANARY)),
        message(subject=f"Grüße {CANARY}"),  # an encoded word
        b"<p>kestrel<b>-7Q4X</b>-canary</p>",
        b"kestrel&#45;7Q4X&#45;canary",
        json.dumps({"a": CANARY}).encode(),
    ],
)
def test_a_canary_is_found_however_it_was_written(data: bytes) -> None:
    assert kinds(data, foreign=FOREIGN[:1]) == ["canary of tenant sloop"]


@pytest.mark.parametrize(
    "data",
    [
        "O'Hara & Søns Sloop Charters".encode(),
        b"O&#39;Hara &amp; S&oslash;ns\r\n   Sloop Charters",
        json.dumps({"title": "O'Hara & Søns Sloop Charters"}).encode(),  # \u00f8
        message(text="O'Hara & Søns\nSloop Charters"),
    ],
)
def test_a_title_is_found_through_entities_escapes_and_line_breaks(data: bytes) -> None:
    assert "title of tenant sloop" in kinds(data)


def test_the_error_names_kind_tenant_and_place_never_the_value() -> None:
    hits = Screen(FOREIGN).hits_in({"report.txt": b"write to skipper@sloop.example"})
    error = ForeignDataError(hits)
    assert error.found == ("address of tenant sloop in report.txt", "id of tenant sloop in report.txt")
    assert "skipper" not in str(error) + repr(hits)


@pytest.mark.parametrize("data", [b"sloops and a sloop1", b"a clean report", message(), b"", b"\xff\xfe\x00"])
def test_what_is_clean_passes(data: bytes) -> None:
    assert kinds(data) == []


@pytest.mark.parametrize("data", [b"/sloop/", b"tenant_sloop", b"sloop.", b'"SLOOP"', b"sloop-2", b"sloop"])
def test_an_id_is_found_as_a_word(data: bytes) -> None:
    assert kinds(data) == ["id of tenant sloop"]


@pytest.mark.parametrize(
    "text",
    [
        "s\N{SOFT HYPHEN}loop",
        "sl\N{ZERO WIDTH SPACE}oop",
        "\N{RIGHT-TO-LEFT OVERRIDE}sloop",
        "\N{FULLWIDTH LATIN SMALL LETTER S}loop",
        "<td>a</td><td>sl<b>oo</b>p</td>",
    ],
)
def test_what_nobody_sees_hides_nothing(text: str) -> None:
    assert kinds(text.encode()) == ["id of tenant sloop"]
    assert kinds(text.encode("utf-16")) == ["id of tenant sloop"]


def test_declared_public_words_are_no_hit_but_hide_nothing_else() -> None:
    text = b"From: reports@sloop.example\r\n\r\nhello"
    assert kinds(text, public=["sloop.example"]) == []
    assert kinds(text + b" sloop", public=["sloop.example"]) == ["id of tenant sloop"]


def test_words_of_the_own_scope_are_no_hit_but_what_was_planted_is() -> None:
    own = f"our boat is a sloop called {CANARY}"
    assert kinds(f"sloop {CANARY}".encode(), own=own) == ["canary of tenant sloop"]
    assert kinds(b"sloop", own="our sloops") == ["id of tenant sloop"]


def test_an_empty_value_forbids_nothing() -> None:
    assert kinds(b"anything", foreign=[Foreign("address of tenant sloop", " ")]) == []


def test_pictures_inside_a_page_are_no_words() -> None:
    noise = "+sloop/" + base64.b64encode(b"nothing here").decode()
    assert kinds(f'<img src="data:image/png;base64,{noise}">'.encode()) == []
    table = base64.b64encode(b"boat;sloop").decode()
    assert kinds(f'<a href="data:text/csv;base64,{table}">'.encode()) == ["id of tenant sloop"]


def test_a_packed_file_that_cannot_be_read_stops_the_report() -> None:
    with pytest.raises(QuarterdeckError, match=r"tables\.gz: expected a packed file that can be searched"):
        Screen(FOREIGN).hits_in({"tables.gz": gzip.compress(b"x" * 1000)[:-12]})
    with pytest.raises(QuarterdeckError, match=r"report\.pdf: expected a PDF that can be read"):
        Screen(FOREIGN).hits_in({"report.pdf": b"%PDF-1.7 broken"})


def spreadsheet() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    plain = book.add_worksheet("Burn")
    plain.write(1, 1, "clean")
    hidden = book.add_worksheet("Hidden")
    hidden.hide()
    bold = book.add_format({"bold": True})
    hidden.write_rich_string(0, 0, "kestrel", bold, "-7Q4X", "-canary")
    book.close()
    return buffer.getvalue()


def test_where_it_is_in_a_spreadsheet_a_pdf_and_a_mail() -> None:
    table = spreadsheet()
    assert places("tables.xlsx", table) == {"tables.xlsx: xl/sharedStrings.xml"}
    pdf = typst.compile(f"first page #pagebreak() second with {CANARY} in it".encode())
    assert places("report.pdf", pdf) == {"report.pdf: page 2"}
    mail = message(text=CANARY, attachment=table, subject=CANARY)
    assert places("message.eml", mail) == {
        "message.eml: header Subject",
        "message.eml: headers as written",
        "message.eml: text/plain",
        "message.eml: data.bin: xl/sharedStrings.xml",
    }


def test_a_word_broken_at_the_end_of_a_pdf_s_line_is_found() -> None:
    page = (
        '#set page(width: 4cm)\n#set text(lang: "en", hyphenate: true)\nhello international misunderstandings'
    )
    pdf = typst.compile(page.encode())
    words = [Foreign("id of tenant a", "international"), Foreign("id of tenant b", "misunderstandings")]
    assert kinds(pdf, foreign=words) == ["id of tenant a", "id of tenant b"]


def test_what_is_written_beside_a_pdf_s_pages_is_found() -> None:
    title, alt = FOREIGN[2].value, CANARY
    source = f'#set document(title: "{title}", author: "(sloop)")\n#figure(rect(), alt: "Søns of {alt}")'
    assert set(kinds(typst.compile(source.encode()))) == {each.kind for each in FOREIGN[:3]}


def test_a_thousand_foreign_names_cost_little() -> None:
    text = ("The month's net burn is $1,354.00, and runway 14.3 months. " * 1700).encode()  # 100 KB
    thousand = [Foreign(f"id of tenant {n}", f"harbour-house-{n}") for n in range(1000)]

    def seconds(foreign: list[Foreign]) -> float:
        begun = time.process_time()
        assert kinds(text, foreign=foreign) == []
        return time.process_time() - begun

    seconds(thousand)  # imports
    assert min(seconds(thousand) for _ in range(3)) < 0.25  # 0.01 measured; one by one it takes seconds
