"""``quarterdeck audit``: exit codes, and no value in what it prints."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from quarterdeck.cli import app

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "ghp_" + "a8Kd03LmQz7Yt5RwXc1V" + "bN9pEs2Uf4Hj6GpQ"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", *arguments])
    return result.exit_code, result.output


def test_a_clean_folder_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert run(str(tmp_path))[0] == 0


@pytest.mark.parametrize("shape", ["table", "json"])
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_secret_ends_with_1_and_only_its_place_is_said(tmp_path: Path, shape: str, packed: bool) -> None:
    text = f'import os\nTOKEN = "{TOKEN}"\n'
    (tmp_path / "a.py").write_text(text)
    path = tmp_path
    if packed:
        path = tmp_path / "code.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.py", text)
    code, said = run(str(path), "--format", shape)
    assert code == 1
    assert "a.py" in said
    assert all(TOKEN[at : at + 10] not in said for at in range(4, len(TOKEN) - 10))
    if shape == "json":
        (secret,) = json.loads(said)["code_secrets"]
        assert (secret["path"], secret["line"], secret["kind"]) == ("a.py", 2, "GitHub Token")


def test_a_file_that_does_not_parse_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = (\n")
    code, said = run(str(tmp_path))
    assert (code, "a.py: line 1: was never closed" in said) == (1, True)


def test_nothing_there_ends_with_2(tmp_path: Path) -> None:
    assert run(str(tmp_path / "absent"))[0] == 2


def test_a_broken_zip_ends_with_2_and_is_not_clean(tmp_path: Path) -> None:
    (tmp_path / "code.zip").write_bytes(b"no archive")
    assert run(str(tmp_path / "code.zip"))[0] == 2


def test_a_folder_that_git_cannot_open_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.py").write_text(f'TOKEN = "{TOKEN}"\n')
    assert run(str(tmp_path))[0] == 2


def test_one_salt_gives_one_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(f'TOKEN = "{TOKEN}"\n')
    (tmp_path / "salt").write_bytes(b"thirty-two bytes of salt, or so.")
    arguments = [str(tmp_path / "code"), "--format", "json", "--salt-file", str(tmp_path / "salt")]
    assert run(*arguments) == run(*arguments)
