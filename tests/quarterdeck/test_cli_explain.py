"""``quarterdeck measure`` and ``explain`` over a lake that has the day: at once, with right exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from quarterdeck.cli import app
from quarterdeck.steps import figuring, revisions

ROOT = Path(__file__).parents[2]
AS_OF = "2026-03-31"
# What answers at once has no time for: seconds each.
HEAVY = ("great_expectations", "pandas", "boto3", "jinja2", "altair", "vl_convert", "airflow")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The golden portfolio with its snapshots and figures of the day in the lake; suites are left out."""
    environment = {
        "QUARTERDECK_INCLUDE": str(ROOT / "include"),
        "QUARTERDECK_PORTFOLIOS": str(ROOT / "tests" / "golden" / "portfolios"),
        "QUARTERDECK_HOME": str(tmp_path_factory.mktemp("home")),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "validate_tenant", lambda *_, **__: {})
        patch.setattr(figuring, "validate_figures", lambda *_, **__: ())
        code, said = run(environment, "measure", "lantern", "--as-of", AS_OF)
    assert code == 0, said
    return environment


def run(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    result = CliRunner(env=environment).invoke(app, arguments)
    return result.exit_code, result.output


def explained(environment: dict[str, str], metric: str, *more: str) -> dict[str, Any]:
    code, said = run(environment, "explain", "lantern", metric, "--as-of", AS_OF, "--format", "json", *more)
    assert code == 0, said
    found: dict[str, Any] = json.loads(said)
    return found


def test_it_explains_what_measure_prints(environment: dict[str, str]) -> None:
    code, said = run(
        environment, "measure", "lantern", "--as-of", AS_OF, "--metric", "gross_burn", "--format", "json"
    )
    assert code == 0
    for measured in json.loads(said):
        tenant = ("--tenant", measured["tenant"]) if measured["tenant"] else ()
        found = explained(environment, "gross_burn", *tenant)
        same = [f for f in found["figures"] if f["currency"] == measured["currency"]]
        assert [f.get("value") for f in same] == [measured.get("value")], measured
        assert found["query_hash"] == measured["query_hash"]
        assert found["engine"] == measured["engine"]


def test_the_rows_add_up_to_the_figure_and_the_counts_are_those_of_the_manifest(
    environment: dict[str, str],
) -> None:
    found = explained(environment, "gross_burn")
    for figure in found["figures"]:
        rows = figure["rows"]
        assert rows["contributing"] <= len(rows["sample"]), (
            "the golden portfolio is small: all rows are shown"
        )
        brought = sum(row[rows["columns"].index("payments")] for row in rows["sample"])
        assert brought == round(figure["value"] * 100)
        assert {"tenant", "entry_id"} <= set(rows["columns"])
    for part in found["inputs"]:
        assert part["rows_read"] == part["rows_kept"] + part["rows_quarantined"] + part["rows_after"]
        assert part["rows_in_scope"] == part["rows_kept"]
        assert part["quality"]["passed"] > 0


def test_views_come_before_what_reads_them(environment: dict[str, str]) -> None:
    read = [Path(query["path"]).stem for query in explained(environment, "gross_burn")["sql"]]
    assert read[-1] == "gross_burn"
    assert read.index("ledger_line") < read.index("operating_cash") < read.index("burn_month")


def test_a_kpi_about_kpis_shows_those_that_are_missing(environment: dict[str, str]) -> None:
    (figure,) = explained(environment, "kpis_missing")["figures"]
    assert figure["rows"]["contributing"] == figure["value"]


def test_the_text_has_it_all(environment: dict[str, str]) -> None:
    code, said = run(environment, "explain", "lantern", "gross_burn", "--as-of", AS_OF)
    assert code == 0
    for part in (
        "Gross burn (gross_burn)",
        "DuckDB",
        "ASC 230",
        "general_ledger",
        "rows were read there",
        "select",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("lantern", "no_such"), "unknown metric 'no_such'"),
        (("lantern", "gross_burn", "--tenant", "no_such"), "has no 'no_such'"),
        (("lantern", "kpis_missing", "--tenant", "TENANT"), "leave --tenant out"),
        (("lantern", "gross_burn", "--format", "yaml"), "expected one of text, json"),
        (("no_such", "gross_burn"), "no portfolio 'no_such'"),
    ],
)
def test_what_is_not_there_ends_with_2(
    environment: dict[str, str], arguments: tuple[str, ...], why: str
) -> None:
    tenants = sorted((ROOT / "tests/golden/portfolios/lantern/tenants").glob("*.yaml"))
    named = [tenants[0].stem if word == "TENANT" else word for word in arguments]
    code, said = run(environment, "explain", *named, "--as-of", AS_OF)
    assert (code, why in said) == (2, True), said


@pytest.mark.parametrize("command", [("measure", "lantern"), ("explain", "lantern", "gross_burn")])
def test_nothing_heavy_is_imported_for_an_answer_at_once(
    environment: dict[str, str], command: tuple[str, ...]
) -> None:
    code = (
        "import sys; from quarterdeck.cli import app; app(sys.argv[1:], standalone_mode=False); "
        f"found = sorted(set({HEAVY}) & sys.modules.keys()); assert not found, found"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--as-of", AS_OF],
        env={"PATH": "", "PYTHONPATH": str(ROOT / "plugins"), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
