"""Mistakes that show only where one kind of definition is held against another."""

from __future__ import annotations

import shutil
from pathlib import Path

from quarterdeck.settings.places import Places
from quarterdeck.steps.checking import definition_mistakes

INCLUDE = Path(__file__).parents[3] / "include"
METRIC = """\
-- title: Repositories
-- unit: count
-- better: neither
-- grain: {grain}
-- inputs: repositories
-- needs: surveyed repositories
-- formula: how many there are
-- reference: none
-- owner: sales
select count(*) as value
from repositories
"""
RULE = """\
title: Repositories
severity: low
for_each: {for_each}
when: repositories_seen > 0
evidence: [repositories_seen]
description: There are {{{{ repositories_seen }}}}.
impact: None.
recommendation: {{action: Look, owner: sales, due_in_days: 7, effort: small, expected_effect: None.}}
"""


def mistakes(place: Path, grain: str, for_each: str) -> list[tuple[str, str]]:
    include = place / "include"
    for name, text in {
        "sql/metrics/agency/repositories_seen.sql": METRIC.format(grain=grain),
        "sql/metrics/agency/repositories_seen.cases.yaml": "cases: [{expect: {missing: no_data}}]\n",
        "rules/clients/repositories.yaml": RULE.format(for_each=for_each),
        "rules/clients/repositories.cases.yaml": "cases: []\n",
    }.items():
        (include / name).parent.mkdir(parents=True, exist_ok=True)
        (include / name).write_text(text)
    (include / "datasets").mkdir(exist_ok=True)
    shutil.copy(INCLUDE / "datasets" / "repositories.yaml", include / "datasets")
    found = definition_mistakes(Places(include=include, portfolios=(), home=place))
    return [(Path(mistake.file).name, mistake.message) for mistake in found]


def test_what_surveys_deliver_is_measured_for_the_scope_alone(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "scope", "portfolio") == []
    assert mistakes(tmp_path, "tenant, scope", "portfolio") == [
        (
            "repositories_seen.sql",
            "grain: expected scope alone, since surveys deliver repositories; found tenant",
        )
    ]


def test_a_rule_asks_for_figures_that_are_measured_for_its_subject(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "scope", "tenant") == [
        (
            "repositories.yaml",
            "when: expected metrics that are measured for each tenant, found repositories_seen",
        )
    ]
