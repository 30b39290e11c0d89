"""What may not be in a report's bytes: ids and addresses of tenants that are out of its scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.mail.screening import screen

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day


def screen_for_others(day: Day, report: Report, files: dict[str, bytes]) -> None:
    """Search finished files for tenants of the portfolio that the report doesn't speak of.

    Raises QuarterdeckError naming the kind of hit and the tenant, never the value.
    """
    in_scope = {tenant.id for tenant in day.config.scope(report)}
    others = [tenant for tenant in day.config.portfolio.tenants if tenant.id not in in_scope]
    forbidden = {f"id of tenant {tenant.id}": tenant.id for tenant in others}
    forbidden |= {f"title of tenant {tenant.id}": tenant.title for tenant in others}
    for name, data in files.items():
        if not name.endswith(".png"):
            screen(data, forbidden)
