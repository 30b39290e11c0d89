"""Every kind of fault that others shipped and that is named here has tests, and they are there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROWS: dict[str, list[dict[str, str]]] = yaml.safe_load(
    Path(__file__).with_name("fault_rows.yaml").read_text()
)
NAMED = [
    pytest.param(row[:3], path, name, id=f"{row[:3]} {path}: {name}")
    for row, tests in ROWS.items()
    for entry in tests
    for path, name in entry.items()
]


@cache
def names_in(path: str) -> set[str]:
    """The test functions of a Python file, or the cases of a YAML file."""
    text = (ROOT / path).read_text()
    if path.endswith(".cases.yaml"):
        return {case["name"] for case in yaml.safe_load(text)["cases"]}
    return set(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE))


def test_each_row_is_held_by_a_test() -> None:
    assert [row[:3] for row in ROWS] == [f"A{number:02d}" for number in range(7, 45)]
    assert [row for row, tests in ROWS.items() if not tests] == []


@pytest.mark.parametrize(("row", "path", "name"), NAMED)
def test_the_test_of_a_row_is_there_and_says_so(row: str, path: str, name: str) -> None:
    assert name in names_in(path), f"{row}: {path} has no such test or case; mend tests/house/fault_rows.yaml"
    assert re.search(rf"(\b|_){row}(\b|_)", name, re.IGNORECASE)
