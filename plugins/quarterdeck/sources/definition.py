"""What came out of a source: the raw extract, and the declared frame made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    import pandas as pd

    from quarterdeck.lake.definition import Quarantined

SOURCE_KEY = "_source_key"


@dataclass(frozen=True)
class Reading:
    """How sources are reached, and which day is read for.

    ``folder`` is the portfolio's; ``client`` gives boto3's low-level client, by service name. ``until`` is
    the cut-off: the instant at which the day's data end.
    """

    folder: Path
    client: Callable[[str], Any]
    now: datetime
    as_of: date
    until: datetime


@dataclass(frozen=True)
class Extract:
    """What a source gave, before anything was declared about it.

    ``frame`` has the source's own columns, Arrow-backed, and ``_source_key``: where each row came from
    (``bookings.csv:17``, ``TENANT#jada/BOOKING#b1``). ``rows_read`` counts the rows of ``frame`` and
    those of ``quarantined`` (single rows that could not be parsed). ``broken`` are whole files that could
    not be read. ``location`` names the source, without secrets. ``arrived_at``: when the newest of it came to
    the source, where the source tells (an object's time). ``rows_aggregated``: where rows were aggregated
    while they were read, how many went into those of ``frame``; what was read is these and ``quarantined``.
    """

    frame: pd.DataFrame
    rows_read: int
    location: str
    read_at: datetime
    broken: tuple[Quarantined, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    arrived_at: datetime | None = None
    rows_aggregated: int = 0


@dataclass(frozen=True)
class Conformed:
    """A declared frame, and what became of every row that was read.

    ``rows_read`` = rows of ``frame`` + rows of ``quarantined`` + ``rows_after``. ``newest`` is the latest
    ``created_at`` that was kept, ISO 8601 in UTC. ``rows_rolled_back``: rows of ``frame`` to which something
    happened after the as-of day, which was taken back.
    """

    frame: pd.DataFrame
    rows_read: int
    rows_after: int
    quarantined: tuple[Quarantined, ...] = ()
    absent_columns: tuple[str, ...] = ()
    newest: str | None = None
    rows_rolled_back: int = 0
