"""Zip archives, such as a cloud function's code: read within limits, never written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from quarterdeck.audit.definition import AuditedFile, AuditError, MemoryFile, UnreadFile

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FILES = 50_000
MOST_BYTES = 600_000_000
HIGHEST_RATIO = 200
LARGEST_ENTRY = 20_000_000
_NESTED = (".zip", ".jar", ".war", ".whl", ".egg", ".tar", ".gz", ".tgz", ".7z")


def zip_files(data: bytes) -> Iterator[AuditedFile]:
    """The files of the archive; one that may not be unpacked is there, and says why when it is read.

    Raises AuditError where the bytes are no zip archive or it has more than MOST_FILES entries.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise AuditError(
            f"expected a zip archive, found {len(data)} bytes that are none ({type(error).__name__}); "
            "look at what was uploaded"
        ) from None
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES:
            raise AuditError(f"expected at most {MOST_FILES} files in the archive, found {len(entries)}")
        room = MOST_BYTES
        for entry in entries:
            because = _refusal(entry, room)
            if because:
                yield UnreadFile(entry.filename, entry.file_size, because)
                continue
            file = _unpacked(archive, entry)
            room -= entry.file_size
            yield file


def _refusal(entry: zipfile.ZipInfo, room: int) -> str | None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its name leads out of the archive"
    if entry.flag_bits & 0x1:
        return "encrypted"
    if path.suffix.lower() in _NESTED:
        return "an archive within the archive"
    if entry.file_size > LARGEST_ENTRY:
        return f"too big: above {LARGEST_ENTRY} bytes"
    if entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1) and entry.file_size > 1_000_000:
        return f"packed more than {HIGHEST_RATIO} times"
    return "the archive is too big" if entry.file_size > room else None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> AuditedFile:
    """Reads no more than the entry said, whatever it holds."""
    try:
        with archive.open(entry) as stream:
            data = stream.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return UnreadFile(entry.filename, entry.file_size, "broken in the archive")
    return MemoryFile(entry.filename, data)
