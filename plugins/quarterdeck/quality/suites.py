"""Suites of expectations from ``include/expectations/<dataset>.yaml`` and ``kpis.yaml``.

An expectation names one of Great Expectations' own types with its arguments. What those are is written
down here, so that a typo is found with its file and line without the seconds that the import of Great
Expectations takes; a test holds the list against the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from quarterdeck.errors import ConfigError, Mistake
from quarterdeck.settings.model import Id, Model
from quarterdeck.settings.yaml_files import as_model, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quarterdeck.settings.yaml_files import YamlFile

KPIS = "kpis"
_BOUNDS = ("min_value", "max_value", "strict_min", "strict_max")
# Type: the arguments that it must have, and those that it may have.
ARGUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "expect_column_values_to_not_be_null": (("column",), ("mostly",)),
    "expect_column_values_to_be_unique": (("column",), ("mostly",)),
    "expect_column_values_to_be_between": (("column",), (*_BOUNDS, "mostly")),
    "expect_column_values_to_be_in_set": (("column", "value_set"), ("mostly",)),
    "expect_column_values_to_match_regex": (("column", "regex"), ("mostly",)),
    "expect_column_value_lengths_to_be_between": (("column",), (*_BOUNDS, "mostly")),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        ("column_A", "column_B"),
        ("or_equal", "ignore_row_if", "mostly"),
    ),
    "expect_compound_columns_to_be_unique": (("column_list",), ("ignore_row_if", "mostly")),
    "expect_column_mean_to_be_between": (("column",), _BOUNDS),
    "expect_column_sum_to_be_between": (("column",), _BOUNDS),
    "expect_column_min_to_be_between": (("column",), _BOUNDS),
    "expect_column_max_to_be_between": (("column",), _BOUNDS),
    "expect_table_row_count_to_be_between": ((), ("min_value", "max_value")),
}
COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list")


class Expectation(Model):
    """One expectation: ``title`` says in a reader's words what should hold; ``on_fail`` what follows if not.

    Bounds of money are in minor units.
    """

    title: str
    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict)
    on_fail: Literal["banner", "hold"] = "banner"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        named = [self.kwargs[name] for name in COLUMN_ARGUMENTS if name in self.kwargs]
        return tuple(column for one in named for column in (one if isinstance(one, list) else [one]))

    @model_validator(mode="after")
    def _known_arguments(self) -> Expectation:
        if self.type not in ARGUMENTS:
            raise ValueError(f"expected one of {', '.join(sorted(ARGUMENTS))}, found {self.type!r}")
        needed, optional = ARGUMENTS[self.type]
        if lacking := [name for name in needed if name not in self.kwargs]:
            raise ValueError(f"expected kwargs to have {', '.join(lacking)}")
        if unknown := sorted(set(self.kwargs) - {*needed, *optional}):
            known = ", ".join((*needed, *optional))
            raise ValueError(f"expected kwargs of {self.type} ({known}), found {', '.join(unknown)}")
        return self


class Derived(Model):
    """A small frame computed by SQL (DuckDB) over the suite's own table, with expectations on its columns.

    The way to check sums, identities and whatever spans rows: the table has the suite's name. ``key`` are
    the columns that name a row. ``needs``: columns of the table without which it is left out (figures).
    """

    sql: str
    key: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = Field(min_length=1)


class Suite(Model):
    """The expectations of one dataset, or of the figures (``kpis``)."""

    id: Id
    expectations: tuple[Expectation, ...] = ()
    derived: dict[Id, Derived] = Field(default_factory=dict)


def read_suites(include: Path) -> dict[str, Suite]:
    """Every suite below ``include``, by id. Raises ConfigError with every mistake of every file."""
    mistakes: list[Mistake] = []
    suites: dict[str, Suite] = {}
    for path in sorted((include / "expectations").glob("*.yaml")):
        try:
            file = load(path)
            suites[path.stem] = suite = as_model(file, Suite, extra={"id": path.stem})
        except ConfigError as error:
            mistakes.extend(error.mistakes)
            continue
        mistakes.extend(_unknown_columns(suite, file, include))
    if mistakes:
        raise ConfigError(mistakes)
    return suites


def _unknown_columns(suite: Suite, file: YamlFile, include: Path) -> Iterator[Mistake]:
    known = _known_columns(suite.id, include)
    if known is None:
        yield file.mistake(
            (), f"expected the name of a dataset or {KPIS!r}, found {suite.id!r}: rename the file"
        )
        return
    for index, expectation in enumerate(suite.expectations):
        for column in sorted(set(expectation.columns) - known):
            yield file.mistake(
                ("expectations", index, "kwargs"), f"expected a column of {suite.id}, found {column!r}"
            )
    for name, derived in suite.derived.items():
        for column in sorted(set(derived.needs) - known):
            yield file.mistake(
                ("derived", name, "needs"), f"expected a column of {suite.id}, found {column!r}"
            )


def _known_columns(suite_id: str, include: Path) -> set[str] | None:
    """The columns that a suite may name: a dataset's own, or every metric. None: there is no such dataset."""
    if suite_id == KPIS:
        return {path.stem for path in (include / "sql" / "metrics").glob("*/*.sql")}
    path = include / "datasets" / f"{suite_id}.yaml"
    if not path.exists():
        return None
    try:
        declared = load(path).data.get("columns", {})
    except (ConfigError, AttributeError):
        declared = {}  # said where datasets are read
    return {*declared, "currency", "tenant", "created_at", "source_key"}
