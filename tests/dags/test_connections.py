"""boto3 clients from Airflow connections."""

from __future__ import annotations

import json

import pytest

from quarterdeck.delivery.request import require_single_attempt
from quarterdeck.errors import QuarterdeckError
from quarterdeck.on_airflow.connections import connect
from quarterdeck.on_airflow.ses import SesDeliverOperator
from quarterdeck.settings.definition import Aws

AWS = Aws(connection="harbor_aws", region="us-west-2")


@pytest.fixture(autouse=True)
def connection(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {
        "conn_type": "aws",
        "login": "key",
        "password": "secret",
        "extra": {
            "region_name": "eu-west-1",
            "endpoint_url": "http://127.0.0.1:9001",
            "service_config": {"sesv2": {"endpoint_url": "http://127.0.0.1:9002"}},
            "config_kwargs": {"retries": {"mode": "adaptive", "max_attempts": 9}, "max_pool_connections": 33},
        },
    }
    monkeypatch.setenv("AIRFLOW_CONN_HARBOR_AWS", json.dumps(value))


def test_reads_go_to_the_connections_endpoint_in_the_portfolios_region() -> None:
    client = connect(AWS, "dynamodb")
    assert client.meta.endpoint_url == "http://127.0.0.1:9001"
    assert client.meta.region_name == "us-west-2"
    assert client.meta.config.retries["mode"] == "standard"
    assert client.meta.config.retries["total_max_attempts"] == 4
    assert client.meta.config.max_pool_connections == 33  # what else the connection says stays


def test_a_service_may_have_an_endpoint_of_its_own() -> None:
    assert connect(AWS, "sesv2").meta.endpoint_url == "http://127.0.0.1:9002"


def test_a37_ses_is_asked_once_whatever_the_connection_says() -> None:
    client = connect(AWS, "sesv2")
    require_single_attempt(client)
    assert client.meta.config.retries["total_max_attempts"] == 1


def test_the_operator_sends_with_the_portfolios_connection() -> None:
    run = {"aws": {"connection": "harbor_aws", "region": "us-west-2", "profile": None}}
    client = SesDeliverOperator(task_id="deliver", run=run, report="cfo").hook.conn
    assert client.meta.endpoint_url == "http://127.0.0.1:9002"
    assert client.meta.region_name == "us-west-2"
    require_single_attempt(client)


def test_without_its_connection_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow itself would go on with whatever credentials the machine has."""
    monkeypatch.delenv("AIRFLOW_CONN_HARBOR_AWS")
    with pytest.raises(QuarterdeckError, match="AIRFLOW_CONN_HARBOR_AWS"):
        connect(AWS, "s3")
