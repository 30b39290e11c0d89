"""The rows behind a finding."""

from __future__ import annotations

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.findings.definition import Finding, Rule
from quarterdeck.findings.rows import with_rows

COLUMNS = ("tenant", "entry", "line", "why")


def rule(**rows: object) -> Rule:
    advice = {"action": "a", "owner": "o", "due_in_days": 1, "effort": "small", "expected_effect": "e"}
    return Rule.model_validate(
        {
            "id": "receipts", "category": "books", "title": "t", "severity": "low", "for_each": "tenant",
            "when": "n > 0", "evidence": ["n"], "description": "d", "impact": "i", "recommendation": advice,
            **({"rows": {"table": "lines", "keys": ["entry", "line"], **rows}} if rows else {}),
        }
    )  # fmt: skip


def finding(tenant: str | None) -> Finding:
    return Finding("receipts:t", "receipts", tenant, "books", "low", "t", "d", "i", ())


def told(rule: Rule, tenant: str | None, rows: list[list[object]]) -> object:
    (found,) = with_rows([finding(tenant)], [rule], lambda _: (COLUMNS, rows))
    return found["rows"]


def test_the_tenants_own_that_hold_what_is_asked_at_most_twenty_of_them() -> None:
    rows = [["t", f"e{n}", n, "receipt"] for n in range(25)]
    rows += [["u", "other", 1, "receipt"], ["t", "double", 2, "duplicate"]]
    found = told(rule(only={"why": "receipt"}), "t", rows)
    keys = [f"e{n} · {n}" for n in range(20)]
    assert found == {"table": "lines", "keys": keys, "count": 25}
    assert told(rule(only={"why": "duplicate"}), None, rows) == {
        "table": "lines", "keys": ["double · 2"], "count": 1,
    }  # fmt: skip


def test_a_rule_without_rows_and_a_table_that_is_missing_have_none() -> None:
    assert told(rule(), "t", []) is None
    (found,) = with_rows([finding("t")], [rule(only={})], lambda _: None)
    assert found["rows"] is None


def test_a_column_that_the_table_has_not() -> None:
    with pytest.raises(
        QuarterdeckError, match="rule receipts: expected columns vendor in table lines, found tenant"
    ):
        told(rule(keys=["vendor"]), "t", [])
