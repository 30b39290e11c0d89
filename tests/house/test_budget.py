"""The size budget of docs/architecture.md: small files, small functions."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "plugins").rglob("*.py")) + sorted((ROOT / "dags").rglob("*.py"))
LONGEST_FILE = 400


def functions() -> list[tuple[str, int]]:
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((f"{path.name}:{node.name}", node.end_lineno - node.lineno + 1))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_functions_are_short() -> None:
    lengths = [length for _, length in functions()]
    long = [name for name, length in functions() if length > 50]
    assert median(lengths) <= 12
    assert len(long) / len(lengths) < 0.05, long


def test_no_module_is_called_utils() -> None:
    assert not [path for path in FILES if path.stem in {"utils", "util", "helpers", "misc", "common"}]
