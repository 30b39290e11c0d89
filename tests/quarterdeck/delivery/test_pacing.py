"""The arithmetic of the budget: places in time, in recipients, and what is left of the day."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.delivery.pacing import ACCOUNT, QUOTA_SPENT, TOLERANCE, Meter, Stop

WINDOW = 1 + TOLERANCE


def placed(
    meter: Meter, sizes: list[int], *, now: float = 0.0, portfolio: str = "harbor", batch: int = 1000,
    pause: float = 0.0,
) -> tuple[Meter, list[tuple[float, int]]]:  # fmt: skip
    """Reserve one after another at one moment; answers the places of those that the quota has room for."""
    places = []
    for number, size in enumerate(sizes):
        if meter.blocked(now, portfolio, size):
            continue
        meter, at = meter.reserved(now, f"{portfolio}{number}", portfolio, size, batch=batch, pause=pause)
        places.append((at, size))
    return meter, places


def most_in_a_second(places: list[tuple[float, int]]) -> int:
    return max(sum(n for at, n in places if start <= at < start + 1.0) for start, _ in places)


def test_a39_recipients_are_counted_not_mails() -> None:
    """Rate 10 a second; 8 mails of 5; quota left 38: 7 mails (35) go, 3 are left, the 8th waits."""
    meter, places = placed(Meter(rate=10.0, left=38), [5] * 8)
    assert [size for _, size in places] == [5] * 7
    assert most_in_a_second(places) == 10
    assert meter.left == 3
    assert meter.blocked(0.0, "harbor", 5) == QUOTA_SPENT
    assert places[-1][0] == pytest.approx(3 * WINDOW)  # two mails a window


@given(
    messages=st.lists(
        st.tuples(st.integers(1, 10), st.floats(0, 1.5), st.floats(0, TOLERANCE)), min_size=1, max_size=40
    ),
    rate=st.integers(1, 30),
)
def test_no_rolling_second_is_above_the_rate(messages: list[tuple[int, float, float]], rate: int) -> None:
    """Also where workers of two portfolios ask at any times, one pauses, and each leaves a little late."""
    meter, now, places = Meter(rate=float(rate)), 0.0, []
    for number, (wanted, after, late) in enumerate(messages):
        now, size = now + after, min(wanted, rate)
        batch, portfolio = (3, "a") if number % 2 else (1000, "b")
        meter, at = meter.reserved(now, str(number), portfolio, size, batch=batch, pause=2.0)
        assert at >= now
        places.append((at + late, size))
    assert most_in_a_second(places) <= rate


def test_under_load_no_more_than_three_percent_of_the_rate_are_lost() -> None:
    _, places = placed(Meter(rate=14.0), [2] * 700)  # each with its blind copy
    assert 1400 / (places[-1][0] + WINDOW) >= 0.97 * 14


def test_a_message_above_the_rate_goes_and_fills_the_seconds_after_it() -> None:
    """Sandbox: 1 a second; a mail with its BCC costs 2: two seconds until the next."""
    _, places = placed(Meter(rate=1.0), [2, 2, 2])
    assert [at for at, _ in places] == pytest.approx([0, 2 + TOLERANCE, 4 + 2 * TOLERANCE])


def test_batches_with_a_pause_which_holds_up_no_other_portfolio() -> None:
    meter, places = placed(Meter(rate=1000.0), [1] * 7, batch=3, pause=2.0)
    assert [at for at, _ in places] == [0, 0, 0, 2, 2, 2, 4]
    _, others = placed(meter, [1] * 2, portfolio="other", batch=3, pause=2.0)
    assert [at for at, _ in others] == [0, 0]
    _, later = placed(meter, [1] * 3, now=6.5, batch=3, pause=2.0)
    assert [at for at, _ in later] == [6.5] * 3  # a quiet time was the pause


def test_what_was_not_taken_goes_back_to_the_quota() -> None:
    meter, _ = placed(Meter(rate=10.0, left=4), [2])
    assert meter.settled("harbor0", taken=True).left == 2
    back = meter.settled("harbor0", taken=False)
    assert (back.left, back.granted, back.in_flight) == (4, 0, {})
    assert back.settled("harbor0", taken=False) == back


def test_the_live_quota_is_less_what_it_can_not_know_yet() -> None:
    """At the mark 2 are in flight, 3 more go while the quota is read: of 100 left 95 may go."""
    mark, _ = placed(Meter(rate=10.0, left=7), [2])
    meter, _ = placed(mark, [3], portfolio="other")
    assert meter.refreshed(mark, 1.0, rate=14.0, quota_left=100).left == 95
    answered = meter.settled("harbor0", taken=False)
    assert answered.refreshed(mark, 1.0, rate=14.0, quota_left=100).left == 97
    # A grant whose worker is gone is believed for five minutes, then the live quota alone counts.
    gone = mark.refreshed(mark, 301.0, rate=14.0, quota_left=100)
    assert (gone.left, gone.in_flight, gone.rate) == (100, {}, 14.0)


def test_no_limit_is_no_limit() -> None:
    assert Meter(rate=10.0).blocked(0.0, "harbor", 10**9) == ""
    assert Meter(rate=10.0, left=5).refreshed(Meter(), 0.0, rate=1.0, quota_left=None).left is None


def test_stops_of_the_account_hold_all_and_those_of_a_portfolio_its_own() -> None:
    meter = Meter(rate=10.0).stopped("harbor", Stop("NotVerified", 900.0))
    assert [meter.blocked(5.0, name, 1) for name in ("harbor", "other")] == ["NotVerified", ""]
    assert meter.blocked(900.0, "harbor", 1) == ""
    paused = meter.stopped(ACCOUNT, Stop("Paused"))
    assert [paused.blocked(1e9, name, 1) for name in ("harbor", "other")] == ["Paused", "Paused"]
    assert paused.stopped(ACCOUNT, None) == meter


def test_a_live_reading_lifts_what_ses_had_stopped_before_it_and_nothing_else() -> None:
    old = Meter(rate=10.0).stopped(ACCOUNT, Stop("SendingPausedException", 900.0))
    assert old.refreshed(old, 1.0, rate=10.0, quota_left=None).stops == {}
    assert old.refreshed(Meter(), 1.0, rate=10.0, quota_left=None).stops == old.stops  # set after the reading
    person = Meter().stopped(ACCOUNT, Stop("Paused")).stopped("harbor", Stop("MailFrom", 900.0))
    assert person.refreshed(person, 1.0, rate=10.0, quota_left=None).stops == person.stops


def test_a_meter_survives_its_json() -> None:
    meter, _ = placed(Meter(rate=14.0, left=50), [2, 1], batch=2, pause=2.0)
    meter = replace(meter.stopped(ACCOUNT, Stop("Paused", reason="the owner asked")))
    assert Meter.from_json(json.loads(json.dumps(meter.as_json()))) == meter
