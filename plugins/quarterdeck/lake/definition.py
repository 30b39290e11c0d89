"""What a snapshot is, beside its rows: manifests, which travel as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Quarantined:
    """Rows (or one whole file) that were read and not kept, with the reason and some of their keys."""

    reason: str
    rows: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What is known of one snapshot: a dataset of a tenant as of a day.

    ``rows_read`` = ``rows_kept`` + the rows of ``quarantined`` + ``rows_after`` (rows that became known
    after the as-of day). ``broken_files`` could not be read at all, so their rows have no number.
    ``rows_rolled_back``: kept rows to which something happened after the as-of day, which was taken back.
    ``as_read``: of a rebuilt day, the columns that are as the source had them at ``read_at``, because it
    doesn't say when they change.
    ``content_hash`` is over the kept rows in the order of the key: row order and file names don't change it.
    """

    portfolio: str
    tenant: str
    dataset: str
    as_of: str
    revision: int
    source: str
    timing: str
    rebuilt: bool
    read_at: str
    rows_read: int
    rows_kept: int
    rows_after: int
    content_hash: str
    quarantined: tuple[Quarantined, ...] = ()
    broken_files: tuple[Quarantined, ...] = ()
    absent_columns: tuple[str, ...] = ()
    newest: str | None = None
    missing: str | None = None  # why there are no rows at all: the dataset is `no_data`
    cut_off: str | None = (
        None  # when the day's data ended at the source, where that is not the end of the day
    )
    late: str | None = None  # how the data kept the promise of `ready_by`, where they did not
    rows_aggregated: int = 0  # of logs: how many rows of the source the kept rows were made of
    rows_rolled_back: int = 0
    as_read: tuple[str, ...] = ()
    survey: str | None = None  # the repository or account that it was found in

    @property
    def holder(self) -> str:
        """Under whose name it lies in the lake: the survey's, else the tenant's."""
        return self.survey or self.tenant

    @property
    def rows_quarantined(self) -> int:
        """Rows read and not kept, whatever the reason."""
        return sum(part.rows for part in self.quarantined)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, with stable keys."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Manifest:
        """The inverse of ``as_json``."""
        parts = {
            name: tuple(Quarantined(p["reason"], p["rows"], tuple(p["keys"])) for p in data[name])
            for name in ("quarantined", "broken_files")
        }
        names = {name: tuple(data.get(name, ())) for name in ("absent_columns", "as_read")}
        return cls(**{**data, **parts, **names})


@dataclass(frozen=True)
class TenantSnapshots:
    """All snapshots of one tenant as of a day: the manifests, and the key of each Parquet in the lake.

    A dataset that is not in ``parquet`` is missing; its manifest (if any) says why. ``surveys`` are those of
    the repositories and accounts that are the tenant's: several may have the same dataset.
    """

    tenant: str
    manifests: dict[str, Manifest] = field(default_factory=dict)
    parquet: dict[str, str] = field(default_factory=dict)
    surveys: tuple[TenantSnapshots, ...] = ()

    @property
    def delivered(self) -> frozenset[str]:
        """The datasets that are there, and there whole: a survey that lacks its part makes it missing."""
        parts = (self, *self.surveys)
        lacking = {name for part in parts for name in part.manifests if name not in part.parquet}
        return frozenset(name for part in parts for name in part.parquet) - lacking

    @property
    def all_manifests(self) -> tuple[Manifest, ...]:
        """Those of the tenant's own datasets, then those of the surveys."""
        return tuple(manifest for part in (self, *self.surveys) for manifest in part.manifests.values())

    def manifests_of(self, dataset: str) -> tuple[Manifest, ...]:
        """The manifests of one dataset: more than one where several surveys have it."""
        return tuple(manifest for manifest in self.all_manifests if manifest.dataset == dataset)

    def parquet_of(self, dataset: str) -> tuple[str, ...]:
        """The keys of one dataset's rows."""
        return tuple(part.parquet[dataset] for part in (self, *self.surveys) if dataset in part.parquet)
