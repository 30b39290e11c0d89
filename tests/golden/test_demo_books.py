"""What an accountant finds in the demo's books on every anchor day: what was planted, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from quarterdeck.findings.evaluation import evaluate
from quarterdeck.findings.rules import read_rules
from quarterdeck.settings.reading import read_config

Figures = dict[tuple[str | None, str], Any]
FOUND = {
    "accounts_not_mapped:queenofsandiego",
    "expenses_entered_twice:jada",
    "expenses_out_of_pattern:quickdumpnow",
    "expenses_uncategorised:queenofsandiego",
    "expenses_without_receipt:jada",
    "expenses_without_receipt:quickdumpnow",
    "expenses_without_receipt:rental-3028-51st-st",
    "no_accounting_system",
    "revenue_not_tracked:jada",
    "revenue_posted_in_wrong_period:jada",
}


def value(figures: Figures, metric: str, tenant: str | None = None) -> Decimal:
    figure = figures[tenant, metric]
    assert figure.missing is None, f"{metric}: {figure.missing}, {figure.because}"
    return Decimal(figure.value)


def test_revenue_of_two_charters_is_a_month_early(figures) -> None:
    assert figures["jada", "revenue_wrong_period"].note == "bookings: 2"
    assert 2 * 750 <= value(figures, "revenue_wrong_period") <= 2 * 1_250
    assert value(figures, "revenue_wrong_period", "queenofsandiego") == 0
    assert value(figures, "revenue_wrong_period", "quickdumpnow") == 0


def test_expenses_in_question(figures) -> None:
    assert value(figures, "duplicate_expenses") == 90
    assert value(figures, "missing_receipts") == 350 + 180 + 145
    assert value(figures, "uncategorised_expense") == 145
    assert 150 + 35 * Decimal("0.97") <= value(figures, "expense_outliers") <= 150 + 35 * Decimal("1.03")


def test_cash_agrees_with_the_banks(figures) -> None:
    assert value(figures, "cash_accounts_unreconciled") == 0
    assert value(figures, "cash_unreconciled") == 0
    assert value(figures, "tax_owed") == 0


def test_two_of_ten_needs_are_not_met(figures) -> None:
    assert value(figures, "accounting_readiness") == Decimal("0.8")
    assert value(figures, "accounting_systems") == 0


def test_what_was_planted_is_found_and_nothing_else(office, figures) -> None:
    places = office.resources.places
    portfolio = read_config("harbor", places).portfolio
    rules = [rule for rule in read_rules(places.include) if rule.category == "books"]
    assert len(rules) >= 12
    found = evaluate(
        rules,
        list(figures.values()),
        portfolio.tenants,
        portfolio=portfolio,
        format_figure=lambda figure: str(figure.value),
    )
    assert {finding.id for finding in found} == FOUND
