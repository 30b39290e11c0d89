"""Task ``compose``: a report's payload, what is made from it, and the archive's first edition."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from quarterdeck.findings.history import with_history
from quarterdeck.findings.recommendations import closed, recommend
from quarterdeck.findings.rules import read_rules
from quarterdeck.lake.definition import Manifest
from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.mail.screening import ForeignDataError
from quarterdeck.metrics.definition import Figure, TableResult
from quarterdeck.quality.definition import Verdict
from quarterdeck.reports.inputs import PayloadInputs
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.schema import check_payload
from quarterdeck.steps.attaching import Attaching
from quarterdeck.steps.freezing import archived_payload, frozen_inputs
from quarterdeck.steps.mail_news import returned_mail
from quarterdeck.steps.screening import screen_for_others

if TYPE_CHECKING:
    from quarterdeck.lake.editions import Edition
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)


def compose(run: RunRef, report_id: str, resources: Resources) -> dict[str, Any]:
    """Compose and archive the report's edition; answers hash and location.

    It is held, and not archived, where its verdict says so or where its bytes hold what is not its own.
    """
    day = resources.open(run)
    report = day.config.reports[report_id]
    conclusion = day.conclusion(report_id)
    held = [
        check.title for check in Verdict.from_json(conclusion["verdict"]).failed if check.on_fail == "hold"
    ]
    decision = conclusion["verdict"]["decision"]
    if decision == "hold":
        outcome = _held(report_id, held)
    else:
        try:
            edition = _archived(day, report, payload_of(day, report, conclusion))
        except ForeignDataError as error:
            outcome = _held(report_id, [f"it holds what is not its own: {each}" for each in error.found])
        else:
            outcome = _kept(day, report_id, decision, edition)
    day.record.put(f"report/{report_id}", outcome)
    return outcome


def _held(report_id: str, because: list[str]) -> dict[str, Any]:
    log.warning("compose: report=%s state=held because=%s", report_id, "; ".join(because))
    return {"report": report_id, "decision": "hold", "state": "held", "because": because}


def _kept(day: Day, report_id: str, decision: str, edition: Edition) -> dict[str, Any]:
    location = f"{day.config.portfolio.storage.archive.rstrip('/')}/{edition.key}"
    log.info(
        "compose: report=%s decision=%s payload=%s revision=%d location=%s",
        report_id, decision, edition.payload_hash, edition.revision, location,
    )  # fmt: skip
    return {
        "report": report_id,
        "decision": decision,
        "state": "archived",
        "payload_hash": edition.payload_hash,
        "revision": edition.revision,
        "location": location,
    }


def _archived(day: Day, report: Report, payload: dict[str, Any]) -> Edition:
    """The edition of that payload; what is archived already is not rendered again."""
    wanted = content_hash(to_bytes(payload))
    for edition in day.archive.revisions(day.run.as_of, report.id):
        if edition.payload_hash == wanted:
            day.archive.link(edition)
            return edition
    return day.archive.archive(day.run.as_of, report.id, edition_files(day, report, payload))


def edition_files(day: Day, report: Report, payload: dict[str, Any]) -> dict[str, bytes]:
    """payload.json, report.html, report.txt, page.html, charts and attachments, screened for others' data."""
    from quarterdeck.reports.page import render_page
    from quarterdeck.reports.render import for_browser, render

    templates, locale = day.resources.places.include / "templates", day.config.portfolio.locale
    attaching = Attaching(day, report, payload)
    rendered = render(
        payload, templates=templates, locale=locale, envelope=None, enclosed=attaching.beside_page()
    )
    files = {
        "payload.json": to_bytes(payload),
        "report.html": for_browser(rendered.html, rendered.charts).encode(),
        "report.txt": rendered.text.encode(),
        "page.html": render_page(payload, templates=templates, locale=locale).encode(),
        **{f"charts/{cid}.png": data for cid, data in rendered.charts.items()},
        **attaching.files(rendered.charts),
    }
    screen_for_others(day, report, files)
    return files


def payload_of(day: Day, report: Report, conclusion: dict[str, Any]) -> dict[str, Any]:
    """The payload: a function of snapshots, config and the frozen inputs alone."""
    previous = _frozen_previous(day, report)
    portfolio = day.config.portfolio
    findings = with_history(
        conclusion["findings"],
        previous["findings"] if previous else [],
        as_of=day.as_of,
        unanswered=conclusion["unanswered"],
    )
    rules = read_rules(day.resources.places.include)
    advice = recommend(findings, rules, previous, as_of=day.as_of, owners=portfolio.owners)
    payload = build_payload(
        PayloadInputs(
            config=day.config,
            report=report,
            as_of=day.as_of,
            said=tuple(conclusion["said"]),
            left_out=conclusion["left_out"],
            metrics=day.resources.catalogue().metrics,
            figures=tuple(Figure.from_json(figure) for figure in conclusion["figures"]),
            histories={(h["metric"], h["tenant"], h["currency"]): h for h in conclusion["histories"]},
            tables={name: TableResult(**table) for name, table in conclusion["tables"].items()},
            findings=findings,
            recommendations=advice,
            closed_recommendations=closed(advice, previous, as_of=day.as_of),
            manifests=tuple(Manifest.from_json(manifest) for manifest in conclusion["manifests"]),
            verdict=Verdict.from_json(conclusion["verdict"]),
            previous=previous,
            words=day.words(),
            unanswered=conclusion["unanswered"],
            restatements=tuple(conclusion["restatements"]),
            movements=tuple(conclusion["movements"]),
            returned_mail=returned_mail(day) if report.returned_mail else (),
        )
    )
    check_payload(payload)
    return payload


def _frozen_previous(day: Day, report: Report) -> dict[str, Any] | None:
    """The payload of the edition before, frozen when this edition was first worked out."""
    named = frozen_inputs(day, report)["previous"]
    return None if named is None else archived_payload(day, report, named)
