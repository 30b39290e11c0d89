"""``quarterdeck ledger``: what waits, settling by a person, pausing; exit codes; no address anywhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from quarterdeck.cli import app
from quarterdeck.delivery.ledger import Ledger, create_table
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.states import State

ROOT = Path(__file__).parents[2]
TABLE = "cli-deliveries"


@pytest.fixture
def ledger(tmp_path: Path, aws: dict[str, str]):
    shutil.copytree(ROOT / "tests" / "golden" / "portfolios" / "lantern", tmp_path / "portfolios" / "lantern")
    portfolio = tmp_path / "portfolios" / "lantern" / "portfolio.yaml"
    portfolio.write_text(portfolio.read_text().replace("lantern-deliveries", TABLE))
    dynamodb = boto3.client("dynamodb", **(aws | {"region_name": "eu-west-1"}))
    create_table(dynamodb, TABLE)
    yield Ledger(dynamodb, TABLE)
    dynamodb.delete_table(TableName=TABLE)


@pytest.fixture
def run(tmp_path: Path, aws: dict[str, str], ledger: Ledger):
    environment = {
        "QUARTERDECK_INCLUDE": str(ROOT / "include"),
        "QUARTERDECK_PORTFOLIOS": str(tmp_path / "portfolios"),
        "QUARTERDECK_HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": aws["endpoint_url"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return lambda *arguments: CliRunner(env=environment).invoke(app, ["ledger", *arguments])


def unknown(ledger: Ledger, recipient: str = "cfo@lantern.example") -> Any:
    key = DeliveryKey("lantern", "cfo", "2026-03-31", recipient, "scheduled")
    row = ledger.plan(key, mode="send", payload_hash="abc", bcc="oversight@lantern.example")
    asked = ledger.move(ledger.claim(row, "me"), State.SENDING, attempt=1)
    return ledger.move(asked, State.UNKNOWN, "ReadTimeoutError", error_code="ReadTimeoutError")


@pytest.mark.parametrize(
    ("verdict", "state", "of_copy"),
    [("delivered", "delivered", "accepted"), ("not_sent", "cancelled", "cancelled")],
)
def test_a_person_settles_what_is_unknown_and_the_reason_is_kept(
    ledger, run, verdict, state, of_copy
) -> None:
    row = unknown(ledger)
    listed = run("show", "lantern")
    assert listed.exit_code == 0, listed.output
    assert listed.stdout.splitlines()[0].startswith(f"{row.delivery_id}  2026-03-31  cfo ")
    assert "sending: quota not read yet" in listed.stdout
    done = run("settle", "lantern", row.delivery_id, "--as", verdict, "--reason", "the CFO has it, or not")
    assert done.exit_code == 0, done.output
    assert f" {state} " in done.stdout
    shown = json.loads(run("show", "lantern", "--key", row.delivery_id, "--format", "json").stdout)
    last = shown["deliveries"][0]["history"][-1]
    assert (last["state"], last["reason"].endswith("settled by a person: the CFO has it, or not")) == (
        state,
        True,
    )
    key = DeliveryKey("lantern", "cfo", "2026-03-31", "cfo@lantern.example", "scheduled")
    assert ledger.oversight_of(key).state == of_copy
    assert "nothing is to be settled" in run(
        "settle", "lantern", row.delivery_id, "--as", verdict, "--reason", "again"
    ).stderr  # fmt: skip
    assert "@" not in listed.output + done.output + json.dumps(shown)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as", "lost", "--reason", "x"), "--as: expected one of delivered, not_sent"),
        (("--as", "delivered", "--reason", " "), "--reason: expected how you know"),
    ],
)
def test_wrong_input_settles_nothing(ledger, run, arguments, words) -> None:
    row = unknown(ledger)
    answer = run("settle", "lantern", row.delivery_id, *arguments)
    assert (answer.exit_code, words in answer.stderr) == (2, True)
    assert "which is none" in run("settle", "lantern", "0" * 32, "--as", "delivered", "--reason", "x").stderr
    assert "expected one of" in run("show", "lantern", "--state", "gone").stderr
    assert ledger.find(row.delivery_id).state is State.UNKNOWN


def test_by_state_and_day(ledger, run) -> None:
    row = unknown(ledger)
    unknown(ledger, "owner@lantern.example")
    ledger.move(row, State.ACCEPTED, message_id="m-1")
    count = {
        options: len(json.loads(run("show", "lantern", *options, "--format", "json").stdout)["deliveries"])
        for options in ((), ("--state", "accepted"), ("--as-of", "2026-03-31"), ("--report", "ceo"))
    }
    assert list(count.values()) == [1, 1, 2, 0]


def test_a_pause_is_shown_with_its_reason_until_it_is_lifted(run) -> None:
    assert run("pause", "lantern", "--reason", " ").exit_code == 2
    assert run("pause", "lantern", "--reason", "the owner asked", "--account").exit_code == 0
    assert "stopped (account): Paused the owner asked" in run("show", "lantern").stdout
    assert run("resume", "lantern", "--account").exit_code == 0
    assert "stopped" not in run("show", "lantern").stdout


def test_without_its_epoch_the_ledger_is_not_shown_as_if_it_were_whole(ledger, run) -> None:
    ledger.client.delete_item(TableName=TABLE, Key={"pk": {"S": "ledger"}, "sk": {"S": "epoch"}})
    assert "expected the epoch item" in run("show", "lantern").stderr
