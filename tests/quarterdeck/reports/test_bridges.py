"""What a payload says of why figures moved: parts against what was printed, labels, sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.metrics.bridge_definition import Movement, Part
from quarterdeck.reports.bridge_words import label_of, sentence_of
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import render
from quarterdeck.reports.schema import check_payload
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")

NOVEMBER = ("2026-11-01", "2026-11-24")
OCTOBER = ("2026-10-01", "2026-10-24")


def part(kind: str, amount: str, of: str | None = None, quantity: str | None = None, tenant="jada") -> Part:
    return Part(kind, tenant, of, None if quantity is None else Decimal(quantity), Decimal(amount))


def movement(against: str = "month_before", **changes: Any) -> dict[str, Any]:
    """Revenue of 6,550.00 as the sample has it, 1,250.00 above what it was."""
    told: dict[str, Any] = {
        "metric": "revenue_recognised", "tenant": None, "currency": "USD", "against": against,
        "now": date(2026, 11, 24), "then": date(2026, 10, 24), "period_now": NOVEMBER, "period_then": OCTOBER,
        "value_now": Decimal("6550.00"), "value_then": Decimal("5300.00"),
        "parts": (
            part("volume", "1900.00", "charter", "2.0"),
            part("price", "-650.00", "charter"),
        ),
        "cuts": (("tenant", (Part("tenant", None, "jada", None, Decimal("1250.00")),)),),
    }  # fmt: skip
    return Movement(**{**told, **changes}).as_json()


def bridge_of(payload: dict[str, Any], against: str) -> dict[str, Any]:
    (found,) = (bridge for bridge in payload["bridges"] if bridge["against"] == against)
    return found


def test_the_largest_parts_are_the_sentence(build) -> None:
    payload = build_payload(build("ceo", movements=(movement(),), said=("jada",)))
    check_payload(payload)
    bridge = bridge_of(payload, "month_before")
    assert bridge["sentence"] == (
        "Revenue recognised is $1,250 above the same days of Oct 2026: 2 more charters +$1,900, "
        "lower prices -$650."
    )
    assert payload["summary"][1] == bridge["sentence"]
    assert (bridge["value_then"], bridge["value_now"], bridge["change"]) == (5300, 6550, 1250)


def test_of_several_businesses_each_is_named(build) -> None:
    payload = build_payload(build("ceo", movements=(movement(),)))
    labels = [each["label"] for each in bridge_of(payload, "month_before")["parts"]]
    assert labels == ["2 more charters (JADA)", "lower prices (JADA)"]
    assert bridge_of(payload, "month_before")["cuts"][0]["parts"][0]["label"] == "JADA"


def test_against_the_last_edition_what_was_restated_is_a_part(build, sample) -> None:
    """Printed 5,100.00; today's data give 5,300.00 for that day: 200.00 restated, 1,250.00 since."""
    printed = [
        sample.figure("revenue_recognised", "money", Decimal("5100.00")) if f.metric == "revenue_recognised"
        and f.tenant is None else f
        for f in sample.figures()
    ]  # fmt: skip
    before = build_payload(build("ceo", figures=tuple(printed), as_of=date(2026, 11, 20)))
    moved = movement("previous_edition", then=date(2026, 11, 20), period_then=("2026-11-01", "2026-11-20"))
    payload = build_payload(build("ceo", movements=(moved,), previous=before))
    check_payload(payload)
    bridge = bridge_of(payload, "previous_edition")
    assert (bridge["value_then"], bridge["change"]) == (Decimal("5100.00"), Decimal("1450.00"))
    assert [(each["kind"], each["amount"]) for each in bridge["parts"]] == [
        ("volume", 1900), ("price", -650), ("restated", 200),
    ]  # fmt: skip
    assert sum(each["amount"] for cut in bridge["cuts"] for each in cut["parts"]) == bridge["change"]
    assert bridge["sentence"].endswith("lower prices (JADA) -$650, restated since +$200.")


def test_an_edition_of_other_businesses_is_no_baseline(build) -> None:
    before = build_payload(build("ceo", as_of=date(2026, 11, 20), said=("jada",)))
    payload = build_payload(build("ceo", movements=(movement("previous_edition"),), previous=before))
    bridge = bridge_of(payload, "previous_edition")
    assert bridge["because"] == "the last edition was of other businesses"
    assert (bridge["parts"], bridge["change"], bridge["sentence"]) == ([], None, None)


def test_a_figure_that_is_not_of_the_day_is_not_explained(build) -> None:
    payload = build_payload(build("ceo", movements=(movement(value_now=Decimal("6551.00")),)))
    assert bridge_of(payload, "month_before")["because"] == "the figure shown is not of this day's data"
    assert "above" not in " ".join(payload["summary"])


def test_why_there_is_no_split_is_kept(build) -> None:
    refused = movement(parts=(), cuts=(), value_then=None, because="nothing was recorded")
    payload = build_payload(build("ceo", movements=(refused,)))
    check_payload(payload)
    assert bridge_of(payload, "month_before")["because"] == "nothing was recorded"


def test_a_section_tells_what_moved_and_what_was_not_compared(build, templates) -> None:
    refused = movement("year_before", parts=(), cuts=(), value_then=None, because="nothing was recorded")
    burn = movement(
        metric="gross_burn", value_now=Decimal("7904.00"), value_then=Decimal("7704.00"),
        period_then=("2026-09-01", "2026-09-30"), period_now=("2026-10-01", "2026-10-31"),
        parts=(part("payment", "200.00", "Rent"),),
    )  # fmt: skip
    payload = build_payload(build("cfo", movements=(movement(), refused, burn)))
    check_payload(payload)
    assert (
        "($7,442 to $8,844 in Nov 2025 to Oct 2026), $200 above Sep 2026: Rent (JADA) +$200;"
        in (payload["summary"][1])
    )
    rendered = render(payload, templates=templates, locale="en_US", envelope=None)
    text = " ".join(rendered.text.split())
    for said in (text, rendered.html):
        assert "Gross burn is $200 above Sep 2026: Rent (JADA) +$200." in said
        assert "Not compared: Revenue recognised against the year before: nothing was recorded." in said


def test_a_section_without_a_movement(build, templates) -> None:
    rendered = render(build_payload(build("cfo")), templates=templates, locale="en_US", envelope=None)
    assert "Nothing moved." in rendered.text


def sentence(unit: str, amounts: list[str], **changes: Any) -> str:
    parts = [{"label": f"p{n}", "amount": Decimal(amount)} for n, amount in enumerate(amounts, start=1)]
    bridge = {
        "title": "It", "unit": unit, "currency": "USD", "against": "month_before", "note": None,
        "then": {"as_of": "2026-10-24", "period": dict(zip(("start", "end"), OCTOBER, strict=True))},
        "now": {"as_of": "2026-11-24", "period": dict(zip(("start", "end"), NOVEMBER, strict=True))},
        "change": sum(map(Decimal, amounts)), "parts": parts, **changes,
    }  # fmt: skip
    return sentence_of(bridge, None, WORDS)


def ends(then: tuple[str, str], now: tuple[str, str]) -> dict[str, Any]:
    return {
        name: {"as_of": period[1], "period": {"start": period[0], "end": period[1]}}
        for name, period in (("then", then), ("now", now))
    }


def test_amounts_with_cents_are_said_with_cents() -> None:
    assert sentence("money", ["10", "-0.50"]) == (
        "It is $9.50 above the same days of Oct 2026: p1 +$10.00, p2 -$0.50."
    )


def test_many_parts_are_three_and_the_rest() -> None:
    assert sentence("money", ["9", "8", "7", "-5", "1"]).endswith(": p1 +$9, p2 +$8, p3 +$7, the rest -$4.")


def test_a_ratio_moves_in_points() -> None:
    assert sentence("ratio", ["-0.0375", "-0.0125"]) == (
        "It is 5.0 points below the same days of Oct 2026: p1 -3.75 points, p2 -1.25 points."
    )


def test_what_can_not_be_seen_is_not_said() -> None:
    assert sentence("ratio", ["0.001", "-0.00004"]).endswith("Oct 2026: p1 +0.1 points.")
    assert sentence("ratio", ["0.00004"]) == "It is unchanged from the same days of Oct 2026."


def test_nothing_changed_but_parts_that_cancel() -> None:
    assert sentence("money", ["5", "-5"]) == "It is unchanged from the same days of Oct 2026: p1 +$5, p2 -$5."


def test_whole_months_are_named() -> None:
    whole = ends(("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31"))
    assert sentence("money", ["5"], **whole) == "It is $5 above Sep 2026: p1 +$5."
    assert sentence("money", ["5"], against="previous_edition", **whole) == (
        "It is $5 above Sep 2026 in the last edition (Wed, Sep 30, 2026): p1 +$5."
    )


def test_days_that_were_cut_are_said() -> None:
    assert sentence("money", ["5"], note="in its first 28 days").startswith(
        "It in its first 28 days is $5 above"
    )


@pytest.mark.parametrize(
    ("metric", "given", "label"),
    [
        ("revenue_recognised", part("volume", "-90", "delivery", "-1.0"), "1 fewer delivery"),
        ("revenue_recognised", part("volume", "90", "charter", "0.3"), "0.3 more charters"),
        ("revenue_recognised", part("volume", "90", "invoice", "0.0"), "slightly more of invoices"),
        ("revenue_recognised", part("fee", "5", "direct"), "fees kept"),
        ("occupancy_paid", part("volume", "0.1", "airbnb"), "guest nights by airbnb"),
        ("contribution_ratio", part("mix", "0.1"), "mix of businesses"),
        ("contribution_ratio", part("rate", "-0.1", "Fuel"), "Fuel per revenue"),
        ("revpar", part("rate", "-1"), "lower rates"),
        ("revpar", part("occupancy", "1"), "higher occupancy"),
        ("net_burn", part("receipt", "-1", "Sales"), "receipts (Sales)"),
        ("gross_burn", part("payment", "1", "Rent"), "Rent"),
        ("mrr", part("lost", "-1", "client", "1"), "1 client lost"),
        ("mrr", part("expansion", "1", "client", "2"), "2 clients paying more"),
        ("gross_burn", part("other", "1"), "all else"),
    ],
)
def test_labels(metric, given, label) -> None:
    assert label_of(metric, given.as_json(), WORDS) == label
