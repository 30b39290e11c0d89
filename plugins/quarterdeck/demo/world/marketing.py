"""How the businesses are found: the mailing list, mailings and adverts, and places in local search.

4,312 rows of the mailing list, of which 3,676 may be mailed. Three mailings, of which 2,050 messages arrived
and 13 bookings came: ten at jada, three at queenofsandiego. Twelve keyword-areas, checked every Monday.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import month_of
from quarterdeck.demo.world.rows import Tables, usd
from quarterdeck.demo.world.span import Span, days_of, local

if TYPE_CHECKING:
    from random import Random

    from quarterdeck.demo.world.chance import Chance
    from quarterdeck.demo.world.rows import Row

MAILING_LIST = "mailing_list"
_LISTED = (  # how each row of the list stands, and how many do
    ("reachable", 3_676),
    ("no consent", 287),
    ("unsubscribed", 163),
    ("duplicate", 118),
    ("bounced", 54),
    ("malformed", 9),
    ("complained", 5),
)
_SUPPRESSED = frozenset({"unsubscribed", "bounced", "complained"})
_MAILINGS = ((12, 705, 672), (8, 721, 694), (4, 698, 684))  # months back, sent, delivered
_WINDOW = 90  # days in which a booking counts for a mailing
_FOUND_BEFORE = timedelta(days=365)  # the list is older than the books

# Keyword, area, the lowest and highest rank that the checks find (None: not among the first 100), goal.
_SEARCHES: tuple[tuple[str, str, tuple[int, int] | None, int], ...] = (
    ("dump trailer rental", "Chula Vista", (1, 2), 3),
    ("junk removal", "National City", (1, 3), 3),
    ("yard waste hauling", "Bonita", (2, 3), 3),
    ("dump trailer rental", "San Diego", (4, 6), 3),
    ("junk removal", "Chula Vista", (7, 9), 10),
    ("yard waste hauling", "Spring Valley", (12, 17), 10),
    ("debris hauling", "La Mesa", (24, 33), 10),
    ("debris hauling", "San Diego", None, 10),
    ("junk removal", "San Diego", None, 10),
    ("dump trailer rental", "El Cajon", None, 20),
    ("yard waste hauling", "Santee", None, 20),
    ("debris hauling", "Poway", None, 20),
)


# --- The mailing list --------------------------------------------------------------------------------


def add_audience(tables: Tables, chance: Chance) -> None:
    """The mailing list. Nobody joins, agrees or leaves in the weeks before the anchor."""
    span = tables.span
    random = chance.of("audience", span.first)
    states = [state for state, count in _LISTED for _ in range(count)]
    random.shuffle(states)
    first = span.first - _FOUND_BEFORE
    reach = (span.back(2) - first).days
    firsts = [number for number, state in enumerate(states) if state == "reachable"]
    joined = {number: first + timedelta(days=random.randrange(reach)) for number in range(len(states))}
    for number, state in enumerate(states):
        original = random.choice(firsts) if state == "duplicate" else number
        # Someone who signs up again does so after the first time.
        day = max(joined[number], joined[original])
        later = original != number
        _add_contact(tables, chance, random, number, original, day, state, later=later)


def _add_contact(
    tables: Tables,
    chance: Chance,
    random: Random,
    number: int,
    original: int,
    day: date,
    state: str,
    *,
    later: bool,
) -> None:
    known = local(day, 22 if later else random.randint(7, 20), random.randrange(60))
    left = known + timedelta(days=random.randint(1, 28)) if state in _SUPPRESSED else None
    tables.add(
        "audience",
        known,
        contact_key=chance.key("contact", number),
        address_hash=chance.key("address", original),
        valid=state != "malformed",
        consent_at=None if state == "no consent" else known,
        suppressed_at=left,
        suppression=state if left else None,
    )


# --- Campaigns ---------------------------------------------------------------------------------------


def add_mailings(tables: Tables, spend: int) -> None:
    """The three mailings to a part of the list; ``spend`` is what each cost, in cents."""
    for back, sent, delivered in _MAILINGS:
        started = tables.span.back(back)
        add_campaign(
            tables, _mailing(started), MAILING_LIST, started, spend, _WINDOW, sent=sent, delivered=delivered
        )


def add_campaign(
    tables: Tables,
    campaign: str,
    channel: str,
    started: date,
    spend: int,
    window_days: int,
    *,
    sent: int | None = None,
    delivered: int | None = None,
) -> None:
    """A campaign; ``spend`` in cents, so far."""
    tables.add_money(
        "campaigns",
        local(started, 8),
        campaign_id=campaign,
        channel=channel,
        started_on=started,
        spend=usd(spend),
        sent=sent,
        delivered=delivered,
        window_days=window_days,
    )


def attribute_to_mailings(tables: Tables, chance: Chance, count: int) -> None:
    """Let so many of the bookings that are there have come from a mailing.

    Any that was confirmed in a mailing's window may be one, unless it names a campaign already.
    """
    could = [row for row in tables.rows["bookings"] if _mailing_of(row, tables.span)]
    could.sort(key=lambda row: chance.key("from a mailing", row["booking_id"]))
    if len(could) < count:
        raise ValueError(f"expected {count} bookings in the windows of the mailings, found {len(could)}")
    for row in could[:count]:
        row |= {"channel": MAILING_LIST, "campaign_id": _mailing_of(row, tables.span)}
    # As many asked and did not book.
    asked = [row for row in tables.rows["bookings"] if _asked_after_a_mailing(row, tables.span)]
    for row in asked[:: max(len(asked) // count, 1)][:count]:
        row["channel"] = MAILING_LIST


def _mailing(started: date) -> str:
    return f"mailing-{started:%Y-%m}"


def _mailing_of(row: Row, span: Span) -> str | None:
    confirmed = row["confirmed_at"]
    if row["status"] != "completed" or row["campaign_id"] or not isinstance(confirmed, datetime):
        return None
    for back, _, _ in _MAILINGS:
        started = span.back(back)
        if local(started, 0) <= confirmed < local(started + timedelta(days=_WINDOW), 0):
            return _mailing(started)
    return None


def _asked_after_a_mailing(row: Row, span: Span) -> bool:
    asked = row["created_at"]
    return (
        row["status"] in {"inquiry", "quoted"}
        and isinstance(asked, datetime)
        and any(
            local(span.back(back), 0) <= asked < local(span.back(back) + timedelta(days=_WINDOW), 0)
            for back, _, _ in _MAILINGS
        )
    )


# --- Local search ------------------------------------------------------------------------------------


def add_search_rankings(tables: Tables, chance: Chance) -> None:
    """Where the business stands in the map's pack, every Monday."""
    for keyword, area, ranks, goal in _SEARCHES:
        for month in tables.span.months:
            random = chance.of(f"{keyword} in {area}", month)
            for monday in _mondays(month):
                tables.add(
                    "search_rankings",
                    local(monday, 6),
                    keyword=keyword,
                    area=area,
                    checked_on=monday,
                    surface="pack",
                    rank=random.randint(*ranks) if ranks else None,
                    goal=goal,
                )


def _mondays(month: date) -> list[date]:
    return [day for day in days_of(month_of(month)) if day.weekday() == 0]
