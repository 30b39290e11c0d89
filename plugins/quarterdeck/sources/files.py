"""Local files: a glob below the portfolio's folder, or an absolute one."""

from __future__ import annotations

import glob
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.errors import NothingToReadError
from quarterdeck.sources.formats import BrokenFileError
from quarterdeck.sources.formats.definition import shown_name
from quarterdeck.sources.parts import Part, PartReader, broken_file

if TYPE_CHECKING:
    from quarterdeck.lake.definition import Quarantined
    from quarterdeck.settings.definition import Dataset
    from quarterdeck.settings.sources import FileSource
    from quarterdeck.sources.definition import Extract, Reading


def read_files(source: FileSource, dataset: Dataset, reading: Reading) -> Extract:
    """All rows of the files that the glob finds, in order of their names.

    The newest of their times of change is when they arrived. Raises NothingToReadError where it finds none,
    or none that can be read; SourceError where the dialect or the aggregate can't be used.
    """
    base, pattern = _split(source.path)
    base = reading.folder / base
    paths = sorted(path for path in base.glob(pattern) if path.is_file())
    location = f"files:{source.path}"
    if not paths:
        raise NothingToReadError(
            f"{location}: expected files, found none; a path that is not absolute begins at the "
            "portfolio's folder"
        )
    reader = PartReader(source, dataset, location)
    parts = [_part(reader, path, path.relative_to(base).as_posix()) for path in paths]
    return reader.extract(parts, now=reading.now, arrived_at=_newest(paths))


def _split(path: str) -> tuple[Path, str]:
    """The folders before the first wildcard, which names are shown relative to, and the glob below them."""
    parts = Path(path).parts
    fixed = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:fixed]), "/".join(parts[fixed:])


def _newest(paths: list[Path]) -> datetime | None:
    """The last time of change; a file that is gone by now has none."""
    times = [path.stat().st_mtime for path in paths if path.exists()]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _part(reader: PartReader, path: Path, name: str) -> Part | Quarantined:
    try:
        with path.open("rb", buffering=0) as stream:
            return reader.read(stream, shown_name(name))
    except BrokenFileError as error:
        return broken_file(name, str(error))
    except OSError as error:
        return broken_file(name, f"expected a readable file, found: {error.strerror}")
