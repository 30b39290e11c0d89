"""A portfolio with two currencies: a line for each, and one for both together with its rates."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from quarterdeck.reports.kpis import kpi_lines
from quarterdeck.settings.definition import Kpi


def test_each_currency_has_a_line_and_the_total_prints_its_rates(sample: Any, build: Any) -> None:
    rates = {"dataset": "exchange_rates", "tenant": "jada", "rows": 60, "content_hash": "0123456789abcdef"}
    said = "JPY 325000 at 0.00647 of 2026-11-24 + KWD 49.995 at 3.26 of 2026-11-24"
    total = sample.figure("revenue_recognised_converted", "money", Decimal("2265.73"))
    figures = (
        sample.figure("revenue_recognised", "money", Decimal("325000"), currency="JPY"),
        sample.figure("revenue_recognised", "money", Decimal("49.995"), currency="KWD"),
        replace(total, note=said, inputs=(rates,)),
    )
    kpis = (Kpi(metric="revenue_recognised"), Kpi(metric="revenue_recognised_converted"))
    report = sample.report("cfo").model_copy(update={"kpis": kpis})
    lines = kpi_lines(build("cfo", report=report, figures=figures))
    assert [(line["id"], line["currency"], str(line["value"])) for line in lines] == [
        ("revenue_recognised", "JPY", "325000"),
        ("revenue_recognised", "KWD", "49.995"),
        ("revenue_recognised_converted", "USD", "2265.73"),  # 2,102.75 + 162.9837
    ]
    assert lines[-1]["note"] == said
    assert [part["content_hash"] for part in lines[-1]["lineage"]["inputs"]] == ["0123456789abcdef"]
