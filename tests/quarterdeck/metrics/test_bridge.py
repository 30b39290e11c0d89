"""Splits of a change: worked out by hand, and that parts always add up, whatever the components."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.metrics.bridge import MOST_PARTS, Component, End, apportion, cuts_of, shares_of, total
from quarterdeck.metrics.bridge_definition import BridgeError

FORMS = ("sum", "ratio", "yield", "share", "recurring")


def sold(amount: int, quantity: int | None, channel: str = "direct", tenant: str = "t") -> Component:
    return Component(
        tenant, "booking", (("channel", channel),), "charter", Fraction(amount),
        None if quantity is None else Fraction(quantity),
    )  # fmt: skip


def split(form: str, then: list[Component], now: list[Component]) -> dict[tuple[str, str | None], Fraction]:
    shares = shares_of(form, End(tuple(then)), End(tuple(now)))
    return {(share.kind, share.of): share.amount for share in shares}


def test_what_rounding_leaves_goes_to_the_largest() -> None:
    thirds = [Fraction(100, 3), Fraction(100, 3), Fraction(101, 3)]
    assert apportion(thirds, 100) == [33, 33, 34]
    assert apportion([Fraction(1, 2), Fraction(1, 2), Fraction(-1, 2)], 1) == [1, 1, -1]
    assert apportion([Fraction(5, 2), Fraction(5, 2)], 5) == [2, 3]  # of equals the first
    assert apportion([], 0) == []


def test_a_change_without_a_part_is_a_mistake() -> None:
    with pytest.raises(BridgeError, match="a change of 7"):
        apportion([], 7)


def test_all_that_was_sold_ended() -> None:
    assert split("sum", [sold(900, 3)], []) == {("volume", "charter"): -900}


def test_amounts_without_units_are_a_price() -> None:
    """100 of 1 charter; then 150 of 1, 20 of them in a channel that has amounts alone: 30 price, 20 mix."""
    now = [sold(130, 1), sold(20, 0, "agency")]
    assert split("sum", [sold(100, 1)], now) == {("price", "charter"): 30, ("mix", "charter"): 20}


def test_a_tenant_with_costs_and_no_revenue_is_mix() -> None:
    """80 of 100; then 80 less 10 of another tenant's: 0.8 - 0.7, all of it the other's."""
    cost = Component("u", "cost", (("category", "fuel"),), None, Fraction(-10), Fraction(0))
    then = [Component("t", "revenue", (), None, Fraction(80), Fraction(100))]
    shares = shares_of("ratio", End(tuple(then)), End((*then, cost)))
    assert [(s.kind, s.tenant, s.amount) for s in shares] == [("mix", "u", Fraction(-1, 10))]


def test_where_closed_nights_leave_no_base_on_the_way_there_is_one_part() -> None:
    """2 of 10 nights; then 1 of 2, of two that were listed: 8 fewer listed, 0 closed after 5 closed of 10."""

    def end(nights: int, listed: int, closed: int) -> End:
        bases = (("listed", listed), ("closed", -closed))
        guests = Component("t", "guest", (("channel", "direct"),), quantity=Fraction(nights))
        return End((guests, *(Component("t", kind, (), base=Fraction(base)) for kind, base in bases)))

    shares = shares_of("share", end(2, 10, 5), end(1, 2, 0))
    assert [(share.kind, share.of, share.amount) for share in shares] == [("volume", None, Fraction(1, 10))]


def test_the_smallest_parts_are_one() -> None:
    then = [Component("t", "payment", (("category", str(n)),), amount=Fraction(n)) for n in range(1, 21)]
    shares = shares_of("sum", End(tuple(then)), End(()))
    assert len(shares) == MOST_PARTS
    assert (shares[0].of, shares[0].amount) == ("20", -20)
    assert (shares[-1].kind, shares[-1].amount) == ("other", -sum(range(1, 10)))


counts = st.integers(0, 5).map(Fraction)
components = st.builds(
    Component,
    tenant=st.sampled_from(("a", "b")),
    kind=st.sampled_from(("booking", "fee", "paused", "listed")),
    dimensions=st.sampled_from(("x", "y")).map(
        lambda word: (("channel", word), ("category", word), ("client", word))
    ),
    noun=st.sampled_from(("charter", "night")),
    amount=st.integers(-1000, 1000).map(Fraction),
    quantity=st.none() | counts,
)
bases = st.integers(1, 40).map(lambda n: Component("a", "listed", (), base=Fraction(n)))
ends = st.builds(
    lambda rows, base, days: End((*rows, base), days),
    st.lists(components, max_size=6), bases, st.integers(1, 31),
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None)
@given(then=ends, now=ends)
def test_parts_and_cuts_add_up(form: str, then: End, now: End) -> None:
    before, after = total(form, then.components), total(form, now.components)
    if before is None or after is None:
        return  # nothing to divide by: the metric is missing, and nothing is split
    change = after - before
    assert sum((share.amount for share in shares_of(form, then, now)), Fraction(0)) == change
    for shares in cuts_of(form, then, now).values():
        assert sum((share.amount for share in shares), Fraction(0)) == change


@settings(max_examples=40, deadline=None)
@given(shares=st.lists(st.fractions(-1000, 1000, max_denominator=99), min_size=1), change=st.integers())
def test_rounded_parts_add_up(shares: list[Fraction], change: int) -> None:
    assert sum(apportion(shares, change)) == change
