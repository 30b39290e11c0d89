"""Every case beside a bridge in ``include/sql/bridges`` holds, and its parts add up to the change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.metrics.bridge_cases import bridge_differences
from quarterdeck.metrics.cases import read_cases
from quarterdeck.metrics.catalogue import examine_catalogue
from quarterdeck.metrics.scope import Bench

if TYPE_CHECKING:
    from quarterdeck.metrics.cases import Case

INCLUDE = Path(__file__).parents[2] / "include"
CASES = [
    pytest.param(case, id=f"{path.parent.name}/{case.subject}: {case.name}")
    for path in sorted((INCLUDE / "sql" / "bridges").rglob("*.cases.yaml"))
    for case in read_cases(path)
]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(examine_catalogue(INCLUDE)[0])


@pytest.mark.parametrize("case", CASES)
def test_bridge_holds(case: Case, bench: Bench) -> None:
    assert bridge_differences(case, bench) == [], f"{case.where}: {case.data.get('working', case.name)}"
