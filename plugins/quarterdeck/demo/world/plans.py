"""What a business owns, plans and aims at: assets, projects, listings, budgets, targets, milestones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import add_months
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from quarterdeck.demo.world.rows import Value
    from quarterdeck.demo.world.span import Span


def add_asset(
    tables: Tables,
    asset: str,
    kind: str,
    category: str,
    *,
    state: str = "active",
    age_months: int = 36,
    cost: int,
    value: int,
    basis: str = "market",
    monthly: int = 0,
    let: bool = False,
    equity: int | None = None,
) -> None:
    """An asset, in cents; ``let``: a unit that guests can rent. Its age is at the world's first day."""
    span = tables.span
    acquired = add_months(span.first, -age_months).replace(day=12)
    tables.add_money(
        "asset_inventory",
        local(acquired, 12),
        asset_id=asset,
        kind=kind,
        category=category,
        state=state,
        acquired_on=acquired,
        cost=usd(cost),
        value=usd(value),
        value_on=span.back(2),
        basis=basis,
        monthly_cost=usd(monthly),
        listed_from=span.first if let else None,
        listed_to=None,
        equity_in=None if equity is None else usd(equity),
    )


def add_project(
    tables: Tables,
    project: str,
    title: str,
    cost: int,
    *,
    asset: str | None = None,
    gain: int | None = None,
    blocked_by: str | None = None,
    started: date | None = None,
    done: date | None = None,
) -> None:
    """A project that is open, or done on a day; cents."""
    tables.add_money(
        "projects",
        local(started or tables.span.back(3), 12),
        project_id=project,
        title=title,
        state="done" if done else "open",
        asset_id=asset,
        started_on=started,
        done_on=done,
        cost=usd(cost),
        monthly_gain=None if gain is None else usd(gain),
        blocked_by=blocked_by,
    )


def add_listing(
    tables: Tables,
    channel: str,
    *,
    state: str,
    fee: Decimal,
    set_up: int,
    lead_days: int,
    monthly: Decimal,
    agency: bool = True,
    source: str = "the channel's published terms and two neighbouring boats",
) -> None:
    """A listing at a channel; ``fee`` is 0 to 1, ``monthly`` the bookings expected a month."""
    span = tables.span
    tables.add_money(
        "listings",
        local(span.back(4), 12),
        listing_id=channel.lower().replace(" ", "-"),
        channel=channel,
        agency=agency,
        state=state,
        live_on=span.first if state == "live" else None,
        fee=fee,
        set_up=usd(set_up),
        lead_days=lead_days,
        bookings_per_month=monthly,
        assumption_source=source,
    )


def plan_months(span: Span) -> list[date]:
    """The months that plans are made for: from a year back to the end of the year after the anchor's."""
    first, end = span.back(12), date(span.anchor.year + 2, 1, 1)
    count = (end.year - first.year) * 12 + end.month - first.month
    return [add_months(first, index) for index in range(count)]


def add_targets(tables: Tables, targets: Mapping[str, int]) -> None:
    """A target a month for each metric; money in cents."""
    known = local(tables.span.back(13), 9)
    for metric, value in targets.items():
        for month in plan_months(tables.span):
            tables.add("targets", known, metric=metric, month=month, value=value)


def add_budgets(tables: Tables, budgets: Mapping[str, int]) -> None:
    """A budget a month for each category of the chart, in cents."""
    known = local(tables.span.back(13), 9)
    for category, cents in budgets.items():
        for month in plan_months(tables.span):
            tables.add_money("budgets", known, category=category, month=month, amount=usd(cents))


def add_availability(tables: Tables, crew: Sequence[str], days: Sequence[date], hours: Decimal) -> None:
    """The days on which each of the crew can work, told a week ahead."""
    for day in days:
        for person in crew:
            known = local(day - timedelta(days=7), 9)
            tables.add("crew_availability", known, crew_key=person, day=day, hours=hours, kind="available")


def add_block(
    tables: Tables, asset: str, first: date, back: date, reason: str, project: str | None = None
) -> None:
    """Days ``[first, back)`` on which an asset is out of use."""
    block: dict[str, Value] = {
        "asset_id": asset,
        "from": first,
        "to": back,
        "project_id": project,
        "reason": reason,
    }
    tables.add("asset_blocks", local(first - timedelta(days=14), 9), **block)
