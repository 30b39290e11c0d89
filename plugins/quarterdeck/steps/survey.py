"""Task ``survey``: what a repository or an AWS account holds, as snapshots of the tenant whose it is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)


def survey(run: RunRef, name: str, resources: Resources) -> dict[str, Any]:
    """Survey ``repository.<id>`` or ``account.<id>`` and record it for the joins of the day.

    Answers counts and the location. A day that has its snapshots looks at nothing, unless the plan says
    refresh. Raises SourceError where AWS can't be reached; what may not be looked at is missing, and says so.
    """
    day = resources.open(run)
    counts = take_survey(day, name, refresh=day.plan["refresh"])
    day.record.put(f"survey/{name}", counts)
    return counts


def take_survey(day: Day, name: str, *, refresh: bool) -> dict[str, Any]:
    """The body of ``survey``, which the command line shares."""
    surveyed = day.config.portfolio.surveys[name]
    wanted: dict[str, int] = {}
    for dataset_id in surveyed.datasets:
        latest = day.snapshots.latest(day.run.as_of, name, dataset_id)
        if latest is None:
            wanted[dataset_id] = 1
        elif refresh:
            wanted[dataset_id] = latest.revision + 1
    if wanted:
        from quarterdeck.steps.surveying import look_into

        look_into(day, name, surveyed, wanted)
    found = day.snapshots.of_tenant(day.run.as_of, name, surveyed.datasets).manifests.values()
    counts = {
        "survey": name,
        "tenant": surveyed.tenant,
        "datasets": len(found),
        "taken": len(wanted),
        "rows_kept": sum(m.rows_kept for m in found),
        "rows_quarantined": sum(m.rows_quarantined for m in found),
        "missing": sorted(m.dataset for m in found if m.missing),
        "location": f"{day.lake.url.rstrip('/')}/snapshots/{day.run.as_of}/{name}/",
    }
    log.info("survey: %s", " ".join(f"{name}={value}" for name, value in counts.items()))
    return counts
