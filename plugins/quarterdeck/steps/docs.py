"""Data Docs go from where Great Expectations wrote them to the lake."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.lake import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.steps.resources import Day


@contextmanager
def published_docs(day: Day, tenant: str, part: str) -> Iterator[Path]:
    """A folder for Data Docs; what is in it at the end is kept as ``docs/<as_of>/<tenant>/<part>/``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield folder
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                key = (
                    f"{layout.docs_prefix(day.run.as_of, tenant)}{part}/{path.relative_to(folder).as_posix()}"
                )
                day.lake.put(key, path.read_bytes())
