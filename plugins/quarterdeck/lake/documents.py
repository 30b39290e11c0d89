"""JSON as the lake keeps it: sorted keys, exact decimals, the same bytes for the same content."""

from __future__ import annotations

import hashlib
from typing import Any

import simplejson


def to_bytes(document: Any) -> bytes:
    """Canonical JSON (UTF-8, sorted keys, decimals as exact numbers), ending in a newline.

    Raises ValueError for NaN and infinities: they are no figures.
    """
    text = simplejson.dumps(
        document, sort_keys=True, indent=1, ensure_ascii=False, use_decimal=True, allow_nan=False
    )
    return text.encode() + b"\n"


def from_bytes(data: bytes) -> Any:
    """The document, with decimals as Decimal."""
    return simplejson.loads(data, use_decimal=True)


def content_hash(data: bytes) -> str:
    """SHA-256, the first 16 hex digits: short enough for a key, long enough for one lake."""
    return hashlib.sha256(data).hexdigest()[:16]
