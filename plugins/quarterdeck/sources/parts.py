"""The files of a source put together: good ones joined, broken ones named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.errors import NothingToReadError
from quarterdeck.lake.definition import Quarantined
from quarterdeck.sources.columns import frame_of, joined
from quarterdeck.sources.definition import Extract
from quarterdeck.sources.formats import Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def assemble(parts: Sequence[Part | Quarantined], *, location: str, now: datetime) -> Extract:
    """One extract of the parts of a source, in their order; a ``Quarantined`` stands for a broken file.

    Raises NothingToReadError where not one of them could be read: no rows is not the same as zero rows.
    """
    good = [part for part in parts if isinstance(part, Part)]
    broken = tuple(part for part in parts if isinstance(part, Quarantined))
    if not good:
        first = broken[0]
        raise NothingToReadError(
            f"{location}: expected files that can be read, found none in {len(broken)}; "
            f"{first.keys[0]}: {first.reason}"
        )
    table = joined([part.table for part in good])
    bad_rows = tuple(rows for part in good for rows in part.quarantined)
    return Extract(
        frame=frame_of(table),
        rows_read=table.num_rows + sum(rows.rows for rows in bad_rows),
        location=location,
        read_at=now,
        broken=broken,
        quarantined=bad_rows,
    )


def broken_file(name: str, reason: str) -> Quarantined:
    """A file that could not be read; how many rows it has is unknown."""
    return Quarantined(reason, 0, (name,))
