"""Recommendations: what the rules advise about open findings, who does it and by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.findings.definition import Recommendation, order_of
from quarterdeck.findings.history import OPEN
from quarterdeck.findings.wording import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.findings.definition import Rule


def recommend(
    findings: Sequence[Mapping[str, Any]],
    rules: Sequence[Rule],
    previous: Sequence[Mapping[str, Any]],
    *,
    as_of: date,
    owners: Mapping[str, str],
) -> list[dict[str, Any]]:
    """What to do about the open findings (as ``with_history`` answers them), the worst first, then by id.

    A recommendation is that of a rule for a tenant: said again it keeps its first day, and so its due day.
    It ends when its findings are resolved. ``previous`` are those of the edition before; ``owners`` name
    who stands behind a role (a role without a name stands for itself).
    """
    by_id = {rule.id: rule for rule in rules}
    first_said = {one["id"]: one["since"] for one in previous}
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        # A rule that was taken away leaves no advice behind.
        if finding["status"] in OPEN and finding["rule"] in by_id:
            name = ":".join(part for part in (finding["rule"], finding["tenant"]) if part)
            grouped.setdefault(name, []).append(finding)
    advice = [
        _recommendation(name, answered, by_id[answered[0]["rule"]], first_said.get(name), as_of, owners)
        for name, answered in grouped.items()
    ]
    return [one.as_json() for one in sorted(advice, key=lambda one: order_of(one.severity, one.id))]


def _recommendation(
    name: str,
    answered: Sequence[Mapping[str, Any]],
    rule: Rule,
    first_said: str | None,
    as_of: date,
    owners: Mapping[str, str],
) -> Recommendation:
    since = min([finding["since"] for finding in answered] + [first_said] * (first_said is not None))
    first_day = date.fromisoformat(since)
    texts: dict[str, object] = dict.fromkeys(rule.evidence, "no data")
    texts |= {proof["metric"]: proof["text"] for proof in answered[0]["evidence"]}
    return Recommendation(
        id=name,
        tenant=answered[0]["tenant"],
        severity=rule.severity,
        action=say(rule.recommendation.action, texts, rule.id),
        owner=owners.get(rule.recommendation.owner, rule.recommendation.owner),
        since=since,
        due=(first_day + timedelta(days=rule.recommendation.due_in_days)).isoformat(),
        days_open=(as_of - first_day).days,
        effort=rule.recommendation.effort,
        expected_effect=say(rule.recommendation.expected_effect, texts, rule.id),
        findings=tuple(finding["id"] for finding in answered),
    )
