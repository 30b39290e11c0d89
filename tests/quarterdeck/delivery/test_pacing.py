"""Pace in recipients, on a clock moved by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.delivery.pacing import Pacer


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds < 1000
        self.now += seconds


def paced(sizes: list[int], **more: Any) -> tuple[list[tuple[float, int]], Pacer]:
    ticks = Ticks()
    facts: dict[str, Any] = {"rate": 10.0, "quota_left": None, "batch": 1000, "pause_seconds": 0.0}
    pacer = Pacer(**(facts | more), clock=ticks, sleep=ticks.sleep)
    sent = []
    for size in sizes:
        if not pacer.has_quota(size):
            continue
        pacer.wait(size)
        sent.append((ticks.now, size))
        pacer.done(size, taken=True)
    return sent, pacer


def most_in_a_second(sent: list[tuple[float, int]]) -> int:
    return max(sum(n for at, n in sent if start <= at < start + 1.0) for start, _ in sent)


def test_a39_recipients_are_counted_not_mails() -> None:
    """Rate 10 a second; 8 mails of 5; quota left 38: 7 mails (35) go, 3 are left, the 8th waits."""
    sent, pacer = paced([5] * 8, quota_left=38)
    assert [size for _, size in sent] == [5] * 7
    assert most_in_a_second(sent) == 10
    assert pacer.quota_left == 3
    assert sent[-1][0] == pytest.approx(3 * 1.05)  # two mails a window of 1 s + 0.05 s


@given(sizes=st.lists(st.integers(1, 10), min_size=1, max_size=40), rate=st.integers(1, 30))
def test_no_rolling_second_is_above_the_rate(sizes: list[int], rate: int) -> None:
    sizes = [min(size, rate) for size in sizes]
    sent, _ = paced(sizes, rate=float(rate))
    assert most_in_a_second(sent) <= rate


def test_a_message_above_the_rate_goes_and_fills_the_seconds_after_it() -> None:
    """Sandbox: 1 a second; a mail with its BCC costs 2: two seconds until the next."""
    sent, _ = paced([2, 2, 2], rate=1.0)
    assert [at for at, _ in sent] == pytest.approx([0, 2.05, 4.10])


def test_batches_with_a_pause() -> None:
    sent, _ = paced([1] * 7, rate=1000.0, batch=3, pause_seconds=2.0)
    assert [round(at, 6) for at, _ in sent] == [0, 0, 0, 2, 2, 2, 4]


def test_what_was_not_taken_costs_no_quota() -> None:
    pacer = Pacer(rate=10, quota_left=4)
    pacer.done(2, taken=False)
    assert pacer.quota_left == 4
    pacer.done(2, taken=True)
    assert pacer.has_quota(2)
    assert not pacer.has_quota(3)


def test_no_limit_is_no_limit() -> None:
    assert Pacer(rate=10, quota_left=None).has_quota(10**9)


@pytest.mark.parametrize("wrong", [{"rate": 0.0}, {"batch": 0}, {"pause_seconds": -1.0}])
def test_a_pace_that_never_moves_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a rate"):
        Pacer(**({"rate": 1.0, "quota_left": None} | wrong))
