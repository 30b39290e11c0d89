"""The delivery ledger as people use it: what ``quarterdeck ledger`` shows and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.budget import Budget
from quarterdeck.delivery.ledger import Ledger
from quarterdeck.delivery.pacing import ACCOUNT
from quarterdeck.delivery.settling import settle
from quarterdeck.delivery.states import FINAL, SENT, State
from quarterdeck.errors import RequestError
from quarterdeck.settings.reading import read_config

if TYPE_CHECKING:
    from quarterdeck.delivery.rows import Row
    from quarterdeck.settings.definition import Portfolio
    from quarterdeck.steps.resources import Resources

OPEN = tuple(state for state in State if state not in SENT | FINAL)


def open_ledger(resources: Resources, portfolio_id: str) -> tuple[Portfolio, Ledger]:
    """The portfolio and its ledger. Raises ConfigError, RequestError, LedgerEpochMissingError."""
    portfolio = read_config(portfolio_id, resources.places).portfolio
    return portfolio, ledger_of(portfolio, resources)


def ledger_of(portfolio: Portfolio, resources: Resources) -> Ledger:
    """The portfolio's delivery ledger. Raises LedgerEpochMissingError."""
    client = resources.connect(portfolio.aws, "dynamodb")
    ledger = Ledger(client, portfolio.storage.ledger_table, clock=resources.clock)
    ledger.epoch()
    return ledger


def budget_of(portfolio: Portfolio, client: Any) -> Budget:
    """The budget of the SES account and Region that the portfolio sends through."""
    return Budget(
        client,
        portfolio.storage.budget_table or portfolio.storage.ledger_table,
        portfolio.id,
        batch=portfolio.pacing.batch,
        pause_seconds=portfolio.pacing.pause_seconds,
        service_clock=True,
    )


def shown_rows(
    resources: Resources, portfolio_id: str, *, state: str | None, as_of: str | None, report: str | None
) -> list[dict[str, Any]]:
    """Deliveries by state, day and report; with neither state nor day those that still wait for something."""
    _, ledger = open_ledger(resources, portfolio_id)
    rows = ledger.standing(portfolio_id, _states(state, as_of))
    found = [row for row in rows if as_of in {None, row.as_of} and report in {None, row.report}]
    return [_shown(row) for row in sorted(found, key=lambda row: (row.as_of, row.report, row.recipient_hash))]


def _states(state: str | None, as_of: str | None) -> tuple[State, ...]:
    if state is None:
        return OPEN if as_of is None else tuple(State)
    if state not in set(map(str, State)):
        raise RequestError(f"--state: expected one of {', '.join(State)}, found {state!r}")
    return (State(state),)


def shown_row(resources: Resources, portfolio_id: str, key: str) -> dict[str, Any]:
    """One delivery with its history. Raises RequestError for a key that the portfolio doesn't have."""
    _, ledger = open_ledger(resources, portfolio_id)
    row = _found(ledger, portfolio_id, key)
    return {**_shown(row), "times": row.times, "history": row.history}


def settle_delivery(
    resources: Resources, portfolio_id: str, key: str, *, verdict: str, reason: str
) -> dict[str, Any]:
    """A person settles an ``unknown``; answers the row. Raises RequestError, LostClaimError."""
    _, ledger = open_ledger(resources, portfolio_id)
    return _shown(settle(ledger, _found(ledger, portfolio_id, key), verdict, reason))


def pause_sending(resources: Resources, portfolio_id: str, *, reason: str, whole_account: bool) -> None:
    """Nothing of the portfolio, or of its whole SES account and Region, is claimed until it is resumed."""
    if not reason.strip():
        raise RequestError("--reason: expected why sending stops, found nothing: it is kept with the pause")
    portfolio, ledger = open_ledger(resources, portfolio_id)
    budget_of(portfolio, ledger.client).pause(reason.strip(), whole_account=whole_account)


def resume_sending(resources: Resources, portfolio_id: str, *, whole_account: bool) -> None:
    """Lift the pause, and whatever SES had stopped; what was deferred goes out with the next dispatch."""
    portfolio, ledger = open_ledger(resources, portfolio_id)
    budget_of(portfolio, ledger.client).resume(whole_account=whole_account)


def sending_state(resources: Resources, portfolio_id: str) -> dict[str, Any]:
    """Rate, what is left of the day, and what stops this portfolio."""
    portfolio, ledger = open_ledger(resources, portfolio_id)
    meter = budget_of(portfolio, ledger.client).mark()
    now = resources.clock().timestamp()
    stops = [
        {"of": name, "code": stop.code, "reason": stop.reason}
        for name, stop in sorted(meter.stops.items())
        if name in {ACCOUNT, portfolio_id} and stop.holds(now)
    ]
    return {"rate": meter.rate or None, "quota_left": meter.left, "stops": stops}


def _found(ledger: Ledger, portfolio_id: str, key: str) -> Row:
    row = ledger.find(key)
    if row is None or row.portfolio != portfolio_id:
        raise RequestError(
            f"expected the id of a delivery of {portfolio_id}, as logs and `quarterdeck ledger show` have "
            f"it, found {key!r}, which is none"
        )
    return row


def _shown(row: Row) -> dict[str, Any]:
    """Without the address: its hash tells recipients apart."""
    return {
        "delivery": row.delivery_id,
        "report": row.report,
        "as_of": row.as_of,
        "purpose": row.purpose,
        "recipient_hash": row.recipient_hash,
        "state": str(row.state),
        "since": row.updated_at,
        "attempt": row.attempt,
        "message_id": row.message_id,
        "error_code": row.error_code,
        "because": row.history[-1]["reason"] if row.history else "",
    }
