"""What a payload is made from: everything is handed over, nothing is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quarterdeck.quality.definition import standings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from quarterdeck.lake.definition import Manifest
    from quarterdeck.metrics.definition import Figure, Metric, TableResult
    from quarterdeck.quality.definition import Verdict
    from quarterdeck.reports.words import Words
    from quarterdeck.settings.definition import Config, Report, Tenant


@dataclass(frozen=True)
class PayloadInputs:
    """The day's results for one report.

    ``said``: tenants of the scope that may be spoken of; ``left_out``: the others, with the reason.
    ``figures``: of those tenants and (tenant None) of the scope. ``histories``: by metric, tenant and
    currency, the entries of ``metrics.history``. ``findings`` and ``recommendations`` (open ones, and those
    closed within a year) are JSON already. ``previous`` is the payload of the edition before, frozen.
    ``words``: the fixed phrases in the portfolio's language.
    ``unanswered``: ids of findings that could be neither made nor ruled out, with what is missing for it.
    ``restatements``: figures of earlier editions that today's data give otherwise, as JSON.
    ``movements``: the changes of figures, split (``metrics.bridge_definition.Movement``), as JSON.
    ``returned_mail``: mail of earlier editions that came back, where the report tells of it.
    """

    config: Config
    report: Report
    as_of: date
    said: tuple[str, ...]
    left_out: Mapping[str, str]
    metrics: Mapping[str, Metric]
    figures: tuple[Figure, ...]
    histories: Mapping[tuple[str, str | None, str | None], dict[str, Any]]
    tables: Mapping[str, TableResult]
    findings: list[dict[str, Any]]
    recommendations: list[dict[str, Any]]
    closed_recommendations: list[dict[str, Any]]
    manifests: tuple[Manifest, ...]
    verdict: Verdict
    previous: dict[str, Any] | None
    words: Words
    unanswered: Mapping[str, str] = field(default_factory=dict)
    restatements: tuple[dict[str, Any], ...] = ()
    movements: tuple[dict[str, Any], ...] = ()
    returned_mail: tuple[dict[str, Any], ...] = ()

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """The tenants spoken of, in the portfolio's order."""
        return tuple(t for t in self.config.portfolio.tenants if t.id in self.said)

    @cached_property
    def standings(self) -> dict[tuple[str | None, str], dict[str, Any]]:
        """By tenant and dataset what its checks come to."""
        return standings_of(self.verdict.checks)

    @property
    def locale(self) -> str:
        """The portfolio's locale, such as ``en_US``."""
        return self.config.portfolio.locale

    def owner(self, role: str) -> str:
        """Who answers for something: the portfolio's name for that role, else the role itself."""
        return self.config.portfolio.owners.get(role, role)

    def setting(self, name: str, tenant: str | None) -> Decimal | str | bool | None:
        """A number or word from the tenant's or (tenant None) the portfolio's settings; None if not set."""
        from decimal import Decimal as Exact

        portfolio = self.config.portfolio
        value = (portfolio if tenant is None else portfolio.tenant(tenant)).settings.get(name)
        if value is None or isinstance(value, str | bool):
            return value
        return Exact(str(value))
