"""Parquet: some row groups at a time, only the columns that are wanted."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from quarterdeck.sources.columns import plain_table, text_of
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.formats.definition import BATCH_ROWS, BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.sources.formats.definition import Form

_IN_MEMORY = 16 * 2**20  # what is larger waits on disk: a Parquet file is read from its end


def parquet_batches(stream: BinaryIO, form: Form, name: str) -> Iterator[pa.Table]:
    """Tables of some rows each, at least one. Raises BrokenFileError where it is no Parquet."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(stream, copy, 2**20)
        if not copy.tell():
            raise BrokenFileError("empty file")
        copy.seek(0)
        try:
            yield from _tables(pq.ParquetFile(copy), form, name)
        except (pa.ArrowException, OSError) as error:
            raise BrokenFileError(f"expected Parquet, found: {str(error).splitlines()[0]}") from None


def _tables(file: pq.ParquetFile, form: Form, name: str) -> Iterator[pa.Table]:
    schema = file.schema_arrow
    wanted = [word for word in schema.names if form.wants(word) and word != SOURCE_KEY]
    words = [word for word in wanted if _is_text(file, schema.field(word))]
    place = 1
    for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
        yield _keyed(_plain(pa.Table.from_batches([batch]), words), name, place)
        place += batch.num_rows
    if place == 1:
        yield _keyed(pa.schema([schema.field(word) for word in wanted]).empty_table(), name, 1)


def _is_binary(field: pa.Field) -> bool:
    return bool(pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type))


def _is_text(file: pq.ParquetFile, field: pa.Field) -> bool:
    """Some writers (Hive, Impala) store text without saying so: it is where all of it is UTF-8."""
    if not _is_binary(field):
        return False
    try:
        for batch in file.iter_batches(BATCH_ROWS, columns=[field.name]):
            batch.column(0).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _plain(table: pa.Table, words: list[str]) -> pa.Table:
    for at, field in enumerate(table.schema):
        if field.name in words:
            table = table.set_column(at, field.name, table.column(at).cast(pa.string()))
        elif _is_binary(field):
            # Not left to plain_table: some rows of it alone might pass for text.
            texts = [None if value is None else text_of(value) for value in table.column(at).to_pylist()]
            table = table.set_column(at, field.name, pa.array(texts, pa.string()))
    return plain_table(table)


def _keyed(table: pa.Table, name: str, first: int) -> pa.Table:
    keys = pa.array([f"{name}:{number}" for number in range(first, first + table.num_rows)], pa.string())
    return table.append_column(SOURCE_KEY, keys)
