"""Read an object of a given size that is made while it is read, and print what that took, as JSON.

Run in a process of its own, so that the peak of its memory is that of the reading alone:
``python big_stream.py <csv|logs> <megabytes>``.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from datetime import UTC, date, datetime

from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.sources import S3Source
from quarterdeck.sources.definition import Reading
from quarterdeck.sources.reading import read_source

NOW = datetime(2026, 5, 2, tzinfo=UTC)
LINES = 20_000
AGGREGATE = {
    "by": {"page": "page"},
    "totals": {"hits": {"how": "count"}, "bytes": {"how": "sum", "sql": "bytes"}},
}


def block(form: str) -> bytes:
    """20,000 lines; those of CSV have six cells of which one is wanted."""
    if form == "csv":
        line = "{0},2026-05-01,{0:040},some longer memo that nobody wants,{0:030},x\n"
    else:
        line = '{{"page": "/{1}", "bytes": 12, "agent": "Mozilla/5.0 (a long one)", "request": "{0:040}"}}\n'
    return "".join(line.format(number, number % 10) for number in range(LINES)).encode()


class Made(io.RawIOBase):
    """The same lines again and again, up to a number of times."""

    def __init__(self, head: bytes, lines: bytes, times: int) -> None:
        self._pieces = iter([head or lines, *([lines] * (times if head else times - 1))])
        self._left = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        data, self._left = self._left[:size], self._left[size:]
        return bytes(data)


class Bucket:
    """One object."""

    def __init__(self, head: bytes, lines: bytes, times: int) -> None:
        self._made = (head, lines, times)
        self.size = len(head) + len(lines) * times

    def get_paginator(self, _name: str) -> Bucket:
        return self

    def paginate(self, **_asked: str) -> list[dict[str, list[dict[str, object]]]]:
        return [{"Contents": [{"Key": "in/a", "ETag": "x", "LastModified": NOW}]}]

    def get_object(self, **_asked: str) -> dict[str, object]:
        return {"Body": Made(*self._made), "ContentLength": self.size}


def main(form: str, megabytes: int) -> None:
    lines = block(form)
    times = megabytes * 10**6 // len(lines)
    bucket = Bucket(b"id,day,a,memo,b,c\n" if form == "csv" else b"", lines, times)
    kind = {"format": "csv"} if form == "csv" else {"format": "jsonl", "aggregate": AGGREGATE}
    source = S3Source.model_validate({"from": "s3", "bucket": "b", "prefix": "in/", **kind})
    columns = {"id": {"type": "integer"}}
    dataset = Dataset.model_validate(
        {"id": "rows", "title": "Rows", "key": [], "timing": "state", "columns": columns}
    )
    reading = Reading(folder=None, client=lambda _: bucket, now=NOW, as_of=date(2026, 5, 1), until=NOW)  # type: ignore[arg-type]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    extract = read_source(source, dataset, reading)
    seconds = time.monotonic() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    kept = int(extract.frame.memory_usage(deep=False).sum()) / 2**20
    rows = extract.rows_aggregated or extract.rows_read
    print(
        json.dumps(
            {
                "bytes": bucket.size,
                "rows": rows,
                "expected_rows": times * LINES,
                "seconds": round(seconds, 2),
                "mb_per_second": round(bucket.size / seconds / 10**6, 1),
                "grown_mib": round(grown, 1),
                "kept_mib": round(kept, 1),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
