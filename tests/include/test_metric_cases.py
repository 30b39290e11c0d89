"""Every case beside a metric or a table in ``include/sql`` holds, and the catalogue has no mistake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.metrics.cases import differences, read_cases
from quarterdeck.metrics.catalogue import examine_catalogue
from quarterdeck.metrics.scope import Bench

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

    from quarterdeck.metrics.cases import Case

INCLUDE = Path(__file__).parents[2] / "include"
CASES: list[ParameterSet] = []
MISTAKES: list[str] = []
for _kind in ("metrics", "tables"):
    for _path in sorted((INCLUDE / "sql" / _kind).rglob("*.cases.yaml")):
        try:
            CASES += [
                pytest.param(c, id=f"{_path.parent.name}/{c.subject}: {c.name}") for c in read_cases(_path)
            ]
        except ConfigError as _error:  # told by a test, so that the other files' cases run all the same
            MISTAKES += [str(mistake) for mistake in _error.mistakes]


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench(examine_catalogue(INCLUDE)[0])


def test_case_files_have_no_mistake() -> None:
    assert MISTAKES == []


def test_catalogue_has_no_mistake() -> None:
    assert [str(mistake) for mistake in examine_catalogue(INCLUDE)[1]] == []


@pytest.mark.parametrize("case", CASES)
def test_case_holds(case: Case, bench: Bench) -> None:
    assert differences(case, bench) == [], f"{case.where}: {case.data.get('working', case.name)}"
