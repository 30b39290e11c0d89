"""Section templates come in pairs, and every definition has its cases beside it."""

from __future__ import annotations

from pathlib import Path

INCLUDE = Path(__file__).parents[2] / "include"


def test_every_section_has_html_and_text() -> None:
    folder = INCLUDE / "templates" / "sections"
    html = {path.name.removesuffix(".html.j2") for path in folder.glob("*.html.j2")}
    text = {path.name.removesuffix(".txt.j2") for path in folder.glob("*.txt.j2")}
    assert html == text
    assert html


def test_every_metric_table_and_rule_has_cases() -> None:
    sql = [p for p in (INCLUDE / "sql").rglob("*.sql") if "views" not in p.relative_to(INCLUDE / "sql").parts]
    rules = [p for p in (INCLUDE / "rules").rglob("*.yaml") if not p.name.endswith(".cases.yaml")]
    bare = [str(p.relative_to(INCLUDE)) for p in sql + rules if not p.with_suffix(".cases.yaml").exists()]
    assert sql
    assert rules
    assert not bare


def test_no_cases_without_a_definition() -> None:
    orphans = [
        str(path.relative_to(INCLUDE))
        for path in INCLUDE.rglob("*.cases.yaml")
        if not any(
            path.with_name(path.name.removesuffix(".cases.yaml") + end).exists() for end in (".sql", ".yaml")
        )
    ]
    assert not orphans
