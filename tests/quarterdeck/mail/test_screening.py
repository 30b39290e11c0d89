"""Other tenants' data is found however it was written, and only then."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail.message import Attachment, Mailbox, MessageParts, build_message
from quarterdeck.mail.screening import ForeignDataError, find_foreign, screen

CANARY = "kestrel-7Q4X-canary"
FORBIDDEN = {
    "canary of tenant sloop": CANARY,
    "id of tenant sloop": "sloop",
    "title of tenant sloop": "O'Hara & Søns Sloop Charters",
    "address of tenant sloop": "skipper@sloop.example",
}


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
    assert find_foreign(data, {"canary of tenant sloop": CANARY}) == ["canary of tenant sloop"]


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
    assert "title of tenant sloop" in find_foreign(data, FORBIDDEN)


def test_the_error_names_kind_and_tenant_never_the_value() -> None:
    with pytest.raises(ForeignDataError, match="address of tenant sloop, id of tenant sloop") as caught:
        screen(b"write to skipper@sloop.example", FORBIDDEN)
    assert caught.value.kinds == ("address of tenant sloop", "id of tenant sloop")
    assert "skipper" not in str(caught.value)


@pytest.mark.parametrize("data", [b"sloops and a sloop1", b"a clean report", message(), b"", b"\xff\xfe\x00"])
def test_what_is_clean_passes(data: bytes) -> None:
    assert screen(data, FORBIDDEN) == []


@pytest.mark.parametrize("data", [b"/sloop/", b"tenant_sloop", b"sloop.", b'"SLOOP"', b"sloop-2"])
def test_an_id_is_found_as_a_word(data: bytes) -> None:
    assert find_foreign(data, FORBIDDEN) == ["id of tenant sloop"]


def test_declared_public_words_are_no_hit_but_hide_nothing_else() -> None:
    text = b"From: reports@sloop.example\r\n\r\nhello"
    assert screen(text, FORBIDDEN, public=["sloop.example"]) == []
    assert find_foreign(text + b" sloop", FORBIDDEN, public=["sloop.example"]) == ["id of tenant sloop"]


def test_an_empty_value_forbids_nothing() -> None:
    assert screen(b"anything", {"address of tenant sloop": " "}) == []


def test_base64_that_is_text_of_the_file_is_no_hit() -> None:
    assert screen(base64.b64encode(b"nothing here"), FORBIDDEN) == []


def test_a_packed_file_that_cannot_be_read_stops_the_report() -> None:
    with pytest.raises(QuarterdeckError, match="can be searched"):
        screen(gzip.compress(b"x" * 1000)[:-12], FORBIDDEN)
