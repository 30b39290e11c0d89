"""Records that were made here, not read from a file: what a survey found, as an extract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.sources.columns import frame_of, table_of_records
from quarterdeck.sources.definition import SOURCE_KEY, Extract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


def extract_of(records: Sequence[Mapping[str, Any]], *, location: str, now: datetime) -> Extract:
    """An extract of records that have a dataset's own columns; each row's key is its place in the list.

    None at all is an answer too: zero rows, not a missing dataset.
    """
    rows = [{**record, SOURCE_KEY: f"{location}:{place}"} for place, record in enumerate(records, start=1)]
    table = table_of_records(rows or [{SOURCE_KEY: ""}]).slice(0, len(rows))
    return Extract(frame=frame_of(table), rows_read=len(rows), location=location, read_at=now)
