"""What a rule's YAML becomes, and what it comes out with: findings and recommendations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import Field

from quarterdeck.settings.model import Id, Model, Scalar

Severity = Literal["low", "medium", "high", "critical"]
Effort = Literal["small", "medium", "large"]
Status = Literal["new", "persisting", "resolved"]
SEVERITIES: tuple[str, ...] = ("critical", "high", "medium", "low")  # worst first


class Advice(Model):
    """What a rule recommends. Texts are Jinja over the rule's evidence.

    ``owner`` is a role that the portfolio's ``owners`` name a person or team for.
    """

    action: str
    owner: Id
    due_in_days: int = Field(ge=0)
    effort: Effort
    expected_effect: str


class Rule(Model):
    """``include/rules/<category>/<rule>.yaml``; its id is the file's name, its category the folder's.

    ``when`` is an SQL condition over metric ids (``<metric>__missing`` is the reason why there is none,
    ``<metric>__period_end`` its last day) and ``settings``, which a tenant or portfolio may set itself.
    ``evidence`` names the metrics that it reads. ``description`` and ``impact`` are Jinja over these.
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
    and its ``text`` in the portfolio's locale.
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

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, without a status: that comes from the edition before."""
        return {**asdict(self), "evidence": list(self.evidence)}


@dataclass(frozen=True)
class Recommendation:
    """What to do about findings. ``id`` is stable; ``due`` hangs on the day it was first said."""

    id: str
    tenant: str | None
    severity: Severity
    action: str
    owner: str
    since: str
    due: str
    days_open: int
    effort: Effort
    expected_effect: str
    findings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "findings": list(self.findings)}


def order_of(severity: str, identity: str) -> tuple[int, str]:
    """Sorts the worst first, then by id."""
    return SEVERITIES.index(severity), identity
