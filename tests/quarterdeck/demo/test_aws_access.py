"""The profile and the connections of the embedded AWS, read by boto3 itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import botocore.session

from quarterdeck.demo.aws_access import (
    INSPECTOR,
    PROFILE,
    airflow_connections,
    embedded_client,
    write_profile,
)
from quarterdeck.demo.ports import Ports
from quarterdeck.settings.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PORTS = Ports(1, 2, 3, 4)


def test_the_profile_leads_ses_to_the_stand_in_and_all_else_to_the_emulator(tmp_path: Path) -> None:
    write_profile(tmp_path, PORTS)
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(tmp_path / "config"))
    session.set_config_variable("credentials_file", str(tmp_path / "credentials"))
    session.set_config_variable("profile", PROFILE)
    made = boto3.Session(botocore_session=session)
    assert made.client("s3").meta.endpoint_url == "http://127.0.0.1:2"
    assert made.client("dynamodb").meta.endpoint_url == "http://127.0.0.1:2"
    assert made.client("sesv2").meta.endpoint_url == "http://127.0.0.1:3"
    assert made.get_credentials() is not None


def test_the_inspectors_profile_leads_to_the_account_with_a_bill(tmp_path: Path) -> None:
    write_profile(tmp_path, PORTS)
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(tmp_path / "config"))
    session.set_config_variable("credentials_file", str(tmp_path / "credentials"))
    session.set_config_variable("profile", INSPECTOR)
    made = boto3.Session(botocore_session=session)
    assert made.client("ce").meta.endpoint_url == "http://127.0.0.1:4"
    assert made.client("sesv2").meta.endpoint_url == "http://127.0.0.1:3"


def test_an_accounts_own_connection_leads_to_the_account_too(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "portfolio.yaml").write_text(
        "aws: {connection: good_aws}\n"
        "accounts: [{id: a, tenant: t, connection: good_inspector}, {id: b, tenant: t}]\n"
    )
    found = airflow_connections(Places(tmp_path, (tmp_path,), tmp_path), PORTS)
    urls = {name: json.loads(value)["extra"]["endpoint_url"] for name, value in found.items()}
    assert urls == {
        "AIRFLOW_CONN_GOOD_AWS": "http://127.0.0.1:2",
        "AIRFLOW_CONN_GOOD_INSPECTOR": "http://127.0.0.1:4",
    }


def test_every_portfolio_gets_its_connection_and_a_broken_one_none(tmp_path: Path) -> None:
    for name, text in {
        "good": "aws: {connection: good_aws}",
        "broken": "aws: [",
        "bare": "title: bare",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "portfolio.yaml").write_text(text)
    found = airflow_connections(Places(tmp_path, (tmp_path,), tmp_path), PORTS)
    assert list(found) == ["AIRFLOW_CONN_GOOD_AWS"]
    extra = json.loads(found["AIRFLOW_CONN_GOOD_AWS"])["extra"]
    assert extra["endpoint_url"] == "http://127.0.0.1:2"
    assert extra["service_config"]["sesv2"]["endpoint_url"] == "http://127.0.0.1:3"


def test_the_users_own_aws_settings_and_proxy_have_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "a-profile-that-is-nowhere")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.example")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    client = embedded_client("sqs", PORTS)
    assert client.meta.endpoint_url == "http://127.0.0.1:2"
    assert client.meta.config.proxies == {}
