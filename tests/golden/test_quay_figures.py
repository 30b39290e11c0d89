"""The product against the tables of portfolios/quay/README.md, which were worked out by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygit2
import pytest

from quarterdeck.findings.evaluation import evaluate
from quarterdeck.findings.rules import read_rules
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.settings.definition import Portfolio
from quarterdeck.settings.places import Places
from quarterdeck.steps import figuring, revisions
from quarterdeck.steps.measuring import all_figures, open_day
from quarterdeck.steps.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.metrics.definition import Figure
    from quarterdeck.steps.resources import Day

HERE = Path(__file__).parent
INCLUDE = HERE.parents[1] / "include"
README = HERE / "portfolios" / "quay" / "README.md"
AS_OF = "2026-11-15"
WHOLE = "together"  # the heading over the figures of all businesses
SURVEYED = "technology"  # of repositories and accounts, which a folder of CSV files has not
TABLES = {"ar_aging": ("studio", "amount"), "project_order": ("mill", "project_id")}

_ROW = re.compile(r"\| `(?P<metric>\w+)` \| (?P<working>.+) \| (?P<value>[^|]+) \|(?P<says>[^|]*)\|")


@dataclass(frozen=True)
class Expected:
    """A row of a table: the values by currency (None: in whatever the business has), or why there is none."""

    tenant: str | None
    metric: str
    values: dict[str | None, str]
    missing: str | None
    says: str
    text: str

    def __str__(self) -> str:
        return f"{self.tenant or WHOLE}-{self.metric}"


def _expected(text: str) -> Iterator[Expected]:
    tenant = ""
    for line in text.splitlines():
        if line.startswith("## "):
            tenant = line.removeprefix("## ")
        if row := _ROW.fullmatch(line):
            value = row["value"].strip()
            missing = value.strip("*") if value.startswith("*") else None
            pairs = [] if missing else [part.rpartition(" ")[::2] for part in value.split("; ")]
            values = {currency or None: amount for currency, amount in pairs}
            whose = None if tenant == WHOLE else tenant
            yield Expected(whose, row["metric"], values, missing, row["says"].strip(), value)


EXPECTED = list(_expected(README.read_text(encoding="utf-8")))


def _no_aws(_aws: object, service: str) -> None:
    raise AssertionError(f"a portfolio of local files asked for {service}")


def _place_repository(folder: Path) -> None:
    """One commit on 12 November 2026."""
    repository = pygit2.init_repository(str(folder), initial_head="main")
    (folder / "index.html").write_text("<h1>Hazel</h1>\n", encoding="utf-8")
    repository.index.add("index.html")
    who = pygit2.Signature("A", "a@quay.example", int(datetime(2026, 11, 12, 15, tzinfo=UTC).timestamp()), 0)
    repository.create_commit("refs/heads/main", who, who, "Page", repository.index.write_tree(), [])
    repository.free()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Figure], dict[str, list[Any]]]:
    """The figures, and the column of each table that says enough; the suites have tests of their own."""
    home = tmp_path_factory.mktemp("quay")
    _place_repository(home / "repositories" / "hazel-site")
    places = Places(include=INCLUDE, portfolios=(HERE / "portfolios",), home=home)
    resources = Resources(places, _no_aws, clock=lambda: datetime(2026, 11, 16, 12, tzinfo=UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "validate_tenant", lambda *_, **__: {})
        patch.setattr(figuring, "validate_figures", lambda *_, **__: ())
        day = open_day(resources, "quay", AS_OF)
        found = all_figures(day, None)
    return found, {name: _column(day, name, *where) for name, where in TABLES.items()}


def _column(day: Day, name: str, tenant: str, column: str) -> list[Any]:
    business = next(one for one in day.config.portfolio.tenants if one.id == tenant)
    catalogue = day.resources.catalogue()
    with open_scope(
        {tenant: day.snapshots.of_tenant(AS_OF, tenant, business.datasets)},
        path_of=day.lake.local_path,
        config=day.config,
        tenants=[tenant],
        as_of=day.as_of,
        catalogue=catalogue,
    ) as scope:
        result = tabulate(scope, catalogue.tables[name])
    return [row[result.columns.index(column)] for row in result.rows]


@pytest.fixture(scope="module")
def figures(measured: tuple[list[Figure], Any]) -> dict[tuple[str | None, str], list[Figure]]:
    found: dict[tuple[str | None, str], list[Figure]] = {}
    for figure in measured[0]:
        found.setdefault((figure.tenant, figure.metric), []).append(figure)
    return found


@pytest.mark.parametrize("expected", [row for row in EXPECTED if row.metric not in TABLES], ids=str)
def test_figure_is_as_worked_out_by_hand(figures: dict[Any, list[Figure]], expected: Expected) -> None:
    found = figures[expected.tenant, expected.metric]
    said = " ".join(filter(None, (text for figure in found for text in (figure.because, figure.note))))
    assert {figure.missing for figure in found} == {expected.missing}, said
    if expected.missing is None:
        unsaid = None in expected.values
        got = {None if unsaid else figure.currency: _exact(figure.value) for figure in found}
        assert got == {key: _exact(value) for key, value in expected.values.items()}, said
    assert expected.says in said


def _exact(value: object) -> Decimal | date:
    text = str(value)
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else Decimal(text)


@pytest.mark.parametrize("expected", [row for row in EXPECTED if row.metric in TABLES], ids=str)
def test_table_is_as_worked_out_by_hand(
    measured: tuple[Any, dict[str, list[Any]]], expected: Expected
) -> None:
    found = measured[1][expected.metric]
    assert ", ".join(map(str, found)) == expected.text


def test_work_for_a_client_whose_contract_ended_is_a_finding(measured: tuple[list[Figure], Any]) -> None:
    """Surveys are no part of a tenant's own figures, so it is one of the portfolio."""
    portfolio = Portfolio.model_construct(id="quay", title="Quay", currency="USD", settings={}, owners={})
    rules = [rule for rule in read_rules(INCLUDE) if rule.id == "work_after_contract_end"]
    (found,) = evaluate(rules, measured[0], (), portfolio=portfolio, format_figure=lambda f: str(f.value))
    assert (found.id, found.description) == (
        "work_after_contract_end",
        "Clients whose contract has ended are still worked for: contracts with later commits 1.",
    )


def test_coverage_is_of_every_metric(figures: dict[Any, list[Figure]]) -> None:
    missing = figures[None, "kpis_missing"][0].value
    metrics = len({metric for _, metric in figures} - {"kpis_missing", "kpi_coverage"})
    assert isinstance(missing, int)
    share = 1 - Decimal(missing) / metrics
    assert figures[None, "kpi_coverage"][0].value == share.quantize(Decimal("0.000001"))


def test_every_metric_is_worked_out_in_a_golden_business() -> None:
    """A new metric wants a row in quay's README; those of surveys have the demo's account and their cases."""
    worked = {row.metric for row in EXPECTED if row.metric not in TABLES} | {"kpi_coverage"}
    themes = {path.stem: path.parent.name for path in (INCLUDE / "sql" / "metrics").rglob("*.sql")}
    assert (
        sorted(metric for metric, theme in themes.items() if theme != SURVEYED and metric not in worked) == []
    )
    assert worked - set(themes) == set(), "a row of the README is about no metric"
