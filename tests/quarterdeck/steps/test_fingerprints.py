"""Results are found again only where all that made them is the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from quarterdeck.steps import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_another_version_of_the_engine_does_not_find_the_old_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day: Any = SimpleNamespace(
        run=SimpleNamespace(config="c"), resources=SimpleNamespace(places=SimpleNamespace(include=tmp_path))
    )
    now = fingerprints.ingredients_hash(day, [])
    assert fingerprints.ingredients_hash(day, []) == now
    monkeypatch.setattr(fingerprints, "engine_versions", lambda: {"duckdb": "0.0.1"})
    assert fingerprints.ingredients_hash(day, []) != now
