"""The files of a work tree as they lie on disk, tracked or not: links aren't followed."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quarterdeck.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class DiskFile:
    """A regular file of the work tree: its name as git has it (bytes, ``/`` between), and its bytes."""

    name: bytes
    size: int


@dataclass
class DiskListing:
    """What lies in a work tree. ``unreadable`` are files and folders that may not be read, by name."""

    files: list[DiskFile] = field(default_factory=list)
    links: int = 0
    special: int = 0
    unreadable: list[bytes] = field(default_factory=list)


def list_disk(root: Path, submodules: frozenset[bytes]) -> DiskListing:
    """Every file below ``root``, by name, without ``.git`` and without what is in a submodule."""
    listing = DiskListing()
    folders = [b""]
    while folders:
        prefix = folders.pop()
        try:
            with os.scandir(os.path.join(os.fsencode(root), prefix)) as found:  # noqa: PTH118 # bytes
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            listing.unreadable.append(prefix.rstrip(b"/"))
            continue
        folders += _sort_in(entries, prefix, submodules, listing)
    listing.files.sort(key=lambda file: file.name)
    return listing


def _sort_in(
    entries: list[os.DirEntry[bytes]], prefix: bytes, submodules: frozenset[bytes], listing: DiskListing
) -> Iterator[bytes]:
    """Enter the entries of one folder; answers its folders."""
    for entry in entries:
        name = prefix + entry.name
        if entry.name == b".git":
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            listing.unreadable.append(name)
            continue
        if stat.S_ISDIR(found.st_mode):
            if name not in submodules:
                yield name + b"/"
        elif stat.S_ISLNK(found.st_mode):
            listing.links += 1
        elif not stat.S_ISREG(found.st_mode):
            listing.special += 1  # a pipe would block whoever opens it
        elif not os.access(entry.path, os.R_OK):
            listing.unreadable.append(name)
        else:
            listing.files.append(DiskFile(name, found.st_size))


def read_disk(root: Path, name: bytes) -> bytes:
    """The bytes of one file; raises SourceError where it became a link, vanished or may not be read."""
    try:
        # Not a link, not even one that was put there since the listing.
        path = os.path.join(os.fsencode(root), name)  # noqa: PTH118 # bytes
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            return file.read()
    except OSError as error:
        raise SourceError(
            f"{shown_name(name)}: expected a readable file, found: {error.strerror}; "
            "look whether something changes the work tree while it is surveyed"
        ) from None


def shown_name(name: bytes) -> str:
    r"""A name as text that can be stored: bytes that aren't UTF-8 are shown as ``\xff``."""
    return name.decode("utf-8", "backslashreplace")
