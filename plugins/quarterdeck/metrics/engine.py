"""What figures are measured with: its name and version are part of every figure's passport."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

# Figures, verdicts and the words of findings pass through these: another version may come to another result.
_PACKAGES = ("babel", "duckdb", "great_expectations", "jinja2", "pyarrow", "sqlglot")


@cache
def engine() -> str:
    """Such as ``DuckDB 1.5.6``; read without importing it."""
    return f"DuckDB {version('duckdb')}"


@cache
def engine_versions() -> dict[str, str]:
    """Every package that a figure, the verdict on it or a finding passes through, with its version."""
    return {name: version(name) for name in _PACKAGES}
