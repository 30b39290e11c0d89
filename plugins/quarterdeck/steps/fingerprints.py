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
# A conclusion passes through these. ``sources`` and ``audit`` end in the snapshots, whose hashes count.
_ROOMS = ("*.py", "settings", "lake", "quality", "metrics", "findings", "reports", "steps")


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
    return tree_hash(include, _DEFINITIONS)


@cache
def program_hash() -> str:
    """Of the rooms that figures and findings pass through, and that find mistakes in definitions.

    A mended formula must not find yesterday's result.
    """
    return tree_hash(_PROGRAM, _ROOMS)


def tree_hash(root: Path, parts: Iterable[str]) -> str:
    """Of the files below ``root`` that ``parts`` name (folders, or files in it), each with its place."""
    found = {
        path
        for part in parts
        for path in (root.glob(part) if "*" in part else (root / part).rglob("*.*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    told = (
        piece
        for path in sorted(found)
        for piece in (path.relative_to(root).as_posix().encode(), path.read_bytes())
    )
    return content_hash(b"\0".join(told))
