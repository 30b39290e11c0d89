"""Sections: complete in themselves; what is missing is said; nothing falls between two sections."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.schema import check_payload
from quarterdeck.reports.sections import OPTIONS, section_mistakes
from quarterdeck.settings.definition import Section


def section(payload, id_):
    return next(s for s in payload["sections"] if s["id"] == id_)


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
def test_the_reports_of_include_have_no_mistake(sample, name) -> None:
    assert section_mistakes(sample.report(name)) == []


def test_every_kind_has_its_template_pair(templates) -> None:
    for kind in OPTIONS:
        assert (templates / "sections" / f"{kind}.html.j2").exists()
        assert (templates / "sections" / f"{kind}.txt.j2").exists()


def test_mistakes_in_options_are_all_listed(build, sample) -> None:
    wrong = sample.report("cfo").model_copy(
        update={
            "sections": (
                Section(id="a", kind="table", title="A", options={"tabel": "x"}),
                Section(id="b", kind="pie", title="B"),
                Section(id="c", kind="kpi_group", title="C", options={"metrics": ["mrr"]}),
            )
        }
    )
    assert len(section_mistakes(wrong)) == 4
    with pytest.raises(QuarterdeckError, match=r"section a: kind table has no option 'tabel'"):
        build_payload(build(report=wrong))


def test_section_without_its_table_stays_and_says_why(build) -> None:
    scenarios = section(build_payload(build()), "scenarios")
    assert scenarios["missing"] == {
        "reason": "no_data",
        "because": "the table scenarios was not computed for this day",
    }


def test_table_that_lacks_data_says_what_would_fill_it(build, sample) -> None:
    tables = sample.tables()
    tables["burn_by_month"] = replace(
        tables["burn_by_month"], rows=(), missing="no_data", because="a general ledger"
    )
    payload = build_payload(build(tables=tables))
    check_payload(payload)
    assert section(payload, "burn_chart")["missing"]["because"] == "a general ledger"
    assert "burn_chart" not in {chart["id"] for chart in payload["charts"]}


def test_table_keeps_exact_values_and_units(build) -> None:
    data = section(build_payload(build()), "targets")["data"]
    assert [c["unit"] for c in data["columns"]] == ["month", *["money"] * 6]
    assert [c["title"] for c in data["columns"]][:4] == [
        "Month",
        "Revenue target",
        "Revenue",
        "Revenue short",
    ]
    assert data["rows"][0]["revenue_shortfall"] == D("2450.00")
    assert data["rows"][1]["revenue"] is None


def with_table(sample, **options):
    shown = Section(id="t", kind="table", title="T", options={"table": "project_order", **options})
    return sample.report("cfo").model_copy(update={"sections": (shown,)})


def test_table_shows_the_rows_of_a_value_and_those_that_have_one(build, sample) -> None:
    def titles(**options):
        payload = build_payload(build(report=with_table(sample, **options)))
        check_payload(payload)
        return [row["title"] for row in section(payload, "t")["data"]["rows"]]

    assert titles() == ["List on agencies", "New sails"]
    assert titles(only={"step": "blocked"}) == ["New sails"]
    assert titles(only={"step": "blocked", "tenant": "rental"}) == []
    assert titles(having=["monthly_gain"]) == ["New sails"]
    with pytest.raises(QuarterdeckError, match=r"table project_order: expected columns .* found stage, when"):
        titles(only={"stage": "blocked"}, having=["when"])


def test_chart_has_its_points_and_words(build) -> None:
    chart = build_payload(build())["charts"][0]
    assert len(chart["data"]) == 36  # three series of twelve full months; the running one is left out
    assert chart["data"][0] == {
        "x": "2025-11-01", "label": "Nov 2025", "series": "Gross burn", "mark": "bar", "order": 0,
        "value": D("8844"),
    }  # fmt: skip
    assert (
        "Gross burn: latest $7,904.00 (Oct 2026), lowest $7,442.00 (Mar 2026), highest $8,844.00 (Nov 2025)."
        in chart["alt"]
    )


def test_shortfalls_name_what_was_looked_for_and_not_found(build) -> None:
    data = section(build_payload(build("ceo")), "shortfalls")["data"]
    assert [f["id"] for f in data["items"]] == ["empty_pipeline:jada", "no_agency_listings:jada"]
    assert "an empty pipeline" not in data["not_found"]
    assert "no live listing on a travel agency" in data["not_found"]  # resolved


def test_what_could_not_be_checked_is_not_called_not_found(build) -> None:
    inputs = build("ceo", unanswered={"crew_equity_risk:jada": "crew_unpaid: no crew assignments"})
    payload = build_payload(inputs)
    check_payload(payload)
    data = section(payload, "shortfalls")["data"]
    assert "crew pay that is unpaid or unequal" not in data["not_found"]
    assert data["unchecked"] == [
        {
            "title": "crew pay that is unpaid or unequal",
            "subject": "jada",
            "because": "crew_unpaid: no crew assignments",
        }
    ]


def test_findings_that_no_section_shows_get_one(build) -> None:
    payload = build_payload(build("cfo"))
    assert [f["rule"] for f in section(payload, "other_findings")["data"]["items"]] == [
        "empty_pipeline",
        "no_agency_listings",
    ]


def test_action_plan_of_thirty_days_and_what_comes_later(build) -> None:
    payload = build_payload(build("ceo"))
    plan = section(payload, "plan_30_days")["data"]
    assert plan["until"] == "2026-12-24"
    assert [a["id"] for a in plan["items"]] == ["empty_pipeline:jada"]
    assert [a["id"] for a in section(payload, "recommendations")["data"]["items"]] == ["later_thing"]


def test_missing_kpis_come_from_the_registry(build) -> None:
    items = section(build_payload(build("ceo")), "missing_kpis")["data"]["items"]
    assert [(i["metric"], i["needs"]) for i in items] == [
        ("net_promoter_score", "answers to a survey"),
        ("review_score", "reviews with a score"),
    ]


def test_kpi_group_and_text(build, sample) -> None:
    shown = sample.report("cfo").model_copy(
        update={
            "sections": (
                Section(id="g", kind="kpi_group", title="G", options={"metrics": ["net_burn", "gross_burn"]}),
                Section(
                    id="t",
                    kind="text",
                    title="T",
                    options={"text": "Burn: {{ figure('gross_burn').whole }}."},
                ),
            )
        }
    )
    payload = build_payload(build(report=shown))
    check_payload(payload)
    assert [k["id"] for k in section(payload, "g")["data"]["items"]] == ["net_burn", "gross_burn"]
    assert section(payload, "t")["data"] == {"text": "Burn: $7,904."}
