"""The one form in which every benchmark writes what it measured: ``benchmarks/results/<name>.json``."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Result:
    """One row. ``ratio`` is ours to the peer's (or the bound's); ``better`` says which way is good."""

    name: str
    unit: str
    ours: float
    peers: dict[str, float] = field(default_factory=dict)
    ratio: float | None = None
    goal: float | None = None
    better: Literal["up", "down"] = "up"

    @property
    def reached(self) -> bool:
        """Whether the goal is met; a row without one is for reading."""
        if self.goal is None or self.ratio is None:
            return True
        return self.ratio >= self.goal if self.better == "up" else self.ratio <= self.goal


def write(name: str, results: list[Result], packages: list[str]) -> None:
    """Print the rows and write the file."""
    document = {
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "versions": {package: version(package) for package in packages},
        "results": [asdict(result) for result in results],
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")
    show(results)


def show(results: list[Result]) -> None:
    """Print the rows."""
    for row in results:
        peers = "  ".join(f"{peer} {figure:,.0f}" for peer, figure in row.peers.items())
        goal = "" if row.goal is None else f"  goal {row.goal:g}: {'reached' if row.reached else 'MISSED'}"
        ratio = "" if row.ratio is None else f"  ratio {row.ratio:.2f}"
        print(f"{row.name}: ours {row.ours:,.0f} {row.unit}  {peers}{ratio}{goal}")
