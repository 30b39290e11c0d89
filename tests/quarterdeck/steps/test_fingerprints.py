"""Results are found again only where all that made them is the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.steps import fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program of a few files in the place of this one."""
    root = tmp_path / "program"
    for name in ("money.py", "metrics/figures.py", "steps/concluding.py", "reports/format.py", "demo/run.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("was = True\n")
    monkeypatch.setattr(fingerprints, "_PROGRAM", root)
    fingerprints.program_hash.cache_clear()
    yield root
    fingerprints.program_hash.cache_clear()


def after(path: Path, text: str, of: Any) -> Any:
    """What ``of`` answers once the file says ``text``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    fingerprints.program_hash.cache_clear()
    return of()


@pytest.mark.parametrize(
    "name", ["money.py", "metrics/figures.py", "steps/concluding.py", "reports/format.py"]
)
def test_a_change_in_a_room_that_conclusions_pass_through_finds_no_old_one(program: Path, name: str) -> None:
    before = fingerprints.program_hash()
    assert after(program / name, "was = False\n", fingerprints.program_hash) != before
    assert after(program / name, "was = True\n", fingerprints.program_hash) == before


def test_what_no_figure_passes_through_is_no_part_of_it(program: Path) -> None:
    before = fingerprints.program_hash()
    assert after(program / "demo/run.py", "was = False\n", fingerprints.program_hash) == before


@pytest.mark.parametrize("folder", ["sql/metrics/a", "datasets", "expectations", "rules/cash"])
def test_each_definition_counts_and_so_does_its_place(tmp_path: Path, folder: str) -> None:
    def of() -> str:
        return fingerprints.definitions_hash(tmp_path)

    file = tmp_path / folder / "one.yaml"
    first = after(file, "title: One\n", of)
    assert after(file, "title: Another\n", of) != first
    assert after(file, "title: One\n", of) == first
    (tmp_path / folder / "b").mkdir()
    file.rename(tmp_path / folder / "b" / "one.yaml")  # a rule's category is its folder
    assert of() != first


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
