"""Every mistake in ``include/`` and in the portfolios, each with its file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.errors import ConfigError, Mistake
from quarterdeck.findings.rows import missing_columns
from quarterdeck.findings.rules import columns_of, metric_of, read_rules
from quarterdeck.metrics.catalogue import read_catalogue
from quarterdeck.quality.suites import read_suites
from quarterdeck.reports.sections import section_mistakes
from quarterdeck.settings.definition import Report
from quarterdeck.settings.reading import config_mistakes
from quarterdeck.settings.surveys import ACCOUNT_DATASETS, REPOSITORY_DATASETS
from quarterdeck.settings.yaml_files import read_model, shown_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from quarterdeck.settings.places import Places


def definition_mistakes(places: Places) -> list[Mistake]:
    """Mistakes in what all portfolios share: metrics, views, tables, rules, suites."""
    readers: tuple[Callable[[Path], object], ...] = (read_catalogue, read_rules, read_suites)
    mistakes: list[Mistake] = []
    for read in readers:
        try:
            read(places.include)
        except ConfigError as error:
            mistakes.extend(error.mistakes)
    return mistakes or [*_row_mistakes(places.include), *_grain_mistakes(places.include)]


def _grain_mistakes(include: Path) -> list[Mistake]:
    """Rules that would never hold, and figures that would never have a value.

    Tenants are measured beside the surveys of the day, not after them: what these find is of the scope's
    figures only.
    """
    metrics = read_catalogue(include).metrics
    surveyed = {*REPOSITORY_DATASETS, *ACCOUNT_DATASETS}
    mistakes = [
        Mistake(
            shown_name(include / "sql" / "metrics" / metric.theme / f"{metric.id}.sql"),
            1,
            f"grain: expected scope alone, since surveys deliver {', '.join(found)}; found tenant",
        )
        for metric in metrics.values()
        if "tenant" in metric.grain and (found := sorted(surveyed.intersection(metric.inputs)))
    ]
    for rule in read_rules(include):
        grain = "tenant" if rule.for_each == "tenant" else "scope"
        asked = {metric_of(name) for name in columns_of(rule.when)} & metrics.keys()
        if lacking := sorted(name for name in asked if grain not in metrics[name].grain):
            file = shown_name(include / "rules" / rule.category / f"{rule.id}.yaml")
            why = f"when: expected metrics that are measured for each {rule.for_each}"
            mistakes.append(Mistake(file, 1, f"{why}, found {', '.join(lacking)}"))
    return mistakes


def _row_mistakes(include: Path) -> list[Mistake]:
    """Columns that rules name for their rows and that the tables haven't."""
    tables = read_catalogue(include).tables
    mistakes: list[Mistake] = []
    for rule in read_rules(include):
        if rule.rows is None:
            continue
        columns = tuple(tables[rule.rows.table].columns)
        if lacking := missing_columns(rule.rows, columns, of_tenants=rule.for_each == "tenant"):
            file = shown_name(include / "rules" / rule.category / f"{rule.id}.yaml")
            why = f"expected columns of table {rule.rows.table} in `rows`, found {', '.join(lacking)}"
            mistakes.append(Mistake(file, 1, f"{why}; it has {', '.join(columns)}"))
    return mistakes


def all_mistakes(places: Places) -> list[Mistake]:
    """Mistakes in everything that ``quarterdeck check`` looks at, in order of file and line."""
    return sorted({*config_mistakes(places), *definition_mistakes(places), *_section_mistakes(places)})


def _section_mistakes(places: Places) -> list[Mistake]:
    """Wrong options of a report's sections, which only the room of reports knows."""
    mistakes: list[Mistake] = []
    for path in sorted((places.include / "reports").glob("*.yaml")):
        try:
            report = read_model(path, Report, extra={"id": path.stem})
        except ConfigError:
            continue  # told by config_mistakes, with what is wrong
        mistakes += [Mistake(str(path), 1, text) for text in section_mistakes(report)]
    return mistakes
