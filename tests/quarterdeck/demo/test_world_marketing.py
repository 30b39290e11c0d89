"""The demo world's mailing list, campaigns and places in local search, on any anchor and seed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from quarterdeck.demo.world import world
from quarterdeck.demo.world.span import ZONE

ANCHORS = (
    (date(2023, 12, 1), 1),
    (date(2024, 2, 29), 2),
    (date(2025, 7, 17), 3),
    (date(2026, 3, 31), 4),
    (date(2027, 1, 8), 5),
    (date(2028, 3, 31), 6),
)
every_anchor = pytest.mark.parametrize(("anchor", "seed"), ANCHORS)
made = cache(lambda anchor, seed: world(anchor, seed=seed))


def _day(moment):
    return moment.astimezone(ZONE).date()


@every_anchor
def test_each_row_of_the_list_stands_as_the_recipe_says(anchor: date, seed: int) -> None:
    rows = made(anchor, seed).rows("queenofsandiego", "audience")
    firsts: dict[str, str] = {}
    reasons = Counter()
    for row in sorted(rows, key=lambda row: (row["created_at"], row["contact_key"])):
        first = firsts.setdefault(row["address_hash"], row["contact_key"]) == row["contact_key"]
        reason = (
            "malformed" if not row["valid"]
            else "duplicate" if not first
            else "no consent" if row["consent_at"] is None
            else row["suppression"] or "reachable"
        )  # fmt: skip
        reasons[reason] += 1
    assert reasons == {
        "reachable": 3_676,
        "no consent": 287,
        "unsubscribed": 163,
        "duplicate": 118,
        "bounced": 54,
        "malformed": 9,
        "complained": 5,
    }


@every_anchor
def test_nobody_joins_agrees_or_leaves_in_the_last_two_weeks(anchor: date, seed: int) -> None:
    rows = made(anchor, seed).rows("queenofsandiego", "audience")
    moments = [row[name] for row in rows for name in ("created_at", "consent_at", "suppressed_at")]
    assert max(_day(moment) for moment in moments if moment) < anchor - timedelta(days=14)


@every_anchor
def test_thirteen_bookings_came_from_three_mailings(anchor: date, seed: int) -> None:
    rows = made(anchor, seed)
    mailings = {c["campaign_id"]: c for c in rows.rows("queenofsandiego", "campaigns")}
    assert len(mailings) == 3
    assert sum(mailing["delivered"] for mailing in mailings.values()) == 2_050
    came = [
        b
        for t in ("jada", "queenofsandiego")
        for b in rows.rows(t, "bookings")
        if b["campaign_id"] in mailings
    ]
    assert len(came) == 13
    for booking in came:
        mailing = mailings[booking["campaign_id"]]
        days = (_day(booking["confirmed_at"]) - mailing["started_on"]).days
        assert booking["status"] == "completed"
        assert 0 <= days < mailing["window_days"]


@every_anchor
def test_adverts_cost_what_the_books_have_as_marketing(anchor: date, seed: int) -> None:
    rows = made(anchor, seed)
    [adverts] = rows.rows("jada", "campaigns")
    [account] = [a["account"] for a in rows.rows("jada", "chart_of_accounts") if a["role"] == "marketing"]
    spent = [line["amount"] for line in rows.rows("jada", "general_ledger") if line["account"] == account]
    assert adverts["spend"] == sum(spent)
    assert set(spent) == {Decimal(110)}


@every_anchor
def test_twelve_keyword_areas_three_in_front_and_five_unranked(anchor: date, seed: int) -> None:
    checks = made(anchor, seed).rows("quickdumpnow", "search_rankings")
    last = max(check["checked_on"] for check in checks)
    assert anchor - last < timedelta(days=7)
    for monday in (last, last - timedelta(days=7), last - timedelta(days=70)):
        ranks = [check["rank"] for check in checks if check["checked_on"] == monday]
        assert len(ranks) == 12
        assert sum(rank is None for rank in ranks) == 5
        assert sum(rank is not None and rank <= 3 for rank in ranks) == 3
