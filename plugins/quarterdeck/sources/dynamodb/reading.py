"""The items of a DynamoDB source as an extract, read side by side, page by page."""

from __future__ import annotations

import logging
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.errors import SourceError
from quarterdeck.sources.columns import frame_of, joined
from quarterdeck.sources.definition import SOURCE_KEY, Extract
from quarterdeck.sources.dynamodb.decoding import Columns
from quarterdeck.sources.dynamodb.export import read_export
from quarterdeck.sources.dynamodb.pages import DamagedPageError, RawPages
from quarterdeck.sources.dynamodb.question import key_attributes, location_of, operation_of, questions
from quarterdeck.sources.dynamodb.refusals import refusal
from quarterdeck.sources.wanted import attributes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.settings.definition import Dataset
    from quarterdeck.settings.sources import DynamoSource
    from quarterdeck.sources.definition import Reading
    from quarterdeck.sources.dynamodb.decoding import Page
    from quarterdeck.sources.dynamodb.pages import Effort

log = logging.getLogger(__name__)

_PATIENCE = 300.0  # seconds of pauses for one page, beyond the client's own attempts
_DECODERS = 2  # for each segment


def read_items(source: DynamoSource, dataset: Dataset, reading: Reading) -> Extract:
    """All items of the source, whatever pages they come in, with the attributes that the mapping needs.

    Rows come in the order of their segments and pages; each has its item's key as its place. Raises
    SourceError where DynamoDB refuses, can't be reached, or is still throttling after five minutes of pauses.
    """
    wanted = attributes(source, dataset)
    names = None if wanted is None else tuple(sorted({*wanted, *key_attributes(source)}))
    if source.export is not None:
        table, location = read_export(source, reading, names)
    else:
        table, location = _read_table(source, reading, names), location_of(source)
    return Extract(
        frame=frame_of(_with_places(table, source)),
        rows_read=table.num_rows,
        location=location,
        read_at=reading.now,
    )


def _read_table(source: DynamoSource, reading: Reading, names: Sequence[str] | None) -> pa.Table:
    pages = RawPages(reading.client("dynamodb"), operation_of(source), patience=_PATIENCE)
    asked = questions(source, names)
    started = time.monotonic()
    collected = [Columns(names) for _ in asked]
    try:
        with ThreadPoolExecutor(len(asked)) as pool:
            list(pool.map(lambda pair: _collect(pages, *pair), zip(asked, collected, strict=True)))
    except (ClientError, BotoCoreError, DamagedPageError, ValueError) as error:
        read = sum(columns.rows for columns in collected)
        raise SourceError(refusal(source, read, error)) from error
    table = joined([columns.table() for columns in collected])
    _log(source, pages.effort, table.num_rows, time.monotonic() - started)
    return table


def _collect(pages: RawPages, question: dict[str, Any], columns: Columns) -> None:
    """Decode pages while the next ones come; in their order, and never more than a few of them held."""
    under_way: deque[Future[Page]] = deque()
    with ThreadPoolExecutor(_DECODERS) as pool:
        try:
            for page in pages.of(question):
                under_way.append(pool.submit(columns.decode, page))
                if len(under_way) > _DECODERS:
                    columns.add(under_way.popleft().result())
        finally:  # also where the next page never came: an error says how many items there were
            while under_way:
                columns.add(under_way.popleft().result())


def _with_places(table: pa.Table, source: DynamoSource) -> pa.Table:
    keys = [table[name].cast(pa.string()) for name in key_attributes(source) if name in table.column_names]
    if not keys:
        return table
    return table.append_column(SOURCE_KEY, pc.binary_join_element_wise(*keys, "/", null_handling="replace"))


def _log(source: DynamoSource, effort: Effort, rows: int, seconds: float) -> None:
    log.info(
        "dynamodb: read %s items=%d pages=%d seconds=%.2f retries=%d lost_seconds=%.2f slowest_page=%.2f",
        location_of(source), rows, effort.pages, seconds, effort.retries, effort.lost_seconds,
        effort.slowest_seconds,
    )  # fmt: skip
