"""Bounds and identities of the figures of several tenants together: a scope's own checks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.lake.figures import FigureLake
from quarterdeck.quality.definition import Verdict, verdict_of
from quarterdeck.steps.docs import published_docs
from quarterdeck.steps.fingerprints import definitions_hash, program_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quarterdeck.metrics.definition import Figure
    from quarterdeck.steps.resources import Day


def scope_verdict(day: Day, figures: Iterable[Figure]) -> Verdict:
    """The verdict over those figures that are of all tenants of a scope; a tenant's own were checked with it.

    Reports of the same scope share them: the same figures are checked once a day. Data Docs of them are under
    ``docs/<as_of>/scope-<hash>/figures/``.
    """
    whole = [figure for figure in figures if figure.tenant is None]
    answers = [figure.as_json() | {"inputs": []} for figure in whole]
    made_of = content_hash(
        to_bytes([definitions_hash(day.resources.places.include), program_hash(), answers])
    )
    lake = FigureLake(day.lake)
    key = lake.key(day.run.as_of, "scope-checks", made_of)
    known = lake.get(key)
    if known is None:
        known = lake.put(key, _checked(day, whole, made_of).as_json())
    return Verdict.from_json(known)


def _checked(day: Day, whole: list[Figure], made_of: str) -> Verdict:
    from quarterdeck.quality.suites import KPIS, read_suites
    from quarterdeck.quality.validation import validate_figures

    suite = read_suites(day.resources.places.include)[KPIS]
    with published_docs(day, f"scope-{made_of}", "figures") as docs:
        return verdict_of(
            validate_figures([asdict(figure) for figure in whole], suite, tenant=None, docs=docs)
        )
