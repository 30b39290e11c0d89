"""The payload: complete, exact, the same bytes again, and honest about what is missing."""

import re
from decimal import Decimal as D
from pathlib import Path

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.lake.documents import content_hash, from_bytes, to_bytes
from quarterdeck.reports.appendix import blocks
from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.schema import check_payload
from quarterdeck.reports.words import read_words

WORDS = read_words(Path(__file__).parents[3] / "include" / "templates", "en_US")


def kpi(payload, id_, tenant=None):
    return next(k for k in payload["kpis"] if k["id"] == id_ and k["tenant"] == tenant)


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_payload_keeps_its_schema_and_its_bytes(build, name) -> None:
    payload = build_payload(build(name))
    check_payload(payload)
    data = to_bytes(payload)
    assert to_bytes(build_payload(build(name))) == data
    check_payload(from_bytes(data))
    assert to_bytes(from_bytes(data)) == data


@pytest.mark.parametrize("name", ["ceo", "cfo"])
def test_no_kpi_of_the_report_vanishes_without_figures(build, sample, name) -> None:
    payload = build_payload(build(name, figures=()))
    check_payload(payload)
    assert {k["id"] for k in payload["kpis"]} == {k.metric for k in sample.report(name).kpis}
    assert all(k["missing"] == "no_data" and k["because"] for k in payload["kpis"])
    assert not any("value" in k for k in payload["kpis"])


def test_metric_that_is_not_in_the_catalogue_says_so(build) -> None:
    payload = build_payload(build("cfo", metrics={}, figures=()))
    assert kpi(payload, "gross_burn")["because"] == "there is no metric of that name in the catalogue"


def test_money_is_exact_with_its_currency(build) -> None:
    line = kpi(build_payload(build()), "net_income")
    assert (line["value"], line["currency"]) == (D("-354.25"), "USD")


def test_lead_tenant_and_its_unit(build) -> None:
    line = kpi(build_payload(build()), "break_even_units", "jada")
    assert (line["value"], line["unit"], line["unit_label"]) == (6, "units", "charter")


def test_lead_tenant_left_out_is_missing_with_the_reason(build) -> None:
    inputs = build(said=("rental",), left_out={"jada": "held: ledger is off"}, figures=())
    line = kpi(build_payload(inputs), "break_even_units", "jada")
    assert line["missing"] == "no_data"
    assert line["because"] == "the lead tenant is left out: held: ledger is off"


def test_portfolio_without_a_lead_tenant(build, sample) -> None:
    line = kpi(build_payload(build(portfolio=sample.portfolio(lead_tenant=None))), "break_even_units")
    assert line["because"] == "the portfolio names no lead_tenant"


def test_each_tenant_that_a_metric_applies_to(build) -> None:
    lines = [k["tenant"] for k in build_payload(build("ceo"))["kpis"] if k["id"] == "adr"]
    assert lines == ["rental"]


def test_metric_of_a_kind_that_is_not_in_scope_says_so(build, sample) -> None:
    inputs = build("ceo", said=("jada",), figures=tuple(f for f in sample.figures() if f.tenant != "rental"))
    line = kpi(build_payload(inputs), "adr")
    assert line["because"] == "no business in scope is of the kind rental"


def test_two_currencies_are_two_lines(build, sample) -> None:
    extra = sample.figure("cash_total", "money", D("5.00"), currency="EUR")
    lines = [
        k for k in build_payload(build(figures=(*sample.figures(), extra)))["kpis"] if k["id"] == "cash_total"
    ]
    assert [(k["currency"], k["value"]) for k in lines] == [("EUR", D("5.00")), ("USD", D("30000.00"))]


def test_target_is_a_setting(build) -> None:
    payload = build_payload(build())
    assert kpi(payload, "gross_burn")["target"] == D("7500")
    assert kpi(payload, "net_burn")["target"] is None


def test_previous_edition_gives_change_chain_and_since(build, sample) -> None:
    before = build_payload(build("ceo"))
    before = {**before, "as_of": "2026-11-20"}
    before["coverage"] = {
        **before["coverage"],
        "missing": [{**m, "since": "2026-11-14"} for m in before["coverage"]["missing"]],
    }
    figures = [f for f in sample.figures() if f.metric != "ar_total"]
    figures.append(sample.figure("ar_total", "money", D("650.00")))
    payload = build_payload(build("ceo", previous=before, figures=tuple(figures)))
    check_payload(payload)
    line = kpi(payload, "ar_total")
    assert line["previous"] == D("500.00")
    assert line["change"] == {"absolute": D("150.00"), "relative": D("0.300"), "direction": "up"}
    assert line["sense"] == "worse"
    assert payload["edition"]["previous"] == {
        "as_of": "2026-11-20",
        "payload_hash": content_hash(to_bytes(before)),
    }
    assert [c["id"] for c in payload["edition"]["changes"]] == ["ar_total"]
    assert [m["days"] for m in payload["coverage"]["missing"]] == [10, 10]


def test_coverage_counts_states_as_answers(build, sample) -> None:
    # 41 metrics have a value, without the two about all; review_score becomes a state: one gap of 43.
    figures = [f for f in sample.figures() if f.metric != "review_score"]
    figures.append(
        sample.figure("review_score", "score", None, missing="zero_denominator", because="no reviews")
    )
    coverage = build_payload(build("ceo", figures=tuple(figures)))["coverage"]
    assert (coverage["covered"], coverage["of"]) == (42, 43)
    assert coverage["text"] == (
        "42 of 43 KPIs; missing: Net promoter score, because of no data (answers to a survey) "
        "(since today, owner the bookkeeper)."
    )


def test_metric_without_any_figure_is_not_covered(build, sample) -> None:
    figures = tuple(f for f in sample.figures() if f.metric != "ar_total")
    coverage = build_payload(build("ceo", figures=figures))["coverage"]
    assert "ar_total" in {m["metric"] for m in coverage["missing"]}


def test_data_quality_and_lineage(build) -> None:
    payload = build_payload(build())
    quality = payload["data_quality"]
    assert quality["decision"] == "banner"
    assert quality["checks"] == {"passed": 1, "failed": 1}
    assert quality["failed"][0]["keys"] == ["B0007"]
    assert quality["quarantined"] == [
        {"tenant": "jada", "dataset": "bookings", "reason": "price is negative", "rows": 1, "keys": ["B0007"]}
    ]
    assert quality["broken_files"][0]["keys"] == ["stays-2026-10.csv"]
    snapshot = payload["lineage"][0]
    assert (snapshot["rows_read"], snapshot["rows_kept"], snapshot["rows_quarantined"]) == (28, 27, 1)
    assert payload["subject"] == "Harbor: Cash, burn and break-even, Tue, Nov 24, 2026 (with reservations)"


def test_every_kpi_has_the_passport_of_its_figure(build) -> None:
    """The two checks of the sample are on jada's bookings: one passed, one banners."""
    passport = build_payload(build())["kpis"][0]["lineage"]
    assert (passport["engine"], passport["as_of"]) == ("DuckDB 1.2.3", "2026-11-24")
    assert passport["query_hash"].startswith(passport["code"])
    assert passport["settings"] == [{"name": "cards_as_cash", "tenant": "jada", "value": "false"}]
    (entered,) = passport["inputs"]
    assert (entered["content_hash"], entered["rows"]) == ("0123456789abcdef", 27)
    assert entered["quality"] == {"decision": "banner", "passed": 1, "failed": 1}


def test_lineage_tells_how_a_snapshot_came_about(build, sample) -> None:
    rebuilt = sample.manifest(
        "jada", "bookings", rebuilt=True, rows_rolled_back=3, as_read=("price",), rows_aggregated=12,
        cut_off="2026-11-24T17:00:00+00:00", late="read at 16:00, before the cut-off",
    )  # fmt: skip
    payload = build_payload(build(manifests=(rebuilt,)))
    check_payload(payload)
    (line,) = payload["lineage"]
    assert [line["rows_rolled_back"], line["as_read"], line["rows_aggregated"]] == [3, ["price"], 12]
    told = [block for block in blocks(payload, Speaker.of(payload, WORDS)) if block["title"] == "Sources"]
    assert told[0]["items"] == [
        "bookings of JADA: made of 12 rows of the source; ends at 2026-11-24T17:00:00+00:00; 3 rows as they "
        "were before later events; price as read on 2026-11-25; read at 16:00, before the cut-off"
    ]


def test_summary_from_the_figures(build) -> None:
    assert build_payload(build("cfo"))["summary"] == [
        "$21,450 of cash is available; it lasts 14.3 months, to Wed, Feb 2, 2028.",
        "Gross burn was $7,904 in Oct 2026 ($7,442 to $8,844 in Nov 2025 to Oct 2026), net burn $1,354.",
        "Break-even is at 6 charters a month; this month so far stands at 50.0% of it.",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "ceo",
        "cto",
        "accounting",
        "cmo",
        "cfo",
        "rental_audit",
        "yacht_delivery_audit",
        "client_portfolio_audit",
    ],
)
def test_summary_without_figures_says_why(build, name) -> None:
    summary = build_payload(build(name, figures=(), findings=[], recommendations=[]))["summary"]
    assert 1 <= len(summary) <= 3
    assert re.search("there is no (figure|metric)|not computed|is of the kind", summary[0]), summary[0]


def test_summary_from_rows_and_round_amounts(build, sample) -> None:
    sentences = (
        "{{ rows('project_order') | map(attribute='title') | join(', ') }}; {{ rows('none') | length }}",
        "{% set one = rows('project_order')[1] %}{{ money(one.cost, 'USD') }}, {{ share(0.125) }}",
        "{{ figure('gross_burn').rough }} {{ figure('runway_months').rough }}",
    )
    report = sample.report("cfo").model_copy(update={"summary": sentences})
    assert build_payload(build(report=report))["summary"] == [
        "List on agencies, New sails; 0",
        "$6,500.00, 12.5%",
        "$8,000 14.3 months",
    ]


def test_summary_with_a_wrong_name_is_an_error(build, sample) -> None:
    wrong = sample.report("cfo").model_copy(update={"summary": ("{{ burn.text }}",)})
    with pytest.raises(QuarterdeckError, match=r"reports/cfo\.yaml, summary 1: .*'burn' is undefined"):
        build_payload(build(report=wrong))


def test_summary_can_not_reach_into_python(build, sample) -> None:
    wrong = sample.report("cfo").model_copy(update={"summary": ("{{ ''.__class__.__mro__ }}",)})
    with pytest.raises(QuarterdeckError, match="summary 1"):
        build_payload(build(report=wrong))


def test_schema_lists_what_is_wrong(build) -> None:
    payload = build_payload(build())
    payload["extra"] = 1
    payload["kpis"][0]["missing"] = "because of Tuesday"
    payload["kpis"][1]["value"] = 1.5
    with pytest.raises(QuarterdeckError) as caught:
        check_payload(payload)
    text = str(caught.value)
    assert "the payload of cfo as of 2026-11-24" in text
    assert "$: Additional properties" in text
    assert "$.kpis[0]" in text
    assert "$.kpis[1].value" in text  # a float is no exact figure
