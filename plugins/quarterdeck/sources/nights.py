"""Sources whose day ends after midnight: a bank that posts what belongs to a day in the night after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from quarterdeck.days import local_day, local_instant, start_of_day

if TYPE_CHECKING:
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

_INSTANT = pa.timestamp("us", tz="UTC")


def counted_back(instants: pa.Array, cut_off: time, zone: ZoneInfo) -> pa.Array:
    """The instants, those from midnight to before ``cut_off`` as the last microsecond of the day before.

    It hangs on the instant alone, so that a row is of one day in every snapshot. Each distinct instant is
    looked at once.
    """
    encoded = instants.dictionary_encode()
    counted = [_counted_back(instant, cut_off, zone) for instant in encoded.dictionary.to_pylist()]
    return pa.array(counted, _INSTANT).take(encoded.indices)


def _counted_back(instant: datetime, cut_off: time, zone: ZoneInfo) -> datetime:
    day = local_day(instant, zone)
    if instant >= local_instant(day, cut_off, zone):
        return instant
    return start_of_day(day, zone) - timedelta(microseconds=1)
