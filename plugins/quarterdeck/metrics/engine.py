"""What figures are measured with: its name and version are part of every figure's passport."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

# Figures and verdicts pass through these: another version may come to another result.
_PACKAGES = ("duckdb", "great_expectations", "pyarrow", "sqlglot")


@cache
def engine() -> str:
    """Such as ``DuckDB 1.5.6``; read without importing it."""
    return f"DuckDB {version('duckdb')}"


@cache
def engine_versions() -> dict[str, str]:
    """Every package that a figure or the verdict on it passes through, with its version."""
    return {name: version(name) for name in _PACKAGES}
