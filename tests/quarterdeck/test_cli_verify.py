"""``quarterdeck verify``: exit codes, and which edition it names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quarterdeck.cli import app
from quarterdeck.lake.editions import EditionArchive
from quarterdeck.lake.store import LocalStore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def archive(tmp_path: Path) -> EditionArchive:
    return EditionArchive(LocalStore(tmp_path / "archive" / "lantern"))


@pytest.fixture
def verify(tmp_path: Path):
    environment = {
        "QUARTERDECK_INCLUDE": str(ROOT / "include"),
        "QUARTERDECK_PORTFOLIOS": str(ROOT / "tests" / "golden" / "portfolios"),
        "QUARTERDECK_HOME": str(tmp_path),
    }
    return lambda *arguments: CliRunner(env=environment).invoke(app, ["verify", *arguments])


def test_whole_then_changed(archive, verify, tmp_path) -> None:
    for day, report in (("2026-03-30", "cfo"), ("2026-03-31", "cfo"), ("2026-03-31", "ceo")):
        archive.archive(day, report, {"payload.json": b'{"day": "%s"}\n' % day.encode(), "report.txt": b"1"})
    archive.store_message("2026-03-31", "cfo", "d1-c1", b"To: someone")
    whole = verify("lantern")
    assert whole.exit_code == 0, whole.output
    assert [line.split()[0] for line in whole.stdout.splitlines()] == ["ceo", "cfo"]
    assert "2026-03-30 to 2026-03-31 editions     2  mails     1" in whole.stdout
    assert whole.stdout.count(" whole") == 2

    edition = archive.edition("2026-03-31", "cfo")
    (tmp_path / "archive" / "lantern" / edition.key / "report.txt").write_bytes(b"2")
    changed = verify("lantern", "--format", "json")
    assert changed.exit_code == 1
    assert changed.stderr.startswith(
        f"cfo: edition of 2026-03-31, {edition.payload_hash} (link 2): {edition.key}report.txt: expected "
    )
    ceo, cfo = json.loads(changed.stdout)["reports"]
    assert (ceo["faults"], len(cfo["faults"])) == ([], 1)
    assert verify("lantern", "--report", "ceo").exit_code == 0
    assert "1 not as archived" in verify("lantern").stdout


def test_wrong_input_is_not_whole(archive, verify) -> None:
    emptied = verify("lantern")
    assert emptied.exit_code == 1
    assert "expected an edition in the archive of lantern" in emptied.stderr
    archive.archive("2026-03-31", "cfo", {"payload.json": b"{}\n"})
    assert verify("nobody").exit_code == 2
    unknown = verify("lantern", "--report", "cto")
    assert unknown.exit_code == 2
    assert "archived are: cfo" in unknown.stderr
