"""Compiled templates are kept for the process; a changed file is compiled again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

from quarterdeck.reports.compiled import CompiledTemplates

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def said(folder: Path, kept: CompiledTemplates, **values: str) -> str:
    environment = Environment(loader=FileSystemLoader(folder), bytecode_cache=kept, autoescape=True)
    return environment.get_template("a.j2").render(**values)


def test_compiled_once_and_again_when_it_was_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = CompiledTemplates()
    (tmp_path / "a.j2").write_text("Dear {{ name }}")
    assert said(tmp_path, kept, name="A") == "Dear A"
    with monkeypatch.context() as patch:
        patch.setattr(Environment, "_parse", None)  # a second parsing would fail
        assert said(tmp_path, kept, name="<B>") == "Dear &lt;B&gt;"
    (tmp_path / "a.j2").write_text("Dearest {{ name }}")
    assert said(tmp_path, kept, name="A") == "Dearest A"


def test_a_template_of_the_same_name_in_another_folder_is_another(tmp_path: Path) -> None:
    kept = CompiledTemplates()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.j2").write_text(name)
    assert said(tmp_path / "one", kept) == "one"
    assert said(tmp_path / "two", kept) == "two"
