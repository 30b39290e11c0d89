"""The order of cells: exact, by currency, with what is missing left out."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from quarterdeck.reports.grid import cell, column, grid_of, sort_key
from quarterdeck.reports.ranking import ranked


def ranks(*keys):
    grid = ranked(grid_of("c", [column("x")], [[cell("x", key=key)] for key in keys]))
    return [row[0]["rank"] for row in grid["rows"]], grid["columns"][0]["sort"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((D("10"), D("9"), D("-5")), [2, 1, 0]),
        # As floats the first two are the same.
        ((D("10000000000000000.01"), D("10000000000000000.02"), 1), [1, 2, 0]),
        ((2, D("2.00"), 1), [1, 1, 0]),
        ((3, None, 1), [1, None, 0]),
        (("2026-10-01", "2025-12-31"), [1, 0]),
        ((True, False), [1, 0]),
        (("n/a", 3), [1, 0]),
        ((sort_key(D("1"), "USD"), sort_key(D("500"), "EUR"), sort_key(None, "EUR")), [1, 0, None]),
        # A payload that has been through JSON has lists.
        (([ "USD", 2], ("USD", 1)), [1, 0]),
    ],
)  # fmt: skip
def test_ranks(keys, expected) -> None:
    assert ranks(*keys) == (expected, "rank")


def test_words_are_left_to_the_readers_language() -> None:
    assert ranks(None, None) == ([None, None], "text")


def test_what_has_no_order_is_not_offered() -> None:
    def sort(columns, rows):
        return [c["sort"] for c in ranked(grid_of("c", columns, rows))["columns"]]

    two = [[cell("a", key=1)], [cell("b", key=2)]]
    assert sort([column("x")], two[:1]) == [None]  # one row
    assert sort([column("")], two) == [None]  # no head
    assert sort([column("x", sortable=False)], two) == [None]  # values of several units


def test_the_grid_that_is_ranked_stays_as_it_was() -> None:
    grid = grid_of("c", [column("x")], [[cell("a", key=1)], [cell("b", key=2)]])
    before = repr(grid)
    ranked(grid)
    assert repr(grid) == before
