"""What lies in a commit's tree, and which blobs a commit brought: on libgit2, whose names are bytes here."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quarterdeck.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pygit2

_TREE, _LINK, _SUBMODULE = 0o040000, 0o120000, 0o160000


@dataclass(frozen=True)
class BlobEntry:
    """A file in a commit's tree: its name (bytes, ``/`` between) and its blob's id in hex."""

    name: bytes
    blob: str


@dataclass(frozen=True)
class TreeListing:
    """The files of a commit's tree; ``links`` and ``submodules`` are not among them."""

    files: tuple[BlobEntry, ...] = ()
    links: int = 0
    submodules: frozenset[bytes] = frozenset()


@contextmanager
def damage_told(where: str) -> Iterator[None]:
    """Turn what libgit2 raises on a lost or damaged object into SourceError."""
    import pygit2

    try:
        yield
    except (pygit2.GitError, KeyError, ValueError, OSError) as error:
        # libgit2's own words may have a path of this machine: they are kept for the traceback.
        raise SourceError(
            f"{where}: expected a whole repository, found one that can't be read; look whether it may be, "
            "then run `git fsck` there and fetch or clone it again"
        ) from error


def list_tree(repository: pygit2.Repository, tree: pygit2.Tree) -> TreeListing:
    """All files of a commit's tree, by name."""
    files: list[BlobEntry] = []
    submodules: set[bytes] = set()
    links = 0
    for name, mode, oid in _entries(repository, tree, (), b""):
        if mode == _SUBMODULE:
            submodules.add(name)
        elif mode == _LINK:
            links += 1
        else:
            files.append(BlobEntry(name, oid))
    return TreeListing(tuple(sorted(files, key=lambda file: file.name)), links, frozenset(submodules))


def new_blobs(
    repository: pygit2.Repository, tree: pygit2.Tree, parents: Sequence[pygit2.Tree]
) -> Iterator[BlobEntry]:
    """The files of ``tree`` that no parent has under the same name with the same content."""
    for name, mode, oid in _entries(repository, tree, parents, b""):
        if mode not in {_SUBMODULE, _LINK}:
            yield BlobEntry(name, oid)


def _entries(
    repository: pygit2.Repository, tree: pygit2.Tree, parents: Sequence[pygit2.Tree], prefix: bytes
) -> Iterator[tuple[bytes, int, str]]:
    """Name, mode and id of what is no folder, leaving out what some parent has just so."""
    known = [{entry.raw_name: entry for entry in parent} for parent in parents]
    for entry in tree:
        same = [names[entry.raw_name] for names in known if entry.raw_name in names]
        if any(other.id == entry.id and other.filemode == entry.filemode for other in same):
            continue
        name = prefix + (entry.raw_name or b"")
        if int(entry.filemode) != _TREE:
            yield name, int(entry.filemode), str(entry.id)
            continue
        below = [repository[other.id] for other in same if int(other.filemode) == _TREE]
        yield from _entries(repository, repository[entry.id], below, name + b"/")
