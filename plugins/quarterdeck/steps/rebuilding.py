"""A delivery ledger that was lost, from the archive: whatever may have been mailed is in there.

The bytes of a message are archived before SES is asked, so a message that is not in the archive was never
sent. One that is was sent, or was about to be: where a run recorded that SES took it the row is *accepted*,
else *unknown*, which is never sent again by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.ledger import Ledger, LedgerEpochMissingError, write_epoch
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.rows import KEPT_FOR, Row
from quarterdeck.delivery.states import State
from quarterdeck.errors import LakeError, RequestError
from quarterdeck.lake import layout
from quarterdeck.lake.documents import from_bytes
from quarterdeck.settings.reading import read_config

if TYPE_CHECKING:
    from quarterdeck.lake.store import ObjectStore
    from quarterdeck.steps.resources import Resources

_PREFIX = "deliveries/"
_ID_LENGTH = 32
_MOST_REPEATS = 50
_Taken = dict[tuple[str, str, str], str]


def rebuild_ledger(resources: Resources, portfolio_id: str) -> dict[str, int]:
    """Write a row for every archived message, then the epoch; answers counts by state.

    The table must be there, without its epoch. Raises RequestError where the ledger has one, LakeError for a
    message whose delivery can't be told: then nothing may be sent yet.
    """
    portfolio = read_config(portfolio_id, resources.places).portfolio
    client = resources.connect(portfolio.aws, "dynamodb")
    ledger = Ledger(client, portfolio.storage.ledger_table, clock=resources.clock)
    try:
        ledger.epoch()
    except LedgerEpochMissingError:
        pass
    else:
        raise RequestError(f"the ledger {ledger.table} has its epoch item: it is whole, nothing is rebuilt")
    archive = resources.store(portfolio.storage.archive, portfolio.aws)
    taken = _taken(resources.store(portfolio.storage.lake, portfolio.aws))
    counts: dict[str, int] = {}
    for key in archive.list(_PREFIX):
        row = _row(ledger, portfolio_id, key, archive.get(key), taken)
        if ledger.restore(row):
            counts[str(row.state)] = counts.get(str(row.state), 0) + 1
    write_epoch(client, ledger.table)
    return counts


def _taken(lake: ObjectStore) -> _Taken:
    """When SES took what runs recorded: by day, report and hash of the recipient."""
    found: _Taken = {}
    for key in lake.list("mail/"):
        for row in from_bytes(lake.get(key))["mail"]:
            if row["accepted_at"]:
                found[layout.mail_day(key), row["report"], row["recipient_hash"]] = row["accepted_at"]
    return found


def _row(ledger: Ledger, portfolio: str, key: str, data: bytes, taken: _Taken) -> Row:
    as_of, report, name = key.removeprefix(_PREFIX).split("/")
    message = message_from_bytes(data, policy=default)
    payload_hash = str(message["X-Quarterdeck-Edition"])
    delivery = _delivery(
        portfolio, report, as_of, parseaddr(str(message["To"]))[1], payload_hash, name[:_ID_LENGTH]
    )
    if delivery is None:
        raise LakeError(
            f"expected {key} to be a message of {portfolio}, found one whose delivery id is of none of its "
            "recipient's purposes: the ledger stays without its epoch and nothing is sent. Move the object "
            "away if it is foreign, then run again"
        )
    now = ledger.clock()
    stamp = now.astimezone(UTC).isoformat(timespec="milliseconds")
    row = Row(
        pk=delivery.pk, sk=delivery.sk, delivery_id=delivery.delivery_id, portfolio=portfolio, report=report,
        as_of=as_of, purpose=delivery.purpose, recipient=delivery.recipient, payload_hash=payload_hash,
        mode="preview" if delivery.purpose.startswith("preview:") else "send", eml_key=key,
        ttl=int((now + KEPT_FOR).timestamp()), updated_at=stamp,
    )  # fmt: skip
    accepted = taken.get((as_of, report, row.recipient_hash)) if delivery.purpose == "scheduled" else None
    return _stated(row, State.ACCEPTED if accepted else State.UNKNOWN, accepted or stamp)


def _stated(row: Row, state: State, since: str) -> Row:
    entry: dict[str, Any] = {
        "state": str(state), "at": since, "claim_id": "", "attempt": 0, "reason": "rebuilt from the archive",
    }  # fmt: skip
    return replace(row, state=state, times={str(state): since}, history=[entry])


def _delivery(
    portfolio: str, report: str, as_of: str, recipient: str, payload_hash: str, delivery_id: str
) -> DeliveryKey | None:
    """The delivery of that id: its purpose is not in the message, but its id is derived from it."""
    repeats = [f"{kind}:{n}" for n in range(1, _MOST_REPEATS) for kind in ("resend", "correction")]
    for purpose in ("scheduled", f"preview:{payload_hash}", *repeats):
        key = DeliveryKey(portfolio, report, as_of, recipient, purpose)
        if key.delivery_id == delivery_id:
            return key
    return None
