"""The stage ``survey``: repositories and accounts as snapshots of their tenant; no secret gets out."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from quarterdeck.errors import DeliveryError, SourceError
from quarterdeck.steps.measuring import measure_portfolio
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.survey import survey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.quarterdeck.steps.conftest import Lantern

# Put together here, so that no scanner finds one in this file.
TOKEN = "gh" + "p_" + "x7Qm2Lw9Zk4Tn8Rb5Vc1Hd6Jf3Gs0PyAeUi"
PASSWORD = "Zx9" + "!kqW7#vT2m"
FUNCTION_KEY = "AK" + "IA" + "Q7WERTYUIOPLKJH4"

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"

REPOSITORY = """
repositories:
  - id: site
    tenant: sloop
    path: site
    deployments: {path: deploy.log}
"""
ACCOUNT = """
accounts:
  - id: main
    tenant: sloop
    endpoints: [{id: booking-form, url: "https://script.example.com/macros/s/abcdef/exec", auth: none}]
"""


def git(folder: Path, *words: str) -> None:
    day = "2026-03-20T12:00:00Z"
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (
        ("NAME", "A. Author"), ("EMAIL", "author@example.com"), ("DATE", day))}  # fmt: skip
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **who}
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=environment, capture_output=True)


@pytest.fixture
def site(lantern: Lantern) -> Path:
    """A repository with a token in its code, an open handoff note, a file that does not parse."""
    folder = lantern.folder / "site"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    (folder / "app.py").write_text(f'import requests\n\nTOKEN = "{TOKEN}"\n')
    (folder / "broken.py").write_text("def half(:\n")
    (folder / "HANDOFF.md").write_text("---\nstatus: open\n---\n# Move the booking form\n")
    (folder / "deploy.log").write_text("2026-03-21T10:00:00Z production v1 succeeded\n")
    git(folder, "add", ".")
    git(folder, "commit", "--message", "a first version")
    lantern.edit("portfolio.yaml", lambda text: text + REPOSITORY)
    return folder


def everything_kept(lantern: Lantern) -> bytes:
    """All bytes in the lake and the archive, and what ``out`` there is; Parquet as its rows."""
    import pyarrow.parquet as pq

    texts = []
    for path in sorted(lantern.home.rglob("*")):
        if path.is_file():
            texts.append(path.read_bytes())
            if path.suffix == ".parquet":
                texts.append(json.dumps(pq.read_table(path).to_pylist(), default=str).encode())
    return b"\n".join(texts)


def run_of(lantern: Lantern, **params: Any) -> RunRef:
    return RunRef.from_json(lantern.plan(reports=["cfo"], **params)["run"])


def test_a_repository_becomes_snapshots_of_its_tenant(lantern: Lantern, site: Path) -> None:
    run = run_of(lantern)
    counts = survey(run, "repository.site", lantern.resources)
    assert (counts["tenant"], counts["missing"]) == ("sloop", [])
    snapshots = lantern.day(run).snapshots
    site_datasets = lantern.day(run).config.portfolio.surveys["repository.site"].datasets
    of = {name: snapshots.frame(run.as_of, "repository.site", name) for name in site_datasets}
    assert of["repositories"][["repository", "commits", "authors", "files"]].to_dict("records") == [
        {"repository": "site", "commits": 1, "authors": 1, "files": 4}
    ]
    assert list(of["handoffs"]["state"]) == ["open"]
    assert list(of["deployments"]["outcome"]) == ["succeeded"]
    (audit,) = of["code_audits"].to_dict("records")
    assert (audit["state"], audit["files_not_parsing"], audit["secrets"], audit["commits_scanned"]) == (
        "audited", 1, 1, 1,
    )  # fmt: skip
    assert of["code_secrets"][["path", "line", "present"]].to_dict("records") == [
        {"path": "app.py", "line": 3, "present": True}
    ]
    assert of["code_imports"][["package", "pinning"]].to_dict("records") == [
        {"package": "requests", "pinning": "undeclared"}
    ]
    assert set(of["code_files"]["tenant"]) == {"sloop"}
    # The same day again looks at nothing: the repository may be gone by then.
    shutil.rmtree(site)
    assert survey(run, "repository.site", lantern.resources)["taken"] == 0


def test_a27_a_secrets_value_is_nowhere(
    lantern: Lantern, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (site / "later.py").write_text(f'def half(:  # {TOKEN}\npassword = "{PASSWORD}"\n')
    run, _ = lantern.run()
    kept = everything_kept(lantern) + caplog.text.encode()
    for value in (TOKEN, PASSWORD):
        for part in (value, value[:14], value[-12:]):
            assert part.encode() not in kept, "a planted value got out"
    secrets = lantern.day(run).snapshots.frame(run.as_of, "repository.site", "code_secrets")
    assert {"app.py", "later.py"} >= set(secrets["path"])
    assert len(secrets) >= 1


def test_a28_a_secret_keeps_its_identity_when_lines_move_and_its_file_is_renamed(
    lantern: Lantern, site: Path
) -> None:
    def found(as_of: str) -> set[tuple[str, str]]:
        run = run_of(lantern, as_of=as_of)
        survey(run, "repository.site", lantern.resources)
        rows = lantern.day(run).snapshots.frame(as_of, "repository.site", "code_secrets")
        return set(zip(rows["kind"], rows["fingerprint"], strict=True))

    first = found("2026-03-31")
    assert len(first) == 1
    text = (site / "app.py").read_text()
    (site / "app.py").unlink()
    (site / "renamed.py").write_text("\n" * 10 + text)
    lantern.now = datetime(2026, 4, 2, 6, tzinfo=UTC)
    assert found("2026-04-01") == first


@pytest.mark.parametrize("why", ["missing", "no repository", "branch"])
def test_a23_a_repository_that_can_not_be_looked_at_is_never_clean(
    lantern: Lantern, site: Path, why: str
) -> None:
    if why == "missing":
        shutil.rmtree(site)
    elif why == "no repository":
        shutil.rmtree(site / ".git")
    else:
        lantern.edit(
            "portfolio.yaml", lambda text: text.replace("path: site", "path: site\n    branch: gone")
        )
    run, reports = lantern.run()
    snapshots = lantern.day(run).snapshots
    (audit,) = snapshots.frame(run.as_of, "repository.site", "code_audits").to_dict("records")
    assert (audit["state"], audit["files_read"], audit["commits_scanned"]) == ("failed", 0, 0)
    manifest = snapshots.latest(run.as_of, "repository.site", "code_secrets")
    assert manifest is not None
    assert manifest.missing
    assert {report["decision"] for report in reports.values()} == {"banner"}
    failed = [check["title"] for check in lantern.payload(run, "cfo")["data_quality"]["failed"]]
    assert "Every place's code was audited" in failed


def test_a_past_day_has_what_tells_its_own_time_and_no_more(lantern: Lantern, site: Path) -> None:
    run = run_of(lantern, as_of="2026-03-25")
    counts = survey(run, "repository.site", lantern.resources)
    assert "deployments" not in counts["missing"]
    assert {"repositories", "handoffs", "code_secrets"} <= set(counts["missing"])
    manifest = lantern.day(run).snapshots.latest("2026-03-25", "repository.site", "deployments")
    assert manifest is not None
    assert (manifest.rebuilt, manifest.rows_kept) == (True, 1)


def test_a_survey_that_failed_is_said_in_the_report_and_fails_the_day(lantern: Lantern) -> None:
    def unreachable(_aws: object, service: str) -> Any:
        quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
        return boto3.client(
            service, endpoint_url="http://127.0.0.1:9", region_name="eu-west-1", aws_access_key_id="x",
            aws_secret_access_key="x", config=quick,
        )  # fmt: skip

    lantern.edit("portfolio.yaml", lambda text: text + ACCOUNT)
    lantern.connect = unreachable
    run = run_of(lantern)
    with pytest.raises(SourceError):
        survey(run, "account.main", lantern.resources)
    from quarterdeck.steps.compose import compose
    from quarterdeck.steps.conclude import conclude
    from quarterdeck.steps.measure import measure
    from quarterdeck.steps.snapshot import snapshot

    for tenant in ("sloop", "cottage"):
        snapshot(run, tenant, lantern.resources)
        measure(run, tenant, lantern.resources)
    conclude(run, lantern.resources)
    assert compose(run, "cfo", lantern.resources)["decision"] == "banner"
    failed = [check["title"] for check in lantern.payload(run, "cfo")["data_quality"]["failed"]]
    assert any("account.main could not be surveyed" in title for title in failed)
    with pytest.raises(DeliveryError, match=r"survey account\.main: its task failed"):
        lantern.close(run)


def packed(**files: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return sink.getvalue()


@pytest.fixture
def account(lantern: Lantern, own_emulator: Any) -> Any:
    """A small account: a function with a key in its code and a password in its environment."""

    def connect(_aws: object, service: str) -> Any:
        return boto3.client(
            service, **{**own_emulator.arguments, "config": Config(s3={"addressing_style": "path"})}
        )

    function = connect(None, "lambda")
    function.create_function(
        FunctionName="booking",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/booking",
        Handler="app.handler",
        Code={"ZipFile": packed(app__py=f'KEY = "{FUNCTION_KEY}"\n')},
        Environment={
            "Variables": {"DB_PASSWORD": PASSWORD, "DB_SECRET_ARN": "arn:aws:secretsmanager:x:1:secret:db"}
        },
    )
    lantern.connect = connect
    lantern.edit("portfolio.yaml", lambda text: text + ACCOUNT)
    return connect


def test_an_account_becomes_snapshots_and_its_functions_are_audited(
    lantern: Lantern, account: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="quarterdeck")
    run = run_of(lantern)
    counts = survey(run, "account.main", lantern.resources)
    # Cost Explorer is not in the emulator: its sections are missing, and nothing else is.
    assert set(counts["missing"]) == {"cloud_costs", "cloud_forecasts"}
    snapshots = lantern.day(run).snapshots
    (function,) = snapshots.frame(run.as_of, "account.main", "cloud_functions").to_dict("records")
    assert (function["function"], json.loads(function["environment_names"])) == (
        "booking", ["DB_PASSWORD", "DB_SECRET_ARN"],
    )  # fmt: skip
    secrets = snapshots.frame(run.as_of, "account.main", "code_secrets")
    assert "env DB_PASSWORD" in set(secrets["path"])
    assert "env DB_SECRET_ARN" not in set(secrets["path"])
    (endpoint,) = snapshots.frame(run.as_of, "account.main", "cloud_endpoints").to_dict("records")
    assert (endpoint["host"], endpoint["auth"]) == ("script.example.com", "none")
    kept = everything_kept(lantern) + caplog.text.encode()
    assert PASSWORD.encode() not in kept
    assert FUNCTION_KEY.encode() not in kept


def test_the_command_line_surveys_too(lantern: Lantern, site: Path) -> None:
    figures = measure_portfolio(lantern.resources, "lantern", "2026-03-31", tenant=None, metrics=None)
    assert figures
    snapshots = lantern.day(run_of(lantern)).snapshots
    assert snapshots.latest("2026-03-31", "repository.site", "code_audits") is not None
