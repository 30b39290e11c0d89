"""What a person decides about a delivery whose answer was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.delivery.states import State
from quarterdeck.errors import RequestError

if TYPE_CHECKING:
    from quarterdeck.delivery.ledger import Ledger
    from quarterdeck.delivery.rows import Row

DELIVERED, NOT_SENT = "delivered", "not_sent"
# What becomes of the message, and of its blind copy: taken with it, but nobody looked whether it arrived.
_VERDICTS = {
    DELIVERED: (State.DELIVERED, State.ACCEPTED),
    NOT_SENT: (State.CANCELLED, State.CANCELLED),
}


def settle(ledger: Ledger, row: Row, verdict: str, reason: str) -> Row:
    """Settle an ``unknown``: it arrived (``delivered``), or was never sent (``not_sent``); keeps the reason.

    Nothing is sent: what was not is sent on purpose, as a resend of its own. Raises RequestError where there
    is nothing to settle, LostClaimError where an event was quicker.
    """
    if verdict not in _VERDICTS:
        raise RequestError(f"--as: expected one of {', '.join(_VERDICTS)}, found {verdict!r}")
    if not reason.strip():
        raise RequestError("--reason: expected how you know, found nothing: it is kept in the ledger")
    if row.state is not State.UNKNOWN:
        raise RequestError(
            f"delivery {row.delivery_id}: expected state unknown, found {row.state}: nothing is to be settled"
        )
    target, of_copy = _VERDICTS[verdict]
    settled = ledger.move(row, target, f"settled by a person: {reason.strip()}")
    copy = ledger.oversight_of(row)
    if copy is not None and copy.state is State.UNKNOWN:
        ledger.move(copy, of_copy, f"settled with its message: {reason.strip()}")
    return settled
