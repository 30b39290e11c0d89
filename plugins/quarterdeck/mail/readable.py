"""Finished files as the texts that a reader could find in them: mail, pages, spreadsheets, PDF, packed files.

Transfer encodings, compression, entities and escapes are undone, so that a word is seen however it was
written. Pictures have no text here: what is drawn on them stands in the payload and in their alt texts.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from email import message_from_bytes
from email.policy import default
from typing import IO, TYPE_CHECKING

from quarterdeck.errors import QuarterdeckError
from quarterdeck.mail.pdf_text import pdf_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    Text = tuple[str, str]

_HEADER = re.compile(rb"\A[A-Za-z][A-Za-z0-9-]*:[ \t]")
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})?|\\[\"/nrt]")
_EMBEDDED = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)[^,\"'()<>]*?;base64,(?P<data>[A-Za-z0-9+/=\s]+)")
# Elements inside a word: the runs of a spreadsheet's cell are some, too. All others part words.
_INLINE = re.compile(
    r"</?(?:a|b|em|font|i|mark|r|s|small|span|strong|su[bp]|t|tspan|u|wbr)(?:\s[^<>]*)?/?>"
    r"|<rPr>.*?</rPr>",
    re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_LINE_END = re.compile(r"[\r\n]+")
_HYPHENATED = re.compile("[-\N{SOFT HYPHEN}\N{HYPHEN}\x02]?[\r\n]+|\x02")
_STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_HEXADECIMAL = re.compile(rb"<((?:[0-9A-Fa-f]{2}){4,})>")
_UTF16 = re.compile(rb"\((\xfe\xff(?:\\.|[^\\)])*)\)", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_UNPACKED_AT_MOST = 200_000_000


def texts_of(name: str, data: bytes) -> Iterator[Text]:
    """Every reading of a file, with where it stands (``tables.xlsx: xl/worksheets/sheet1.xml``).

    Told by its first bytes, never by its name. Raises QuarterdeckError for a packed file or PDF that can't be
    read: what can't be searched may not go out.
    """
    if data.startswith(_PICTURES):
        return
    if data.startswith(b"%PDF-"):
        yield from _pdf(name, data)
    elif data.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        for where, piece in _unpacked(name, data):
            yield from texts_of(where, piece)
    elif _HEADER.match(data):
        yield from _message(name, data)
    else:
        yield from readings(name, _decoded(data))


def readings(where: str, text: str) -> Iterator[Text]:
    """A text as written, with entities and escapes undone, and without its tags."""
    if "base64," in text:
        for match in _EMBEDDED.finditer(text):
            if not match["type"].startswith(("image/p", "image/j", "font/")):
                yield from texts_of(f"{where}: embedded {match['type']}", _base64(match["data"]))
        text = _EMBEDDED.sub(" ", text)  # as text it is noise, in which short words occur by chance
    yield where, text
    unescaped = _ESCAPE.sub(_unescape, text) if "\\" in text else text
    if "&" in unescaped:
        unescaped = html.unescape(unescaped)
    if unescaped != text:
        yield where, unescaped
    if "<" in text:
        yield where, html.unescape(_TAG.sub(" ", _INLINE.sub("", text)))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return text.encode()


def _unescape(match: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{match.group()}"'))
    except ValueError:
        return match.group()


def _message(name: str, data: bytes) -> Iterator[Text]:
    """Headers as written and decoded, and every part by itself."""
    message: EmailMessage = message_from_bytes(data, policy=default)
    yield (
        f"{name}: headers as written",
        re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0].decode("utf-8", "replace"),
    )
    for part in message.walk():
        for header, value in part.items():
            yield f"{name}: header {header}", str(value)
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield from texts_of(f"{name}: {part.get_filename() or part.get_content_type()}", payload)
    for around in (message.preamble, message.epilogue):
        if around:
            yield f"{name}: around its parts", around


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is inside a gzip or zip file (a spreadsheet is one), names of members with it."""
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(data)) as packed:
                yield name, _whole(name, packed)
            return
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield f"{name}: names of its members", "\n".join(archive.namelist()).encode()
            for member in archive.namelist():
                with archive.open(member) as file:
                    yield f"{name}: {member}", _whole(f"{name}: {member}", file)
    # NotImplementedError, RuntimeError: packed or locked in a way that Python can't undo.
    except (
        OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError
    ) as error:  # fmt: skip
        raise QuarterdeckError(
            f"{name}: expected a packed file that can be searched, found a broken one "
            f"({type(error).__name__}); make it again"
        ) from None


def _whole(where: str, packed: IO[bytes] | gzip.GzipFile) -> bytes:
    """All that is in it: what was left unread would go out unsearched."""
    data = packed.read(_UNPACKED_AT_MOST + 1)
    if len(data) > _UNPACKED_AT_MOST:
        raise QuarterdeckError(
            f"{where}: expected at most {_UNPACKED_AT_MOST:,} bytes unpacked, found more; make it smaller"
        )
    return data


def _pdf(name: str, data: bytes) -> Iterator[Text]:
    """Each page, also without its line ends and hyphens, within which a word may go on; and what is written
    beside the pages: title, author, descriptions of pictures."""
    try:
        for number, page in enumerate(pdf_pages(data), start=1):
            yield f"{name}: page {number}", page
            yield f"{name}: page {number}", _LINE_END.sub("", page)
            yield f"{name}: page {number}", _HYPHENATED.sub("", page)
    except QuarterdeckError as error:
        raise QuarterdeckError(f"{name}: {error}; make it again") from None
    beside = _STREAM.sub(b"", data)
    yield f"{name}: properties", beside.decode("utf-8", "replace")
    yield f"{name}: properties", "\n".join(_decoded(text) for text in _strings(beside))


def _strings(pdf: bytes) -> Iterator[bytes]:
    """The strings of a PDF that aren't plain ASCII: in hexadecimal digits, or in UTF-16 within brackets."""
    for digits in _HEXADECIMAL.findall(pdf):
        yield bytes.fromhex(digits.decode())
    for text in _UTF16.findall(pdf):
        yield _ESCAPED.sub(rb"\1", text)
