"""Reads a tenant's sources and writes its snapshots: what ``snapshot`` does where there is none yet."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import end_of_day, local_day
from quarterdeck.errors import NothingToReadError
from quarterdeck.lake.definition import Manifest
from quarterdeck.quality.definition import Check
from quarterdeck.quality.suites import read_suites
from quarterdeck.quality.validation import quarantine_checks, validate_tenant
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.reading import read_source
from quarterdeck.steps.docs import published_docs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from quarterdeck.settings.definition import Dataset, Tenant
    from quarterdeck.steps.resources import Day

log = logging.getLogger(__name__)

_NOT_REBUILDABLE = "no snapshot was taken on that day, and the source only knows how things stand now"


def take(day: Day, tenant: Tenant, wanted: Mapping[str, int]) -> None:
    """Read, validate and write the datasets of ``wanted``, each as the revision that it names.

    Raises SourceError where a source can't be reached.
    """
    taken = {dataset_id: _read(day, tenant, dataset_id, revision) for dataset_id, revision in wanted.items()}
    _write(day, tenant, taken)


def _read(day: Day, tenant: Tenant, dataset_id: str, revision: int) -> tuple[Manifest, pd.DataFrame | None]:
    source, dataset = tenant.datasets[dataset_id], day.config.datasets[dataset_id]
    now = day.resources.clock()
    past = local_day(now, day.zone) > day.as_of + timedelta(days=1)
    if past and dataset.timing == "state":
        return _missing(day, tenant, dataset, source.source, revision, _NOT_REBUILDABLE), None
    folder = day.resources.places.portfolio_folder(day.config.portfolio.id)
    try:
        extract = read_source(source, folder=folder, client=day.client, now=now)
    except NothingToReadError as nothing:
        log.warning("read: tenant=%s dataset=%s nothing to read: %s", tenant.id, dataset_id, nothing)
        return _missing(day, tenant, dataset, source.source, revision, str(nothing)), None
    rows = conform(
        extract,
        source,
        dataset,
        tenant=tenant,
        zone=day.zone,
        as_of_end=end_of_day(day.as_of, day.zone),
    )
    manifest = Manifest(
        portfolio=day.config.portfolio.id,
        tenant=tenant.id,
        dataset=dataset_id,
        as_of=day.run.as_of,
        revision=revision,
        source=extract.location,
        timing=dataset.timing,
        rebuilt=past,
        read_at=extract.read_at.isoformat(),
        rows_read=rows.rows_read,
        rows_kept=len(rows.frame),
        rows_after=rows.rows_after,
        content_hash="",  # the lake computes it over what it writes
        quarantined=rows.quarantined,
        broken_files=extract.broken,
        absent_columns=rows.absent_columns,
        newest=rows.newest,
    )
    log.info(
        "read: tenant=%s dataset=%s from=%s rows_read=%d kept=%d quarantined=%d after=%d broken_files=%d",
        tenant.id, dataset_id, extract.location, manifest.rows_read, manifest.rows_kept,
        manifest.rows_quarantined, manifest.rows_after, len(manifest.broken_files),
    )  # fmt: skip
    return manifest, rows.frame


def _missing(
    day: Day, tenant: Tenant, dataset: Dataset, source: str, revision: int, because: str
) -> Manifest:
    return Manifest(
        portfolio=day.config.portfolio.id,
        tenant=tenant.id,
        dataset=dataset.id,
        as_of=day.run.as_of,
        revision=revision,
        source=source,
        timing=dataset.timing,
        rebuilt=False,
        read_at=day.resources.clock().isoformat(),
        rows_read=0,
        rows_kept=0,
        rows_after=0,
        content_hash="",
        missing=because,
    )


def _write(day: Day, tenant: Tenant, taken: dict[str, tuple[Manifest, pd.DataFrame | None]]) -> None:
    frames = {dataset_id: frame for dataset_id, (_, frame) in taken.items() if frame is not None}
    with published_docs(day, tenant.id, "datasets") as docs:
        checks = validate_tenant(
            frames,
            read_suites(day.resources.places.include),
            datasets=day.config.datasets,
            tenant=tenant,
            docs=docs,
        )
    for dataset_id, (manifest, frame) in taken.items():
        found = (*checks.get(dataset_id, ()), *quarantine_checks(manifest), *_absence(manifest))
        day.snapshots.write(
            day.config.datasets[dataset_id],
            frame,
            manifest,
            [asdict(check) for check in found],
        )


def _absence(manifest: Manifest) -> tuple[Check, ...]:
    """A dataset that is missing altogether is said, or a figure without it would look like a decision."""
    if manifest.missing is None:
        return ()
    return (
        Check(
            subject=manifest.dataset,
            tenant=manifest.tenant,
            title=f"The dataset is there: {manifest.missing}",
            outcome="fail",
            on_fail="banner",
        ),
    )
