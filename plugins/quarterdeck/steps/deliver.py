"""Task ``deliver``: the report's edition to each of its recipients, each on their own, never twice."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from quarterdeck.days import local_day
from quarterdeck.delivery.ledger import Ledger
from quarterdeck.delivery.plan import DeliveryPlan, summary
from quarterdeck.delivery.preflight import QuotaSpentError, preflight
from quarterdeck.delivery.sender import deliver_edition, plan_rows, recipients_needed
from quarterdeck.delivery.states import NO_LONGER_DUE, State
from quarterdeck.errors import DeliveryError, RetryLaterError
from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.editions import PAYLOAD
from quarterdeck.steps.attaching import archive_place, archived_files
from quarterdeck.steps.bookkeeping import budget_of
from quarterdeck.steps.envelopes import MessageMaker

if TYPE_CHECKING:
    from quarterdeck.delivery.budget import Budget
    from quarterdeck.delivery.plan import Outcome
    from quarterdeck.delivery.preflight import Preflight
    from quarterdeck.lake.editions import Edition
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)


def deliver(run: RunRef, report_id: str, resources: Resources, *, ses: Any) -> dict[str, Any]:
    """Deliver by the run's mode; ``ses`` is an ``sesv2`` client that never asks twice.

    Answers counts by state. Raises PreflightError before anything is sent, RetryLaterError where a later
    try of the same claim may succeed, DeliveryError where somebody who was due did not get theirs.
    """
    day = resources.open(run)
    mode = day.plan["mode"]
    record = day.record.get(f"report/{report_id}")
    if record is None or record["state"] == "held" or mode == "archive":
        reason = "not composed" if record is None else "held" if record["state"] == "held" else "mode archive"
        log.info("deliver: report=%s nothing to send: %s", report_id, reason)
        return {"report": report_id, "mode": mode, "states": {}, "nothing": reason}
    edition = _edition(day, report_id, mode, record["payload_hash"])
    plan = delivery_plan(day, report_id, mode, edition)
    outcomes = _deliver(day, plan, edition, ses)
    states = summary(outcomes)
    day.record.put(
        f"delivery/{report_id}",
        {
            "edition": edition.payload_hash,
            "purpose": plan.purpose,
            "deliveries": [outcome.as_json() for outcome in outcomes],
        },
    )
    log.info(
        "deliver: report=%s mode=%s edition=%s recipients=%d %s",
        report_id, mode, edition.payload_hash, len(outcomes),
        " ".join(f"{state.replace(' ', '_')}={count}" for state, count in states.items()),
    )  # fmt: skip
    _fail_if_wanting(report_id, outcomes)
    return {"report": report_id, "mode": mode, "edition": edition.payload_hash, "states": states}


def _edition(day: Day, report_id: str, mode: str, payload_hash: str) -> Edition:
    """*The* edition for ``send``; a preview shows the payload of its own run."""
    archive = day.archive
    if mode == "preview":
        return archive.by_hash(day.run.as_of, report_id, payload_hash)
    edition = archive.edition(day.run.as_of, report_id)
    if edition is None:
        raise DeliveryError(f"expected an archived edition of {report_id} as of {day.run.as_of}, found none")
    if edition.payload_hash != payload_hash:
        log.warning(
            "deliver: report=%s this run's payload %s is a later revision; the edition is %s and stays it",
            report_id, payload_hash, edition.payload_hash,
        )  # fmt: skip
    return edition


def delivery_plan(day: Day, report_id: str, mode: str, edition: Edition) -> DeliveryPlan:
    """Whom the edition goes to, and why. Raises DeliveryError for a report without recipients."""
    portfolio = day.config.portfolio
    preview = mode == "preview"
    recipients = (portfolio.preview,) if preview else portfolio.recipients.get(report_id, ())
    if not recipients:
        raise DeliveryError(
            f"expected recipients for report {report_id} under `recipients` in portfolio.yaml of "
            f"{portfolio.id}, found none"
        )
    return DeliveryPlan(
        portfolio=portfolio.id,
        report=report_id,
        as_of=day.as_of,
        purpose=f"preview:{edition.payload_hash}" if preview else "scheduled",
        mode="preview" if preview else "send",
        recipients=tuple(recipients),
        oversight=None if preview else portfolio.oversight,
        sender=portfolio.sender.address,
        configuration_set=portfolio.sender.configuration_set,
        payload_hash=edition.payload_hash,
        today=local_day(day.resources.clock(), day.zone),
        max_age_days=portfolio.max_age_days,
    )


def _deliver(day: Day, plan: DeliveryPlan, edition: Edition, ses: Any) -> list[Outcome]:
    ledger = Ledger(
        day.client("dynamodb"), day.config.portfolio.storage.ledger_table, clock=day.resources.clock
    )
    ledger.epoch()
    plan_rows(plan, ledger)  # before the preflight: what can't go now is in the ledger, for `dispatch`
    budget = budget_of(day.config.portfolio, ledger.client)
    suppressed = look_ahead(day, plan, ses, budget, needed=recipients_needed(plan, ledger))
    return send_edition(day, plan, edition, ses=ses, ledger=ledger, budget=budget, suppressed=suppressed)


def look_ahead(day: Day, plan: DeliveryPlan, ses: Any, budget: Budget, *, needed: int) -> tuple[str, ...]:
    """The preflight, where anything is to be sent; answers those recipients that are suppressed.

    Takes the live quota into the budget; where that is spent, the sender defers. Raises PreflightError,
    RetryLaterError, DeliveryError.
    """
    if not needed:
        return ()
    mark = budget.mark()
    try:
        ready = _preflight(day, plan, ses, needed)
    except QuotaSpentError as spent:
        log.error("preflight: report=%s %s", plan.report, spent)
        budget.refresh(mark, rate=spent.rate, quota_left=spent.left)
        return ()
    budget.refresh(mark, rate=ready.rate, quota_left=ready.quota_left)
    log.info("preflight: report=%s sender=%s rate=%s quota_left=%s needed=%d sandbox=%s suppressed=%d",
             plan.report, ready.identity, ready.rate, ready.quota_left, needed, ready.sandbox,
             len(ready.suppressed))  # fmt: skip
    return ready.suppressed


def _preflight(day: Day, plan: DeliveryPlan, ses: Any, needed: int) -> Preflight:
    portfolio = day.config.portfolio
    return preflight(
        ses,
        sender_address=plan.sender,
        configuration_set=plan.configuration_set,
        recipients_needed=needed,
        smallest_message=1 if plan.oversight is None else 2,
        reserve_per_day=portfolio.pacing.reserve_per_day,
        reserve_per_second=portfolio.pacing.reserve_per_second,
        addresses=[*plan.recipients, *([plan.oversight] if plan.oversight else [])],
        recipients=plan.recipients,
        allowed_domains=portfolio.allowed_domains,
    )


def send_edition(
    day: Day, plan: DeliveryPlan, edition: Edition, *, ses: Any, ledger: Ledger, budget: Budget,
    suppressed: tuple[str, ...],
) -> list[Outcome]:  # fmt: skip
    """Deliver an archived edition to the plan's recipients."""
    payload = from_bytes(day.archive.read(edition, PAYLOAD))
    pictures = {
        chart["id"]: day.archive.read(edition, f"charts/{chart['id']}.png") for chart in payload["charts"]
    }
    maker = MessageMaker(
        day,
        day.config.reports[plan.report],
        payload,
        edition.payload_hash,
        pictures=pictures,
        files=archived_files(lambda name: day.archive.read(edition, name)),
        place=archive_place(day, edition.key),
    )
    return deliver_edition(
        plan,
        ses=ses,
        ledger=ledger,
        budget=budget,
        compose_message=maker.for_claim,
        # A new claim may word things anew (lateness, baseline), so each claim keeps bytes of its own.
        archive_message=lambda claim, data: day.archive.store_message(
            day.run.as_of, plan.report, f"{claim.delivery_id}-{claim.claim_id[:8]}", data
        ),
        suppressed=suppressed,
    )


def _fail_if_wanting(report_id: str, outcomes: list[Outcome]) -> None:
    wanting = [outcome for outcome in outcomes if not outcome.done and outcome.state not in NO_LONGER_DUE]
    if not wanting:
        return
    named = "; ".join(f"delivery {o.delivery_id} ({o.recipient_hash}): {o.state}, {o.note}" for o in wanting)
    message = f"{report_id}: {len(wanting)} of {len(outcomes)} recipients did not get theirs: {named}"
    if any(outcome.state is State.RETRYING for outcome in wanting):
        raise RetryLaterError(message)
    raise DeliveryError(message)
