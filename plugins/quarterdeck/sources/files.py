"""Local files: a glob below the portfolio's folder, or an absolute one."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.errors import NothingToReadError
from quarterdeck.sources.formats import BrokenFileError, Part, parse
from quarterdeck.sources.parts import assemble, broken_file

if TYPE_CHECKING:
    from datetime import datetime

    from quarterdeck.lake.definition import Quarantined
    from quarterdeck.settings.definition import FileSource
    from quarterdeck.sources.definition import Extract


def read_files(source: FileSource, *, folder: Path, now: datetime) -> Extract:
    """All rows of the files that the glob finds, in order of their names.

    Raises NothingToReadError where it finds none, or none that can be read.
    """
    base, pattern = _split(source.path)
    base = folder / base
    paths = sorted(path for path in base.glob(pattern) if path.is_file())
    location = f"files:{source.path}"
    if not paths:
        raise NothingToReadError(
            f"{location}: expected files, found none; a path that is not absolute begins at the "
            "portfolio's folder"
        )
    return assemble([_part(path, source, base) for path in paths], location=location, now=now)


def _split(path: str) -> tuple[Path, str]:
    """The folders before the first wildcard, which names are shown relative to, and the glob below them."""
    parts = Path(path).parts
    fixed = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:fixed]), "/".join(parts[fixed:])


def _part(path: Path, source: FileSource, base: Path) -> Part | Quarantined:
    name = path.relative_to(base).as_posix()
    try:
        return parse(path.read_bytes(), source.format, name)
    except BrokenFileError as error:
        return broken_file(name, str(error))
    except OSError as error:
        return broken_file(name, f"expected a readable file, found: {error.strerror}")
