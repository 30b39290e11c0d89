"""Plain text: alignment by hand, and nothing wider than asked for."""

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.reports.grid import cell, column, grid_of
from quarterdeck.reports.text_layout import aligned, underlined, wrapped

GRID = grid_of(
    "Burn",
    [column("Month"), column("Gross burn", right=True)],
    [[cell("Nov 2025"), cell("$8,844.00")], [cell("Dec", "so far"), cell("-$5.00")]],
)


def test_numbers_stand_right_and_the_small_line_below() -> None:
    assert aligned(GRID).splitlines() == [
        "Month     Gross burn",
        "--------  ----------",
        "Nov 2025   $8,844.00",
        "Dec           -$5.00",
        "so far",
    ]


def test_numbers_that_do_not_fit_side_by_side_become_blocks() -> None:
    wide = grid_of(
        "Wide",
        [column("Name"), *(column(f"Value {n}", right=True) for n in range(8))],
        [[cell("JADA"), *(cell("$123,456,789.00") for _ in range(8))]],
    )
    lines = aligned(wide).splitlines()
    assert lines[0] == "JADA"
    assert lines[1].startswith("    Value 0: $123,456,789.00; Value 1: $123,456,789.00; ")


def test_a_day_takes_two_lines_at_most() -> None:
    days = grid_of(
        "Days",
        [column("Name"), *(column(f"Day {n}") for n in range(6))],
        [[cell("JADA"), *(cell("Thu, Jan 15, 2026") for _ in range(6))]],
    )
    lines = aligned(days).splitlines()[2:]
    assert [" ".join(line.split()) for line in lines] == [
        "JADA Thu, Jan Thu, Jan Thu, Jan Thu, Jan Thu, Jan Thu, Jan",
        "15, 2026 15, 2026 15, 2026 15, 2026 15, 2026 15, 2026",
    ]


words = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=120)


@given(
    st.lists(st.tuples(words, words, words), min_size=1, max_size=4), st.lists(words, min_size=3, max_size=3)
)
def test_no_line_is_wider_than_78(rows, titles) -> None:
    columns = [column(titles[0]), column(titles[1], right=True), column(titles[2])]
    grid = grid_of("x", columns, [[cell(text) for text in row] for row in rows])
    assert all(len(line) <= 78 for line in aligned(grid).splitlines())


@given(words)
def test_paragraphs_and_headings_fit(text) -> None:
    assert all(len(line) <= 78 for line in wrapped(text, first="- ").splitlines())
    assert all(len(line) <= 78 for line in underlined(text).splitlines())
