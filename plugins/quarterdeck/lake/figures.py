"""Figures of a tenant's day, kept under the hash of all that made them: measured once, read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.lake import layout
from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.lake.store import MissingObjectError, create_or_get

if TYPE_CHECKING:
    from quarterdeck.lake.store import ObjectStore


class FigureLake:
    """Immutable documents with ``figures`` and ``verdict``."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def key(self, as_of: str, tenant: str, ingredients_hash: str) -> str:
        """Where the figures lie that come from ingredients with that hash."""
        return layout.figures_key(as_of, tenant, ingredients_hash)

    def get(self, key: str) -> dict[str, Any] | None:
        """The document under ``key``; None where these figures were not measured yet."""
        try:
            document: dict[str, Any] = from_bytes(self._store.get(key))
        except MissingObjectError:
            return None
        return document

    def put(self, key: str, document: dict[str, Any]) -> dict[str, Any]:
        """Write the document; answers what is there now, as ``get`` would: that of the first writer."""
        there: dict[str, Any] = from_bytes(create_or_get(self._store, key, to_bytes(document)))
        return there
