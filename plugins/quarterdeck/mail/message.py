"""The bytes of a message: ``mixed( alternative( text, related( html, images ) ), attachments )``.

The same parts give the same bytes: boundaries and the message id are derived, the date is passed in.
There is no way to put a blind copy in: Bcc belongs to the envelope alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

PREVIEW_MARK = "[PREVIEW]"
MAX_BYTES = 40_000_000  # SES v2, the whole message as encoded
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TOKEN = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_CID = re.compile(r"[A-Za-z0-9._@-]+")
# In headers: also what turns the reading direction, so that no name reads backwards in a list of mails.
_CONTROLS = re.compile(r" *[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+ *")
# In text: everything but tab and line ends; a C1 control makes Gmail clip the mail early.
_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_REFERENCE = re.compile(r"""cid:([^"'\s)>]+)""")


@dataclass(frozen=True)
class Mailbox:
    """A display name (any text) and an address."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file: ``media_type`` such as ``text/csv``; text is UTF-8."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class MessageParts:
    """What a message is made of.

    ``subject``, ``text`` and ``html`` are used as written: nothing is escaped here. ``images`` are PNGs
    by content id, each used in the HTML as ``cid:<id>``. ``tags`` become ``X-Quarterdeck-<Name>`` headers
    (portfolio, report, as-of, edition). ``date`` has a zone.
    """

    sender: Mailbox
    to: Mailbox
    reply_to: Mailbox
    subject: str
    text: str
    html: str
    date: datetime
    images: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


def preview_subject(subject: str) -> str:
    """The subject of a preview, marked so that nobody takes it for the edition."""
    return subject if subject.startswith(PREVIEW_MARK) else f"{PREVIEW_MARK} {subject}"


def build_message(parts: MessageParts) -> bytes:
    """The message as SES takes it raw (CRLF line ends).

    Raises QuarterdeckError for an address or tag that would make a malformed header, an image that the
    HTML doesn't use (or the reverse), a date without zone, or a message that is too big for SES.
    """
    _check(parts)
    seed = _seed(parts)
    message = MIMEPart(policy=SMTP)
    _set_headers(message, parts, seed)
    message["MIME-Version"] = "1.0"
    message.set_type("multipart/mixed")
    message.attach(_alternative(parts, seed))
    for attachment in parts.attachments:
        message.attach(_attachment(attachment))
    message.set_boundary(_boundary(seed, "mixed"))
    data = message.as_bytes()
    if len(data) > MAX_BYTES:
        raise QuarterdeckError(
            f"expected a message of at most {MAX_BYTES:,} bytes, found {len(data):,}: leave the largest "
            "attachment out and say where it lies"
        )
    return data


def _check(parts: MessageParts) -> None:
    for role in ("sender", "to", "reply_to"):
        if not _ADDRESS.fullmatch(getattr(parts, role).address):
            raise QuarterdeckError(f"expected one plain ASCII address for {role}, found something else in it")
    for name in parts.tags:
        if not _TOKEN.fullmatch(name):
            raise QuarterdeckError(f"expected a tag named with letters, digits and hyphens, found {name!r}")
    if parts.date.tzinfo is None:
        raise QuarterdeckError("expected a date with a zone for the message, found one without")
    used = set(_REFERENCE.findall(parts.html))
    wrong = sorted(used ^ set(parts.images)) + sorted(cid for cid in parts.images if not _CID.fullmatch(cid))
    if wrong:
        raise QuarterdeckError(
            f"expected each image once in the message and its cid in the HTML, found a mismatch in: {wrong}"
        )


def _one_line(text: str) -> str:
    """Header text on one line: control characters (CR and LF above all) become one space."""
    return _CONTROLS.sub(" ", text).strip()


def _set_headers(message: MIMEPart, parts: MessageParts, seed: str) -> None:
    message["From"] = _mailbox(parts.sender)
    message["To"] = _mailbox(parts.to)
    message["Reply-To"] = _mailbox(parts.reply_to)
    message["Subject"] = _one_line(parts.subject)
    message["Date"] = format_datetime(parts.date)
    message["Message-ID"] = f"<{seed[:40]}@{parts.sender.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps out-of-office robots quiet
    for name, value in sorted(parts.tags.items()):
        message[f"X-Quarterdeck-{name}"] = _one_line(value)


def _mailbox(box: Mailbox) -> Address:
    return Address(display_name=_one_line(box.name), addr_spec=box.address)


def _alternative(parts: MessageParts, seed: str) -> MIMEPart:
    alternative = MIMEPart(policy=SMTP)
    alternative.set_type("multipart/alternative")
    alternative.attach(_text(parts.text, "plain"))
    html = _text(parts.html, "html")
    alternative.attach(_related(html, parts.images, seed) if parts.images else html)
    alternative.set_boundary(_boundary(seed, "alternative"))
    return alternative


def _related(html: MIMEPart, images: Mapping[str, bytes], seed: str) -> MIMEPart:
    related = MIMEPart(policy=SMTP)
    related.set_type("multipart/related")
    related.set_param("type", "text/html")  # RFC 2387 wants the root's type
    related.attach(html)
    for cid, data in sorted(images.items()):
        image = MIMEPart(policy=SMTP)
        image.set_content(
            data, maintype="image", subtype="png", cid=f"<{cid}>", disposition="inline", filename=f"{cid}.png"
        )
        related.attach(image)
    related.set_boundary(_boundary(seed, "related"))
    return related


def _text(text: str, subtype: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    part.set_content(_IN_TEXT.sub(_readable, text), subtype=subtype, charset="utf-8", cte="quoted-printable")
    return part


def _readable(match: re.Match[str]) -> str:
    """A C1 control is nearly always Windows-1252 read as Latin-1: what was meant, else nothing."""
    return match.group().encode("latin-1").decode("cp1252", "ignore") if match.group() >= "\x80" else ""


def _attachment(attachment: Attachment) -> MIMEPart:
    maintype, _, subtype = attachment.media_type.partition("/")
    part = MIMEPart(policy=SMTP)
    name = _one_line(attachment.name).replace("/", "_").replace("\\", "_")
    part.set_content(
        attachment.data,
        maintype=maintype,
        subtype=subtype,
        disposition="attachment",
        filename=name,
        params={"charset": "utf-8"} if maintype == "text" else None,
    )
    return part


def _boundary(seed: str, level: str) -> str:
    """A boundary that can't occur in the parts: it hashes them, and ``=_`` is no quoted-printable."""
    return f"=_{level}_{hashlib.sha256(f'{seed}{level}'.encode()).hexdigest()[:24]}"


def _seed(parts: MessageParts) -> str:
    """SHA-256 over everything in the message, each piece with its length."""
    digest = hashlib.sha256()
    for piece in _pieces(parts):
        digest.update(len(piece).to_bytes(8, "big"))
        digest.update(piece)
    return digest.hexdigest()


def _pieces(parts: MessageParts) -> Iterator[bytes]:
    for box in (parts.sender, parts.to, parts.reply_to):
        yield box.name.encode()
        yield box.address.encode()
    for text in (parts.subject, parts.text, parts.html, parts.date.isoformat()):
        yield text.encode()
    for cid, data in sorted(parts.images.items()):
        yield cid.encode()
        yield data
    for attachment in parts.attachments:
        yield f"{attachment.name}\n{attachment.media_type}".encode()
        yield attachment.data
    for name, value in sorted(parts.tags.items()):
        yield f"{name}\n{value}".encode()
