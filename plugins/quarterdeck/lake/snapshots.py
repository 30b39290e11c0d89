"""Snapshots: a dataset of a tenant as of a day, written once per revision, read by whoever comes later.

A revision exists when its manifest does. The files are written before, under names that hold their hash,
and the manifest lists them: of two writers one manifest wins, and it always names its own writer's files.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from quarterdeck.errors import LakeError
from quarterdeck.lake import layout
from quarterdeck.lake.definition import Manifest, TenantSnapshots
from quarterdeck.lake.documents import content_hash, from_bytes, to_bytes
from quarterdeck.lake.schema import arrow_schema, pandas_frame
from quarterdeck.lake.store import MissingObjectError, create_or_get

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from quarterdeck.lake.store import ObjectStore
    from quarterdeck.settings.definition import Dataset

_MANIFEST = re.compile(r"/r(\d+)/manifest\.json$")
_PLACE_OF_A_ROW = "source_key"


class SnapshotLake:
    """The snapshots of one portfolio."""

    def __init__(self, store: ObjectStore, portfolio: str) -> None:
        self._store = store
        self._portfolio = portfolio

    def latest(self, as_of: str, tenant: str, dataset: str) -> Manifest | None:
        """The manifest of the last revision; None where no snapshot was taken."""
        found = self._latest(as_of, tenant, dataset)
        return None if found is None else found[0]

    def _latest(self, as_of: str, tenant: str, dataset: str) -> tuple[Manifest, dict[str, str]] | None:
        keys = self._store.list(layout.snapshots_prefix(as_of, tenant, dataset))
        revisions = [int(match[1]) for key in keys if (match := _MANIFEST.search(key))]
        if not revisions:
            return None
        key = layout.manifest_key(as_of, tenant, dataset, max(revisions))
        return _opened(self._store.get(key), key, self._portfolio)

    def write(
        self, dataset: Dataset, frame: pd.DataFrame | None, manifest: Manifest, checks: list[dict[str, Any]]
    ) -> Manifest:
        """Write the revision that ``manifest`` names, or read the one that another writer made first.

        ``frame`` is a declared frame (None where the manifest says ``missing``). The content hash is
        computed here. Raises LakeError for a frame that is not as declared.
        """
        files = {"checks": self._write_file(manifest, "checks", "json", to_bytes(checks))}
        if frame is not None and manifest.missing is None:
            table = declared_table(dataset, frame)
            files["part"] = self._write_file(manifest, "part", "parquet", _parquet(table))
            manifest = replace(manifest, content_hash=rows_hash(table))
        elif frame is not None or manifest.missing is None:
            raise LakeError(
                f"expected a frame or the reason why {dataset.id} of {manifest.tenant} is missing, "
                f"found {'both' if frame is not None else 'neither'}"
            )
        key = layout.manifest_key(manifest.as_of, manifest.holder, manifest.dataset, manifest.revision)
        there = create_or_get(self._store, key, to_bytes({**manifest.as_json(), "files": files}))
        return _opened(there, key, self._portfolio)[0]

    def _write_file(self, manifest: Manifest, stem: str, ending: str, data: bytes) -> str:
        name = f"{stem}-{content_hash(data)}.{ending}"
        key = layout.snapshot_file_key(
            manifest.as_of, manifest.holder, manifest.dataset, manifest.revision, name
        )
        self._store.create(key, data)
        return key

    def checks(self, as_of: str, tenant: str, dataset: str) -> list[dict[str, Any]]:
        """What the dataset's suite said of the last revision. Raises LakeError where there is none."""
        _, files = self._needed(as_of, tenant, dataset)
        found: list[dict[str, Any]] = from_bytes(self._store.get(files["checks"]))
        return found

    def frame(self, as_of: str, tenant: str, dataset: str) -> pd.DataFrame:
        """The declared frame of the last revision. Raises LakeError where there are no rows to read."""
        manifest, files = self._needed(as_of, tenant, dataset)
        if "part" not in files:
            raise LakeError(f"{dataset} of {tenant} as of {as_of} has no rows: {manifest.missing}")
        return pandas_frame(pq.read_table(pa.BufferReader(self._store.get(files["part"]))))

    def revision(self, as_of: str, tenant: str, dataset: str, revision: int) -> pa.Table | None:
        """The rows of one revision; None where it has none, or isn't there any more."""
        key = layout.manifest_key(as_of, tenant, dataset, revision)
        try:
            _, files = _opened(self._store.get(key), key, self._portfolio)
            return pq.read_table(pa.BufferReader(self._store.get(files["part"]))) if "part" in files else None
        except MissingObjectError:
            return None

    def _needed(self, as_of: str, tenant: str, dataset: str) -> tuple[Manifest, dict[str, str]]:
        found = self._latest(as_of, tenant, dataset)
        if found is None:
            raise LakeError(
                f"expected a snapshot of {dataset} of {tenant} as of {as_of} in {self._store.url}, "
                "found none; take it first"
            )
        return found

    def of_tenant(self, as_of: str, tenant: str, datasets: Iterable[str]) -> TenantSnapshots:
        """The last revision of each of the datasets that has a snapshot."""
        snapshots = TenantSnapshots(tenant)
        for dataset in datasets:
            if (found := self._latest(as_of, tenant, dataset)) is None:
                continue
            manifest, files = found
            snapshots.manifests[dataset] = manifest
            if "part" in files:
                snapshots.parquet[dataset] = files["part"]
        return snapshots

    def last_good_day(self, tenant: str, datasets: Iterable[str], before: str, days: int) -> str | None:
        """The latest of the ``days`` days before ``before`` on which every dataset has a snapshot."""
        wanted = tuple(datasets)
        for back in range(1, days + 1):
            day = (date.fromisoformat(before) - timedelta(days=back)).isoformat()
            if wanted and all(self._latest(day, tenant, dataset) is not None for dataset in wanted):
                return day
        return None


def _opened(data: bytes, key: str, portfolio: str) -> tuple[Manifest, dict[str, str]]:
    document = from_bytes(data)
    files: dict[str, str] = document.pop("files")
    manifest = Manifest.from_json(document)
    if manifest.portfolio != portfolio:
        raise LakeError(
            f"expected a snapshot of portfolio {portfolio} at {key}, found one of {manifest.portfolio}; "
            "give each portfolio a lake of its own"
        )
    return manifest, files


def declared_table(dataset: Dataset, frame: pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table of the declared schema, in the order of the key, then of all columns.

    Raises LakeError for missing or surplus columns, values of another type, and gaps where required.
    """
    schema = arrow_schema(dataset)
    if list(frame.columns) != schema.names:
        raise LakeError(
            f"{dataset.id}: expected the columns {', '.join(schema.names)}, "
            f"found {', '.join(map(str, frame.columns))}"
        )
    gaps = [field.name for field in schema if not field.nullable and frame[field.name].hasnans]
    if gaps:
        raise LakeError(f"{dataset.id}: expected a value in every row of {', '.join(gaps)}, found gaps")
    try:
        table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise LakeError(f"{dataset.id}: the frame does not fit its declared schema: {error}") from error
    order = [*dataset.key, *(name for name in schema.names if name not in dataset.key)]
    return table.replace_schema_metadata(None).sort_by([(name, "ascending") for name in order])


def rows_hash(table: pa.Table) -> str:
    """SHA-256 (16 hex digits) over the sorted rows as text, and over the names and types of the columns.

    Where a row lay (``source_key``) is left out, so that another file name is the same content. Over text,
    not Arrow's buffers: those differ for equal rows.
    """
    content = table.drop_columns([_PLACE_OF_A_ROW])
    digest = hashlib.sha256(str(content.schema).encode())
    text = pa.table({name: pc.cast(content[name], pa.string()) for name in content.schema.names})
    sink = io.BytesIO()
    pa_csv.write_csv(text, sink)
    digest.update(sink.getvalue())
    return digest.hexdigest()[:16]


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
