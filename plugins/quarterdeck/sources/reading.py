"""One way to read every kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.settings.sources import DynamoSource, S3Source
from quarterdeck.sources.dynamodb import read_items
from quarterdeck.sources.files import read_files
from quarterdeck.sources.s3 import read_objects

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Dataset
    from quarterdeck.settings.sources import FileSource
    from quarterdeck.sources.definition import Extract, Reading


def read_source(source: DynamoSource | S3Source | FileSource, dataset: Dataset, reading: Reading) -> Extract:
    """What the source holds for the dataset.

    Raises SourceError where the source can't be read at all; a broken part of it is in the extract.
    """
    if isinstance(source, DynamoSource):
        return read_items(source, dataset, reading)
    if isinstance(source, S3Source):
        return read_objects(source, dataset, reading)
    return read_files(source, dataset, reading)
