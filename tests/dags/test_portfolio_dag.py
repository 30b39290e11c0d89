"""The shape of a portfolio's DAG, as Airflow sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import DagRunInfo, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable

from quarterdeck.days import as_of_day
from quarterdeck.on_airflow.portfolio_dag import build_dag
from quarterdeck.settings.definition import PortfolioHead

if TYPE_CHECKING:
    from airflow.sdk import DAG

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/Los_Angeles")


def head(**changes: object) -> PortfolioHead:
    known = {
        "id": "harbor",
        "title": "Harbor",
        "owner": "Data desk",
        "timezone": ZONE.key,
        "schedule": "0 6 * * *",
        "start": "2026-01-01",
        "tags": ("demo",),
    }
    return PortfolioHead.model_construct(**{**known, "error": None, **changes})


@pytest.fixture
def dag() -> DAG:
    return build_dag(head(), manual="# The manual", reports=["cfo", "ceo"], tenants=["jada"])


def test_the_tasks_and_their_order(dag: DAG) -> None:
    upstream = {task.task_id: task.upstream_task_ids for task in dag.tasks}
    assert upstream == {
        "plan": set(),
        "tenant.snapshot": {"plan"},
        "tenant.measure": {"plan", "tenant.snapshot"},
        "due_surveys": {"plan"},
        "survey": {"plan", "due_surveys"},
        "conclude": {"plan", "tenant.measure", "survey"},
        "report.compose": {"plan", "conclude"},
        "report.deliver": {"plan", "conclude", "report.compose"},
        "close": {"plan", "report.deliver"},
    }


def test_joins_run_whatever_became_of_what_was_before(dag: DAG) -> None:
    rules = {task.task_id: task.trigger_rule.value for task in dag.tasks}
    assert {task for task, rule in rules.items() if rule == "all_done"} == {"conclude", "close"}
    assert {rule for task, rule in rules.items() if task not in {"conclude", "close"}} == {"all_success"}


def test_tenants_and_reports_are_mapped_groups_with_names(dag: DAG) -> None:
    mapped = {
        task.task_id: task.map_index_template
        for task in dag.tasks
        if task.is_mapped or task.get_closest_mapped_task_group()
    }
    assert mapped == {
        "tenant.snapshot": "{{ tenant }}",
        "tenant.measure": "{{ tenant }}",
        "survey": "{{ survey }}",
        "report.compose": "{{ report }}",
        "report.deliver": "{{ report }}",
    }


def test_every_task_has_a_limit_an_owner_and_careful_retries(dag: DAG) -> None:
    for task in dag.tasks:
        assert task.execution_timeout is not None, task.task_id
        assert task.execution_timeout < dag.dagrun_timeout
        assert task.owner == "Data desk"
        assert task.has_retry_policy
    assert not dag.catchup
    assert dag.tags == {"executive-reports", "harbor", "demo"}
    assert dag.doc_md == "# The manual"


def test_no_template_field_can_hold_an_address(dag: DAG) -> None:
    deliver = dag.get_task("report.deliver")
    assert set(deliver.template_fields) == {"aws_conn_id", "region_name", "verify", "run", "report"}


def test_the_form(dag: DAG) -> None:
    assert set(dag.params) == {"mode", "as_of", "reports", "tenants", "refresh"}
    assert dag.params.dump() == {
        "mode": "auto", "as_of": None, "reports": None, "tenants": None, "refresh": False
    }  # fmt: skip
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.description
        assert param.schema["title"]
    assert dag.params.get_param("reports").schema["examples"] == ["cfo", "ceo"]


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("mode", "send", True),
        ("mode", "everyone", False),
        ("as_of", "2026-02-28", True),
        ("as_of", "2026-02-30", False),
        ("as_of", "", False),
        ("reports", ["cfo"], True),
        ("reports", "cfo", False),
        ("refresh", "yes", False),
    ],
)
def test_the_form_takes_what_it_says(dag: DAG, name: str, value: object, good: bool) -> None:
    param = dag.params.get_param(name)
    if good:
        assert param.resolve(value) == value
    else:
        with pytest.raises(Exception, match=r".+"):
            param.resolve(value)


def test_a_broken_portfolio_still_is_a_dag_without_a_schedule() -> None:
    broken = head(
        error="include/portfolios/harbor/portfolio.yaml:3: expected a cron", schedule=None, timezone="UTC"
    )
    dag = build_dag(broken, manual="")
    assert "portfolio.yaml:3" in str(dag.description)
    assert type(dag.timetable).__name__ == "NullTimetable"
    assert dag.get_task("plan").upstream_task_ids == set()


def test_it_survives_the_way_through_the_metadata_database(dag: DAG) -> None:
    data = DagSerialization.to_dict(dag)
    again = DagSerialization.from_dict(json.loads(json.dumps(data)))
    assert {task.task_id for task in again.tasks} == {task.task_id for task in dag.tasks}
    assert again.get_task("report.deliver").has_retry_policy


def runs(first: date, count: int) -> list[DagRunInfo]:
    """The first scheduled runs from that local day on."""
    timetable = CronDataIntervalTimetable("0 6 * * *", timezone=ZONE.key)
    earliest = pendulum.instance(datetime(first.year, first.month, first.day, tzinfo=ZONE))
    restriction = TimeRestriction(earliest=earliest, latest=None, catchup=True)
    found: list[DagRunInfo] = []
    for _ in range(count):
        last = found[-1].data_interval if found else None
        info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        assert info is not None
        found.append(info)
    return found


@pytest.mark.parametrize("first", [date(2026, 3, 6), date(2026, 10, 30), date(2026, 2, 27)])
def test_a46_scheduled_days_have_no_gap_and_no_overlap(first: date) -> None:
    """Over both changes of the clocks and a month's end: the as-of day is that of the logical date."""
    days = [
        as_of_day(asked=None, logical_date=info.logical_date, run_after=info.run_after, zone=ZONE)
        for info in runs(first, 5)
    ]
    assert days == [first + timedelta(days=n) for n in range(5)]


def test_a46_by_hand_on_the_day_of_the_change() -> None:
    """`0 2 * * *` New York, by hand at 2024-03-10T07:30Z (02:30, which that night doesn't have locally)."""
    by_hand = datetime(2024, 3, 10, 7, 30, tzinfo=UTC)
    day = as_of_day(asked=None, logical_date=None, run_after=by_hand, zone=ZoneInfo("America/New_York"))
    assert day == date(2024, 3, 9)


LIGHT = """
import os, sys
import airflow.sdk, airflow.providers.amazon.aws.operators.base_aws
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import importlib.util
spec = importlib.util.spec_from_file_location("executive_reports", sys.argv[2])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
import json
print("DAGS", json.dumps(sorted(name for name in vars(module) if name.startswith("executive_reports_"))))
print("NEW", json.dumps(sorted(set(sys.modules) - before)))
"""


def parse(environment: dict[str, str]) -> dict[str, list[str]]:
    """The DAGs that the file makes, and the modules that it imports beside Airflow's own."""
    result = subprocess.run(
        [sys.executable, "-c", LIGHT, str(ROOT / "plugins"), str(ROOT / "dags" / "executive_reports.py")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = [line.split(" ", 1) for line in result.stdout.splitlines() if line.startswith(("DAGS ", "NEW "))]
    return {name: json.loads(value) for name, value in lines}


@pytest.fixture
def portfolios(tmp_path: Path) -> dict[str, str]:
    for name, schedule in {"calm": "0 6 * * *", "broken": "at noon"}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "portfolio.yaml").write_text(
            f"title: {name}\nowner: Tests\ntimezone: Europe/Amsterdam\nschedule: {schedule}\n"
        )
    return {"QUARTERDECK_PORTFOLIOS": str(tmp_path)}


def test_the_dag_file_is_light_and_makes_a_dag_of_every_portfolio(portfolios: dict[str, str]) -> None:
    parsed = parse(portfolios)
    assert parsed["DAGS"] == ["executive_reports_broken", "executive_reports_calm"]
    roots = {name.split(".")[0] for name in parsed["NEW"]}
    assert not roots & {"pandas", "pyarrow", "great_expectations", "duckdb", "vl_convert", "jinja2", "numpy"}
    rooms = {name.split(".")[1] for name in parsed["NEW"] if name.startswith("quarterdeck.")}
    assert rooms == {"errors", "on_airflow", "settings"}


def test_a_task_parses_its_own_dag_alone(portfolios: dict[str, str]) -> None:
    parsed = parse({**portfolios, "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "executive_reports_calm"})
    assert parsed["DAGS"] == ["executive_reports_calm"]
