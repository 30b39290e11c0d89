"""One report of a day in one go, to files: what ``quarterdeck compose`` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.errors import HeldError, RequestError
from quarterdeck.quality.definition import Verdict
from quarterdeck.steps.compose import edition_files, payload_of
from quarterdeck.steps.conclude import conclude_report, tenant_outcome, with_surveys
from quarterdeck.steps.envelopes import preview_message
from quarterdeck.steps.measure import measure
from quarterdeck.steps.measuring import open_day
from quarterdeck.steps.snapshot import take_snapshots
from quarterdeck.steps.survey import take_survey

if TYPE_CHECKING:
    from quarterdeck.steps.resources import Resources


def compose_report(resources: Resources, portfolio: str, report_id: str, as_of: str) -> dict[str, bytes]:
    """The report's files and the message as its preview would be sent; nothing is archived or mailed.

    Raises RequestError for a report that the portfolio hasn't, HeldError where its data may not be said.
    """
    day = open_day(resources, portfolio, as_of)
    if report_id not in day.config.portfolio.reports:
        known = ", ".join(day.config.portfolio.reports)
        raise RequestError(f"{portfolio} has no report {report_id!r}; it has: {known}")
    report = day.config.reports[report_id]
    outcomes = {}
    tenants = day.config.scope(report)
    for name, survey in day.config.portfolio.surveys.items():
        if survey.tenant in {tenant.id for tenant in tenants}:
            take_survey(day, name, refresh=False)
    for tenant in tenants:
        take_snapshots(day, tenant, refresh=False)
        measure(day.run, tenant.id, resources)
        outcomes[tenant.id] = with_surveys(day, tenant_outcome(day, tenant.id))
    conclusion = conclude_report(day, report, outcomes)
    verdict = Verdict.from_json(conclusion["verdict"])
    if verdict.decision == "hold":
        reasons = "; ".join(check.title for check in verdict.failed if check.on_fail == "hold")
        raise HeldError(f"{report_id} of {portfolio} on {as_of} is held: {reasons}")
    files = edition_files(day, report, payload_of(day, report, conclusion))
    return {**files, "message.eml": preview_message(day, report, files)}
