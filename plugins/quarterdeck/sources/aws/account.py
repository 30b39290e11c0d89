"""An account's inspection: every section by itself, so that a refusal costs no more than its own."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws import functions as functions_room
from quarterdeck.sources.aws.apis import apis
from quarterdeck.sources.aws.buckets import buckets
from quarterdeck.sources.aws.calls import Calls, MissingError
from quarterdeck.sources.aws.costs import costs, forecasts
from quarterdeck.sources.aws.definition import ACTIONS, Inspection, Section
from quarterdeck.sources.aws.distributions import distributions
from quarterdeck.sources.aws.endpoints import endpoints
from quarterdeck.sources.aws.firewalls import firewalls
from quarterdeck.sources.aws.identity import keys, policies
from quarterdeck.sources.aws.runtimes import TABLE, ends_of_life
from quarterdeck.sources.aws.senders import senders
from quarterdeck.sources.aws.tables import tables
from quarterdeck.sources.aws.usage import usage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime
    from pathlib import Path

    from quarterdeck.settings.surveys import Account

log = logging.getLogger(__name__)


def inspect(
    account: Account,
    connect: Callable[[str, str], Any],
    *,
    regions: tuple[str, ...],
    now: datetime,
    as_of: date,
    runtimes: Path = TABLE,
    wanted: Collection[str] | None = None,
) -> Inspection:
    """Look into an account; ``connect`` gives boto3's client of a service in a Region.

    ``wanted``: only these datasets are looked for, and no function; None: all.

    What may not be looked at is a section without records that says which IAM action is missing. Raises
    SourceError where AWS can't be reached or fails: a further try may help.
    """
    calls = Calls(connect)
    regions = tuple(dict.fromkeys(regions))
    sections = {
        name: _section(name, look)
        for name, look in _looks(account, calls, regions, now, as_of, runtimes).items()
        if wanted is None or name in wanted
    }
    found = functions_room.codes(calls, regions) if wanted is None else []
    return Inspection(sections, found, partial(functions_room.code_of, calls))


def _looks(
    account: Account, calls: Calls, regions: tuple[str, ...], now: datetime, as_of: date, runtimes: Path
) -> dict[str, Callable[[], list[dict[str, Any]]]]:
    return {
        "cloud_functions": lambda: functions_room.functions(calls, regions, ends_of_life(runtimes)),
        "cloud_function_urls": lambda: functions_room.function_urls(calls, regions),
        "cloud_function_policies": lambda: functions_room.function_policies(calls, regions),
        "cloud_distributions": lambda: distributions(calls),
        "cloud_firewalls": lambda: firewalls(calls, regions),
        "cloud_buckets": lambda: buckets(calls),
        "cloud_tables": lambda: tables(calls, regions),
        "cloud_keys": lambda: keys(calls),
        "cloud_policies": lambda: policies(calls, regions),
        "cloud_apis": lambda: apis(calls, regions),
        "cloud_senders": lambda: senders(calls, regions),
        "cloud_endpoints": lambda: endpoints(account),
        "cloud_costs": lambda: costs(calls, as_of),
        "cloud_forecasts": lambda: forecasts(calls, now.date()),
        "cloud_usage": lambda: usage(calls, regions, now),
    }


def _section(name: str, look: Callable[[], list[dict[str, Any]]]) -> Section:
    try:
        records = look()
    except MissingError as missing:
        log.warning("%s is missing: %s", name, missing)
        return Section(None, str(missing), ACTIONS[name])
    return Section(records, None, ACTIONS[name])
