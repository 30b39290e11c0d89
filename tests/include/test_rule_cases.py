"""Every case beside a rule in ``include/rules`` holds, and no rule has a mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.findings.cases import read_cases
from quarterdeck.findings.evaluation import evaluate, unanswered
from quarterdeck.findings.history import with_history
from quarterdeck.findings.recommendations import recommend
from quarterdeck.findings.rules import CASES as ENDING
from quarterdeck.findings.rules import examine_rules, rule_files
from quarterdeck.metrics.catalogue import examine_catalogue
from quarterdeck.settings.definition import Portfolio, Tenant

if TYPE_CHECKING:
    from quarterdeck.findings.cases import RuleCase
    from quarterdeck.findings.definition import Rule
    from quarterdeck.metrics.definition import Figure

INCLUDE = Path(__file__).parents[2] / "include"
EVERY_RULE = rule_files(INCLUDE)
CASES = []
MISTAKES: list[str] = []
for _path in EVERY_RULE:
    try:
        CASES += [
            pytest.param(_path.stem, case, id=f"{_path.parent.name}/{_path.stem}: {case.name}")
            for case in read_cases(_path.with_name(_path.stem + ENDING))
        ]
    except ConfigError as _error:  # told by a test, so that the other files' cases run all the same
        MISTAKES += [str(mistake) for mistake in _error.mistakes]


@pytest.fixture(scope="session")
def rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in examine_rules(INCLUDE)[0]}


@pytest.fixture(scope="session")
def units() -> dict[str, str]:
    return {name: metric.unit for name, metric in examine_catalogue(INCLUDE)[0].metrics.items()}


def _portfolio(settings: dict[str, object]) -> Portfolio:
    return Portfolio.model_construct(
        id="p", title="Harbour", currency="USD", settings=settings, owners={}, tenants=()
    )


def _plainly(figure: Figure) -> str:
    if figure.value is None:
        return str(figure.because)
    return f"{figure.value:.2f} {figure.currency}" if figure.currency else str(figure.value)


def test_case_files_have_no_mistake() -> None:
    assert MISTAKES == []


def test_rules_have_no_mistake() -> None:
    assert [str(mistake) for mistake in examine_rules(INCLUDE)[1]] == []


@pytest.mark.parametrize("path", EVERY_RULE, ids=lambda path: path.stem)
def test_a_rule_is_shown_to_fire_not_to_fire_and_not_to_tell(path: Path) -> None:
    assert {case.fires for case in read_cases(path.with_name(path.stem + ENDING))} == {True, False, None}


@pytest.mark.parametrize(("rule_id", "case"), CASES)
def test_case_holds(rule_id: str, case: RuleCase, rules: dict[str, Rule], units: dict[str, str]) -> None:
    rule = rules[rule_id]
    kind = case.kind or (rule.kinds[0] if rule.kinds else "charter")
    tenant = Tenant(id="t", title="Jada", kind=kind, currency="USD")
    figures = case.figures_of(rule, units, tenant="t", currency="USD")
    portfolio = _portfolio(case.settings)
    found = evaluate([rule], figures, [tenant], portfolio=portfolio, format_figure=_plainly)
    unknown = unanswered([rule], figures, [tenant], portfolio=portfolio)
    assert (True if found else None if unknown else False) is case.fires
    for finding in found:
        told = with_history([finding.as_json()], [], as_of=date(2026, 4, 20))
        [advice] = recommend(told, [rule], None, as_of=date(2026, 4, 20), owners={})
        texts = " ".join([finding.description, finding.impact, advice["action"], advice["expected_effect"]])
        assert [words for words in case.says if words not in texts] == []
