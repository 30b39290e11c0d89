"""Reads a tenant's sources and writes its snapshots: what ``snapshot`` does where there is none yet."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import end_of_day, local_day, local_instant
from quarterdeck.errors import NothingToReadError
from quarterdeck.settings.sources import S3Source
from quarterdeck.sources.definition import Reading
from quarterdeck.sources.reading import read_source
from quarterdeck.steps.promises import broken_promise, read_too_early
from quarterdeck.steps.revisions import NOT_REBUILDABLE, conformed, missing, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from quarterdeck.settings.definition import Tenant
    from quarterdeck.settings.sources import AnySource
    from quarterdeck.sources.definition import Extract
    from quarterdeck.steps.resources import Day
    from quarterdeck.steps.revisions import Taken

log = logging.getLogger(__name__)


def take(day: Day, tenant: Tenant, wanted: Mapping[str, int]) -> None:
    """Read, validate and write the datasets of ``wanted``, each as the revision that it names.

    Raises SourceError where a source can't be reached.
    """
    taken = {dataset_id: _read(day, tenant, dataset_id, revision) for dataset_id, revision in wanted.items()}
    write(day, tenant, taken)


def _read(day: Day, tenant: Tenant, dataset_id: str, revision: int) -> Taken:
    source, dataset = tenant.datasets[dataset_id], day.config.datasets[dataset_id]
    now = day.resources.clock()
    past = local_day(now, day.zone) > day.as_of + timedelta(days=1)
    if past and dataset.timing == "state" and not _keeps_versions(source):
        return missing(day, tenant, dataset, source.source, revision, NOT_REBUILDABLE)
    end, cut_off = end_of_day(day.as_of, day.zone), _cut_off(day, source)
    reading = Reading(
        folder=day.resources.places.portfolio_folder(day.config.portfolio.id),
        client=day.client,
        now=now,
        as_of=day.as_of,
        until=min(cut_off or end, now),
    )
    try:
        extract = read_source(source, dataset, reading)
    except NothingToReadError as nothing:
        return missing(day, tenant, dataset, source.source, revision, str(nothing))
    manifest, frame = conformed(day, tenant, dataset, source, extract, revision, until=end, rebuilt=past)
    late = None if past else _late(day, source, extract, now)
    if late is not None:
        log.warning("late: tenant=%s dataset=%s %s", tenant.id, dataset_id, late)
    return replace(manifest, late=late, cut_off=None if cut_off is None else cut_off.isoformat()), frame


def _cut_off(day: Day, source: AnySource) -> datetime | None:
    if source.cut_off is None:
        return None
    return local_instant(day.as_of + timedelta(days=1), source.cut_off, day.zone)


def _late(day: Day, source: AnySource, extract: Extract, now: datetime) -> str | None:
    """What the data are wanting, as far as the source's promises tell."""
    found: list[str | None] = []
    if source.cut_off is not None:
        found.append(read_too_early(source.cut_off, as_of=day.as_of, zone=day.zone, now=now))
    if source.ready_by is not None:
        arrived = extract.arrived_at
        found.append(
            broken_promise(source.ready_by, as_of=day.as_of, zone=day.zone, now=now, arrived_at=arrived)
        )
    return "; ".join(words for words in found if words) or None


def _keeps_versions(source: AnySource) -> bool:
    """Whether the source itself still has what it had on that day."""
    return isinstance(source, S3Source) and source.versions == "as_of"
