"""One way to read every kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.settings.definition import AnySource, DynamoSource, S3Source
from quarterdeck.sources.dynamodb import read_items
from quarterdeck.sources.files import read_files
from quarterdeck.sources.s3 import read_objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from quarterdeck.sources.definition import Extract


def read_source(source: AnySource, *, folder: Path, client: Callable[[str], Any], now: datetime) -> Extract:
    """What the source holds now. ``folder`` is the portfolio's; ``client`` gives boto3's, by service name.

    Raises SourceError where the source can't be read at all; a broken part of it is in the extract.
    """
    if isinstance(source, DynamoSource):
        return read_items(source, client=client("dynamodb"), now=now)
    if isinstance(source, S3Source):
        return read_objects(source, client=client("s3"), now=now)
    return read_files(source, folder=folder, now=now)
