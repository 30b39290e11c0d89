from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.findings.definition import Finding, Rule
from quarterdeck.findings.evaluation import evaluate, unanswered
from quarterdeck.metrics.definition import Figure
from quarterdeck.settings.definition import Portfolio, Tenant


def _rule(rule_id: str, when: str, *evidence: str, **keys: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": rule_id,
            "category": "cash",
            "title": "Title",
            "severity": "medium",
            "for_each": "tenant",
            "when": when,
            "evidence": evidence,
            "description": "{{ tenant.title }}: {{ " + evidence[0] + " }}",
            "impact": "impact",
            "recommendation": {
                "action": "act",
                "owner": "finance",
                "due_in_days": 7,
                "effort": "small",
                "expected_effect": "effect",
            },
            **keys,
        }
    )


def _figure(metric: str, value: Any, tenant: str | None = "jada", **keys: Any) -> Figure:
    blank: dict[str, Any] = {
        "unit": "money",
        "currency": "USD",
        "missing": None,
        "because": None,
        "period_start": "2026-03-01",
        "period_end": "2026-03-31",
        "inputs": (),
        "query_hash": "",
    }
    return Figure(metric=metric, tenant=tenant, value=value, **{**blank, **keys})


def _missing(metric: str, reason: str, tenant: str | None = "jada") -> Figure:
    return _figure(metric, None, tenant, currency=None, missing=reason, because=f"{reason} of {metric}")


def _tenant(tenant: str, kind: str = "charter", currency: str = "USD", **settings: Any) -> Tenant:
    return Tenant(id=tenant, title=tenant.title(), kind=kind, currency=currency, settings=settings)


PORTFOLIO = Portfolio.model_construct(id="p", title="Harbour", currency="USD", settings={})
JADA = _tenant("jada")
CASH_LOW = _rule("cash_low", "cash < 10000", "cash")


def _plainly(figure: Figure) -> str:
    return f"{figure.value} {figure.currency}" if figure.missing is None else str(figure.because)


def _found(rules: list[Rule], figures: list[Figure], *tenants: Tenant) -> tuple[Finding, ...]:
    return evaluate(rules, figures, tenants or (JADA,), portfolio=PORTFOLIO, format_figure=_plainly)


def _unanswered(rules: list[Rule], figures: list[Figure], *tenants: Tenant) -> dict[str, str]:
    return unanswered(rules, figures, tenants or (JADA,), portfolio=PORTFOLIO)


def test_a_finding_with_its_evidence() -> None:
    [finding] = _found([CASH_LOW], [_figure("cash", Decimal("9999.99"))])
    assert finding.as_json() == {
        "id": "cash_low:jada",
        "rule": "cash_low",
        "tenant": "jada",
        "category": "cash",
        "severity": "medium",
        "title": "Title",
        "description": "Jada: 9999.99 USD",
        "impact": "impact",
        "evidence": [
            {
                "metric": "cash",
                "tenant": "jada",
                "value": Decimal("9999.99"),
                "unit": "money",
                "currency": "USD",
                "text": "9999.99 USD",
            }
        ],
        "at_stake": None,
    }


def test_what_it_costs_is_a_value_or_nothing() -> None:
    rule = CASH_LOW.model_copy(update={"at_stake": "cash"})
    [finding] = _found([rule], [_figure("cash", Decimal("9999.99"))])
    assert finding.at_stake == {
        "metric": "cash", "value": Decimal("9999.99"), "unit": "money", "currency": "USD",
    }  # fmt: skip


def test_a19_no_balance_is_no_low_balance() -> None:
    gap = [_missing("cash", "no_data")]
    assert _found([CASH_LOW], gap) == ()
    assert _unanswered([CASH_LOW], gap) == {"cash_low:jada": "cash: no_data of cash"}


def test_a19_a_true_zero_counts() -> None:
    empty = _rule("empty", "ahead = 0", "ahead")
    assert [f.id for f in _found([empty], [_figure("ahead", 0, unit="count", currency=None)])] == [
        "empty:jada"
    ]


@pytest.mark.parametrize("reason", ["no_data", "permission", "quality"])
def test_a_gap_leaves_the_question_open(reason: str) -> None:
    assert _unanswered([CASH_LOW], [_missing("cash", reason)])


@pytest.mark.parametrize("reason", ["zero_denominator", "no_history", "not_reached", "infinite"])
def test_a_state_is_an_answer(reason: str) -> None:
    assert _found([CASH_LOW], [_missing("cash", reason)]) == ()
    assert _unanswered([CASH_LOW], [_missing("cash", reason)]) == {}


def test_a_condition_may_ask_for_the_reason() -> None:
    stuck = _rule("stuck", "units__missing = 'not_reached'", "units")
    assert len(_found([stuck], [_missing("units", "not_reached")])) == 1
    assert _found([stuck], [_missing("units", "no_data")]) == ()


def test_one_known_half_of_an_or_is_enough() -> None:
    either = _rule("either", "a > 0 or b > 0", "a", "b")
    figures = [_figure("a", Decimal(1)), _missing("b", "no_data")]
    assert len(_found([either], figures)) == 1
    assert _unanswered([either], figures) == {}


def test_a_tenant_that_was_left_out_is_unanswered() -> None:
    assert _unanswered([CASH_LOW], [], JADA) == {"cash_low:jada": "cash: no figure"}


def test_kinds_choose_the_tenants() -> None:
    rule = _rule("r", "cash < 10", "cash", kinds=("rental",))
    figures = [_figure("cash", Decimal(1)), _figure("cash", Decimal(1), "house")]
    assert [f.id for f in _found([rule], figures, JADA, _tenant("house", "rental"))] == ["r:house"]
    assert _unanswered([rule], [], JADA) == {}


def test_a_rule_for_the_portfolio_reads_figures_of_the_scope() -> None:
    rule = _rule("runway", "months < 6", "months", for_each="portfolio")
    figures = [_figure("months", Decimal(9), "jada"), _figure("months", Decimal(4), None)]
    [finding] = _found([rule], figures)
    assert (finding.id, finding.tenant, finding.description) == ("runway", None, "Harbour: 4 USD")


def test_currencies_are_asked_one_by_one() -> None:
    figures = [_figure("cash", Decimal(20000)), _figure("cash", Decimal(5), currency="EUR")]
    assert [f.id for f in _found([CASH_LOW], figures)] == ["cash_low:jada:EUR"]
    figures = [_figure("cash", Decimal(5)), _figure("cash", Decimal(20000), currency="EUR")]
    assert [f.id for f in _found([CASH_LOW], figures)] == ["cash_low:jada"]


def test_amounts_of_two_currencies_never_meet() -> None:
    above = _rule("above", "owed > cash", "owed", "cash")
    figures = [_figure("owed", Decimal(5), currency="EUR"), _figure("cash", Decimal(1))]
    assert _found([above], figures) == ()


def test_money_is_compared_exactly() -> None:
    rule = _rule("r", "a + b > 0.3", "a", "b")
    assert _found([rule], [_figure("a", Decimal("0.1")), _figure("b", Decimal("0.2"))]) == ()


def test_settings_of_the_tenant_go_before_the_portfolio_s_and_the_rule_s() -> None:
    rule = _rule(
        "r", "gap > gap_limit", "gap", settings={"gap_limit": 0.1}, description="over {{ gap_limit }}"
    )
    figures = [_figure("gap", Decimal("0.25"), unit="ratio", currency=None)]
    own = Portfolio.model_construct(id="p", title="P", currency="USD", settings={"gap_limit": 0.2})

    def said(portfolio: Portfolio, tenant: Tenant) -> list[str]:
        found = evaluate([rule], figures, [tenant], portfolio=portfolio, format_figure=_plainly)
        return [finding.description for finding in found]

    assert said(PORTFOLIO, JADA) == ["over 0.1"]
    assert said(own, JADA) == ["over 0.2"]
    assert said(own, _tenant("jada", gap_limit=0.3)) == []


def test_the_worst_first_then_by_id() -> None:
    rules = [_rule(name, "cash < 10", "cash", severity=s) for name, s in
             {"b": "low", "c": "critical", "a": "low", "d": "high"}.items()]  # fmt: skip
    figures = [_figure("cash", Decimal(1)), _figure("cash", Decimal(1), "zoe")]
    ids = [finding.id for finding in _found(rules, figures, _tenant("zoe"), JADA)]
    assert ids == ["c:jada", "c:zoe", "d:jada", "d:zoe", "a:jada", "a:zoe", "b:jada", "b:zoe"]
    assert ids == [finding.id for finding in _found(rules[::-1], figures[::-1], JADA, _tenant("zoe"))]


def test_other_tenants_do_not_matter() -> None:
    alone = _found([CASH_LOW], [_figure("cash", Decimal(1))])
    beside = _found([CASH_LOW], [_figure("cash", Decimal(1)), _figure("cash", Decimal(2), "zoe")], JADA)
    assert alone == beside


def test_a_setting_is_compared_exactly() -> None:
    """As floats three times 0.1 is above 0.3."""
    rule = _rule("r", "gap >= 3 * step", "gap", settings={"step": 0.1})
    assert len(_found([rule], [_figure("gap", Decimal("0.3"), unit="ratio", currency=None)])) == 1
    assert _found([rule], [_figure("gap", Decimal("0.299999"), unit="ratio", currency=None)]) == ()


def test_a_text_is_never_code_and_sees_no_addresses() -> None:
    hostile = Tenant(id="jada", title="{{ 7 * 7 }} <b>O'Brien</b>", kind="charter", currency="USD")
    [finding] = _found([CASH_LOW], [_figure("cash", Decimal(1))], hostile)
    assert finding.description == "{{ 7 * 7 }} <b>O'Brien</b>: 1 USD"
    nosy = _rule("nosy", "cash < 10", "cash", description="{{ portfolio.preview }}")
    with pytest.raises(QuarterdeckError, match="rule nosy: expected a text over its evidence"):
        _found([nosy], [_figure("cash", Decimal(1))])


def test_a_condition_that_answers_no_question() -> None:
    with pytest.raises(QuarterdeckError, match="rule r: expected true or false from `when`, found Decimal"):
        _found([_rule("r", "cash + 1", "cash")], [_figure("cash", Decimal(1))])
    with pytest.raises(QuarterdeckError, match="rule r: expected a condition that can be asked"):
        _found([_rule("r", "cash < date '2026-01-01'", "cash")], [_figure("cash", Decimal(1))])


def test_a_condition_reads_no_files() -> None:
    rule = _rule("r", "cash < (select count(*) from read_csv('/etc/hostname'))", "cash")
    with pytest.raises(QuarterdeckError, match="rule r: expected a condition that can be asked"):
        _found([rule], [_figure("cash", Decimal(1))])


def test_a_figure_that_a_kind_of_business_cannot_have_is_no_gap() -> None:
    either = _rule("either", "unbilled > 0 or unmatched > 0", "unbilled", "unmatched")
    figures = [_figure("unmatched", Decimal(0))]
    asked: dict[str, Any] = {"portfolio": PORTFOLIO}
    assert unanswered([either], figures, (JADA,), **asked) == {"either:jada": "unbilled: no figure"}
    agencies_only = {"applies": lambda metric, kind: metric != "unbilled" or kind == "agency"}
    assert unanswered([either], figures, (JADA,), **asked, **agencies_only) == {}
    agency = _tenant("jada", kind="agency")
    assert unanswered([either], figures, (agency,), **asked, **agencies_only) != {}
