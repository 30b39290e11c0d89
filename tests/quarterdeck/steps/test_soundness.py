"""That definitions are sound is found out once, and again when something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import Mistake
from quarterdeck.settings.places import Places
from quarterdeck.steps import checking
from quarterdeck.steps.soundness import definition_mistakes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every look at the definitions; a file ``broken.sql`` is a mistake."""
    looks: list[Path] = []

    def look(places: Places) -> list[Mistake]:
        looks.append(places.include)
        return [Mistake(str(path), 1, "broken") for path in places.include.rglob("broken.sql")]

    monkeypatch.setattr(checking, "definition_mistakes", look)
    return looks


def test_sound_definitions_are_looked_at_once(tmp_path: Path, looked: list[Path]) -> None:
    places = Places(tmp_path / "include", (), tmp_path / "home")
    query = places.include / "sql" / "metrics" / "a.sql"
    query.parent.mkdir(parents=True)
    query.write_text("select 1")
    assert [definition_mistakes(places) for _ in range(3)] == [[], [], []]
    assert len(looked) == 1
    query.write_text("select 2")
    assert definition_mistakes(places) == []
    assert len(looked) == 2


def test_mistakes_are_found_every_time(tmp_path: Path, looked: list[Path]) -> None:
    places = Places(tmp_path / "include", (), tmp_path / "home")
    (places.include / "sql").mkdir(parents=True)
    (places.include / "sql" / "broken.sql").write_text("select")
    assert [len(definition_mistakes(places)) for _ in range(2)] == [1, 1]
    assert len(looked) == 2


def test_a_home_that_cannot_be_written_is_no_mistake(tmp_path: Path, looked: list[Path]) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    places = Places(tmp_path / "include", (), tmp_path / "home")
    assert [definition_mistakes(places) for _ in range(2)] == [[], []]
    assert len(looked) == 2
