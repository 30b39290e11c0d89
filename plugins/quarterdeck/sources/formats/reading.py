"""Any file of a source, whatever its format, gzipped or not, as tables of some rows each."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from quarterdeck.sources.formats.compression import inflated
from quarterdeck.sources.formats.csv_text import csv_batches
from quarterdeck.sources.formats.json_text import json_batches, jsonl_batches
from quarterdeck.sources.formats.parquet import parquet_batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from quarterdeck.sources.formats.aside import Aside
    from quarterdeck.sources.formats.definition import Form


def batches(stream: BinaryIO, form: Form, name: str, aside: Aside) -> Iterator[pa.Table]:
    """The rows of a file, at least one table, each with ``_source_key``: ``name`` and where it stands.

    Nothing more than some thousand rows or a few megabytes is held. Rows that can't be read go to ``aside``.
    Raises BrokenFileError with the reason where the file can't be read, which may only show at its end.
    """
    plain = inflated(stream)
    if form.kind == "parquet":
        return parquet_batches(plain, form, name)
    if form.kind == "csv":
        return csv_batches(plain, form, name, aside)
    if form.kind == "json":
        return json_batches(plain, form, name, aside)
    return jsonl_batches(plain, form, name, aside)
