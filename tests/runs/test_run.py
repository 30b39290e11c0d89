"""``make run`` itself: the demo's day through the scheduler to files, and a second run that mails nobody."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = {"payload.json", "report.html", "report.txt", "page.html", "message.eml"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


def own_environment(place: Path) -> dict[str, str]:
    """As in a shell of its own: other tests of the session have settings for other portfolios and homes."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUARTERDECK_", "AIRFLOW"))
    }
    return plain | {"QUARTERDECK_HOME": str(place / "home")}


def run(place: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "quarterdeck.demo.launcher", "run", "--out", str(place / "out")],
        env=own_environment(place),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return done.stdout


@pytest.fixture(scope="module")
def first(place: Path) -> str:
    return run(place)


def reports(place: Path) -> dict[str, Path]:
    (day,) = (place / "out" / "harbor").iterdir()
    return {folder.name: folder for folder in day.iterdir()}


def due(place: Path) -> dict[str, int]:
    """The reports of that day by how many they are mailed to: the audits are those of Mondays."""
    (day,) = (place / "out" / "harbor").iterdir()
    daily = {"ceo": 1, "cto": 1, "accounting": 2, "cmo": 1, "cfo": 2}
    audits = {"rental_audit": 1, "yacht_delivery_audit": 1, "client_portfolio_audit": 1}
    return daily | audits if date.fromisoformat(day.name).strftime("%A") == "Monday" else daily


def test_it_ends_with_a_table_of_what_was_mailed(first: str, place: Path) -> None:
    mailed = sum(due(place).values())
    rows = re.findall(r"^(?:\w+|   ) .* accepted +(\S+)$", first, re.MULTILINE)
    assert len(rows) == len(set(rows)) == mailed
    assert f"{mailed} mailed by this run" in first
    assert "@" not in first


def test_each_report_lies_under_out(first: str, place: Path) -> None:
    assert set(reports(place)) == set(due(place))
    for folder in reports(place).values():
        assert {path.name for path in folder.iterdir()} >= FILES
        assert str(folder.name) in first


def test_the_payload_has_the_figures_of_the_demo(first: str, place: Path) -> None:
    payload = json.loads((reports(place)["cfo"] / "payload.json").read_bytes())
    figures = {kpi["id"]: kpi.get("value") for kpi in payload["kpis"]}
    assert 7000 <= figures["gross_burn"] <= 9000
    assert figures["break_even_units"] == 6
    assert payload["data_quality"]["decision"] == "send"


def test_the_mail_has_a_chart_and_no_blind_copy(first: str, place: Path) -> None:
    message = message_from_bytes((reports(place)["cfo"] / "message.eml").read_bytes(), policy=default)
    kinds = [part.get_content_type() for part in message.walk()]
    assert "image/png" in kinds
    assert kinds.index("text/plain") < kinds.index("text/html")
    assert "oversight" not in message.as_string()


def test_a_second_run_mails_nothing_twice_and_says_so(first: str, place: Path) -> None:
    second, mailed = run(place), sum(due(place).values())
    assert f"0 mailed by this run, {mailed} had their edition already" in second
    assert f"{mailed} mailed, none of them twice" in second
