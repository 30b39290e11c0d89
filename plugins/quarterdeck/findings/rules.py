"""Rules from ``include/rules``, with every mistake: in keys, in the condition, in the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from jinja2 import TemplateError
from sqlglot import exp
from sqlglot.errors import SqlglotError

from quarterdeck.errors import ConfigError, Mistake
from quarterdeck.findings.definition import Rule
from quarterdeck.findings.wording import names_in
from quarterdeck.settings.yaml_files import as_model, load, shown_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from quarterdeck.settings.yaml_files import YamlFile

CASES = ".cases.yaml"
MISSING = "__missing"
PERIOD_END = "__period_end"
# What a missing figure would be made a number with, or a condition a query.
_FORBIDDEN = (exp.Coalesce, exp.Query, exp.Subquery)


def rule_files(include: Path) -> list[Path]:
    """The files of all rules, in order."""
    return sorted(path for path in include.glob("rules/*/*.yaml") if not path.name.endswith(CASES))


def read_rules(include: Path) -> tuple[Rule, ...]:
    """Every rule, in order of id. Raises ConfigError with every mistake."""
    rules, mistakes = examine_rules(include)
    if mistakes:
        raise ConfigError(mistakes)
    return rules


def examine_rules(include: Path) -> tuple[tuple[Rule, ...], list[Mistake]]:
    """The rules that could be read, in order of id, and every mistake."""
    rules: dict[str, Rule] = {}
    mistakes: list[Mistake] = []
    metrics = {path.stem for path in include.glob("sql/metrics/*/*.sql")}
    tables = {path.stem for path in include.glob("sql/tables/*/*.sql")}
    for path in rule_files(include):
        try:
            file = load(path)
            rule = as_model(file, Rule, extra={"id": path.stem, "category": path.parent.name})
        except ConfigError as error:
            mistakes.extend(error.mistakes)
            continue
        mistakes.extend(_mistakes(rule, file, metrics))
        if rule.rows is not None and rule.rows.table not in tables:
            why = f"unknown table {rule.rows.table!r}: no SQL file has that name"
            mistakes.append(file.mistake(("rows", "table"), why))
        if not path.with_name(path.stem + CASES).is_file():
            mistakes.append(
                Mistake(file.name, 1, f"expected cases in {path.stem}{CASES} beside it, found none")
            )
        if rule.id in rules:
            first = shown_name(include / "rules" / rules[rule.id].category / path.name)
            mistakes.append(
                Mistake(file.name, 1, f"expected one rule {rule.id}, found another in {first}: rename one")
            )
        rules[rule.id] = rule
    return tuple(rules[name] for name in sorted(rules)), mistakes


def columns_of(condition: str) -> frozenset[str]:
    """The names that a condition reads. Raises SqlglotError where it is no SQL expression."""
    return frozenset(column.name for column in _parsed(condition).find_all(exp.Column))


def _parsed(condition: str) -> exp.Expression:
    parsed: exp.Expression = sqlglot.parse_one(condition, dialect="duckdb")
    return parsed


def metric_of(column: str) -> str:
    """The metric that a name of a condition stands for."""
    return column.removesuffix(MISSING).removesuffix(PERIOD_END)


def _mistakes(rule: Rule, file: YamlFile, metrics: Collection[str]) -> Iterator[Mistake]:
    for index, metric in enumerate(rule.evidence):
        if metric not in metrics:
            yield file.mistake(("evidence", index), f"unknown metric {metric!r}: no SQL file has that name")
    if rule.at_stake is not None and rule.at_stake not in rule.evidence:
        yield file.mistake(("at_stake",), f"expected a metric of `evidence`, found {rule.at_stake!r}")
    for name in rule.settings:
        if name in metrics or not name.isidentifier():
            yield file.mistake(("settings", name), f"expected a name that is no metric's, found {name!r}")
    yield from _condition_mistakes(rule, file)
    yield from _text_mistakes(rule, file)


def _condition_mistakes(rule: Rule, file: YamlFile) -> Iterator[Mistake]:
    try:
        parsed = _parsed(rule.when)
    except SqlglotError as error:
        yield file.mistake(("when",), f"expected an SQL condition, found: {str(error).splitlines()[0]}")
        return
    if any(parsed.find(kind) for kind in _FORBIDDEN):
        yield file.mistake(
            ("when",),
            "expected a condition without coalesce and without a query: a missing figure is no number; "
            f"ask for it by METRIC{MISSING}",
        )
    known = {*rule.evidence, *rule.settings}
    for column in sorted(columns_of(rule.when)):
        if metric_of(column) not in known:
            yield file.mistake(("when",), f"{column!r} is neither in evidence nor in settings: add it there")


def _text_mistakes(rule: Rule, file: YamlFile) -> Iterator[Mistake]:
    spoken = {*rule.evidence, *rule.settings, "tenant", "portfolio"}
    texts = {
        ("description",): (rule.description, spoken),
        ("impact",): (rule.impact, spoken),
        ("recommendation", "action"): (rule.recommendation.action, set(rule.evidence)),
        ("recommendation", "expected_effect"): (rule.recommendation.expected_effect, set(rule.evidence)),
    }
    for loc, (text, known) in texts.items():
        try:
            unknown = sorted(names_in(text) - known)
        except TemplateError as error:
            yield file.mistake(loc, f"expected a Jinja text, found: {error}")
            continue
        for name in unknown:
            yield file.mistake(loc, f"unknown name {name!r}: known here: {', '.join(sorted(known))}")
