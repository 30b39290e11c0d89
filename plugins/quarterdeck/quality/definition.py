"""What Great Expectations found, in words that do not need it: checks and the verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Decision = Literal["send", "banner", "hold"]
_ORDER: tuple[Decision, ...] = ("send", "banner", "hold")


@dataclass(frozen=True)
class Check:
    """One expectation on one frame. ``outcome`` error: it could not be evaluated (column missing)."""

    subject: str  # dataset id, or "kpis"
    tenant: str | None
    title: str
    outcome: Literal["pass", "fail", "error"]
    on_fail: Decision
    observed: str = ""
    rows: int = 0
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether it may be said: the worst ``on_fail`` of the checks that did not pass."""

    decision: Decision
    checks: tuple[Check, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if check.outcome != "pass")

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Verdict:
        """The inverse of ``as_json``."""
        checks = tuple(Check(**{**check, "keys": tuple(check["keys"])}) for check in data["checks"])
        return cls(decision=data["decision"], checks=checks)


def standings_of(checks: Iterable[Check]) -> dict[tuple[str | None, str], dict[str, Any]]:
    """By tenant and dataset what its checks come to: ``decision``, how many ``passed`` and ``failed``."""
    by_subject: dict[tuple[str | None, str], tuple[Check, ...]] = {}
    for check in checks:
        key = (check.tenant, check.subject)
        by_subject[key] = (*by_subject.get(key, ()), check)
    return {key: _standing(verdict_of(own)) for key, own in by_subject.items()}


def _standing(verdict: Verdict) -> dict[str, Any]:
    failed = len(verdict.failed)
    return {"decision": verdict.decision, "passed": len(verdict.checks) - failed, "failed": failed}


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """The verdict that follows from the checks."""
    worst = max((_ORDER.index(c.on_fail) for c in checks if c.outcome != "pass"), default=0)
    return Verdict(_ORDER[worst], checks)
