"""Rules over figures: what holds is a finding, what can't be told is said so and never taken for a no."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from quarterdeck.errors import QuarterdeckError
from quarterdeck.findings.definition import Finding, order_of
from quarterdeck.findings.rules import MISSING, PERIOD_END, columns_of, metric_of
from quarterdeck.findings.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from quarterdeck.findings.definition import Rule
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.settings.definition import Portfolio, Tenant
    from quarterdeck.settings.model import Scalar


@dataclass(frozen=True)
class _Subject:
    """One question: a rule about a tenant (None: the scope) in one currency."""

    rule: Rule
    tenant: Tenant | None
    figures: Mapping[str, Figure]
    settings: Mapping[str, Scalar]
    currency: str | None  # only where it is not the subject's own
    applies: Callable[[str], bool]  # whether there can be a figure of a metric about it at all

    @property
    def id(self) -> str:
        parts = (self.rule.id, self.tenant and self.tenant.id, self.currency)
        return ":".join(part for part in parts if part)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the condition lacks. A state (nothing to divide by, no end in sight) is an answer, no gap."""
        metrics = sorted({metric_of(name) for name in columns_of(self.rule.when)} - self.settings.keys())
        found = {metric: self.figures.get(metric) for metric in metrics if self.applies(metric)}
        return tuple(
            f"{metric}: {figure.because or figure.missing if figure else 'no figure'}"
            for metric, figure in found.items()
            if figure is None or figure.is_gap
        )


def _to_all(_metric: str, _kind: str) -> bool:
    return True


def evaluate(
    rules: Sequence[Rule],
    figures: Sequence[Figure],
    tenants: Sequence[Tenant],
    *,
    portfolio: Portfolio,
    format_figure: Callable[[Figure], str],
) -> tuple[Finding, ...]:
    """The rules that hold, the worst first, then by id.

    A condition on a missing figure is not true, so it does not fire: a gap is no zero.
    """
    found = [
        _finding(subject, portfolio, format_figure)
        for subject, answer in _answers(rules, figures, tenants, portfolio)
        if answer
    ]
    return tuple(sorted(found, key=lambda finding: order_of(finding.severity, finding.id)))


def unanswered(
    rules: Sequence[Rule],
    figures: Sequence[Figure],
    tenants: Sequence[Tenant],
    *,
    portfolio: Portfolio,
    applies: Callable[[str, str], bool] = _to_all,
) -> dict[str, str]:
    """The ids of findings that a gap keeps from being made or ruled out, each with what is missing for it.

    ``applies`` tells whether a metric (its id) is one of a kind of business: what isn't is no gap.
    ``tenants`` are all of the report's scope, also those that were left out: they have no figures, so
    that their findings of yesterday are not taken for resolved.
    """
    return {
        subject.id: "; ".join(subject.gaps)
        for subject, answer in _answers(rules, figures, tenants, portfolio, applies)
        if answer is None
    }


def _answers(
    rules: Sequence[Rule],
    figures: Sequence[Figure],
    tenants: Sequence[Tenant],
    portfolio: Portfolio,
    applies: Callable[[str, str], bool] = _to_all,
) -> Iterator[tuple[_Subject, bool | None]]:
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        for rule in rules:
            names = sorted(columns_of(rule.when))
            for subject in _subjects(rule, figures, tenants, portfolio, applies):
                answer = _answer(connection, names, subject)
                yield subject, False if answer is None and not subject.gaps else answer


def _subjects(
    rule: Rule,
    figures: Sequence[Figure],
    tenants: Sequence[Tenant],
    portfolio: Portfolio,
    applies: Callable[[str, str], bool],
) -> Iterator[_Subject]:
    whole: tuple[Tenant | None, ...] = (None,)
    asked = whole if rule.for_each == "portfolio" else tuple(t for t in tenants if rule.applies_to(t.kind))
    for tenant in asked:
        own = tenant.currency if tenant else portfolio.currency
        overrides = {**portfolio.settings, **(tenant.settings if tenant else {})}
        settings = {name: overrides.get(name, value) for name, value in rule.settings.items()}
        evidence = [f for f in figures if f.tenant == (tenant and tenant.id) and f.metric in rule.evidence]
        for currency in sorted({figure.currency for figure in evidence if figure.currency} | {own}):
            # The own currency is always asked: a gap has none, and must be seen.
            chosen = {f.metric: f for f in evidence if f.currency in {None, currency}}
            if currency == own or any(figure.currency for figure in chosen.values()):
                other = None if currency == own else currency
                yield _Subject(rule, tenant, chosen, settings, other, _applying(applies, tenant))


def _applying(applies: Callable[[str, str], bool], tenant: Tenant | None) -> Callable[[str], bool]:
    return lambda metric: tenant is None or applies(metric, tenant.kind)


def _answer(connection: duckdb.DuckDBPyConnection, names: list[str], subject: _Subject) -> bool | None:
    values = [_value(name, subject) for name in names]
    columns = ", ".join(f'? as "{name}"' for name in names)
    try:
        row = connection.execute(f"select ({subject.rule.when}) from (select {columns})", values).fetchone()  # noqa: S608
    except duckdb.Error as error:
        raise QuarterdeckError(
            f"rule {subject.rule.id}: expected a condition that can be asked of "
            f"{dict(zip(names, values, strict=True))}, found: {str(error).splitlines()[0]}; mend `when`"
        ) from None
    answer = row[0] if row else None
    if answer is not None and not isinstance(answer, bool):
        raise QuarterdeckError(
            f"rule {subject.rule.id}: expected true or false from `when`, found {answer!r}"
        )
    return answer


def _value(name: str, subject: _Subject) -> Any:
    if name in subject.settings:
        setting = subject.settings[name]
        return Decimal(str(setting)) if isinstance(setting, float) else setting
    if name.endswith(MISSING):
        figure = subject.figures.get(name.removesuffix(MISSING))
        return None if figure is None else figure.missing
    if name.endswith(PERIOD_END):
        figure = subject.figures.get(name.removesuffix(PERIOD_END))
        return None if figure is None else figure.period_end
    figure = subject.figures.get(name)
    return None if figure is None else figure.value


def _finding(subject: _Subject, portfolio: Portfolio, format_figure: Callable[[Figure], str]) -> Finding:
    rule, tenant = subject.rule, subject.tenant
    shown = [subject.figures[metric] for metric in rule.evidence if metric in subject.figures]
    texts = dict.fromkeys(rule.evidence, "no data")
    texts |= {figure.metric: format_figure(figure) for figure in shown}
    names = {
        **texts,
        **subject.settings,
        "tenant": _names(tenant or portfolio),
        "portfolio": _names(portfolio),
    }
    return Finding(
        id=subject.id,
        rule=rule.id,
        tenant=tenant.id if tenant else None,
        category=rule.category,
        severity=rule.severity,
        title=rule.title,
        description=say(rule.description, names, rule.id),
        impact=say(rule.impact, names, rule.id),
        evidence=tuple(_evidence(figure, texts[figure.metric]) for figure in shown),
        at_stake=_at_stake(rule, shown),
    )


def _at_stake(rule: Rule, shown: Sequence[Figure]) -> dict[str, Any] | None:
    """What it costs, where that can be computed: a value in money or days."""
    for figure in shown:
        if figure.metric == rule.at_stake and figure.missing is None:
            return {
                "metric": figure.metric, "value": figure.value, "unit": figure.unit,
                "currency": figure.currency,
            }  # fmt: skip
    return None


def _names(business: Tenant | Portfolio) -> dict[str, str]:
    # Not the model itself: a text has no business with addresses and sources.
    return {"id": business.id, "title": business.title}


def _evidence(figure: Figure, text: str) -> dict[str, Any]:
    outcome = {"value": figure.value} if figure.missing is None else {"missing": figure.missing}
    return {
        "metric": figure.metric,
        "tenant": figure.tenant,
        **outcome,
        "unit": figure.unit,
        "currency": figure.currency,
        "text": text,
    }
