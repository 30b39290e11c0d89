"""The chain of a report's archive: a link per edition and message, each naming the hash of the one before.

Links stand in the order of archiving, not of days: an edition of a past day that a backfill makes is a link
of its own at the end, and no link is ever rewritten. Of two workers that archive at once one takes the next
number, the other names the winner's link and takes the one after: the chain never forks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from quarterdeck.lake import layout
from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.lake.store import MissingObjectError, create_or_get

if TYPE_CHECKING:
    from quarterdeck.lake.store import ObjectStore


@dataclass(frozen=True)
class Link:
    """One archived thing: an edition (``name``: its payload's hash) or a message (its delivery and claim).

    ``objects``: the SHA-256 of every object of the archive that belongs to it, by key. ``previous``: the
    SHA-256 of the bytes of the link before; None for the first.
    """

    number: int
    previous: str | None
    kind: Literal["edition", "message"]
    as_of: str
    name: str
    objects: dict[str, str]

    def to_bytes(self) -> bytes:
        """As it lies in the archive."""
        return to_bytes(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Link:
        """The inverse. Raises ValueError or TypeError for bytes that are no link."""
        return cls(**from_bytes(data))


@dataclass(frozen=True)
class Head:
    """The last link that was noted: its number (0: none yet) and the SHA-256 of its bytes.

    It may lag behind, where a worker died before noting; what it names was there once.
    """

    number: int
    hash: str | None


def hash_of(data: bytes) -> str:
    """SHA-256 in full: what a chain rests on is not shortened."""
    return sha256(data).hexdigest()


class Chain:
    """The chain of one report in one portfolio's archive."""

    def __init__(self, store: ObjectStore, report: str) -> None:
        self._store = store
        self._report = report

    def holds(self, as_of: str, name: str) -> bool:
        """Whether that edition or message has its link."""
        return self._store.exists(layout.chain_place_key(self._report, as_of, name))

    def append(self, kind: Literal["edition", "message"], as_of: str, name: str, objects: list[str]) -> None:
        """Add a link for objects that lie in the archive, unless it is there.

        A worker that dies between link and note leaves a link that a later try repeats: the same things
        twice, which nothing minds.
        """
        if self.holds(as_of, name):
            return
        hashes = {key: hash_of(self._store.get(key)) for key in objects}
        last = self.head() or self._last()
        while True:
            link = Link(last.number + 1, last.hash, kind, as_of, name, hashes)
            data = link.to_bytes()
            there = create_or_get(self._store, layout.link_key(self._report, link.number), data)
            last = Head(link.number, hash_of(there))
            if there == data:
                break
        self._store.put(layout.chain_head_key(self._report), to_bytes(asdict(last)))
        self._store.create(
            layout.chain_place_key(self._report, as_of, name), to_bytes({"number": link.number})
        )

    def head(self) -> Head | None:
        """What was noted last; None where nothing is, or nothing that can be read."""
        try:
            noted: Any = from_bytes(self._store.get(layout.chain_head_key(self._report)))
            return Head(int(noted["number"]), str(noted["hash"]))
        except (MissingObjectError, ValueError, TypeError, KeyError):
            return None

    def numbers(self) -> list[int]:
        """The numbers of the links that are there, ascending."""
        prefix = layout.links_prefix(self._report)
        names = (key.removeprefix(prefix).removesuffix(".json") for key in self._store.list(prefix))
        return sorted(int(name) for name in names if name.isdecimal())

    def data(self, number: int) -> bytes:
        """The bytes of a link. Raises MissingObjectError."""
        return self._store.get(layout.link_key(self._report, number))

    def _last(self) -> Head:
        numbers = self.numbers()
        return Head(numbers[-1], hash_of(self.data(numbers[-1]))) if numbers else Head(0, None)
