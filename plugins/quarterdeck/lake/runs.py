"""A run's record: what each of its tasks came out with, by id; joins read it instead of XCom lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from quarterdeck.lake import layout
from quarterdeck.lake.documents import content_hash, from_bytes, to_bytes
from quarterdeck.lake.store import MissingObjectError

if TYPE_CHECKING:
    from quarterdeck.lake.store import ObjectStore

_FOLDERS = {"tenant": "tenants", "survey": "surveys", "report": "reports", "delivery": "deliveries"}
_READABLE = 48


def run_key(airflow_run_id: str) -> str:
    """A run id as a key: its readable part, and a hash that keeps any two apart."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", airflow_run_id).strip("-")[:_READABLE]
    return f"{readable}-{content_hash(airflow_run_id.encode())}"


class RunRecord:
    """``plan``, ``tenant/<t>``, ``survey/<s>``, ``conclusion``, ``report/<r>``, ``delivery/<r>`` of one run.

    ``run`` is a ``run_key``. A task that runs again replaces its document.
    """

    def __init__(self, store: ObjectStore, as_of: str, run: str) -> None:
        self._store = store
        self._as_of = as_of
        self._run = run

    def _key(self, name: str) -> str:
        kind, slash, rest = name.partition("/")
        return layout.run_document_key(self._as_of, self._run, f"{_FOLDERS.get(kind, kind)}{slash}{rest}")

    def put(self, name: str, document: Any) -> str:
        """Write the document; answers its key."""
        key = self._key(name)
        self._store.put(key, to_bytes(document))
        return key

    def get(self, name: str) -> Any | None:
        """The document; None where that task has not come out with one."""
        try:
            return from_bytes(self._store.get(self._key(name)))
        except MissingObjectError:
            return None
