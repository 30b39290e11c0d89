"""``quarterdeck suppressions``: who is on the list, by place, never by address; lifting needs a reason."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from quarterdeck.cli import app
from quarterdeck.delivery.ledger import Ledger, create_table

ROOT = Path(__file__).parents[2]
SINCE = datetime(2026, 4, 1, 6, tzinfo=UTC)


@pytest.fixture
def ledger(aws: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """That of a copy of the golden portfolio, reached as the command line reaches AWS."""
    table, folder = f"lantern-{uuid.uuid4().hex[:8]}", tmp_path / "portfolios" / "lantern"
    source = ROOT / "tests" / "golden" / "portfolios" / "lantern"
    for path in (path for path in source.rglob("*") if path.is_file()):
        place = folder / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    yaml = folder / "portfolio.yaml"
    yaml.write_text(yaml.read_text().replace("lantern-deliveries", table))
    client = boto3.client("dynamodb", **aws)
    create_table(client, table)
    monkeypatch.setattr(
        "quarterdeck.steps.sessions.connect_from_chain",
        lambda _: lambda _aws, service: boto3.client(service, **aws),
    )
    return Ledger(client, table)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    environment = {
        "QUARTERDECK_INCLUDE": str(ROOT / "include"),
        "QUARTERDECK_PORTFOLIOS": str(tmp_path / "portfolios"),
        "QUARTERDECK_HOME": str(tmp_path),
    }
    return lambda *arguments: CliRunner(env=environment).invoke(app, ["suppressions", "lantern", *arguments])


def test_shown_then_lifted_with_a_reason(ledger: Ledger, run: Any) -> None:
    assert run().stdout == "nobody is suppressed\n"
    address = "cfo@lantern.example"
    ledger.suppressions.add("lantern", address, because="bounce", code="Permanent/General 5.1.1", since=SINCE)
    shown = run()
    assert (shown.exit_code, "cfo 1  suppressed" in shown.stdout) == (0, True), shown.output
    assert "bounce Permanent/General 5.1.1" in shown.stdout
    assert "@" not in shown.stdout
    assert run("--lift", address).exit_code == 2
    assert ledger.suppressions.has("lantern", address)
    lifted = run("--lift", address, "--because", "made anew", "--format", "json")
    assert lifted.exit_code == 0
    (one,) = json.loads(lifted.stdout)["suppressed"]
    assert (one["lifted_because"], one["places"]) == ("made anew", ["cfo 1"])
    assert not ledger.suppressions.has("lantern", address)
    again = run("--lift", address, "--because", "twice")
    assert again.exit_code == 1
    assert "expected a suppressed address" in again.stderr
    assert "@" not in again.stderr
