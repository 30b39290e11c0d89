"""A small portfolio's day, made by hand: every metric that the two reports name, tables, findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from quarterdeck.lake.definition import Manifest, Quarantined
from quarterdeck.metrics.definition import Figure, Metric, Query, TableResult
from quarterdeck.quality.definition import Check, verdict_of
from quarterdeck.reports.payload import PayloadInputs
from quarterdeck.reports.words import read_words
from quarterdeck.settings.definition import Config, Portfolio, Report

INCLUDE = Path(__file__).parents[3] / "include"
WORDS = read_words(INCLUDE / "templates", "en_US")
AS_OF = date(2026, 11, 24)
MONTHS = [f"2025-{m:02d}" for m in (11, 12)] + [f"2026-{m:02d}" for m in range(1, 11)]
BURN = ["8844", "8200", "8600", "7500", "7442", "7600", "7900", "8000", "7700", "7800", "7650", "7904"]
NET = ["2800", "1200", "3145", "500", "423", "-300", "-900", "-120.50", "700", "600", "0", "1354"]

# metric → (unit, better, value); values of money in USD
SCOPE: dict[str, tuple[str, str, Any]] = {
    "runway_months": ("months", "up", Decimal("14.3")),
    "zero_cash_date": ("day", "up", "2028-02-02"),
    "cash_available": ("money", "up", Decimal("21450.00")),
    "cash_total": ("money", "up", Decimal("30000.00")),
    "gross_burn": ("money", "down", Decimal("7904.00")),
    "gross_burn_low": ("money", "down", Decimal("7442.00")),
    "gross_burn_high": ("money", "down", Decimal("8844.00")),
    "gross_burn_3m": ("money", "down", Decimal("7784.67")),
    "net_burn": ("money", "down", Decimal("1354.00")),
    "net_burn_3m": ("money", "down", Decimal("651.33")),
    "available_cash_burn": ("money", "down", Decimal("1500.00")),
    "contribution_ratio": ("ratio", "up", Decimal("0.614200")),
    "fixed_costs": ("money", "down", Decimal("5215.00")),
    "deferred_revenue": ("money", "neither", Decimal("8550.00")),
    "debt_service": ("money", "down", Decimal("520.00")),
    "revenue_recognised": ("money", "up", Decimal("6550.00")),
    "cash_received": ("money", "up", Decimal("6400.00")),
    "net_income": ("money", "up", Decimal("-354.25")),
    "confirmed_ahead": ("count", "up", 0),
    "pipeline_value": ("money", "up", Decimal("0.00")),
    "ar_total": ("money", "down", Decimal("500.00")),
    "overdue_share": ("ratio", "down", Decimal("1.000000")),
    "billing_gap": ("money", "down", Decimal("430.00")),
    "crew_unpaid": ("money", "down", Decimal("144.00")),
    "crew_share_owed": ("money", "down", Decimal("300.00")),
    "crew_pay_gap": ("ratio", "down", Decimal("0.280000")),
    "bookings_without_payment": ("count", "down", 2),
    "bookings_without_payment_value": ("money", "down", Decimal("2000.00")),
    "revenue_unmatched": ("money", "down", Decimal("250.00")),
    "ota_listings_live": ("count", "up", 0),
    "cancellation_rate": ("ratio", "down", Decimal("0.370370")),
    "asset_value": ("money", "up", Decimal("655000.00")),
    "asset_monthly_cost": ("money", "down", Decimal("2310.00")),
    "idle_cost": ("money", "down", Decimal("45.00")),
    "kpis_missing": ("count", "down", 2),
    "kpi_coverage": ("ratio", "up", Decimal("0.950000")),
}
LEAD: dict[str, tuple[str, str, Any]] = {
    "break_even_units": ("units", "down", 6),
    "break_even_revenue": ("money", "down", Decimal("5500.00")),
    "break_even_progress": ("ratio", "up", Decimal("0.500000")),
    "contribution_per_unit": ("money", "up", Decimal("600.00")),
}
RENTAL: dict[str, tuple[str, str, Any]] = {
    "occupancy_paid": ("ratio", "up", Decimal("0.333333")),
    "adr": ("money", "up", Decimal("145.00")),
    "revpar": ("money", "up", Decimal("48.33")),
}
MISSING: dict[str, tuple[str, str]] = {
    "net_promoter_score": ("score", "answers to a survey"),
    "review_score": ("score", "reviews with a score"),
}


def metric(
    id_: str, unit: str, better: str = "up", kinds: tuple[str, ...] = (), needs: str = "rows"
) -> Metric:
    return Metric(
        id=id_, theme="t", title=id_.replace("_", " ").capitalize(), unit=unit, better=better,
        grain=("tenant", "scope"), inputs=("bookings",), kinds=kinds, needs=needs,
        formula=f"how {id_} is computed", reference="[OWN]", owner="finance",
        query=Query(sql="select 1", path=f"{id_}.sql", hash="ab12cd34ef56ab78"),
    )  # fmt: skip


def figure(id_: str, unit: str, value: Any, tenant: str | None = None, **changes: Any) -> Figure:
    made = Figure(
        metric=id_, tenant=tenant, unit=unit, currency="USD" if unit == "money" else None, value=value,
        missing=None, because=None, period_start="2026-10-01", period_end="2026-10-31",
        inputs=({"dataset": "bookings", "tenant": "jada", "as_of": "2026-11-24", "revision": 1, "rows": 27,
                 "content_hash": "0123456789abcdef", "newest": "2026-11-23T17:00:00+00:00",
                 "read_at": "2026-11-25T06:00:00+00:00", "rebuilt": False},),
        query_hash="ab12cd34ef56ab78", engine="DuckDB 1.2.3",
        settings=({"name": "cards_as_cash", "tenant": "jada", "value": "false"},),
    )  # fmt: skip
    return replace(made, **changes)


def gap(id_: str, unit: str, because: str, tenant: str | None = None) -> Figure:
    return figure(id_, unit, None, tenant, missing="no_data", because=because, currency=None)


def table(id_: str, columns: dict[str, str], rows: list[list[Any]]) -> TableResult:
    return TableResult(
        id_, id_, tuple(columns), tuple(columns.values()), tuple(map(tuple, rows)), "USD", None, None
    )


def tables() -> dict[str, TableResult]:
    days = [f"{month}-01" for month in MONTHS]
    burn: list[list[Any]] = [
        [day, True, "USD", Decimal(g) - Decimal(n), Decimal(g), Decimal(n)]
        for day, g, n in zip(days, BURN, NET, strict=True)
    ]
    burn.append(["2026-11-01", False, "USD", Decimal("100"), Decimal("200"), Decimal("100")])
    made = [
        table(
            "burn_by_month",
            {
                "month": "day", "is_full": "boolean", "currency": "text", "receipts": "money",
                "payments": "money", "net_burn": "money",
            },
            burn,
        ),
        table(
            "asset_register",
            {
                "tenant": "text", "assets": "count", "active": "count", "idle": "count",
                "value_market": "money", "value_book": "money",
                "value_cost": "money", "monthly_cost": "money", "idle_cost": "money",
            },
            [["jada", 2, 1, 1, None, Decimal("85000.00"), None, Decimal("1295.00"), Decimal("45.00")],
             ["rental", 1, 1, 0, Decimal("480000.00"), None, None, Decimal("570.00"), Decimal("0.00")]],
        ),
        table(
            "project_order",
            {
                "place": "count", "tenant": "text", "project_id": "text", "title": "text", "step": "text",
                "cost": "money", "monthly_gain": "money", "payback": "months", "blocked_by": "text",
            },
            [[1, "jada", "p1", "List on agencies", "zero-cost", Decimal("0.00"), None, None, None],
             [2, "jada", "p2", "New sails", "blocked", Decimal("6500.00"), Decimal("150.00"), Decimal("43.3"),
              "harbour permit"]],
        ),
        table(
            "monthly_targets",
            {
                "month": "day", "currency": "text", "is_over": "boolean", "revenue_target": "money",
                "revenue": "money", "revenue_shortfall": "money", "cash_target": "money", "cash": "money",
                "cash_shortfall": "money",
            },
            [["2026-10-01", "USD", True, Decimal("9000.00"), Decimal("6550.00"), Decimal("2450.00"),
              Decimal("9000.00"), Decimal("6400.00"), Decimal("2600.00")],
             ["2026-11-01", "USD", False, Decimal("9000.00"), None, None, Decimal("9000.00"), None, None]],
        ),
        table(
            "break_even_by_tenant",
            {
                "tenant": "text", "title": "text", "lead": "boolean", "unit": "text", "currency": "text",
                "fixed_costs": "money", "contribution_per_unit": "money", "units_needed": "units",
                "units_done": "units", "progress": "ratio", "revenue_needed": "money", "missing": "text",
                "because": "text",
            },
            [["jada", "JADA", True, "charter", "USD", Decimal("3300.00"), Decimal("600.00"), 6, 3,
              Decimal("0.5"), Decimal("5500.00"), None, None]],
        ),
        table(
            "cash_by_account",
            {
                "tenant": "text", "account": "text", "name": "text", "kind": "text",
                "restricted": "boolean", "currency": "text", "balance": "money",
            },
            [["jada", "1000", "Operating account", "bank", False, "USD", Decimal("30000.00")]],
        ),
    ]  # fmt: skip
    return {result.id: result for result in made}  # scenarios is left out: the section must say so


def finding(rule: str, tenant: str | None, status: str = "new", **changes: Any) -> dict[str, Any]:
    return {
        "id": rule if tenant is None else f"{rule}:{tenant}", "rule": rule, "tenant": tenant,
        "category": "pipeline", "severity": "high", "title": rule.replace("_", " ").capitalize(),
        "description": "No confirmed booking lies ahead.", "impact": "Revenue of the next month is at stake.",
        "evidence": [{"metric": "confirmed_ahead", "tenant": tenant, "value": 0, "unit": "count",
                      "currency": None, "text": "0"}],
        "status": status, "since": "2026-11-20", "days_open": 4, "editions": 5, "unchecked": None,
        "at_stake": None, "rows": None, **changes,
    }  # fmt: skip


def recommendation(rule: str, tenant: str | None, due: str, **changes: Any) -> dict[str, Any]:
    id_ = rule if tenant is None else f"{rule}:{tenant}"
    return {
        "id": id_, "tenant": tenant, "severity": "high", "action": "Call the last guests and offer a date.",
        "owner": "operations", "since": "2026-11-20", "due": due, "days_open": 4,
        "effort": "small", "effort_days": Decimal("0.5"), "reach": 1, "score": Decimal("12.0"),
        "expected_effect": "Two charters, about $2,000.00.", "findings": [id_], "first_said": "2026-11-20",
        "reopened_on": None, "at_stake": [], **changes,
    }  # fmt: skip


def manifest(tenant: str, dataset: str, **changes: Any) -> Manifest:
    made = Manifest(
        portfolio="harbor", tenant=tenant, dataset=dataset, as_of="2026-11-24", revision=1,
        source=f"s3://harbor-data/{tenant}/{dataset}/", timing="events", rebuilt=False,
        read_at="2026-11-25T06:00:00+00:00", rows_read=27, rows_kept=27, rows_after=0,
        content_hash="0123456789abcdef", newest="2026-11-23",
    )  # fmt: skip
    return replace(made, **changes)


def portfolio(**changes: Any) -> Portfolio:
    address = "someone@harbor.example"
    document = {
        "id": "harbor", "title": "Harbor", "owner": "owner", "timezone": "America/Los_Angeles",
        "schedule": "0 6 * * *", "currency": "USD", "lead_tenant": "jada",
        "aws": {"connection": "aws", "region": "us-west-2"},
        "storage": {"lake": "file://lake", "archive": "file://archive", "ledger_table": "t"},
        "sender": {"address": address, "name": "H", "reply_to": address, "configuration_set": "c"},
        "preview": address, "allowed_domains": ["harbor.example"], "reports": ["ceo", "cfo"],
        "owners": {"finance": "the bookkeeper"}, "settings": {"target_gross_burn": 7500},
        "tenants": [
            {"id": "jada", "title": "JADA", "kind": "charter", "currency": "USD", "unit": "charter"},
            {"id": "rental", "title": "3028 51st St", "kind": "rental", "currency": "USD", "unit": "night"},
        ],
        **changes,
    }  # fmt: skip
    return Portfolio(**document)


def report(name: str) -> Report:
    return Report(id=name, **yaml.safe_load((INCLUDE / "reports" / f"{name}.yaml").read_text()))


def metrics() -> dict[str, Metric]:
    known = {id_: metric(id_, unit, better) for id_, (unit, better, _) in (SCOPE | LEAD).items()}
    known |= {id_: metric(id_, unit, better, ("rental",)) for id_, (unit, better, _) in RENTAL.items()}
    return known | {id_: metric(id_, unit, needs=needs) for id_, (unit, needs) in MISSING.items()}


def figures() -> tuple[Figure, ...]:
    made = [figure(id_, unit, value) for id_, (unit, _, value) in SCOPE.items()]
    year = {"period_start": "2025-11-01"}
    made = [replace(f, **year) if f.metric in {"gross_burn_low", "gross_burn_high"} else f for f in made]
    made += [figure(id_, unit, value, "jada") for id_, (unit, _, value) in LEAD.items()]
    made += [figure(id_, unit, value, "rental") for id_, (unit, _, value) in RENTAL.items()]
    return tuple(made + [gap(id_, unit, needs) for id_, (unit, needs) in MISSING.items()])


CHECKS = (
    Check("bookings", "jada", "price is not negative", "fail", "banner", "-5.00", 1, ("B0007",)),
    Check("bookings", "jada", "booking_id is unique", "pass", "hold"),
)


@pytest.fixture
def templates() -> Path:
    return INCLUDE / "templates"


@pytest.fixture
def build():
    """``build("cfo", verdict=..., ...)``: the inputs of a report of the day, with some parts replaced."""

    def inputs(name: str = "cfo", **changes: Any) -> PayloadInputs:
        # Tenant models are kept frozen by pydantic, so a title is replaced when the portfolio is made.
        home = changes.pop("portfolio", None) or portfolio()
        shown = changes.pop("report", None) or report(name)
        document = {
            "config": Config(portfolio=home, datasets={}, reports={name: shown}),
            "report": shown,
            "as_of": AS_OF,
            "said": tuple(t.id for t in home.tenants),
            "left_out": {},
            "metrics": metrics(),
            "figures": figures(),
            "histories": {("gross_burn", None, "USD"): {"trend": [
                {"period": m, "value": Decimal(v)} for m, v in zip(MONTHS, BURN, strict=True)
            ]}},
            "tables": tables(),
            "findings": [
                finding("empty_pipeline", "jada"),
                finding("no_agency_listings", "jada", "resolved"),
            ],
            "recommendations": [
                recommendation("empty_pipeline", "jada", "2026-12-04"),
                recommendation("later_thing", None, "2027-03-01"),
            ],
            "closed_recommendations": [],
            "manifests": (
                manifest("jada", "bookings", rows_read=28, quarantined=(
                    Quarantined("price is negative", 1, ("B0007",)),
                )),
                manifest("rental", "stays", broken_files=(
                    Quarantined("not CSV", 0, ("stays-2026-10.csv",)),
                )),
            ),
            "verdict": verdict_of(CHECKS),
            "previous": None,
            "words": WORDS,
            **changes,
        }  # fmt: skip
        return PayloadInputs(**document)

    return inputs


@pytest.fixture
def sample():
    """The makers of parts, for tests that replace some."""

    class Sample:
        figure = staticmethod(figure)
        gap = staticmethod(gap)
        metric = staticmethod(metric)
        finding = staticmethod(finding)
        recommendation = staticmethod(recommendation)
        manifest = staticmethod(manifest)
        portfolio = staticmethod(portfolio)
        report = staticmethod(report)
        figures = staticmethod(figures)
        tables = staticmethod(tables)
        checks = CHECKS

    return Sample
