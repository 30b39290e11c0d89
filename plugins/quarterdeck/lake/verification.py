"""Walks the chain of a report's archive, and finds a changed byte, a missing edition, a broken link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quarterdeck.lake import layout
from quarterdeck.lake.chain import Chain, Link, hash_of
from quarterdeck.lake.documents import content_hash, from_bytes
from quarterdeck.lake.store import MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quarterdeck.lake.store import ObjectStore

_AT_ONCE = 16  # objects read at a time: a year of editions on S3 is many small ones


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was archived: ``subject`` is the edition, message or link concerned."""

    report: str
    subject: str
    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.report}: {self.subject}: {self.where}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class Walk:
    """What was found of one report. ``head``: the SHA-256 of the last link, worth keeping elsewhere."""

    report: str
    editions: int
    messages: int
    first: str | None
    last: str | None
    head: str | None
    faults: tuple[Fault, ...]


def archived_reports(store: ObjectStore) -> list[str]:
    """Every report of which the archive has anything."""
    chains = {key.split("/")[1] for key in store.list(layout.CHAINS)}
    kept = {
        key.split("/")[2] for prefix in (layout.EDITIONS, layout.DELIVERIES) for key in store.list(prefix)
    }
    return sorted(chains | kept)


def walk(store: ObjectStore, report: str) -> Walk:
    """Verify everything that was archived of a report: each link, each object, and what no link names."""
    found = _Walking(store, report)
    found.read_links()
    found.compare_objects()
    found.compare_predecessors()
    found.find_unlinked()
    editions = sorted({(link.as_of, link.name) for link in found.links.values() if link.kind == "edition"})
    messages = {link.name for link in found.links.values() if link.kind == "message"}
    return Walk(
        report=report,
        editions=len(editions),
        messages=len(messages),
        first=editions[0][0] if editions else None,
        last=editions[-1][0] if editions else None,
        head=found.hashes[max(found.hashes)] if found.hashes else None,
        faults=tuple(found.faults),
    )


def _named(link: Link) -> str:
    return f"{link.kind} of {link.as_of}, {link.name} (link {link.number})"


@dataclass
class _Walking:
    store: ObjectStore
    report: str
    links: dict[int, Link] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    payloads: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def _fault(self, subject: str, where: str, expected: str, found: str) -> None:
        self.faults.append(Fault(self.report, subject, where, expected, found))

    def read_links(self) -> None:
        """Every link up to the last that was ever noted, and what each names as the one before."""
        chain = Chain(self.store, self.report)
        numbers, head = chain.numbers(), chain.head()
        last = max([*numbers, head.number if head else 0])
        for number in range(1, last + 1):
            self._read_link(number, chain.data(number) if number in numbers else None)
        for number, link in self.links.items():
            self._compare_link(number - 1, link.previous, f"link {number} names it")
        if head is not None and self.hashes:
            self._compare_link(head.number, head.hash, "the head of the chain names it")

    def _read_link(self, number: int, data: bytes | None) -> None:
        key = layout.link_key(self.report, number)
        if data is None:
            self._fault(f"link {number}", key, "a link of the chain", "none: it was deleted")
            return
        self.hashes[number] = hash_of(data)
        try:
            link = Link.from_bytes(data)
        except (ValueError, TypeError):
            self._fault(f"link {number}", key, "a link of the chain", "something else: it was changed")
            return
        if link.number != number:
            self._fault(f"link {number}", key, f"link {number}", f"link {link.number}: {_named(link)}")
            return
        self.links[number] = link

    def _compare_link(self, number: int, named: str | None, by: str) -> None:
        """A link against the hash that another one, or the head, has of it."""
        there = self.hashes.get(number)
        if number > 0 and there is None:
            return  # it is missing, and that is told
        if there != named:
            link = self.links.get(number)
            subject = _named(link) if link else f"link {number}"
            where = layout.link_key(self.report, number) if number else layout.link_key(self.report, 1)
            self._fault(subject, where, f"{named or 'no link before'} as {by}", there or "none")

    def compare_objects(self) -> None:
        """The bytes of everything that the links name."""
        keys = sorted({key for link in self.links.values() for key in link.objects})
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            there = dict(zip(keys, pool.map(self._hash, keys), strict=True))
        told: set[tuple[str, str]] = set()
        for link in self.links.values():
            for key, expected in link.objects.items():
                if there[key] == expected or (key, expected) in told:
                    continue
                told.add((key, expected))
                found = there[key]
                self._fault(
                    _named(link), key, f"sha256 {expected}",
                    "none: it was deleted" if found is None else f"{found}: it was changed",
                )  # fmt: skip

    def _hash(self, key: str) -> str | None:
        try:
            data = self.store.get(key)
        except MissingObjectError:
            return None
        if key.endswith("/payload.json"):
            self._remember(key, data)
        return hash_of(data)

    def _remember(self, key: str, data: bytes) -> None:
        _, as_of, _, payload_hash, _ = key.split("/")
        if content_hash(data) == payload_hash:  # a changed one is told by its bytes
            self.payloads[as_of, payload_hash] = from_bytes(data).get("edition", {})

    def compare_predecessors(self) -> None:
        """The edition that each payload names as the one before it, by day, is in the chain as well."""
        editions = {(link.as_of, link.name): link for link in self.links.values() if link.kind == "edition"}
        for place, edition in sorted(self.payloads.items()):
            previous = edition.get("previous")
            if (
                previous
                and (previous["as_of"], previous["payload_hash"]) not in editions
                and place in editions
            ):
                self._fault(
                    _named(editions[place]), editions[place].name,
                    f"the edition of {previous['as_of']}, {previous['payload_hash']}, which it names as the "
                    "one before", "none in the chain",
                )  # fmt: skip

    def find_unlinked(self) -> None:
        """Editions, their files and messages that no link names: put there by hand, or by a dead worker."""
        known = {key for link in self.links.values() for key in link.objects}
        for key in self._kept():
            if key not in known:
                self._fault(
                    f"of {key.split('/')[1]}", key, "a link that names it",
                    "none: clear the task that made it (compose, deliver), or find out who put it there",
                )  # fmt: skip

    def _kept(self) -> Iterator[str]:
        editions = {
            layout.payload_prefix(link.as_of, self.report, link.name)
            for link in self.links.values()
            if link.kind == "edition"
        }
        for key in self._of_report(self.store.list(layout.EDITIONS)):
            of_payload = "/".join(key.split("/")[:4]) + "/" in editions
            if of_payload or key.endswith("/edition.json") or "/revisions/" in key:
                yield key  # files of a payload that never became an edition are a dead worker's
        yield from self._of_report(self.store.list(layout.DELIVERIES))

    def _of_report(self, keys: Iterable[str]) -> Iterator[str]:
        return (key for key in keys if key.split("/")[2] == self.report)
