"""The quiet edition: when there is one, and that it fits a screen and leaves nothing out that matters."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal as D
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.quality.definition import Verdict
from quarterdeck.reports.envelope import Envelope, changes_since
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.quiet import is_quiet
from quarterdeck.reports.render import render
from quarterdeck.reports.schema import check_payload

LAST = "2026-11-23"
FINDING = {"what": "finding", "id": "f", "title": "F", "tenant": None}
CALM: dict[str, Any] = {"verdict": Verdict("send"), "manifests": ()}


def change(unit: str, then: Any, now: Any, relative: str | None, *, headline: bool = True) -> dict[str, Any]:
    moved = None
    if then is not None and now is not None:
        moved = {"absolute": now - then, "relative": relative and D(relative), "direction": "up"}
    return {
        "what": "figure", "id": "x", "title": "X", "tenant": None, "unit": unit, "unit_label": None,
        "currency": "USD", "headline": headline, "then": then, "now": now, "change": moved, "better": "up",
        "sense": "better",
    }  # fmt: skip


def to_reader(*changes: dict[str, Any], **parts: Any) -> Envelope:
    return Envelope("scheduled", **{"baseline": LAST, "changes": changes, **parts})


@pytest.fixture
def calm(build):
    return build_payload(build("ceo", **CALM))


@pytest.mark.parametrize(
    ("moved", "quiet"),
    [
        (change("money", D(100), D("104.9"), "0.049"), True),
        (change("money", D(100), D(105), "0.05"), False),
        (change("money", D(0), D(1), None), False),  # from zero there is no share
        (change("ratio", D("0.50"), D("0.54"), None), True),
        (change("ratio", D("0.50"), D("0.55"), None), False),  # five points
        (change("day", 0, 6, None), True),
        (change("day", 0, 7, None), False),
        (change("money", D(100), None, None, headline=False), False),  # went missing
        (change("money", D(100), D(900), "8", headline=False), True),  # no headline
        ({"what": "finding", "id": "f", "title": "F", "tenant": None, "then": None, "now": "open"}, False),
        (
            {"what": "finding", "id": "f", "title": "F", "tenant": None, "then": "open", "now": "resolved"},
            False,
        ),
    ],
)
def test_what_is_material(calm, moved, quiet) -> None:
    assert is_quiet(calm, to_reader(moved)) is quiet


def test_a_portfolio_says_how_much_is_material(build, sample) -> None:
    home = sample.portfolio(settings={"material_change": 0.2})
    payload = build_payload(build("ceo", portfolio=home, **CALM))
    check_payload(payload)
    assert payload["materiality"] == D("0.2")
    assert is_quiet(payload, to_reader(change("money", D(100), D(119), "0.19")))
    assert not is_quiet(payload, to_reader(change("money", D(100), D(120), "0.20")))


@pytest.mark.parametrize(
    "envelope",
    [None, Envelope("preview"), to_reader(baseline=None), Envelope("correction", baseline=LAST, number=1)],
)
def test_only_a_scheduled_edition_after_another_is_quiet(calm, envelope) -> None:
    assert not is_quiet(calm, envelope)


def test_what_must_be_said_of_the_data_is_no_quiet_edition(build, sample) -> None:
    assert not is_quiet(build_payload(build("ceo")), to_reader())  # a check failed
    rebuilt = (sample.manifest("jada", "bookings", rebuilt=True),)
    assert not is_quiet(build_payload(build("ceo", verdict=Verdict("send"), manifests=rebuilt)), to_reader())
    out = build_payload(build("ceo", said=("jada",), left_out={"rental": "held"}, **CALM))
    assert not is_quiet(out, to_reader())


@pytest.mark.parametrize(
    ("due", "quiet"), [("2026-11-24", True), ("2026-11-25", False), ("2026-11-26", True)]
)
def test_an_action_that_falls_due_is_material(build, sample, due, quiet) -> None:
    """The edition as of the 24th is read on the 25th; what was due on the 24th was so in the one before."""
    advice = [sample.recommendation("empty_pipeline", "jada", due)]
    assert is_quiet(build_payload(build("ceo", recommendations=advice, **CALM)), to_reader()) is quiet


def test_one_screen_with_its_checks_and_what_stays_open(calm, templates) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    due, went = datetime(2026, 11, 24, 7, 30, tzinfo=zone), datetime(2026, 11, 24, 9, 5, tzinfo=zone)
    envelope = to_reader(previous_late=True, previous=(LAST, due, went))
    out = render(calm, templates=templates, locale="en_US", envelope=envelope)
    text = re.sub(r"\s+", " ", out.text)
    assert len(out.text.splitlines()) <= 60
    assert out.charts == {}
    assert "The edition of Mon, Nov 23, 2026 was due Tue, Nov 24, 2026, 7:30 AM and went out" in text
    assert "Nothing material changed" in text
    assert "no key figure moved by 5.0% or more" in text
    assert "These checks ran: 0 of 0 checks passed" in text
    assert "Looked for and not found: revenue that is not tracked" in text
    assert "Open, all known to you: 1 finding (Empty pipeline)." in text
    assert "the archive, editions/2026-11-24/ceo" in text
    for kpi in calm["kpis"]:
        assert (kpi["title"] in text) is kpi["headline"], kpi["id"]


def test_small_changes_are_named_in_a_quiet_edition(build, sample, templates) -> None:
    then = {**build_payload(build("ceo", **CALM)), "as_of": LAST}
    figures = [f for f in sample.figures() if f.metric != "cash_available"]
    figures.append(sample.figure("cash_available", "money", D("21000.00")))
    now = build_payload(build("ceo", figures=tuple(figures), previous=then, **CALM))
    out = render(now, templates=templates, locale="en_US", envelope=to_reader(*changes_since(now, then)))
    # (21,000 - 21,450) / 21,450 = -2.1 %
    assert "Cash available: $21,450.00 → $21,000.00 (down 2.1%, worse)" in out.text
    assert "Nothing material changed" in out.text


def test_mail_that_came_back_is_told_in_the_appendix_and_is_no_quiet_edition(build, templates) -> None:
    line = {"report": "CFO <report>", "as_of": LAST, "recipient": 2, "is_oversight": False, "kind": "bounce"}
    code = "Permanent/General 5.1.1"
    returned = (
        {**line, "code": code},
        {**line, "recipient": None, "is_oversight": True, "kind": "soft bounce", "code": ""},
        {**line, "recipient": None, "kind": "complaint", "code": ""},
    )
    payload = build_payload(build("ceo", returned_mail=returned, **CALM))
    check_payload(payload)
    assert not is_quiet(payload, to_reader())
    shown = render(payload, templates=templates, locale="en_US", envelope=to_reader())
    text = " ".join(shown.text.split())
    assert "CFO <report>, edition of Nov 23, 2026, recipient 2: refused for good." in text
    assert f"({code})" in text
    assert "the oversight address: came back for now" in text
    assert "a former recipient: reported as spam" in text
    assert "CFO &lt;report&gt;, edition of Nov 23, 2026" in shown.html
