"""What changed since a reader's last edition."""

from decimal import Decimal as D

from quarterdeck.reports.envelope import changes_since
from quarterdeck.reports.payload import build_payload


def payload_with(build, sample, **values):
    figures = [f for f in sample.figures() if f.metric not in values]
    figures += [sample.figure(name, "money", value) for name, value in values.items()]
    return build_payload(build("cfo", figures=tuple(figures)))


def test_nothing_changed(build) -> None:
    assert changes_since(build_payload(build()), build_payload(build())) == []


def test_headlines_come_first_and_carry_then_and_now(build, sample) -> None:
    then = build_payload(build())
    now = payload_with(build, sample, deferred_revenue=D("9000.00"), net_burn=D("2000.00"))
    changes = changes_since(now, then)
    assert [(c["id"], c["then"], c["now"]) for c in changes] == [
        ("net_burn", D("1354.00"), D("2000.00")),
        ("deferred_revenue", D("8550.00"), D("9000.00")),
    ]
    assert changes[0]["change"]["direction"] == "up"


def test_change_too_small_to_show_is_none(build, sample) -> None:
    now = payload_with(build, sample, deferred_revenue=D("8550.01"))
    assert changes_since(now, build_payload(build())) == []


def test_figure_that_went_missing_is_a_change(build, sample) -> None:
    figures = [f for f in sample.figures() if f.metric != "cash_total"]
    now = build_payload(build(figures=(*figures, sample.gap("cash_total", "money", "an opening entry"))))
    # A gap has no currency: the line of USD is gone, the line that says why is new.
    assert [c["id"] for c in changes_since(now, build_payload(build()))] == ["cash_total"]


def test_findings_open_and_close(build, sample) -> None:
    then = build_payload(build(findings=[sample.finding("short_runway", None)]))
    now = build_payload(build(findings=[sample.finding("empty_pipeline", "jada")]))
    assert [(c["id"], c["then"], c["now"]) for c in changes_since(now, then)] == [
        ("empty_pipeline:jada", None, "open"),
        ("short_runway", "open", "resolved"),
    ]
