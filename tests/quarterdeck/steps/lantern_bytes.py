"""The golden portfolio's day in a process of its own, on a machine that is like no other.

``python lantern_bytes.py <folder> <threads of DuckDB> given|turned``: writes the payload of every report to
``<folder>/<report>.json``. ``turned``: the rows of every source come in another order.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from quarterdeck.metrics import scope


def turned(text: str) -> str:
    """The lines of a CSV file: its head, then every other line from the end, then the rest."""
    head, *lines = text.splitlines()
    return "\n".join([head, *lines[::-2], *lines[-2::-2]]) + "\n"


def main(folder: Path, threads: int, rows: str) -> None:
    """Run the day, and keep what its reports say."""
    scope._LIMITS["threads"] = threads
    lantern = _conftest().copied_lantern(folder)
    if rows == "turned":
        for path in sorted(lantern.folder.glob("data/*/*.csv")):
            path.write_text(turned(path.read_text()))
    run, outcomes = lantern.run()
    archive = lantern.day(run).archive
    for report in outcomes:
        edition = archive.edition(run.as_of, report)
        (folder / f"{report}.json").write_bytes(archive.read(edition, "payload.json"))


def _conftest() -> Any:
    spec = importlib.util.spec_from_file_location("golden_portfolio", Path(__file__).with_name("conftest.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
