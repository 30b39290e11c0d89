"""One revision of a snapshot: made of an extract, or of the reason why there is none; checked, written."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from quarterdeck.lake.definition import Manifest
from quarterdeck.quality.definition import Check
from quarterdeck.quality.suites import read_suites
from quarterdeck.quality.validation import quarantine_checks, validate_tenant
from quarterdeck.sources.conforming import conform
from quarterdeck.steps.docs import published_docs

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from quarterdeck.settings.definition import Dataset, Tenant
    from quarterdeck.settings.sources import AnySource
    from quarterdeck.sources.definition import Extract
    from quarterdeck.steps.resources import Day

    Taken = tuple[Manifest, pd.DataFrame | None]

log = logging.getLogger(__name__)

NOT_REBUILDABLE = "no snapshot was taken on that day, and the source only knows how things stand now"


def missing(day: Day, tenant: Tenant, dataset: Dataset, source: str, revision: int, because: str) -> Taken:
    """The revision of a dataset that has no rows at all, with the reason."""
    manifest = Manifest(
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
    log.warning("read: tenant=%s dataset=%s missing: %s", tenant.id, dataset.id, because)
    return manifest, None


def conformed(
    day: Day,
    tenant: Tenant,
    dataset: Dataset,
    source: AnySource,
    extract: Extract,
    revision: int,
    *,
    until: datetime,
    rebuilt: bool,
) -> Taken:
    """The revision of an extract: its declared frame, cut at ``until``, and the manifest with it."""
    rows = conform(extract, source, dataset, tenant=tenant, zone=day.zone, as_of_end=until)
    manifest = Manifest(
        portfolio=day.config.portfolio.id,
        tenant=tenant.id,
        dataset=dataset.id,
        as_of=day.run.as_of,
        revision=revision,
        source=extract.location,
        timing=dataset.timing,
        rebuilt=rebuilt,
        read_at=extract.read_at.isoformat(),
        rows_read=rows.rows_read,
        rows_kept=len(rows.frame),
        rows_after=rows.rows_after,
        content_hash="",  # the lake computes it over what it writes
        quarantined=rows.quarantined,
        broken_files=extract.broken,
        absent_columns=rows.absent_columns,
        newest=rows.newest,
        rows_aggregated=extract.rows_aggregated,
        rows_rolled_back=rows.rows_rolled_back,
        as_read=dataset.as_read if rebuilt else (),
    )
    log.info(
        "read: tenant=%s dataset=%s from=%s rows_read=%d kept=%d quarantined=%d after=%d broken_files=%d "
        "aggregated=%d rolled_back=%d",
        tenant.id, dataset.id, extract.location, manifest.rows_read, manifest.rows_kept,
        manifest.rows_quarantined, manifest.rows_after, len(manifest.broken_files),
        manifest.rows_aggregated, manifest.rows_rolled_back,
    )  # fmt: skip
    if manifest.as_read:
        log.warning(
            "read: tenant=%s dataset=%s rebuilt: %s of %s are as the source has them now",
            tenant.id, dataset.id, ", ".join(manifest.as_read), day.run.as_of,
        )  # fmt: skip
    return manifest, rows.frame


def write(day: Day, tenant: Tenant, taken: dict[str, Taken], *, survey: str | None = None) -> None:
    """Check the frames with their suites and write every revision; ``survey`` is whose they are, if one's."""
    frames = {dataset_id: frame for dataset_id, (_, frame) in taken.items() if frame is not None}
    with published_docs(day, survey or tenant.id, "datasets") as docs:
        checks = validate_tenant(
            frames,
            read_suites(day.resources.places.include),
            datasets=day.config.datasets,
            tenant=tenant,
            docs=docs,
        )
    for dataset_id, (manifest, frame) in taken.items():
        found = (
            *checks.get(dataset_id, ()),
            *quarantine_checks(manifest),
            *_promises(manifest),
        )
        day.snapshots.write(
            day.config.datasets[dataset_id],
            frame,
            replace(manifest, survey=survey),
            [asdict(check) for check in found],
        )


def _promises(manifest: Manifest) -> tuple[Check, ...]:
    """What was declared and did not come, or came late: unsaid, a figure without it looks like a decision."""
    told = []
    if manifest.missing is not None:
        told.append(f"The dataset is there: {manifest.missing}")
    if manifest.late is not None:
        told.append(f"The data came in time: {manifest.late}")
    return tuple(
        Check(subject=manifest.dataset, tenant=manifest.tenant, title=title, outcome="fail", on_fail="banner")
        for title in told
    )
