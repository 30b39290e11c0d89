"""Under which hash results are kept: of the definitions, and of the program that reads them.

Results are looked up by what made them before anything heavy is imported: a day that was worked out already
costs its tasks next to nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.metrics.engine import engine_versions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.steps.resources import Day

_DEFINITIONS = ("sql", "datasets", "expectations", "rules")
_PROGRAM = Path(__file__).parents[1]
_ROOMS = ("lake", "quality", "metrics", "findings")
_CHECKERS = (*_ROOMS, "settings")


def ingredients_hash(day: Day, snapshots: Iterable[TenantSnapshots]) -> str:
    """Of all that figures and findings are made from: config, definitions, program, snapshots."""
    return content_hash(
        to_bytes(
            {
                "config": day.run.config,
                "definitions": definitions_hash(day.resources.places.include),
                "program": program_hash(),
                "engine": engine_versions(),
                "snapshots": {
                    f"{manifest.holder}/{manifest.dataset}": manifest.as_json()
                    for one in snapshots
                    for manifest in one.all_manifests
                },
            }
        )
    )


def definitions_hash(include: Path) -> str:
    """Of all that figures and findings are computed by: SQL, datasets, suites, rules."""
    return _hash_of(include, _DEFINITIONS)


@cache
def checker_hash() -> str:
    """Of the rooms that find mistakes in definitions."""
    return _hash_of(_PROGRAM, _CHECKERS)


@cache
def program_hash() -> str:
    """Of the rooms that figures pass through: a mended formula must not find yesterday's result."""
    return _hash_of(_PROGRAM, _ROOMS)


def _hash_of(root: Path, folders: Iterable[str]) -> str:
    files = sorted(
        path for folder in folders for path in (root / folder).rglob("*.*") if path.suffix != ".pyc"
    )
    return content_hash(
        b"\0".join(part for path in files for part in (path.name.encode(), path.read_bytes()))
    )
