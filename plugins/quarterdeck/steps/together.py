"""Figures of several tenants together: measured once, for every report of that scope and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.lake.figures import FigureLake
from quarterdeck.steps.fingerprints import ingredients_hash
from quarterdeck.steps.mail_record import mail_before, mail_hash
from quarterdeck.steps.measure import figures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.steps.resources import Day

_FOLDER = "tenants-together"


def known_together(day: Day, snapshots: Mapping[str, TenantSnapshots]) -> tuple[Figure, ...] | None:
    """The figures of these tenants together, where they were measured before from the same things."""
    document = FigureLake(day.lake).get(_key(day, snapshots))
    return None if document is None else figures_of(document)


def keep_together(
    day: Day, snapshots: Mapping[str, TenantSnapshots], figures: Iterable[Figure]
) -> tuple[Figure, ...]:
    """Keep what was measured; answers what is there now, as ``known_together`` would."""
    document = {"figures": [figure.as_json() for figure in figures]}
    return figures_of(FigureLake(day.lake).put(_key(day, snapshots), document))


def _key(day: Day, snapshots: Mapping[str, TenantSnapshots]) -> str:
    made_of = [sorted(snapshots), ingredients_hash(day, snapshots.values()), mail_hash(mail_before(day))]
    return FigureLake(day.lake).key(day.run.as_of, _FOLDER, content_hash(to_bytes(made_of)))
