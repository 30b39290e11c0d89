"""The last look at finished bytes: nothing of another tenant may be in them.

Base64, quoted-printable, HTML entities, JSON escapes and line breaks are undone first, so that a value
is found however it was written.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import zipfile
import zlib
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail.pdf_text import pdf_pages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from email.message import EmailMessage

_HEADER = re.compile(rb"\A[A-Za-z][A-Za-z0-9-]*:[ \t]")
_SPACES = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})?|\\[\"/]")
_TAG = re.compile(r"<[^<>]*>")
_STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_LINE_END = re.compile(r"[\r\n]+")
_UNPACKED_AT_MOST = 200_000_000


class ForeignDataError(QuarterdeckError):
    """Finished bytes hold something of another tenant; ``kinds`` names what, never the value."""

    def __init__(self, kinds: list[str]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(
            f"expected nothing of other tenants in the finished bytes, found: {', '.join(kinds)}. The report "
            "is stopped; look in its data and texts, or declare a word that all may see as public"
        )


def screen(data: bytes, forbidden: Mapping[str, str], public: Collection[str] = ()) -> list[str]:
    """Search a finished file or message for forbidden values; answers the kinds of hits: always none.

    ``forbidden``: the kind of value with its tenant (``"canary of tenant b"``, ``"id of tenant b"``) to
    the value. Values are found as whole words, in any case. ``public`` are texts, such as the sender's
    domain, in which a value is no hit. Raises ForeignDataError naming the kinds, never a value.
    """
    hits = find_foreign(data, forbidden, public)
    if hits:
        raise ForeignDataError(hits)
    return hits


def find_foreign(data: bytes, forbidden: Mapping[str, str], public: Collection[str] = ()) -> list[str]:
    """The kinds of forbidden values that are in the bytes, sorted."""
    wanted = {kind: _word(value) for kind, value in forbidden.items() if value.strip()}
    masks = [_word(text) for text in sorted(public, key=len, reverse=True) if text.strip()]
    found: set[str] = set()
    for text in _texts(data):
        for mask in masks:
            text = mask.sub("\N{REPLACEMENT CHARACTER}", text)  # noqa: PLW2901
        found |= {kind for kind, pattern in wanted.items() if kind not in found and pattern.search(text)}
    return sorted(found)


def _word(value: str) -> re.Pattern[str]:
    """The value as a whole word, in any case: ``jada`` is not in ``jadar``, but is in ``/jada/``."""
    words = r"\s+".join(re.escape(part) for part in value.split())
    return re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)


def _texts(data: bytes) -> Iterator[str]:
    """Every reading of the bytes in which a value could stand, one at a time."""
    for piece in _unpacked(data):
        text = piece.decode("utf-8", "replace")
        yield from _readings(text)
        if _HEADER.match(piece):
            yield from _message_texts(piece)


def _readings(text: str) -> Iterator[str]:
    yield _SPACES.sub(" ", text)
    unescaped = html.unescape(_ESCAPE.sub(_unescape, text))
    yield _SPACES.sub(" ", unescaped)
    yield _SPACES.sub(" ", html.unescape(_TAG.sub("", text)))


def _unescape(match: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{match.group()}"'))
    except ValueError:
        return match.group()


def _message_texts(data: bytes) -> Iterator[str]:
    """Headers and parts of a message, decoded."""
    message: EmailMessage = message_from_bytes(data, policy=default)
    for part in message.walk():
        yield from _readings("\n".join(f"{name}: {value}" for name, value in part.items()))
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_maintype() != "image":
            for piece in _unpacked(payload):
                yield from _readings(piece.decode("utf-8", "replace"))


def _unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is inside a gzip or zip file (a spreadsheet is one); of a PDF what it says."""
    if data.startswith(b"%PDF-"):
        yield from _of_pdf(data)
        return
    yield data
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(data)) as packed:
                yield packed.read(_UNPACKED_AT_MOST)
        elif data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        yield name.encode() + b" " + member.read(_UNPACKED_AT_MOST)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise QuarterdeckError(
            f"expected a packed file that can be searched, found a broken one ({type(error).__name__})"
        ) from None


def _of_pdf(data: bytes) -> Iterator[bytes]:
    """What its pages say, and what is written beside them: title, author, descriptions of pictures."""
    for page in pdf_pages(data):
        yield page.encode()
        yield _LINE_END.sub("", page).encode()  # a word may go on in the next line
    yield _STREAM.sub(b"", data)
