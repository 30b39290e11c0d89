"""The bytes of a message, read back with the standard library's parser."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail.message import (
    Attachment,
    Mailbox,
    MessageParts,
    build_message,
    preview_subject,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PARTS = MessageParts(
    sender=Mailbox("reports@queenofsandiego.example", "Harbor reports"),
    to=Mailbox("cfo@x.example"),
    reply_to=Mailbox("owner@queenofsandiego.example", "Owner"),
    subject="Harbor CFO 2026-05-09: runway 7.4 months",
    text="Net burn   USD 5,600.00\nRunway     7.4 months\n",
    html='<p>Net burn USD 5,600.00</p><img src="cid:burn" alt="Net burn USD 5,600.00">',
    date=datetime(2026, 5, 10, 7, 30, tzinfo=UTC),
    images={"burn": PNG},
    attachments=(Attachment("kpis.csv", "text/csv", b"id,value\r\nnet_burn,-560000\r\n"),),
    tags={"Portfolio": "harbor", "Report": "cfo", "As-Of": "2026-05-09", "Edition": "abcdef"},
)


def build(**more: Any) -> Any:
    return message_from_bytes(build_message(dataclasses.replace(PARTS, **more)), policy=default)


def shape(part: Any) -> Any:
    if part.is_multipart():
        return part.get_content_subtype(), [shape(child) for child in part.iter_parts()]
    return part.get_content_type()


def text_of(message: Any, subtype: str) -> str:
    (found,) = [part for part in message.walk() if part.get_content_type() == f"text/{subtype}"]
    content: str = found.get_content()
    return content.replace("\r\n", "\n")


def test_a34_text_before_html_image_beside_its_html_file_outside() -> None:
    message = build()
    expected = ["text/plain", ("related", ["text/html", "image/png"])]
    assert shape(message) == ("mixed", [("alternative", expected), "text/csv"])
    image = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (image["Content-ID"], image.get_content_disposition(), image.get_content()) == (
        "<burn>",
        "inline",
        PNG,
    )
    assert text_of(message, "html").count("cid:burn") == 1
    csv = next(part for part in message.walk() if part.get_content_type() == "text/csv")
    assert (csv.get_filename(), csv.get_content_disposition()) == ("kpis.csv", "attachment")
    assert csv.get_payload(decode=True) == PARTS.attachments[0].data


def test_without_images_and_files() -> None:
    message = build(images={}, html="<p>Quiet</p>", attachments=())
    assert shape(message) == ("mixed", [("alternative", ["text/plain", "text/html"])])


def test_a33_there_is_no_blind_copy_in_the_message() -> None:
    data = build_message(PARTS)
    assert b"bcc" not in data.lower()
    assert "bcc" not in {field.name for field in dataclasses.fields(MessageParts)}
    with pytest.raises(QuarterdeckError):
        build_message(dataclasses.replace(PARTS, tags={"A: b\r\nBcc": "x"}))


def test_headers() -> None:
    message = build()
    assert message["From"] == "Harbor reports <reports@queenofsandiego.example>"
    assert (message["To"], message["Reply-To"]) == ("cfo@x.example", "Owner <owner@queenofsandiego.example>")
    assert message["Subject"] == PARTS.subject
    assert message["Date"].datetime == PARTS.date
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Quarterdeck-As-Of"] == "2026-05-09"
    assert message["Message-ID"].endswith("@queenofsandiego.example>")
    assert message["MIME-Version"] == "1.0"


def test_the_same_parts_give_the_same_bytes_and_others_another_id() -> None:
    assert build_message(PARTS) == build_message(dataclasses.replace(PARTS))
    ids = {
        build(**change)["Message-ID"]
        for change in (
            {},
            {"to": Mailbox("ceo@x.example")},
            {"text": "other"},
            {"tags": {}},
            {"images": {"burn": PNG + b"x"}},
        )
    }
    assert len(ids) == 5


def test_lines_are_short_ascii_and_end_in_crlf() -> None:
    data = build_message(
        dataclasses.replace(PARTS, text="é" * 500, html='<img src="cid:burn">' + "wörd " * 400)
    )
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert b"base64" not in data.split(b"image/png")[0]  # text is quoted-printable


def test_a30_subject_and_text_are_exactly_as_written() -> None:
    name = "O'Brien & Sons <Ltd>"
    message = build(
        subject=f"{name}: figures",
        text=f"{name}\n",
        html='<p>O&#39;Brien &amp; Sons &lt;Ltd&gt;</p><img src="cid:burn">',
        sender=Mailbox("reports@queenofsandiego.example", name),
    )
    assert message["Subject"] == f"{name}: figures"
    assert text_of(message, "plain") == f"{name}\n"
    assert text_of(message, "html").count("&amp;") == 1
    assert message["From"].addresses[0].display_name == name


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x0b", "\x00", "\u202e", "\u2067"])
def test_a_line_end_in_a_header_makes_no_second_header(end: str) -> None:
    hostile = f"Figures{end}Bcc: thief@evil.example"
    message = build(
        subject=hostile,
        sender=Mailbox("reports@queenofsandiego.example", hostile),
        tags={"Report": hostile},
        attachments=(Attachment(f"{hostile}/../x.csv", "text/csv", b""),),
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Figures Bcc: thief@evil.example"
    assert message["X-Quarterdeck-Report"] == "Figures Bcc: thief@evil.example"
    names = {name for part in message.walk() for name in part}
    assert "Bcc" not in names


@pytest.mark.parametrize(
    "address",
    [
        "cfo@x.example\r\nBcc: thief@evil.example",
        "cfo@x.example, thief@evil.example",
        "CFO <cfo@x.example>",
        "cfo",
        "cfö@x.example",
        "",
        "cfo@x.example\n",
    ],
)
@pytest.mark.parametrize("role", ["to", "sender", "reply_to"])
def test_an_address_that_is_more_than_an_address_is_refused_and_not_printed(role: str, address: str) -> None:
    with pytest.raises(QuarterdeckError, match=f"address for {role}") as caught:
        build(**{role: Mailbox(address)})
    assert "example" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"images": {}},  # used in the HTML, not there
        {"images": {"burn": PNG, "other": PNG}},  # there, not used
        {"images": {"a b": PNG}, "html": "<img src='cid:a b'>"},
        {"date": datetime(2026, 5, 10)},  # noqa: DTZ001 - that is what is tested
        {"tags": {"As Of": "x"}},
        {"attachments": (Attachment("big.csv", "text/csv", b"x" * 30_000_000),)},
    ],
)
def test_what_would_come_out_wrong_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(QuarterdeckError, match="expected"):
        build(**wrong)


def test_controls_that_make_gmail_clip_are_gone_from_the_text() -> None:
    """U+0092 is Windows-1252's apostrophe read as Latin-1; U+0081 is nothing there."""
    message = build(text="It\x92s\x81 fine\x07\tyes\n", html='<p>\x96</p><img src="cid:burn">')
    assert text_of(message, "plain") == "It\N{RIGHT SINGLE QUOTATION MARK}s fine\tyes\n"
    assert text_of(message, "html").startswith("<p>\N{EN DASH}</p>")


TEXTS = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    max_size=200,
)


@given(subject=TEXTS, text=TEXTS, name=TEXTS)
def test_any_text_is_read_back_as_written(subject: str, text: str, name: str) -> None:
    message = build(
        subject=subject, text=text + "\n", sender=Mailbox("reports@queenofsandiego.example", name)
    )
    assert text_of(message, "plain") == text + "\n"
    assert "".join(message["Subject"].split()) == "".join(subject.split())
    assert message["From"].addresses[0].addr_spec == "reports@queenofsandiego.example"
    assert message["Bcc"] is None


def test_a_preview_is_marked_once() -> None:
    assert preview_subject("Figures") == "[PREVIEW] Figures"
    assert preview_subject(preview_subject("Figures")) == "[PREVIEW] Figures"
