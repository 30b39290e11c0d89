"""The archive of a portfolio against its chains: what ``quarterdeck verify`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.errors import LakeError, RequestError
from quarterdeck.lake.verification import archived_reports, walk
from quarterdeck.settings.reading import read_config

if TYPE_CHECKING:
    from quarterdeck.lake.verification import Walk
    from quarterdeck.steps.resources import Resources


def verify_archive(resources: Resources, portfolio_id: str, report: str | None = None) -> list[Walk]:
    """Walk the chain of every report that has anything archived, or of one.

    Raises RequestError for a report of which nothing is, LakeError for an archive with nothing at all: one
    that was emptied must not pass for whole.
    """
    portfolio = read_config(portfolio_id, resources.places).portfolio
    store = resources.store(portfolio.storage.archive, portfolio.aws)
    reports = archived_reports(store)
    if not reports:
        raise LakeError(f"expected an edition in the archive of {portfolio_id}, {store.url}, found none")
    if report is not None and report not in reports:
        raise RequestError(f"--report: nothing of {report!r} is archived; archived are: {', '.join(reports)}")
    return [walk(store, each) for each in reports if report in {None, each}]
