"""When a figure that was said is another one by today's data, and how that is told."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.notices import banners, restated_line
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.restatements import moved, restatement, told_since, tolerance_of
from quarterdeck.reports.schema import check_payload
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")

SPEAKER = Speaker(WORDS, {"jada": "JADA"})


@pytest.mark.parametrize(
    ("settings", "unit", "said", "expected"),
    [
        ({}, "money", D("7904.00"), D("79.04")),  # a hundredth
        ({}, "money", D("-100.00"), D("1.00")),
        ({}, "count", 0, D(0)),  # from 0 any change is told
        ({}, "money", None, D(0)),
        ({}, "ratio", D("0.5"), D("0.01")),
        ({}, "day", "2028-02-02", D(7)),
        ({"restatement_tolerance": 0.05}, "money", D("100.00"), D("5.00")),
        ({"restatement_tolerance_gross_burn": 0}, "money", D("100.00"), D(0)),
        ({"restatement_tolerance_gross_burn": 2.5}, "money", D("100.00"), D("2.5")),
    ],
)
def test_tolerance(settings, unit, said, expected) -> None:
    assert tolerance_of(settings, "gross_burn", unit, said) == expected


@pytest.mark.parametrize(
    ("said", "now", "unit", "tolerance", "expected"),
    [
        ({"value": D(100)}, {"value": D(101)}, "money", D(1), False),  # just on it
        ({"value": D(100)}, {"value": D("101.01")}, "money", D(1), True),
        ({"value": D(0)}, {"value": D("0.01")}, "money", D(0), True),
        ({"value": D(5)}, {"value": D(5)}, "money", D(0), False),
        ({"value": "2028-02-02"}, {"value": "2028-02-10"}, "day", D(7), True),
        ({"value": "2028-02-02"}, {"value": "2028-01-26"}, "day", D(7), False),
        ({"value": D(5)}, {"missing": "infinite"}, "months", D(1), True),
        ({"missing": "infinite"}, {"value": D(5)}, "months", D(1), True),
        ({"missing": "infinite"}, {"missing": "not_reached"}, "months", D(1), False),
        ({"value": D(5)}, {"missing": "no_data"}, "months", D(1), False),  # a gap is told elsewhere
        ({"missing": "no_data"}, {"value": D(5)}, "months", D(1), False),
    ],
)
def test_moved(said, now, unit, tolerance, expected) -> None:
    assert moved(said, now, unit, tolerance) is expected


def cause(kind: str, **parts: Any) -> dict[str, Any]:
    plain = {
        "dataset": "general_ledger",
        "tenant": "jada",
        "kind": kind,
        "columns": [],
        "keys": [],
        "rows": 0,
    }
    return plain | parts


def entry(**parts: Any) -> dict[str, Any]:
    line = {"id": "gross_burn", "title": "Gross burn", "tenant": None, "currency": "USD", "unit": "money",
            "unit_label": None, "better": "down"}  # fmt: skip
    editions = [
        {"as_of": "2026-11-22", "then": D("1750.00"), "now": D("1850.00")},
        {"as_of": "2026-11-23", "then": D("1750.00"), "now": D("1850.00")},
    ]
    found = restatement(
        line, editions, None, D("17.50"), [cause("late_entry", keys=["L1/1", "L1/2"], rows=2)]
    )
    return found | parts


def test_a_restatement_in_words() -> None:
    assert restated_line(entry(), SPEAKER) == (
        "Gross burn, edition of Mon, Nov 23, 2026 and 1 edition before it: $1,750.00 then, $1,850.00 now "
        "(up 5.7%, worse). Cause: 2 late lines in general ledger of JADA [L1/1, L1/2]"
    )


def test_causes_in_words() -> None:
    causes = [
        cause("changed", columns=["amount"], keys=["L1/1"], rows=1),
        cause("refund", dataset="payments", keys=["P1"], rows=1),
        cause("definition", dataset=None, tenant=None),
        cause("setting", dataset=None, columns=["cards_as_cash"], keys=["not set", "false"]),
        cause("setting", dataset=None, tenant=None, columns=["seasonal"], keys=["true", "false"]),
    ]
    said = restated_line(entry(causes=causes, now=None, told=D("1800.00"), change=None), SPEAKER)
    assert said.endswith(
        "$1,750.00 then, no value now; $1,800.00 by an earlier restatement. Cause: 1 row changed in general "
        "ledger of JADA (amount) [L1/1]; 1 refund in payments of JADA [P1]; "
        "the definition of the figure was changed; the setting cards_as_cash of JADA was not set, it is "
        "false; the setting seasonal was true, it is false"
    )


def test_a_payload_tells_it_in_a_banner_and_keeps_its_schema(build) -> None:
    payload = build_payload(build(restatements=(entry(),)))
    check_payload(payload)
    titles = [banner["title"] for banner in banners(payload, None, Speaker.of(payload, WORDS))]
    assert "Restated: by today's data earlier editions would say otherwise" in titles
    assert build_payload(build())["restatements"] == []


def test_what_was_told_last_counts() -> None:
    key = ("gross_burn", None, "USD")
    again = entry(editions=[{"as_of": "2026-11-23", "then": D("1750.00"), "now": D("1900.00")}])
    told = told_since([{"restatements": [entry()]}, {}, {"restatements": [again]}])
    assert told == {
        ("2026-11-22", key): {"value": D("1850.00")},
        ("2026-11-23", key): {"value": D("1900.00")},
    }
