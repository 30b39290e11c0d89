"""What a rule's YAML becomes, and what it comes out with: findings and recommendations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from quarterdeck.settings.model import Id, Model, Scalar

Severity = Literal["low", "medium", "high", "critical"]
Effort = Literal["small", "medium", "large"]
Status = Literal["new", "persisting", "resolved"]
SEVERITIES: tuple[str, ...] = ("critical", "high", "medium", "low")  # worst first
# The scale of ``action_score``: severity weight x reach / effort in days of work.
WEIGHTS: dict[str, int] = {"low": 1, "medium": 3, "high": 6, "critical": 10}
EFFORT_DAYS: dict[str, Decimal] = {"small": Decimal("0.5"), "medium": Decimal(2), "large": Decimal(5)}
MOST_REACH = 10  # rows behind the findings that count; more of them don't make it more urgent


class Advice(Model):
    """What a rule recommends. Texts are Jinja over the rule's evidence.

    ``owner`` is a role that the portfolio's ``owners`` name a person or team for.
    """

    action: str
    owner: Id
    due_in_days: int = Field(ge=0)
    effort: Effort
    expected_effect: str


class RuleRows(Model):
    """Where the rows behind a finding are: those of ``table`` that hold what ``only`` says.

    Of a rule about tenants: the tenant's own, by the table's column ``tenant``. ``keys``: the columns that
    tell one row from the others.
    """

    table: Id
    keys: tuple[Id, ...] = Field(min_length=1)
    only: dict[Id, Scalar] = Field(default_factory=dict)


class Rule(Model):
    """``include/rules/<category>/<rule>.yaml``; its id is the file's name, its category the folder's.

    ``when`` is an SQL condition over metric ids (``<metric>__missing`` is the reason why there is none,
    ``<metric>__period_end`` its last day) and ``settings``, which a tenant or portfolio may set itself.
    ``evidence`` names the metrics that it reads. ``description`` and ``impact`` are Jinja over these.
    ``at_stake`` is the one that tells what it costs, in money or days; ``rows`` are what is behind it.

    Severity: *critical* stops the business or its books (cash below zero, a trial balance that is off);
    *high* costs money or exposes data now; *medium* will, if nothing is done within a month; *low* is untidy.
    """

    id: Id
    category: Id
    title: str
    severity: Severity
    for_each: Literal["tenant", "portfolio"]
    kinds: tuple[Id, ...] = ()
    settings: dict[str, Scalar] = Field(default_factory=dict)
    when: str
    evidence: tuple[Id, ...] = Field(min_length=1)
    at_stake: Id | None = None
    rows: RuleRows | None = None
    description: str
    impact: str
    recommendation: Advice

    def applies_to(self, kind: str) -> bool:
        """Whether a tenant of that kind is asked."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Finding:
    """A rule that holds for a tenant, or (``tenant`` None) for the whole scope.

    ``id`` is stable from day to day. ``evidence``: each figure with ``metric value|missing unit currency``
    and its ``text`` in the portfolio's locale. ``at_stake`` is the one that tells what it costs, if any.
    """

    id: str
    rule: str
    tenant: str | None
    category: str
    severity: Severity
    title: str
    description: str
    impact: str
    evidence: tuple[dict[str, Any], ...]
    at_stake: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, without a status: that comes from the edition before."""
        return {**asdict(self), "evidence": list(self.evidence)}


@dataclass(frozen=True)
class Recommendation:
    """What to do about findings. ``id`` is stable; ``due`` hangs on the day it was first said.

    ``since``: open without a break since then. ``first_said``: also before it was closed and came back, on
    ``reopened_on``. ``at_stake``: per currency the money of its findings. ``score`` (``action_score``, one
    place) is the weight of its severity x ``reach`` / ``effort_days``; ``reach``: the rows behind its
    findings, from 1 to 10.
    """

    id: str
    tenant: str | None
    severity: Severity
    action: str
    owner: str
    since: str
    due: str
    days_open: int
    effort: Effort
    effort_days: Decimal
    reach: int
    score: Decimal
    expected_effect: str
    findings: tuple[str, ...]
    first_said: str
    reopened_on: str | None
    at_stake: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "findings": list(self.findings), "at_stake": list(self.at_stake)}


def order_of(severity: str, identity: str) -> tuple[int, str]:
    """Sorts the worst first, then by id."""
    return SEVERITIES.index(severity), identity
