"""Task ``plan``: reads the config, settles day and mode, says which tenants and reports are due.

Everything that can be wrong with a request or a configuration stops the run here, all at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from quarterdeck.days import as_of_day
from quarterdeck.errors import ConfigError, RequestError
from quarterdeck.lake import layout
from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.lake.runs import RunRecord, run_key
from quarterdeck.settings.reading import read_config
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.soundness import definition_mistakes

if TYPE_CHECKING:
    from datetime import datetime

    from quarterdeck.settings.definition import Config, Report
    from quarterdeck.steps.resources import Resources

log = logging.getLogger(__name__)

MODES = ("auto", "archive", "preview", "send")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KNOWN = frozenset({"mode", "as_of", "reports", "tenants", "refresh"})


@dataclass(frozen=True)
class PlanRequest:
    """What was asked for: by the schedule, by a person, or by a backfill.

    ``run_type`` is Airflow's: scheduled, manual, backfill or asset_triggered. ``params`` as in the form.
    """

    portfolio: str
    run_id: str
    run_type: str
    logical_date: datetime | None
    run_after: datetime
    params: dict[str, Any] = field(default_factory=dict)


def plan(request: PlanRequest, resources: Resources) -> dict[str, Any]:
    """Settle the run and write its plan to the lake; answers ids, never rows or addresses.

    Raises ConfigError with every mistake of the configuration, RequestError for a request that can't be met.
    """
    config = _read(request.portfolio, resources)
    portfolio = config.portfolio
    as_of = as_of_day(
        asked=_asked_day(request.params),
        logical_date=request.logical_date,
        run_after=request.run_after,
        zone=portfolio.zone,
    )
    _check_names(request.params, config)
    mode = resolve_mode(request.params.get("mode") or "auto", request.run_type, portfolio.mode)
    reports = _due_reports(request, config, as_of)
    tenants = _tenants(request, config, reports)
    document = config.model_dump(mode="json", by_alias=True)
    data = to_bytes(document)
    lake = resources.store(portfolio.storage.lake, portfolio.aws)
    config_hash = content_hash(data)
    lake.create(layout.config_key(config_hash), data)
    run = RunRef(
        portfolio=portfolio.id,
        as_of=as_of.isoformat(),
        run=run_key(request.run_id),
        lake=portfolio.storage.lake,
        aws=portfolio.aws.model_dump(),
        config=config_hash,
    )
    surveys = _surveys(config, tenants)
    outcome = {
        "run": run.as_json(),
        "mode": mode,
        "run_type": request.run_type,
        "tenants": tenants,
        "surveys": surveys,
        "reports": reports,
        "refresh": bool(request.params.get("refresh")),
        "planned_at": resources.clock().isoformat(),
    }
    RunRecord(lake, run.as_of, run.run).put("plan", outcome)
    log.info(
        "plan: portfolio=%s as_of=%s mode=%s tenants=%d surveys=%d reports=%d config=%s lake=%s",
        portfolio.id, as_of, mode, len(tenants), len(surveys), len(reports), config_hash, lake.url,
    )  # fmt: skip
    return outcome


def resolve_mode(asked: str, run_type: str, portfolio_mode: str) -> str:
    """``auto`` by kind of run: scheduled as the portfolio says, backfill archives, manual previews."""
    if asked != "auto":
        return asked
    if run_type == "backfill":
        return "archive"
    return portfolio_mode if run_type == "scheduled" else "preview"


def _read(portfolio_id: str, resources: Resources) -> Config:
    mistakes = definition_mistakes(resources.places)
    try:
        config = read_config(portfolio_id, resources.places)
    except ConfigError as error:
        raise ConfigError([*error.mistakes, *mistakes]) from None
    if mistakes:
        raise ConfigError(mistakes)
    return config


def _asked_day(params: dict[str, Any]) -> date | None:
    text = params.get("as_of")
    if text in (None, ""):
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise RequestError(f"as_of: expected a day such as 2026-03-31, found {text!r}") from None


def _check_names(params: dict[str, Any], config: Config) -> None:
    wrong = [
        f"unknown parameter {name!r}; known: {', '.join(sorted(_KNOWN))}" for name in params.keys() - _KNOWN
    ]
    if (mode := params.get("mode") or "auto") not in MODES:
        wrong.append(f"mode: expected one of {', '.join(MODES)}, found {mode!r}")
    known = {
        "reports": list(config.portfolio.reports),
        "tenants": [tenant.id for tenant in config.portfolio.tenants],
    }
    for name, ids in known.items():
        wrong.extend(
            f"{name}: {config.portfolio.id} has no {asked!r}; it has: {', '.join(ids)}"
            for asked in params.get(name) or []
            if asked not in ids
        )
    if wrong:
        raise RequestError("; ".join(sorted(wrong)))


def is_due(report: Report, as_of: date) -> bool:
    """Whether the report's cadence asks for an edition of that day.

    weekly: the weekday of the as-of day, by name; monthly: its day of the month (the last day of a
    shorter month stands in for a day that it hasn't).
    """
    if report.cadence == "daily":
        return True
    if (weekday := report.cadence.get("weekly")) is not None:
        return _WEEKDAYS[as_of.weekday()] == str(weekday).lower()
    day = int(report.cadence["monthly"])
    last = (
        date(as_of.year + as_of.month // 12, as_of.month % 12 + 1, 1) - date(as_of.year, as_of.month, 1)
    ).days
    return as_of.day == min(day, last)


def _due_reports(request: PlanRequest, config: Config, as_of: date) -> list[str]:
    asked = request.params.get("reports")
    if asked:
        return [report for report in config.portfolio.reports if report in asked]
    return [report for report in config.portfolio.reports if is_due(config.reports[report], as_of)]


def _tenants(request: PlanRequest, config: Config, reports: list[str]) -> list[str]:
    asked = request.params.get("tenants")
    in_scope = {tenant.id for report in reports for tenant in config.scope(config.reports[report])}
    return [
        tenant.id
        for tenant in config.portfolio.tenants
        if tenant.id in in_scope and (not asked or tenant.id in asked)
    ]


def _surveys(config: Config, tenants: list[str]) -> list[str]:
    """Repositories and accounts of the tenants that are measured."""
    return [name for name, survey in config.portfolio.surveys.items() if survey.tenant in tenants]
