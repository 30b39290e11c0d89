"""What charts are drawn from: points, the finding in figures from these same points, and gaps in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.metrics.bridge_definition import Movement, Part
from quarterdeck.metrics.definition import TableResult
from quarterdeck.reports.chart_grids import chart_grid
from quarterdeck.reports.format import NOTHING
from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import render
from quarterdeck.reports.schema import check_payload
from quarterdeck.reports.sections import section_mistakes
from quarterdeck.reports.words import read_words
from quarterdeck.settings.definition import Section

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")


def table(columns: dict[str, str], *rows: list[Any], currency: str | None = "USD") -> TableResult:
    return TableResult(
        "t", "t", tuple(columns), tuple(columns.values()), tuple(map(tuple, rows)), currency, None, None
    )


@pytest.fixture
def draw(build, sample):
    """``draw(table, draws=..., ...)``: the payload of a report that is one chart called c."""

    def payload_of(result: TableResult | None = None, **options: Any) -> dict[str, Any]:
        changes = {k: options.pop(k) for k in ("movements", "histories") if k in options}
        if result is not None:
            options["table"] = "t"
        chart = Section(id="c", kind="chart", title="The chart", options=options)
        report = sample.report("cfo").model_copy(update={"sections": (chart,)})
        payload = build_payload(build(report=report, tables={"t": result} if result else {}, **changes))
        check_payload(payload)
        return payload

    return payload_of


def chart(payload: dict[str, Any]) -> dict[str, Any]:
    (found,) = payload["charts"]
    return found


def missing(payload: dict[str, Any]) -> Any:
    assert payload["charts"] == []
    return payload["sections"][0]["missing"]


def values(payload: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(p["label"], p["series"], p["value"]) for p in chart(payload)["data"]]


TARGETS = table(
    {"month": "day", "revenue_target": "money", "revenue": "money"},
    ["2026-08-01", D("5000.00"), D("5000.00")],
    ["2026-09-01", D("6000.00"), D("7000.00")],
    ["2026-10-01", D("9000.00"), D("6550.00")],
    ["2026-11-01", D("9000.00"), None],
)
TARGET = {"draws": "target", "x": "month", "actual": "revenue", "target": "revenue_target"}


def test_target_tells_the_newest_month_and_how_many_reached_it(draw) -> None:
    """Oct: 9,000 - 6,550 = 2,450 short; Aug (exactly) and Sep reached; 18,550 of 20,000 together."""
    payload = draw(TARGETS, **TARGET)
    assert chart(payload)["alt"] == (
        "The chart. Revenue in Oct 2026: $6,550.00 of $9,000.00 ($2,450.00 short). 2 of 3 months reached the "
        "target; together $18,550.00 of $20,000.00."
    )
    assert values(payload)[3:5] == [("Nov 2026", "Revenue", None), ("Aug 2026", "Revenue target", 5000)]


def test_targets_without_an_actual_say_so(draw) -> None:
    ahead = table({"month": "day", "revenue_target": "money", "revenue": "money"}, ["2026-12-01", D(9), None])
    assert "No month is over yet" in chart(draw(ahead, **TARGET))["alt"]
    none = table({"month": "day", "revenue_target": "money", "revenue": "money"}, ["2026-12-01", None, D(9)])
    assert missing(draw(none, **TARGET))["because"] == "targets in the table t"


def test_stack_names_the_largest_and_adds_up_the_others(draw) -> None:
    """Sums: A 30, B 20, C 3, D 2. In Oct A 10 + B 20 + others 1 + 2 = 33, in Sep A 20 + C 2 = 22."""
    costs = table(
        {"month": "day", "service": "text", "amount": "money"},
        ["2026-09-01", "A", D(20)],
        ["2026-09-01", "C", D(2)],
        ["2026-10-01", "A", D(10)],
        ["2026-10-01", "B", D(20)],
        ["2026-10-01", "C", D(1)],
        ["2026-10-01", "D", D(2)],
    )
    payload = draw(costs, draws="stack", x="month", by="service", value="amount", first=2)
    assert values(payload) == [
        ("Sep 2026", "A", 20),
        ("Oct 2026", "A", 10),
        ("Oct 2026", "B", 20),
        ("Sep 2026", "All others", 2),
        ("Oct 2026", "All others", 3),
    ]
    assert chart(payload)["alt"] == (
        "The chart. Latest $33.00 (Oct 2026): B $20.00, A $10.00, All others $3.00. "
        "Lowest $22.00 (Sep 2026), highest $33.00 (Oct 2026)."
    )


AGING = table(
    {"bucket": "text", "amount": "money"},
    ["not due", D("1200.00")],
    ["61-90 days", D("300.00")],
    ["unapplied cash", D("-100.00")],
)


def test_bars_of_a_whole_tell_the_sum_and_its_largest_part(draw) -> None:
    """1,200 + 300 - 100 = 1,400; 1,200 / 1,400 = 85.7 %."""
    payload = draw(AGING, draws="bars", label="bucket", value="amount", total=True)
    assert chart(payload)["alt"] == "The chart. $1,400.00 in all; most is not due: $1,200.00 (85.7%)."
    assert [p["text"] for p in chart(payload)["data"]] == ["$1,200.00", "$300.00", "-$100.00"]


def test_bars_of_nothing_are_a_sum_of_nothing(draw) -> None:
    none = table({"bucket": "text", "amount": "money"}, ["not due", D("0.00")], ["late", D("0.00")])
    payload = draw(none, draws="bars", label="bucket", value="amount", total=True)
    assert chart(payload)["alt"] == "The chart. $0.00 in all."


def test_bars_tell_highest_and_lowest_and_what_is_not_drawn(draw) -> None:
    rows = [["YD-1", D("0.5")], ["YD-2", None], ["YD-3", D("-0.125")], ["YD-4", D("0.9")]]
    margins = table({"delivery_id": "text", "margin": "ratio"}, *rows)
    payload = draw(margins, draws="bars", label="delivery_id", value="margin", first=3)
    assert chart(payload)["alt"] == (
        "The chart. Highest 50.0% (YD-1), lowest -12.5% (YD-3). 3 of 4 rows are drawn."
    )
    assert (chart(payload)["unit"], chart(payload)["currency"]) == ("ratio", None)


def test_heat_names_the_leader_of_each_column_and_the_business_where_there_are_several(draw) -> None:
    channels = table(
        {"tenant": "text", "channel": "text", "leads": "count", "conversion": "ratio"},
        ["jada", "paid_search", 18, D("0.5")],
        ["jada", "phone", 20, None],
        ["rental", "website", 2, D("1")],
    )
    payload = draw(channels, draws="heat", label="channel", columns=["leads", "conversion"])
    assert chart(payload)["alt"] == (
        "The chart. Leads: most phone (JADA) (20). Conversion: most website (3028 51st St) (100.0%)."
    )
    assert chart(payload)["data"][0]["label"] == "paid search (JADA)"
    assert [p["text"] for p in chart(payload)["data"]] == ["18", "20", "2", "50.0%", NOTHING, "100.0%"]


def nights(*rows: list[Any]) -> TableResult:
    columns = ("listed", "sold", "owner", "blocked", "given", "free")
    return table({"tenant": "text", "night": "day", **dict.fromkeys(columns, "count")}, *rows)


def test_calendar_counts_what_became_of_the_nights(draw) -> None:
    """Monday 2026-11-23 sold, Tuesday the owner's: 1 of 2 sold. With a second unit, 1 of its 2 nights."""
    one = [["rental", "2026-11-23", 1, 1, 0, 0, 0, 0], ["rental", "2026-11-24", 1, 0, 1, 0, 0, 0]]
    payload = draw(nights(*one), draws="calendar")
    assert chart(payload)["alt"] == (
        "The chart. 2 nights from Mon, Nov 23, 2026 to Tue, Nov 24, 2026: 1 sold (50.0%), 1 owner's, 0 free."
    )
    assert values(payload) == [("Nov 23", "Mon", 1), ("Nov 23", "Tue", None)]
    assert [p["text"] for p in chart(payload)["data"]] == ["sold", "owner's"]
    two = [["jada", "2026-11-23", 1, 0, 0, 0, 0, 1], ["jada", "2026-11-24", 1, 1, 0, 0, 0, 0]]
    payload = draw(nights(*one, *two), draws="calendar")
    assert values(payload) == [("Nov 23", "Mon", D("0.5")), ("Nov 23", "Tue", 1)]
    assert [p["text"] for p in chart(payload)["data"]] == ["1 of 2", "1 of 2"]


def grid(payload: dict[str, Any]) -> list[list[str]]:
    made = chart_grid(chart(payload), Speaker.of(payload, WORDS))
    return [[c["title"] for c in made["columns"]], *([c["text"] for c in row] for row in made["rows"])]


def test_a_week_of_the_calendar_is_one_row_of_its_table(draw) -> None:
    days = [f"2026-11-{day}" for day in range(16, 25)]
    one = [["rental", day, 1, 0, 0, 0, 0, 1] for day in days]
    one[7][3:] = [1, 0, 0, 0, 0]
    one[1][3:] = [1, 0, 0, 0, 0]
    one[2][3:] = [0, 1, 0, 0, 0]
    one[3][3:] = [0, 0, 0, 1, 0]
    assert grid(draw(nights(*one), draws="calendar")) == [
        ["Week of", "Nights sold", "Not for sale"],
        ["Nov 16", "Tue", "Wed owner's, Thu given"],
        ["Nov 23", "Mon", NOTHING],
    ]
    two = [["jada", days[0], 1, 1, 0, 0, 0, 0], ["jada", days[2], 1, 0, 0, 1, 0, 0]]
    assert grid(draw(nights(*one, *two), draws="calendar"))[1] == [
        "Nov 16",
        "Mon 1 of 2, Tue",
        "Wed not open, Thu given",
    ]


def history(*trend: tuple[str, str | None], target: D | None = None) -> dict[Any, Any]:
    points = [
        {
            "period": period,
            **({"missing": "no_data", "because": "no ledger"} if v is None else {"value": D(v)}),
        }
        for period, v in trend
    ]
    return {("gross_burn", None, "USD"): {"trend": points, "target": target}}


def test_trend_tells_the_way_and_its_ends_and_has_the_target_beside_it(draw) -> None:
    told = history(("2026-08", "7900"), ("2026-09", None), ("2026-10", "8100"), target=D(7500))
    payload = draw(draws="trend", metric="gross_burn", histories=told)
    assert chart(payload)["alt"] == (
        "The chart. From $7,900.00 (Aug 2026) to $8,100.00 (Oct 2026); lowest $7,900.00 (Aug 2026), "
        "highest $8,100.00 (Oct 2026). Target: $7,500.00."
    )
    assert values(payload)[1::2] == [
        ("Sep 2026", "Gross burn", None),
        ("Aug 2026", "Target", 7500),
        ("Oct 2026", "Target", 7500),
    ]


def test_trend_of_one_day_is_none(draw) -> None:
    payload = draw(draws="trend", metric="gross_burn", histories=history(("2026-10", "8100")))
    assert missing(payload)["reason"] == "no_history"


def moved(*amounts: str, because: str | None = None) -> tuple[dict[str, Any], ...]:
    """Gross burn from 8,000 by these amounts; the sample has 7,904 today."""
    parts = tuple(Part("payment", "jada", f"vendor {n}", None, D(a)) for n, a in enumerate(amounts, start=1))
    told = Movement(
        metric="gross_burn", tenant=None, currency="USD", against="month_before", now=date(2026, 11, 24),
        then=date(2026, 10, 24), period_now=("2026-10-01", "2026-10-31"),
        period_then=("2026-09-01", "2026-09-30"), value_now=D("7904.00"), value_then=D("8000.00"),
        parts=parts, cuts=(), because=because,
    )  # fmt: skip
    return (told.as_json(),)


WATERFALL = {"draws": "waterfall", "metric": "gross_burn", "against": "month_before"}


def test_waterfall_goes_from_then_to_now_by_parts_that_add_up(draw) -> None:
    payload = draw(**WATERFALL, movements=moved("-200.00", "104.00"))
    steps = chart(payload)["data"]
    assert [(p["mark"], p["series"], p["text"]) for p in steps] == [
        ("total", "Value", "$8,000.00"),
        ("part", "Less", "-$200.00"),
        ("part", "More", "+$104.00"),
        ("total", "Value", "$7,904.00"),
    ]
    assert sum(p["value"] for p in steps[:-1]) == steps[-1]["value"]
    assert [steps[0]["label"], steps[-1]["label"]] == ["Sep 2026", "Oct 2026"]
    assert "below Sep 2026" in chart(payload)["alt"]
    rows = grid(payload)
    assert (rows[0], rows[1]) == (["From then to now", "Amount"], ["Sep 2026", "$8,000.00"])
    assert len(rows) == 1 + 4


def test_waterfall_of_many_parts_adds_up_the_smaller_ones(draw) -> None:
    payload = draw(**WATERFALL, movements=moved("-100", *["-10"] * 6, *["16"] * 4))
    steps = chart(payload)["data"]
    assert len(steps) == 2 + 8
    assert (steps[-2]["label"], steps[-2]["value"]) == ("4 smaller parts", 64)
    assert sum(p["value"] for p in steps[:-1]) == steps[-1]["value"]


def test_waterfall_without_a_split_says_why(draw) -> None:
    assert "an earlier value of Gross burn" in missing(draw(**WATERFALL))["because"]
    refused = missing(draw(**WATERFALL, movements=moved(because="the ledger begins later")))
    assert refused["because"] == "the ledger begins later"


def test_several_currencies_have_no_axis_in_common(draw) -> None:
    mixed = table(
        {"bucket": "text", "currency": "text", "amount": "money"},
        ["not due", "USD", D(5)],
        ["not due", "EUR", D(900)],
        currency=None,
    )
    payload = draw(mixed, draws="bars", label="bucket", value="amount")
    assert values(payload) == [("not due", "Amount", 5)]
    assert chart(payload)["alt"].endswith("Only what is in USD is drawn; amounts in EUR are in the table.")


@pytest.mark.parametrize(
    ("options", "because"),
    [
        ({"draws": "bars", "label": "bucket", "value": "worth"}, "the columns worth of the table t"),
        (
            {"draws": "calendar"},
            "the columns night, listed, sold, owner, blocked, given, free of the table t",
        ),
        ({"x": "bucket", "bars": ["worth"]}, "the columns worth of the table t"),
        ({"x": "bucket", "bars": ["amount"], "only": "bucket_is_full"}, "rows in the table t"),
    ],
)
def test_what_a_table_lacks_is_said_in_words_and_the_section_stays(draw, templates, options, because) -> None:
    payload = draw(AGING, **options)
    assert missing(payload) == {"reason": "no_data", "because": because}
    shown = render(payload, templates=templates, locale="en_US", envelope=None)
    assert f"What it lacks: {because}." in " ".join(shown.text.split())
    assert f"What it lacks: {because}." in shown.html


def test_a_name_that_the_picture_has_as_a_number_is_told_below_it(draw, templates) -> None:
    names = table({"client": "text", "amount": "money"}, ["Harbour", D(1)], ["ท่าเรือ", D(2)])
    payload = draw(names, draws="bars", label="client", value="amount")
    shown = render(payload, templates=templates, locale="en_US", envelope=None)
    assert "In the picture, No. 2 is ท่าเรือ." in shown.text
    assert "In the picture, No. 2 is ท่าเรือ." in shown.html
    assert "Highest $2.00 (ท่าเรือ)" in " ".join(shown.text.split())


def chart_section(id_: str = "c", **options: Any) -> Section:
    return Section(id=id_, kind="chart", title="C", options=options)


GRID = Section(id="grid", kind="table", title="G", options={"table": "t", "columns": ["a", "b"]})
BARS = {"draws": "bars", "table": "t", "label": "a", "value": "b"}


@pytest.mark.parametrize(
    ("sections", "mistake"),
    [
        ([chart_section(draws="pie")], "expected one of columns, target"),
        ([chart_section(draws="bars", table="t", label="a")], "draws bars needs the option 'value'"),
        ([chart_section(**BARS, x="a")], "draws bars has no option 'x'"),
        ([chart_section(draws="trend", metric="mrr")], "among the report's kpis, found 'mrr'"),
        ([chart_section(str(n), **BARS) for n in range(4)], "at most 3 charts, found 4"),
        ([chart_section(**BARS, figures_in="grid")], "id of a section of kind table, found 'grid'"),
        ([GRID, chart_section(**{**BARS, "value": "x"}, figures_in="grid")], "grid lacks the columns x"),
        ([GRID, chart_section(**{**BARS, "table": "u"}, figures_in="grid")], "of the table u, found 't'"),
        (
            [Section(id="grid", kind="table", title="G", options={"table": "t", "first": 3}),
             chart_section(**BARS, figures_in="grid")],
            "every row of its table, found first",
        ),
    ],
)  # fmt: skip
def test_mistakes_in_a_chart_are_told(sample, sections, mistake) -> None:
    found = section_mistakes(sample.report("cfo").model_copy(update={"sections": tuple(sections)}))
    assert len(found) == 1
    assert mistake in found[0]


def test_figures_are_said_once_where_a_table_has_them(build, sample, templates) -> None:
    """The CFO's targets: the chart names the table below it, which has the figures, and brings none."""
    payload = build_payload(build("cfo"))
    shown = render(payload, templates=templates, locale="en_US", envelope=None)
    part = shown.text.partition("\nRevenue against target\n")[2].partition("\nMonthly targets\n")[0]
    assert "The figures are in the table “Monthly targets”." in part
    assert "Aug 2026" not in part
    assert "$6,550.00 of $9,000.00" in part
