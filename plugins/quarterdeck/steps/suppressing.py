"""The suppression list of a portfolio for a person: what ``quarterdeck suppressions`` shows and lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.ledger import Ledger
from quarterdeck.delivery.plan import address_hash
from quarterdeck.settings.reading import read_config

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Portfolio
    from quarterdeck.steps.resources import Resources


def suppressed_of(resources: Resources, portfolio_id: str) -> list[dict[str, Any]]:
    """Everybody who is or was on the list: a hash, where the portfolio has it, why, since when."""
    portfolio = read_config(portfolio_id, resources.places).portfolio
    places = _places(portfolio)
    return [
        {
            "recipient_hash": one.recipient_hash,
            "places": places.get(one.recipient_hash, []),
            "because": one.because,
            "code": one.code,
            "since": one.since,
            "lifted_because": one.lifted_because,
        }
        for one in _ledger(resources, portfolio).suppressions.all(portfolio_id)
    ]


def lift(resources: Resources, portfolio_id: str, address: str, because: str) -> None:
    """Mail to the address again from the next edition on. Raises DeliveryError where it is not suppressed."""
    portfolio = read_config(portfolio_id, resources.places).portfolio
    _ledger(resources, portfolio).suppressions.lift(portfolio_id, address, because)


def _ledger(resources: Resources, portfolio: Portfolio) -> Ledger:
    client = resources.connect(portfolio.aws, "dynamodb")
    ledger = Ledger(client, portfolio.storage.ledger_table, clock=resources.clock)
    ledger.epoch()
    return ledger


def _places(portfolio: Portfolio) -> dict[str, list[str]]:
    """By hash where an address stands in ``portfolio.yaml``: ``cfo 2``, ``oversight``."""
    named = [("preview", portfolio.preview)]
    named += [("oversight", portfolio.oversight)] if portfolio.oversight else []
    for report, addresses in portfolio.recipients.items():
        named += [(f"{report} {number}", address) for number, address in enumerate(addresses, start=1)]
    found: dict[str, list[str]] = {}
    for place, address in named:
        found.setdefault(address_hash(address)[:12], []).append(place)
    return found
