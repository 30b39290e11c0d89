"""The catalogue of KPIs as a page of Markdown, from the headers of their SQL: ``docs/kpis.md``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from quarterdeck.metrics.catalogue import read_catalogue
from quarterdeck.settings.definition import Report
from quarterdeck.settings.yaml_files import read_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Demand, Metric
    from quarterdeck.settings.places import Places

_GRAINS = {"tenant": "each tenant", "scope": "all tenants of a scope together"}
_TOP = """# KPIs

Every KPI with its definition, by theme. Written by `make docs` from the headers in `include/sql/metrics/`:
change those, not this page. `quarterdeck explain PORTFOLIO KPI --as-of DAY` shows a value with the rows
behind it; [metrics.md](metrics.md) says what the words of a header mean.
"""


def kpi_page(places: Places) -> str:
    """The page. Raises ConfigError for mistakes in the definitions."""
    catalogue = read_catalogue(places.include)
    shown_in = _reports(places)
    metrics = sorted(catalogue.metrics.values(), key=lambda metric: (metric.theme, metric.id))
    parts = [_TOP, f"{len(metrics)} KPIs.\n"]
    for theme, of_theme in groupby(metrics, key=lambda metric: metric.theme):
        parts.append(f"\n## {theme.capitalize()}\n")
        parts += ["\n".join(_entry(catalogue, metric, shown_in)) for metric in of_theme]
    return "\n".join(parts)


def _reports(places: Places) -> dict[str, list[str]]:
    """By metric the titles of the reports that name it, in the order of their files."""
    shown: dict[str, list[str]] = {}
    for path in sorted((places.include / "reports").glob("*.yaml")):
        report = read_model(path, Report, extra={"id": path.stem})
        for metric in dict.fromkeys(kpi.metric for kpi in report.kpis):
            shown.setdefault(metric, []).append(report.title)
    return shown


def _entry(catalogue: Catalogue, metric: Metric, shown_in: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield f"### {metric.title} (`{metric.id}`)\n"
    for name, text in {
        "Formula": metric.formula,
        "Unit": f"{metric.unit}; {_better(metric)}",
        "Measured for": " and ".join(_GRAINS[grain] for grain in metric.grain),
        "Kinds of tenant": _codes(metric.kinds) or "all",
        "Inputs": ", ".join(_demand(demand) for demand in metric.query.demands),
        "Settings": _codes(metric.query.settings),
        "Views": _codes(metric.query.views),
        "Needs": metric.needs,
        "Reference": metric.reference,
        "Owner": metric.owner,
        "Reports": ", ".join(shown_in.get(metric.id, ())) or "none",
        "Definition": f"[{metric.id}.sql](../include/sql/metrics/{metric.theme}/{metric.id}.sql)",
    }.items():
        if text:
            yield f"* {name}: {text}"
    if metric.id in catalogue.bridges:
        yield f"* Why it moved: {catalogue.bridges[metric.id].title}"
    yield ""


def _better(metric: Metric) -> str:
    return "neither way is better" if metric.better == "neither" else f"{metric.better} is better"


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _demand(demand: Demand) -> str:
    if demand.optional:
        return f"{_codes(demand.datasets)} (where there is one)"
    return " or ".join(f"`{name}`" for name in demand.datasets)
