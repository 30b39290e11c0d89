"""Rows that are other than an edition knew them, as they were at the end of some day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from quarterdeck.sources.differences import as_seen, differences

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pyarrow as pa

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.sources.differences import Difference
    from quarterdeck.steps.resources import Day

    Pair = tuple[pa.Table, pa.Table]


class ChangedRows:
    """Today's snapshots against those of a tenant's last edition, by dataset.

    ``editions``: payloads, newest first; of each tenant the first that speaks of it is what it is compared
    with. Only datasets in which something differs are kept in memory.
    """

    def __init__(
        self,
        day: Day,
        catalogue: Catalogue,
        snapshots: Mapping[str, TenantSnapshots],
        editions: Sequence[dict[str, Any]],
    ) -> None:
        self._day, self._catalogue, self._snapshots = day, catalogue, snapshots
        self._told: dict[str, dict[str, dict[str, Any]]] = {}  # tenant: dataset: line of the lineage
        for payload in reversed(editions):
            spoken_of: dict[str, dict[str, dict[str, Any]]] = {}
            for line in payload["lineage"]:
                told = {**line, "edition": payload["as_of"]}
                spoken_of.setdefault(line["tenant"], {})[line["dataset"]] = told
            self._told |= spoken_of
        self._rows: dict[tuple[str, str], Pair | None] = {}
        self._seen: dict[tuple[str, str, date], Pair] = {}

    def since(self, tenant: str, dataset: str, as_of: date, columns: Collection[str]) -> list[Difference]:
        """What was added or removed since, or changed in these columns, seen from ``as_of``."""
        rows = self._differing(tenant, dataset)
        if rows is None:
            return []
        declared, zone = self._catalogue.datasets[dataset], self._day.zone
        key = (tenant, dataset, as_of)
        if key not in self._seen:
            self._seen = {known: pair for known, pair in self._seen.items() if known[2] == as_of}
            self._seen[key] = (
                as_seen(rows[0], declared, as_of, zone),
                as_seen(rows[1], declared, as_of, zone),
            )
        return differences(*self._seen[key], declared, columns)

    def _differing(self, tenant: str, dataset: str) -> Pair | None:
        """All rows of then and of today; None where they are the same, or there is nothing to compare.

        What is the same as of the edition's own day was the same on all days before: rows of a day before
        are among those of that day, and more that happened to them is taken back.
        """
        key = (tenant, dataset)
        if key not in self._rows:
            self._rows[key] = self._read(tenant, dataset)
        return self._rows[key]

    def _read(self, tenant: str, dataset: str) -> Pair | None:
        snapshots, told = self._snapshots[tenant], self._told.get(tenant, {}).get(dataset)
        manifest, parquet = snapshots.manifests.get(dataset), snapshots.parquet.get(dataset)
        if manifest is None or parquet is None or told is None or manifest.content_hash == told["hash"]:
            return None
        then = self._day.snapshots.revision(told["as_of"], tenant, dataset, told["revision"])
        if then is None:
            return None
        today = pq.read_table(self._day.lake.local_path(parquet))
        declared, as_of = self._catalogue.datasets[dataset], date.fromisoformat(told["edition"])
        seen = [as_seen(rows, declared, as_of, self._day.zone) for rows in (then, today)]
        return (then, today) if differences(seen[0], seen[1], declared) else None
