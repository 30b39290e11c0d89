"""The whole DAG by ``dag.test()``: every task of the day in order, on the emulator and the SES stand-in.

Then what became of the mail, by the DAG that reads SES's events.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import boto3
import pytest

from quarterdeck.delivery.ledger import create_table

ROOT = Path(__file__).parents[3]

ZONE = ZoneInfo("Europe/Amsterdam")
WHO = {"NAME": "A. Author", "EMAIL": "author@example.com"}
SURVEYS = """
repositories: [{id: site, tenant: sloop, path: site}]
accounts: [{id: main, tenant: sloop}]
"""
QUEUE = "lantern-mail-events"

# `dag.test()` says success with a failed mapped task, so the states of the tasks are what counts.
PROGRAM = """
import json, sys
from airflow.utils.db import upgradedb
upgradedb()
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
dag = bag.dags["executive_reports_lantern"]
runs = [dag.test(run_conf=json.loads(sys.argv[2])), bag.dags["mail_events_lantern"].test()]
instances = [one for run in runs for one in run.get_task_instances()]
states = sorted([one.task_id, one.map_index, str(one.state)] for one in instances)
print("STATES " + json.dumps(states))
"""


def in_its_region(aws: dict[str, str]) -> dict[str, str]:
    """The emulator keeps tables by Region, as AWS does."""
    return aws | {"region_name": "eu-west-1"}


def make_repository(folder: Path) -> None:
    folder.mkdir()
    (folder / "app.py").write_text("print('moored')\n")
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in WHO.items()}
    for words in (["init"], ["add", "."], ["commit", "--message", "a first version"]):
        subprocess.run(
            ["git", "-C", str(folder), *words], check=True, capture_output=True, env=os.environ | who
        )


def events_to_queue(ses, aws: dict[str, str]) -> None:
    sns, sqs = boto3.client("sns", **aws), boto3.client("sqs", **aws)
    topic = sns.create_topic(Name=QUEUE)["TopicArn"]
    url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    ses.client().create_configuration_set_event_destination(
        ConfigurationSetName="lantern",
        EventDestinationName="queue",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "DELIVERY"],
            "SnsDestination": {"TopicArn": topic},
        },
    )


@pytest.fixture
def environment(tmp_path: Path, aws, ses) -> dict[str, str]:
    portfolios = tmp_path / "portfolios"
    shutil.copytree(ROOT / "tests" / "golden" / "portfolios" / "lantern", portfolios / "lantern")
    make_repository(portfolios / "lantern" / "site")
    portfolio = portfolios / "lantern" / "portfolio.yaml"
    portfolio.write_text(portfolio.read_text() + SURVEYS + f"mail_events: {{queue: {QUEUE}}}\n")
    create_table(boto3.client("dynamodb", **in_its_region(aws)), "lantern-deliveries")
    ses.control(identities={"lantern.example": {}})
    ses.configuration_set("lantern")
    events_to_queue(ses, in_its_region(aws))
    connection = {
        "conn_type": "aws",
        "login": aws["aws_access_key_id"],
        "password": aws["aws_secret_access_key"],
        "extra": {
            "endpoint_url": aws["endpoint_url"],
            "service_config": {"sesv2": {"endpoint_url": ses.url}},
        },
    }
    home = tmp_path / "airflow"
    return os.environ | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_LANTERN_AWS": json.dumps(connection),
        "QUARTERDECK_PORTFOLIOS": str(portfolios),
        "QUARTERDECK_HOME": str(tmp_path / "home"),
        "GX_ANALYTICS_ENABLED": "false",
    }


def test_a_day_from_plan_to_close(environment: dict[str, str], ses, aws) -> None:
    # Of the day before, so that repository and account are really looked into; only the owner gets mail.
    yesterday = (datetime.now(ZONE) - timedelta(days=1)).date().isoformat()
    asked = {"as_of": yesterday, "mode": "preview", "reports": ["cfo"]}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "dags"), json.dumps(asked)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    dynamodb = boto3.client("dynamodb", **in_its_region(aws))
    items = dynamodb.scan(TableName="lantern-deliveries")["Items"]
    dynamodb.delete_table(TableName="lantern-deliveries")
    lines = [line for line in done.stdout.splitlines() if line.startswith("STATES ")]
    assert lines, done.stdout[-3000:] + done.stderr[-3000:]
    states = {
        f"{task}[{index}]": state for task, index, state in json.loads(lines[0].removeprefix("STATES "))
    }
    assert set(states.values()) == {"success"}, f"{states}\n{done.stdout[-6000:]}"
    assert states.keys() == {
        "plan[-1]", "due_surveys[-1]", "survey[0]", "survey[1]", "tenant.snapshot[0]",
        "tenant.snapshot[1]", "tenant.measure[0]", "tenant.measure[1]",
        "conclude[-1]", "report.compose[0]", "report.deliver[0]", "close[-1]",
        "mail_events[-1]",
    }  # fmt: skip
    assert [mail["envelope"] for mail in ses.mailed] == [["preview@lantern.example"]]
    assert [item["state"]["S"] for item in items if "state" in item] == ["delivered"]
    assert "@lantern.example" not in done.stdout + done.stderr
    lake = Path(environment["QUARTERDECK_HOME"]) / "lake" / "lantern" / "snapshots" / yesterday
    surveyed = {path.parts[-3] for path in lake.glob("*.*/*/r1/part-*.parquet")}
    assert {"code_audits", "repositories", "cloud_functions", "cloud_buckets"} <= surveyed
