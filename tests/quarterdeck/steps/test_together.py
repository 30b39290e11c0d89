"""Figures of several businesses together are measured once a day, for every report of that scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.steps import figuring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from tests.quarterdeck.steps.conftest import Lantern


def test_a_second_report_of_a_scope_reads_them_and_says_the_same(
    lantern: Lantern, make_lantern: Callable[[Path], Lantern], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CEO's has tables about figures, which read what is in the scope."""
    (tmp_path / "alone").mkdir()
    alone = make_lantern(tmp_path / "alone")
    expected = alone.payload(alone.run(reports=["ceo"])[0], "ceo")
    assert any(section["kind"] == "missing_kpis" for section in expected["sections"])

    lantern.cfo()
    asked: list[str] = []
    measured = figuring.measure_scope

    def watched(*args: object, grain: str, **kwargs: object) -> object:
        asked.append(grain)
        return measured(*args, grain=grain, **kwargs)

    monkeypatch.setattr(figuring, "measure_scope", watched)
    after_another = lantern.payload(lantern.run(reports=["ceo"])[0], "ceo")
    assert asked == []
    assert after_another == expected
