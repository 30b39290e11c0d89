"""The archive: editions, their frozen inputs, and the bytes of every message as sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import LakeError
from quarterdeck.lake import layout
from quarterdeck.lake.chain import Chain
from quarterdeck.lake.documents import content_hash, from_bytes, to_bytes
from quarterdeck.lake.store import MissingObjectError, create_or_get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.lake.store import ObjectStore

PAYLOAD = "payload.json"
_DELIVERY_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


@dataclass(frozen=True)
class Edition:
    """One archived payload of a report's day. The first is *the* edition; later ones are revisions 2, 3, …

    ``key`` is the prefix under which its files lie.
    """

    as_of: str
    report: str
    payload_hash: str
    revision: int

    @property
    def first(self) -> bool:
        """Whether it is the edition that is delivered, and not a later revision."""
        return self.revision == 1

    @property
    def key(self) -> str:
        """The prefix of its files in the archive."""
        return layout.payload_prefix(self.as_of, self.report, self.payload_hash)


class EditionArchive:
    """Editions in one portfolio's archive."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def freeze_inputs(self, as_of: str, report: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Freeze what the payload takes from earlier days; answers what was frozen the first time."""
        key = layout.inputs_key(as_of, report)
        there: dict[str, Any] = from_bytes(create_or_get(self._store, key, to_bytes(inputs)))
        return there

    def frozen_inputs(self, as_of: str, report: str) -> dict[str, Any] | None:
        """What was frozen for that day; None where nothing was yet."""
        try:
            there: dict[str, Any] = from_bytes(self._store.get(layout.inputs_key(as_of, report)))
        except MissingObjectError:
            return None
        return there

    def archive(self, as_of: str, report: str, files: dict[str, bytes]) -> Edition:
        """Keep the files under the hash of their payload; answers the edition or revision that they are.

        ``files`` by name, with ``payload.json`` among them. The same payload again is the same edition.
        """
        if PAYLOAD not in files:
            raise LakeError(f"expected {PAYLOAD} among the files of {report}, found {sorted(files)}")
        payload_hash = content_hash(files[PAYLOAD])
        prefix = layout.payload_prefix(as_of, report, payload_hash)
        for name, data in files.items():
            self._store.create(prefix + name, data)
        # Before the edition: a day that is listed without one is passed over, one not listed would be lost.
        self._store.create(layout.edition_day_key(as_of, report), to_bytes({"as_of": as_of}))
        for revision in count(1):
            entry = to_bytes({"payload_hash": payload_hash, "revision": revision})
            there = create_or_get(self._store, self._entry_key(as_of, report, revision), entry)
            if from_bytes(there)["payload_hash"] == payload_hash:
                break
        edition = Edition(as_of, report, payload_hash, revision)
        self.link(edition)
        return edition

    def link(self, edition: Edition) -> None:
        """Give the edition its link in the report's chain, unless it has it (a worker died before)."""
        chain = Chain(self._store, edition.report)
        if chain.holds(edition.as_of, edition.payload_hash):
            return
        beside = [
            layout.edition_day_key(edition.as_of, edition.report),
            self._entry_key(edition.as_of, edition.report, edition.revision),
        ]
        inputs = layout.inputs_key(edition.as_of, edition.report)
        if self._store.exists(inputs):
            beside.append(inputs)
        chain.append(
            "edition", edition.as_of, edition.payload_hash, [*self._store.list(edition.key), *beside]
        )

    def _entry_key(self, as_of: str, report: str, revision: int) -> str:
        if revision == 1:
            return layout.edition_key(as_of, report)
        return layout.revision_key(as_of, report, revision)

    def _entry(self, as_of: str, report: str, revision: int) -> Edition | None:
        try:
            entry = from_bytes(self._store.get(self._entry_key(as_of, report, revision)))
        except MissingObjectError:
            return None
        return Edition(as_of, report, entry["payload_hash"], revision)

    def edition(self, as_of: str, report: str) -> Edition | None:
        """*The* edition: the first payload that was archived; None where there is none yet."""
        return self._entry(as_of, report, 1)

    def revisions(self, as_of: str, report: str) -> tuple[Edition, ...]:
        """Every payload that was archived for that day, in order; the first is the edition."""
        found: list[Edition] = []
        while (entry := self._entry(as_of, report, len(found) + 1)) is not None:
            found.append(entry)
        return tuple(found)

    def by_hash(self, as_of: str, report: str, payload_hash: str) -> Edition:
        """The edition or revision with that payload. Raises LakeError where it was never archived."""
        for edition in self.revisions(as_of, report):
            if edition.payload_hash == payload_hash:
                return edition
        raise LakeError(
            f"expected payload {payload_hash} of {report} as of {as_of} in {self._store.url}, found none"
        )

    def read(self, edition: Edition, name: str) -> bytes:
        """One of its files: ``payload.json``, ``report.html``, … Raises MissingObjectError."""
        return self._store.get(edition.key + name)

    def names(self, edition: Edition) -> list[str]:
        """The names of its files."""
        return [key.removeprefix(edition.key) for key in self._store.list(edition.key)]

    def latest_before(self, as_of: str, report: str) -> Edition | None:
        """The edition of the latest day before ``as_of`` that has one."""
        return next(self._before(as_of, report), None)

    def since(self, first: str, before: str, report: str) -> tuple[Edition, ...]:
        """The editions of the days from ``first`` on and before ``before``, oldest first."""
        newest_first = takewhile(lambda edition: edition.as_of >= first, self._before(before, report))
        return tuple(newest_first)[::-1]

    def _before(self, as_of: str, report: str) -> Iterator[Edition]:
        """The editions of the days before ``as_of``, newest first."""
        prefix = layout.edition_days_prefix(report)
        days = (key.removeprefix(prefix).removesuffix(".json") for key in self._store.list(prefix))
        for day in sorted((day for day in days if day < as_of), reverse=True):
            if (edition := self.edition(day, report)) is not None:
                yield edition

    def store_message(self, as_of: str, report: str, delivery_id: str, data: bytes) -> str:
        """Keep the bytes of one message before it is sent; answers their key.

        Raises LakeError where that delivery already has other bytes: what was sent is never rewritten.
        """
        if not _DELIVERY_ID.match(delivery_id):
            raise LakeError("expected a delivery id of letters, digits, '.', '_' and '-', found another")
        key = layout.message_key(as_of, report, delivery_id)
        if create_or_get(self._store, key, data) != data:
            raise LakeError(
                f"expected the same bytes for delivery {delivery_id} of {report} as of {as_of}, found others "
                f"at {key}; a new message needs a delivery of its own"
            )
        Chain(self._store, report).append("message", as_of, delivery_id, [key])
        return key
