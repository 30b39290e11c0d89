"""Where the definitions, the portfolios and what runs leave behind lie on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Places:
    """``include``: definitions shared by all portfolios. ``portfolios``: folders with a folder for each.

    ``home``: local lakes and archives with a relative ``file://`` path, and caches.
    """

    include: Path
    portfolios: tuple[Path, ...]
    home: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Places:
        """QUARTERDECK_INCLUDE, QUARTERDECK_PORTFOLIOS (several: with the path separator), QUARTERDECK_HOME.

        What is not set lies in the checkout that holds ``plugins/``: ``include``, ``include/portfolios`` and
        ``var``.
        """
        include = Path(environ.get("QUARTERDECK_INCLUDE") or _PROJECT / "include")
        named = (environ.get("QUARTERDECK_PORTFOLIOS") or "").split(os.pathsep)
        portfolios = tuple(Path(name) for name in named if name) or (include / "portfolios",)
        return cls(include, portfolios, Path(environ.get("QUARTERDECK_HOME") or _PROJECT / "var"))

    def portfolio_folders(self) -> dict[str, Path]:
        """Every folder that holds a ``portfolio.yaml``, by portfolio id; the first of two of one name."""
        found: dict[str, Path] = {}
        for parent in self.portfolios:
            for file in sorted(parent.glob("*/portfolio.yaml")):
                found.setdefault(file.parent.name, file.parent)
        return dict(sorted(found.items()))

    def portfolio_folder(self, portfolio_id: str) -> Path:
        """The folder of that portfolio. Raises RequestError with the known ones."""
        folders = self.portfolio_folders()
        if portfolio_id not in folders:
            where = ", ".join(map(str, self.portfolios))
            known = ", ".join(folders) or "none"
            raise RequestError(f"no portfolio {portfolio_id!r} in {where}; known: {known}")
        return folders[portfolio_id]
