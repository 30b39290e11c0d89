"""CSV, JSON, JSON lines and Parquet from a stream of bytes, in batches, each row with where it stood."""

from __future__ import annotations

from quarterdeck.sources.formats.definition import SHOWN_KEYS, BrokenFileError, Form

__all__ = ["SHOWN_KEYS", "BrokenFileError", "Form"]
