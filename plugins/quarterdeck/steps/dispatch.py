"""Task ``dispatch``: what may go out now of what earlier runs left: deferred, approved, asked for, orphaned.

It reads the ledger, not runs: whatever stands there and may be sent is sent by the same rules as in
``deliver``, so neither of them can mail what the other has.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from quarterdeck.days import local_day, local_instant
from quarterdeck.delivery.ledger import LedgerEpochMissingError, LostClaimError
from quarterdeck.delivery.plan import DeliveryPlan, normalised
from quarterdeck.delivery.sender import Limits
from quarterdeck.delivery.states import NO_LONGER_DUE, State
from quarterdeck.errors import DeliveryError, QuarterdeckError
from quarterdeck.settings.reading import read_config
from quarterdeck.steps.bookkeeping import budget_of, ledger_of
from quarterdeck.steps.deliver import look_ahead, send_edition
from quarterdeck.steps.mail_record import record_outcomes
from quarterdeck.steps.resources import Day, RunRef

if TYPE_CHECKING:
    from quarterdeck.delivery.budget import Budget
    from quarterdeck.delivery.ledger import Ledger
    from quarterdeck.delivery.plan import Outcome
    from quarterdeck.delivery.rows import Row
    from quarterdeck.settings.definition import Config
    from quarterdeck.steps.resources import Resources

log = logging.getLogger(__name__)

_LEFT = (State.PLANNED, State.DEFERRED, State.CLAIMED, State.RETRYING, State.SENDING)
# Whoever planned a row is about to send it; past this age they are gone.
_PLANNER_GONE = timedelta(minutes=10)
# Nobody waits any longer for a preview: it shows a draft to the one who asked for it.
_PREVIEW_WAITED_FOR = timedelta(days=1)


def dispatch(portfolio_id: str, resources: Resources) -> dict[str, Any]:
    """Send what may go; answers counts by state.

    Raises DeliveryError, once a day for each, naming what could not go, is unknown, or fails; the rest is
    sent before that. Raises LedgerEpochMissingError for a ledger that can't be trusted.
    """
    config = read_config(portfolio_id, resources.places)
    try:
        ledger = ledger_of(config.portfolio, resources)
    except LedgerEpochMissingError:
        if config.portfolio.mode != "archive":
            raise
        log.info("dispatch: portfolio=%s mails nobody and has no ledger", portfolio_id)
        return {"portfolio": portfolio_id, "states": {}}
    return _Dispatch(config, resources, ledger).run()


@dataclass
class _Dispatch:
    config: Config
    resources: Resources
    ledger: Ledger

    def run(self) -> dict[str, Any]:
        portfolio = self.config.portfolio
        budget = budget_of(portfolio, self.ledger.client)
        states: Counter[str] = Counter()
        troubles: dict[str, str] = {}
        for rows in self._editions():
            name = f"{rows[0].report} {rows[0].as_of} {rows[0].purpose}"
            try:
                outcomes = self._deliver(rows, budget)
            except QuarterdeckError as error:  # one edition's trouble keeps back no other
                log.error("dispatch: %s: %s", name, error)
                troubles[name] = f"{name}: {error}"
                continue
            states.update(str(outcome.state) for outcome in outcomes)
            troubles |= {
                f"{o.delivery_id} {o.state}": f"{name}, delivery {o.delivery_id}: {o.state}, {o.note}"
                for o in outcomes
                if not o.done and o.state not in NO_LONGER_DUE
            }
        troubles |= self._unknown()
        log.info("dispatch: portfolio=%s %s", portfolio.id, dict(states) or "nothing to send")
        self._tell(troubles)
        return {"portfolio": portfolio.id, "states": dict(states)}

    def _editions(self) -> list[list[Row]]:
        """What may go now, by edition and purpose, the earliest due first."""
        rows = [row for row in self.ledger.standing(self.config.portfolio.id, _LEFT) if self._is_left(row)]
        rows = [row for row in rows if not self._called_off(row)]
        known = [row for row in rows if row.report in self.config.reports]
        for row in {row.report: row for row in rows if row not in known}.values():
            log.error("dispatch: report=%s is in no configuration any more: its mail waits", row.report)
        known.sort(key=lambda row: (self._due(row), row.report, row.purpose, row.payload_hash, row.pk))
        return [
            list(group)
            for _, group in groupby(known, lambda row: (row.report, row.as_of, row.purpose, row.payload_hash))
        ]

    def _is_left(self, row: Row) -> bool:
        """Whether no living worker is about to do it: asked for by a person, or left behind."""
        now = self.resources.clock()
        if row.state is State.SENDING:
            return now - row.updated > Limits().stale_after
        if row.state in {State.CLAIMED, State.RETRYING}:
            return not row.leased_at(now)
        asked_for = bool(row.history) or row.purpose.startswith(("resend:", "correction:"))
        return row.state is State.DEFERRED or asked_for or now - row.updated > _PLANNER_GONE

    def _called_off(self, row: Row) -> bool:
        """Cancel what nobody should get any more: of a former recipient, or a preview of long ago."""
        portfolio = self.config.portfolio
        if row.state is State.SENDING:
            return False
        if row.purpose.startswith("preview:"):
            planned = row.times.get(str(State.PLANNED), row.updated_at)
            old = self.resources.clock() - datetime.fromisoformat(planned) > _PREVIEW_WAITED_FOR
            reason = "nobody waits for a preview that long" if old else ""
        else:
            current = map(normalised, portfolio.recipients.get(row.report, ()))
            reason = "" if normalised(row.recipient) in current else "no recipient in portfolio.yaml any more"
        if not reason:
            return False
        try:
            if row.state in {State.CLAIMED, State.RETRYING}:
                row = self.ledger.move(row, State.DEFERRED, reason)
            self.ledger.move(row, State.CANCELLED, reason)
        except LostClaimError:
            log.info("dispatch: delivery=%s another worker was first", row.delivery_id)
        else:
            log.warning("dispatch: delivery=%s report=%s cancelled: %s", row.delivery_id, row.report, reason)
        return True

    def _due(self, row: Row) -> datetime:
        following = date.fromisoformat(row.as_of) + timedelta(days=1)
        return local_instant(following, self.config.reports[row.report].due, self.config.portfolio.zone)

    def _deliver(self, rows: list[Row], budget: Budget) -> list[Outcome]:
        first, day = rows[0], self._day(rows[0].as_of)
        plan = self._plan(rows)
        edition = day.archive.by_hash(first.as_of, first.report, first.payload_hash)
        needed = sum(plan.envelope_size(row.recipient) for row in rows if row.state is not State.SENDING)
        ses = day.client("sesv2")
        suppressed = look_ahead(day, plan, ses, budget, needed=needed)
        outcomes = send_edition(
            day, plan, edition, ses=ses, ledger=self.ledger, budget=budget, suppressed=suppressed
        )
        taken = [outcome for outcome in outcomes if outcome.done and not outcome.already]
        if plan.purpose == "scheduled" and taken:
            record_outcomes(day, first.report, taken)
        return outcomes

    def _day(self, as_of: str) -> Day:
        portfolio = self.config.portfolio
        run = RunRef(
            portfolio=portfolio.id, as_of=as_of, run="dispatch", lake=portfolio.storage.lake,
            aws=portfolio.aws.model_dump(), config="",
        )  # fmt: skip
        lake = self.resources.store(portfolio.storage.lake, portfolio.aws)
        return Day(run=run, config=self.config, resources=self.resources, lake=lake)

    def _plan(self, rows: list[Row]) -> DeliveryPlan:
        first, portfolio = rows[0], self.config.portfolio
        preview = first.purpose.startswith("preview:")
        return DeliveryPlan(
            portfolio=portfolio.id,
            report=first.report,
            as_of=date.fromisoformat(first.as_of),
            purpose=first.purpose,
            mode="preview" if preview else "send",
            recipients=tuple(row.recipient for row in rows),
            oversight=None if preview else portfolio.oversight,
            sender=portfolio.sender.address,
            configuration_set=portfolio.sender.configuration_set,
            payload_hash=first.payload_hash,
            today=local_day(self.resources.clock(), portfolio.zone),
            max_age_days=portfolio.max_age_days,
        )

    def _unknown(self) -> dict[str, str]:
        """What waits for an SES event or a person."""
        return {
            f"{row.delivery_id} {row.state}": (
                f"{row.report} {row.as_of} {row.purpose}, delivery {row.delivery_id} ({row.recipient_hash}): "
                "unknown whether it was sent; if no event of SES tells, find out and run `quarterdeck ledger "
                "settle`"
            )
            for row in self.ledger.standing(self.config.portfolio.id, [State.UNKNOWN])
        }

    def _tell(self, troubles: dict[str, str]) -> None:
        """Fail the task, which is how the owner is told, unless all of it was told today."""
        portfolio = self.config.portfolio
        today = local_day(self.resources.clock(), portfolio.zone).isoformat()
        new = [text for what, text in troubles.items() if self.ledger.tell_once(portfolio.id, today, what)]
        if new:
            raise DeliveryError(f"{portfolio.id}: {len(new)} of what is due could not go: " + "; ".join(new))
        if troubles:
            log.warning("dispatch: portfolio=%s %d wait as was told today", portfolio.id, len(troubles))
