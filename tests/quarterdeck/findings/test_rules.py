from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.findings.rules import examine_rules, metric_of, read_rules

if TYPE_CHECKING:
    from pathlib import Path

RULE = """\
title: Billing gaps
severity: high
for_each: tenant
settings: {gap_limit: 0}
when: billing_gap > gap_limit
evidence: [billing_gap]
description: "{{ tenant.title }} lacks {{ billing_gap }}."
impact: "{{ billing_gap }} was never asked for."
recommendation:
  action: "Invoice {{ billing_gap }}."
  owner: billing
  due_in_days: 7
  effort: small
  expected_effect: It comes in.
"""


@pytest.fixture
def include(tmp_path: Path) -> Path:
    for name, text in {
        "sql/metrics/agency/billing_gap.sql": "",
        "rules/billing/client_gaps.yaml": RULE,
        "rules/billing/client_gaps.cases.yaml": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _said(include: Path, old: str, new: str) -> list[tuple[int, str]]:
    path = include / "rules/billing/client_gaps.yaml"
    assert old in RULE
    path.write_text(RULE.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_rules(include)
    return [(mistake.line, mistake.message) for mistake in caught.value.mistakes]


def test_a_rule_takes_id_and_category_from_its_place(include: Path) -> None:
    [rule] = read_rules(include)
    assert (rule.id, rule.category, rule.severity) == ("client_gaps", "billing", "high")
    assert rule.applies_to("any")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("severity: high", "severity: hihg", 2, "expected 'low', 'medium', 'high' or 'critical', found"),
        ("severity: high", "severty: high", 2, "unknown key 'severty': did you mean 'severity'? known here:"),
        ("when: billing_gap > gap_limit", "when: billing_gap >", 5, "expected an SQL condition, found:"),
        ("when: billing_gap >", "when: billing_gaps >", 5, "'billing_gaps' is neither in evidence"),
        ("billing_gap >", "coalesce(billing_gap, 0) >", 5, "expected a condition without coalesce"),
        ("> gap_limit", "> (select 1)", 5, "expected a condition without coalesce and without a query"),
        ("evidence: [billing_gap]", "evidence: [billing_gap, gap]", 6, "unknown metric 'gap': no SQL"),
        ("{{ tenant.title }}", "{{ tenannt.title }}", 7, "unknown name 'tenannt': known here: billing_gap,"),
        ("lacks {{ billing_gap }}", "lacks {{ billing_gap", 7, "expected a Jinja text, found:"),
        ("Invoice {{ billing_gap }}", "Invoice {{ gap_limit }}", 10, "unknown name 'gap_limit':"),
        ("due_in_days: 7", "due_in_days: -1", 12, "expected at least 0, found -1"),
        ("settings: {gap_limit: 0}", "settings: {billing_gap: 0}", 4, "expected a name that is no metric's"),
    ],
)  # fmt: skip
def test_mistakes_with_their_line(include: Path, old: str, new: str, line: int, message: str) -> None:
    assert any(at == line and text.startswith(message) for at, text in _said(include, old, new))


def test_a_rule_needs_cases_and_a_name_of_its_own(include: Path) -> None:
    (include / "rules/cash").mkdir()
    (include / "rules/cash/client_gaps.yaml").write_text(RULE)
    rules, mistakes = examine_rules(include)
    assert len(rules) == 1
    said = sorted(mistake.message for mistake in mistakes)
    assert said[0] == "expected cases in client_gaps.cases.yaml beside it, found none"
    assert said[1].startswith("expected one rule client_gaps, found another in ")


def test_names_of_a_condition() -> None:
    assert [metric_of(name) for name in ("cash", "cash__missing", "cash__period_end")] == ["cash"] * 3
