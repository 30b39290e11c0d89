"""S3: the objects below a prefix, read as they were listed."""

from __future__ import annotations

from quarterdeck.sources.s3.reading import read_objects

__all__ = ["read_objects"]
