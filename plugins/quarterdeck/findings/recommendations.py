"""Recommendations: what the rules advise about open findings, who does it and by when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from quarterdeck.findings.definition import EFFORT_DAYS, MOST_REACH, WEIGHTS, Recommendation, order_of
from quarterdeck.findings.history import OPEN
from quarterdeck.findings.wording import say
from quarterdeck.money import round_half_away

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quarterdeck.findings.definition import Effort, Rule, Severity

_REMEMBERED = 366  # days that a closed recommendation is known to have been there


def recommend(
    findings: Sequence[Mapping[str, Any]],
    rules: Sequence[Rule],
    previous: Mapping[str, Any] | None,
    *,
    as_of: date,
    owners: Mapping[str, str],
) -> list[dict[str, Any]]:
    """What to do about the open findings (as ``with_history`` answers them), the highest score first,
    then the worst, then by id.

    A recommendation is that of a rule for a tenant: said again it keeps its first day, and so its due day.
    It closes when its findings are resolved, and reopens, with a due day of its own, when they hold again.
    ``previous`` is the payload of the edition before; ``owners`` name who stands behind a role (a role
    without a name stands for itself).
    """
    by_id = {rule.id: rule for rule in rules}
    before = {one["id"]: one for one in previous["recommendations"]} if previous else {}
    once = {one["id"]: one for one in _closed_before(previous)}
    advice: list[Recommendation] = []
    for name, answered in _by_recommendation(findings, by_id).items():
        open_since = before.get(name)
        told = open_since or once.get(name)
        life = {
            "since": min([f["since"] for f in answered] + ([open_since["since"]] if open_since else [])),
            "first_said": told.get("first_said", told["since"]) if told else None,
            "reopened_on": open_since.get("reopened_on")
            if open_since
            else as_of.isoformat()
            if told
            else None,
        }
        advice.append(_recommendation(name, answered, by_id[answered[0]["rule"]], life, as_of, owners))
    in_order = sorted(advice, key=lambda one: (-one.score, *order_of(one.severity, one.id)))
    return [one.as_json() for one in in_order]


def closed(
    recommendations: Sequence[Mapping[str, Any]], previous: Mapping[str, Any] | None, *, as_of: date
) -> list[dict[str, Any]]:
    """The recommendations that ended: ``id tenant action owner since first_said closed_on``, by day and id.

    Kept for a year, so that one that comes back is known. ``recommendations`` are today's.
    """
    open_now = {one["id"] for one in recommendations}
    oldest = (as_of - timedelta(days=_REMEMBERED)).isoformat()
    kept = [dict(one) for one in _closed_before(previous) if one["closed_on"] >= oldest]
    ended = previous["recommendations"] if previous else []
    kept += [
        {
            **{key: one[key] for key in ("id", "tenant", "action", "owner", "since")},
            "first_said": one.get("first_said", one["since"]),
            "closed_on": as_of.isoformat(),
        }
        for one in ended
    ]
    still = (one for one in kept if one["id"] not in open_now)
    return sorted(still, key=lambda one: (one["closed_on"], one["id"]))


def _closed_before(previous: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return previous.get("closed_recommendations", []) if previous else []


def _by_recommendation(
    findings: Sequence[Mapping[str, Any]], rules: Mapping[str, Rule]
) -> dict[str, list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        # A rule that was taken away leaves no advice behind.
        if finding["status"] in OPEN and finding["rule"] in rules:
            name = ":".join(part for part in (finding["rule"], finding["tenant"]) if part)
            grouped.setdefault(name, []).append(finding)
    return grouped


def _recommendation(
    name: str,
    answered: Sequence[Mapping[str, Any]],
    rule: Rule,
    life: Mapping[str, Any],
    as_of: date,
    owners: Mapping[str, str],
) -> Recommendation:
    first_day = date.fromisoformat(life["since"])
    reach, effort = _reach(answered), rule.recommendation.effort
    texts: dict[str, object] = dict.fromkeys(rule.evidence, "no data")
    texts |= {proof["metric"]: proof["text"] for proof in answered[0]["evidence"]}
    return Recommendation(
        id=name,
        tenant=answered[0]["tenant"],
        severity=rule.severity,
        action=say(rule.recommendation.action, texts, rule.id),
        owner=owners.get(rule.recommendation.owner, rule.recommendation.owner),
        since=life["since"],
        due=(first_day + timedelta(days=rule.recommendation.due_in_days)).isoformat(),
        days_open=(as_of - first_day).days,
        effort=effort,
        effort_days=EFFORT_DAYS[effort],
        reach=reach,
        score=action_score(rule.severity, reach, effort),
        expected_effect=say(rule.recommendation.expected_effect, texts, rule.id),
        findings=tuple(finding["id"] for finding in answered),
        first_said=life["first_said"] or life["since"],
        reopened_on=life["reopened_on"],
        at_stake=tuple(_at_stake(answered)),
    )


def action_score(severity: Severity, reach: int, effort: Effort) -> Decimal:
    """How much an action is worth doing first: severity weight x reach / days of effort, to one place."""
    return round_half_away(Fraction(WEIGHTS[severity] * reach) / Fraction(EFFORT_DAYS[effort]), 1)


def _reach(answered: Sequence[Mapping[str, Any]]) -> int:
    """How many rows are behind its findings, as far as that counts; a finding without rows is one."""
    counts = (int((finding.get("rows") or {}).get("count", 1)) for finding in answered)
    return min(MOST_REACH, sum(max(1, count) for count in counts))


def _at_stake(answered: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The money of its findings, per currency; days are not added up with it."""
    sums: dict[str, Decimal] = {}
    for finding in answered:
        stake = finding.get("at_stake")
        if stake is not None and stake["unit"] == "money":
            sums[stake["currency"]] = sums.get(stake["currency"], Decimal(0)) + Decimal(str(stake["value"]))
    for currency in sorted(sums):
        yield {"value": sums[currency], "currency": currency}
