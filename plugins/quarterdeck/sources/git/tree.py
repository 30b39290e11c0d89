"""A repository that is open for reading: its files as they are now, and what its last commits brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from quarterdeck.sources.git.disk import DiskListing, list_disk, read_disk, shown_name
from quarterdeck.sources.git.objects import TreeListing, damage_told, list_tree, new_blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pygit2


@dataclass(frozen=True)
class TreeFile:
    r"""One version of a file. ``path`` has ``/`` between names, and ``\xff`` for a byte that isn't UTF-8.

    ``size`` is in bytes; look at it before ``read``, which reads the whole file and raises SourceError where
    that fails. ``commit``: where this version was found; None for a file on disk. ``present``: whether it is
    in the newest version.
    """

    path: str
    size: int
    commit: str | None
    present: bool
    read: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True)
class History:
    """Versions that the last commits brought and that the present tree no longer has, each blob once.

    ``commits`` is how many commits were really walked. ``complete``: whether it met no boundary of a shallow
    clone.
    """

    files: tuple[TreeFile, ...]
    commits: int
    complete: bool


class Tree:
    """An open repository, at the commit that is looked at.

    ``head`` is None in a repository without commits. ``work_tree`` is None where the files are read from the
    commit: in a bare repository, and where another branch than the checked-out one is declared.
    """

    def __init__(
        self,
        repository: pygit2.Repository,
        *,
        where: str,
        branch: str | None,
        head: pygit2.Commit | None,
        work_tree: Path | None,
    ) -> None:
        self.repository = repository
        self.where = where
        self.branch = branch
        self.head = head
        self.work_tree = work_tree

    @property
    def bare(self) -> bool:
        """Whether there is no work tree."""
        return bool(self.repository.is_bare)

    @property
    def shallow(self) -> bool:
        """Whether older commits are lacking."""
        return bool(self.repository.is_shallow)

    @cached_property
    def committed(self) -> TreeListing:
        """What the commit's tree holds; nothing without commits."""
        if self.head is None:
            return TreeListing()
        with damage_told(self.where):
            return list_tree(self.repository, self.head.tree)

    @cached_property
    def on_disk(self) -> DiskListing:
        """What lies in the work tree; nothing where there is none."""
        if self.work_tree is None:
            return DiskListing()
        return list_disk(self.work_tree, self.committed.submodules)

    @property
    def submodules(self) -> int:
        """How many submodules were not looked into."""
        return len(self.committed.submodules)

    @property
    def links(self) -> int:
        """How many symbolic links were not followed."""
        return self.on_disk.links if self.work_tree else self.committed.links

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Files and folders of the work tree that may not be read: they are not among ``files``."""
        return tuple(shown_name(name) for name in self.on_disk.unreadable)

    def files(self) -> Iterator[TreeFile]:
        """The newest version of every file, by name: on disk (ignored ones too), or in the commit."""
        if self.work_tree is None:
            for entry in self.committed.files:
                yield self._of_blob(entry.name, entry.blob, self._head_id, present=True)
        for file in self.on_disk.files:
            yield TreeFile(shown_name(file.name), file.size, None, True, self._reader(file.name))

    def history(self, commits: int) -> History:
        """What the last ``commits`` commits brought, newest first. Raises SourceError on a damaged object."""
        if self.head is None:
            return History((), 0, complete=True)
        with damage_told(self.where):
            seen = self._present_blobs()
            files: list[TreeFile] = []
            for entry in self.committed.files:  # deleted or changed on disk, and still in the last commit
                if entry.blob not in seen:
                    seen.add(entry.blob)
                    files.append(self._of_blob(entry.name, entry.blob, self._head_id, present=False))
            walked, complete = 0, True
            for commit in self.walk(self.head):
                if walked == commits:
                    break
                walked += 1
                complete = complete and str(commit.id) not in self.boundary
                files += self._brought_by(commit, seen)
            return History(tuple(files), walked, complete)

    def walk(self, start: pygit2.Commit) -> Iterator[pygit2.Commit]:
        """The commits that can be reached from ``start``, newest committer time first."""
        import pygit2

        return iter(self.repository.walk(start.id, pygit2.enums.SortMode.TIME))

    @cached_property
    def boundary(self) -> frozenset[str]:
        """The commits whose parents a shallow clone lacks."""
        from pathlib import Path

        if not self.shallow:
            return frozenset()
        with damage_told(self.where):
            return frozenset((Path(self.repository.path) / "shallow").read_text("ascii").split())

    def parents(self, commit: pygit2.Commit) -> list[pygit2.Commit]:
        """A commit's parents; none at the boundary of a shallow clone."""
        return [] if str(commit.id) in self.boundary else list(commit.parents)

    @property
    def _head_id(self) -> str | None:
        return str(self.head.id) if self.head else None

    def _brought_by(self, commit: pygit2.Commit, seen: set[str]) -> Iterator[TreeFile]:
        parents = [parent.tree for parent in self.parents(commit)]
        for entry in new_blobs(self.repository, commit.tree, parents):
            if entry.blob not in seen:
                seen.add(entry.blob)
                yield self._of_blob(entry.name, entry.blob, str(commit.id), present=False)

    def _present_blobs(self) -> set[str]:
        """The blobs of the commit that are in the present tree: on disk, only where the same."""
        import os

        import pygit2

        if self.work_tree is None:
            return {entry.blob for entry in self.committed.files}
        sizes = {file.name: file.size for file in self.on_disk.files}
        root = os.fsencode(self.work_tree)
        return {
            entry.blob
            for entry in self.committed.files
            if entry.name in sizes
            and self._size(entry.blob) == sizes[entry.name]
            and str(pygit2.hashfile(os.fsdecode(root + b"/" + entry.name))) == entry.blob
        }

    def _of_blob(self, name: bytes, blob: str, commit: str | None, *, present: bool) -> TreeFile:
        def read() -> bytes:
            with damage_told(f"{self.where}: {shown_name(name)}"):
                return bytes(self.repository.odb.read(blob)[1])

        with damage_told(f"{self.where}: {shown_name(name)}"):
            size = self._size(blob)
        return TreeFile(shown_name(name), size, commit, present, read)

    def _size(self, blob: str) -> int:
        """A blob's size from its header alone."""
        return int(self.repository.odb.read_header(blob)[1])

    def _reader(self, name: bytes) -> Callable[[], bytes]:
        work_tree = self.work_tree
        assert work_tree is not None  # noqa: S101 # only files on disk are read from there
        return lambda: read_disk(work_tree, name)
