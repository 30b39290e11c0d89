"""Looks into a repository or an account and writes what was found: what ``survey`` does the first time."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.audit.archives import zip_files
from quarterdeck.audit.auditing import audit
from quarterdeck.audit.definition import AuditError
from quarterdeck.audit.environment import environment_secrets
from quarterdeck.days import end_of_day, local_day
from quarterdeck.errors import NothingToReadError, SourceError
from quarterdeck.lake import layout
from quarterdeck.lake.store import create_or_get
from quarterdeck.settings.sources import SurveySource
from quarterdeck.settings.surveys import CODE_DATASETS, Account, Repository
from quarterdeck.sources.aws.account import inspect
from quarterdeck.sources.git import open_repository, repository_records
from quarterdeck.sources.records import extract_of
from quarterdeck.steps.revisions import NOT_REBUILDABLE, conformed, missing, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.audit.definition import Audit
    from quarterdeck.lake.definition import Quarantined
    from quarterdeck.sources.aws.definition import FunctionCode, Inspection
    from quarterdeck.steps.resources import Day
    from quarterdeck.steps.revisions import Taken

log = logging.getLogger(__name__)

_SOURCE = SurveySource.model_validate({"from": "survey"})
_NOT_DELIVERED = "the survey came to no answer"


@dataclass
class Found:
    """Records by dataset, rows set aside, and why a dataset has none."""

    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    quarantined: dict[str, tuple[Quarantined, ...]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def look_into(day: Day, name: str, survey: Repository | Account, wanted: Mapping[str, int]) -> None:
    """Look, conform, check and write the datasets of ``wanted``, each as the revision that it names.

    On a past day only what tells its own time is looked for. Raises SourceError where AWS can't be reached.
    """
    past = local_day(day.resources.clock(), day.zone) > day.as_of + timedelta(days=1)
    due = [d for d in wanted if not past or day.config.datasets[d].timing == "events"]
    found = Found()
    if due and isinstance(survey, Repository):
        found = _repository(day, survey, code=not past)
    elif due and isinstance(survey, Account):
        found = _account(day, survey, due, code=not past)
    tenant = day.config.portfolio.tenant(survey.tenant)
    taken: dict[str, Taken] = {}
    for dataset_id, revision in wanted.items():
        dataset = day.config.datasets[dataset_id]
        if dataset_id not in due or dataset_id not in found.records:
            because = found.missing.get(dataset_id, _NOT_DELIVERED) if dataset_id in due else NOT_REBUILDABLE
            taken[dataset_id] = missing(day, tenant, dataset, name, revision, because)
            continue
        extract = extract_of(found.records[dataset_id], location=name, now=day.resources.clock())
        aside = found.quarantined.get(dataset_id, ())
        extract = replace(
            extract, quarantined=aside, rows_read=extract.rows_read + sum(part.rows for part in aside)
        )
        until = end_of_day(day.as_of, day.zone)
        taken[dataset_id] = conformed(
            day, tenant, dataset, _SOURCE, extract, revision, until=until, rebuilt=past
        )
    write(day, tenant, taken, survey=name)


def _salt(day: Day) -> bytes:
    return create_or_get(day.lake, layout.salt_key(), secrets.token_bytes(32))


# --- repositories ------------------------------------------------------------------------------------


def _repository(day: Day, repository: Repository, *, code: bool) -> Found:
    """A repository that can't be opened was not audited: it is never one without findings."""
    accepted = {one.fingerprint: one.because for one in repository.accepted}
    try:
        places = day.resources.places
        folder = places.portfolio_folder(day.config.portfolio.id)
        tree = open_repository(repository, folder, places.home)
        facts = repository_records(tree, repository, until=end_of_day(day.as_of, day.zone))
        found = Found(dict(facts.records), dict(facts.quarantined))
        found.missing = dict.fromkeys(repository.datasets, "; ".join(facts.problems) or _NOT_DELIVERED)
        for problem in facts.problems:
            log.warning("survey: repository=%s %s", repository.id, problem)
        if code:
            history = tree.history(repository.history)
            audited = audit(
                repository.id,
                "repository",
                tree.files(),
                history=history.files,
                commits_scanned=history.commits,
                salt=_salt(day),
                accepted=accepted,
                exclude=repository.exclude,
            )
            found.records |= audited.records
    except SourceError as error:
        log.warning("survey: repository=%s failed: %s", repository.id, error)
        failed = audit(repository.id, "repository", (), commits_scanned=0, salt=_salt(day), failed=str(error))
        return Found(
            {"code_audits": failed.records["code_audits"]},
            missing=dict.fromkeys(repository.datasets, str(error)),
        )
    return found


# --- accounts ----------------------------------------------------------------------------------------


def _account(day: Day, account: Account, due: list[str], *, code: bool) -> Found:
    portfolio = day.config.portfolio
    where = portfolio.aws.model_copy(
        update={
            "connection": account.connection or portfolio.aws.connection,
            "profile": account.profile or portfolio.aws.profile,
        }
    )

    def connect(service: str, region: str) -> Any:
        return day.resources.connect(where.model_copy(update={"region": region}), service)

    inspection = inspect(
        account,
        connect,
        regions=account.regions or (portfolio.aws.region,),
        now=day.resources.clock(),
        as_of=day.as_of,
        runtimes=day.resources.places.include / "aws" / "lambda_runtimes.yaml",
        wanted=None if code else due,
    )
    found = Found()
    for name, section in inspection.sections.items():
        if section.records is None:
            found.missing[name] = section.missing or _NOT_DELIVERED
        else:
            found.records[name] = section.records
    if code and account.audit_code:
        _audit_functions(day, account, inspection, found)
    return found


def _audit_functions(day: Day, account: Account, inspection: Inspection, found: Found) -> None:
    functions = inspection.sections["cloud_functions"]
    if functions.records is None:
        found.missing |= dict.fromkeys(CODE_DATASETS, functions.missing or _NOT_DELIVERED)
        return
    accepted = {one.fingerprint: one.because for one in account.accepted}
    salt = _salt(day)
    found.records |= {name: [] for name in CODE_DATASETS}
    for function in inspection.functions:
        place = f"{function.region}/{function.name}"
        audited = _audit_of(place, inspection, function, salt, accepted)
        in_environment = environment_secrets(place, function.environment, salt=salt)
        for record in in_environment:
            because = accepted.get(record["fingerprint"])
            record |= {"accepted": because is not None, "accepted_because": because}
        _merge(found.records, audited, in_environment)


def _audit_of(
    place: str, inspection: Inspection, function: FunctionCode, salt: bytes, accepted: Mapping[str, str]
) -> Audit:
    try:
        files = list(zip_files(inspection.code(function)))
    except (NothingToReadError, AuditError) as error:
        return audit(place, "function", (), commits_scanned=0, salt=salt, failed=str(error))
    return audit(place, "function", files, commits_scanned=0, salt=salt, accepted=accepted)


def _merge(
    records: dict[str, list[dict[str, Any]]], audited: Audit, in_environment: list[dict[str, Any]]
) -> None:
    """A value that stands both in the code and in the environment is one secret, in more places."""
    known = {(row["kind"], row["fingerprint"]): row for row in audited.records["code_secrets"]}
    for record in in_environment:
        if (same := known.get((record["kind"], record["fingerprint"]))) is not None:
            same["places"] += record["places"]
        else:
            audited.records["code_secrets"].append(record)
            (summary,) = audited.records["code_audits"]
            summary["secrets_accepted" if record["accepted"] else "secrets"] += 1
    for name, rows in audited.records.items():
        records[name] += rows
