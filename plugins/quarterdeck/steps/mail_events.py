"""Task ``mail_events``: what SES says became of a portfolio's mail, from its queue into ledger and lake."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.event_queue import EventQueue, consume
from quarterdeck.delivery.ledger import Ledger
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError
from quarterdeck.lake import layout
from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.settings.reading import read_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.delivery.applying import Applied, Told
    from quarterdeck.delivery.event_queue import Consumed, Received
    from quarterdeck.lake.store import ObjectStore
    from quarterdeck.steps.resources import Resources

log = logging.getLogger(__name__)


def mail_events(portfolio_id: str, resources: Resources) -> dict[str, Any]:
    """Apply what is in the queue; answers counts.

    Raises DeliveryError naming deliveries that were mailed twice, or mailed although the ledger says not:
    when all of the queue is applied.
    """
    portfolio = read_config(portfolio_id, resources.places, os.environ).portfolio
    if portfolio.mail_events is None:
        log.info("mail_events: portfolio=%s names no queue (`mail_events`): nothing to do", portfolio_id)
        return {"portfolio": portfolio_id, "nothing": "no queue"}
    lake = resources.store(portfolio.storage.lake, portfolio.aws)
    consumed = consume(
        EventQueue(resources.connect(portfolio.aws, "sqs"), portfolio.mail_events.queue),
        Ledger(
            resources.connect(portfolio.aws, "dynamodb"),
            portfolio.storage.ledger_table,
            clock=resources.clock,
        ),
        portfolio_id,
        topics=portfolio.mail_events.topics,
        keep_news=lambda applied: keep_news(lake, applied),
        keep_aside=lambda message, reason: _keep_aside(lake, message, reason, resources),
    )
    return _answer(portfolio_id, consumed)


def keep_news(lake: ObjectStore, applied: Sequence[Applied]) -> None:
    """Keep what became of each recipient, by the edition's day, for the editions that follow. No address."""
    days: dict[str, dict[str, dict[str, Any]]] = {}
    for told in (told for one in applied for told in one.told if told.row.mode == "send"):
        days.setdefault(told.row.as_of, {})[told.row.delivery_id] = _news(told)
    for as_of, news in days.items():
        rows = sorted(news.values(), key=lambda row: str(row["delivery_id"]))
        data = to_bytes({"news": rows})
        lake.create(layout.mail_news_key(as_of, content_hash(data)), data)


def _news(told: Told) -> dict[str, Any]:
    row = told.row
    return {
        "delivery_id": row.delivery_id,
        "report": row.report,
        "as_of": row.as_of,
        "purpose": row.purpose,
        "recipient_hash": row.recipient_hash,
        "is_oversight": told.is_oversight,
        "state": str(row.state),
        "kind": "" if told.fact is None else str(told.fact.kind),
        "code": "" if told.fact is None else told.fact.code_of(row.recipient),
        "accepted_at": row.times.get(str(State.ACCEPTED), ""),
        "delivered_at": told.delivered_at,
    }


def _keep_aside(lake: ObjectStore, message: Received, reason: str, resources: Resources) -> None:
    now = resources.clock()
    document = {"reason": reason, "message_id": message.message_id, "body": message.body}
    name = content_hash(message.body.encode("utf-8", "replace"))
    lake.create(layout.event_aside_key(now.date().isoformat(), name), to_bytes(document))


def _answer(portfolio: str, consumed: Consumed) -> dict[str, Any]:
    counts = dict(sorted(consumed.counts.items()))
    log.info(
        "mail_events: portfolio=%s %s",
        portfolio, " ".join(f"{name.replace(' ', '_')}={count}" for name, count in counts.items()),
    )  # fmt: skip
    if consumed.dead_letters is None:
        log.warning("mail_events: no dead-letter queue stands behind the queue: docs/delivery.md says how")
    elif consumed.dead_letters:
        log.warning("mail_events: %d dead letters: redrive them when mended", consumed.dead_letters)
    wrong = [f"delivery {one} was mailed twice: SES gave it two ids" for one in sorted(consumed.duplicates)]
    wrong += [
        f"delivery {one} was mailed, and the ledger says that it never left"
        for one in sorted(consumed.contradictions)
    ]
    if wrong:
        raise DeliveryError(f"{portfolio}: SES's events and the ledger disagree: {'; '.join(wrong)}")
    return {"portfolio": portfolio, "counts": counts, "dead_letters": consumed.dead_letters}
