"""Real books through a folder of YAML, against what Ledger and hledger say of them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

CLASSES = {"Assets": "asset", "Expenses": "expense", "Income": "revenue", "Liabilities": "liability"}
YEARS = (2015, 2016, 2017)


def money(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", ""))


def rows_of(path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def opened(books):
    with books.scope() as scope:
        yield scope


def balances(opened, tenant: str, at: date | None = None) -> dict[str, Decimal]:
    """What each account that isn't settled stands at."""
    rows = [row for row in opened.table("trial_balance", at) if row["tenant"] == tenant]
    assert {row["currency"] for row in rows} == {"USD"}
    return {row["account"]: row["balance"] for row in rows if row["balance"]}


# --- Hack Club ---------------------------------------------------------------------------------------


def test_every_posting_and_every_account_is_kept(books) -> None:
    ledger, chart = (books.manifest("hackclub", name) for name in ("general_ledger", "chart_of_accounts"))
    assert (ledger.rows_read, ledger.rows_kept) == (2_777, 2_777)
    assert (chart.rows_read, chart.rows_kept) == (51, 51)
    for manifest in (ledger, chart):
        assert manifest.rows_read == manifest.rows_kept + manifest.rows_quarantined + manifest.rows_after


def test_every_account_stands_where_hledger_says(opened, data) -> None:
    expected = rows_of(data / "ledger_hackclub" / "expected_hledger_balance_flat.csv")[1:]
    assert len(expected) == 37
    assert balances(opened, "hackclub") == {account: money(balance) for account, balance in expected}


def test_the_classes_of_accounts_add_up_to_nothing(opened) -> None:
    totals: Counter[str] = Counter()
    for account, balance in balances(opened, "hackclub").items():
        totals[account.partition(":")[0]] += balance
    assert totals == {
        "Assets": Decimal("6408.44"),
        "Expenses": Decimal("283164.57"),
        "Income": Decimal("-288936.96"),
        "Liabilities": Decimal("-636.05"),
    }
    assert sum(totals.values()) == Decimal("-0.00")


def test_the_income_statement_of_every_year_and_account(opened, data) -> None:
    expected = {
        (account, year): money(amount)
        for account, *amounts in rows_of(
            data / "ledger_hackclub" / "expected_hledger_incomestatement_yearly.csv"
        )
        if account.startswith(("Income:", "Expenses:"))
        for year, amount in zip(YEARS, amounts, strict=True)
        if money(amount)
    }
    found = [row for row in opened.table("income_by_year") if row["tenant"] == "hackclub" and row["amount"]]
    assert {(row["account"], int(row["year"][:4])): row["amount"] for row in found} == expected
    assert all(row["type"] == CLASSES[row["account"].partition(":")[0]] for row in found)


def test_revenue_expenses_and_net_of_every_year(opened) -> None:
    totals: Counter[tuple[str, int]] = Counter()
    for row in opened.table("income_by_year"):
        if row["tenant"] == "hackclub":
            totals[row["type"], int(row["year"][:4])] += row["amount"]
    revenue = [totals["revenue", year] for year in YEARS]
    expenses = [totals["expense", year] for year in YEARS]
    assert revenue == [Decimal("86765.03"), Decimal("164004.87"), Decimal("38167.06")]
    assert expenses == [Decimal("60464.38"), Decimal("106897.48"), Decimal("115802.71")]
    assert [r - e for r, e in zip(revenue, expenses, strict=True)] == [
        Decimal("26300.65"),
        Decimal("57107.39"),
        Decimal("-77635.65"),
    ]


def test_the_balance_sheet_at_every_year_end(opened, data) -> None:
    sheet = rows_of(data / "ledger_hackclub" / "expected_hledger_balancesheet_yearly.csv")
    for column, year in enumerate(YEARS, 1):
        found = balances(opened, "hackclub", date(year, 12, 31))
        for account, *amounts in sheet:
            if account.startswith("Assets:"):
                assert found.get(account, 0) == money(amounts[column - 1])
            if account.startswith("Liabilities:"):
                assert -found.get(account, 0) == money(amounts[column - 1])
        worth = sum(b for a, b in found.items() if a.startswith(("Assets:", "Liabilities:")))
        (net,) = [row for row in sheet if row[0] == "Net:"]
        assert worth == money(net[column])


def test_the_burn_of_a_year_is_what_the_bank_accounts_lost(opened, data) -> None:
    sheet = rows_of(data / "ledger_hackclub" / "expected_hledger_balancesheet_yearly.csv")
    assets = next(row for row in sheet if row[0] == "total")
    months = [row for row in opened.table("burn_by_month") if row["month"].startswith("2017")]
    assert (len(months), all(row["is_full"] for row in months)) == (12, True)
    # 87,546.38 - 6,408.44
    assert (
        sum(row["net_burn"] for row in months) == money(assets[2]) - money(assets[3]) == Decimal("81137.94")
    )


def test_books_that_balance_are_reported(books, opened) -> None:
    figures = opened.figures("trial_balance_difference", "unmapped_accounts", "duplicate_accounts")
    assert figures["hackclub", "trial_balance_difference"].value == Decimal("0.00")
    assert figures["hackclub", "unmapped_accounts"].value == 0
    assert figures["hackclub", "duplicate_accounts"].value == 0
    for report in books.reports:
        assert [tenant["id"] for tenant in books.payload(report)["scope"]["tenants"]] == ["hackclub"]


# --- the example of the Ledger manual ----------------------------------------------------------------


def test_the_manuals_balance_report(opened) -> None:
    found = balances(opened, "drewr")
    assert found == {
        "Assets:Checking": Decimal("1366.00"),
        "Assets:Checking:Business": Decimal("30.00"),
        "Equity:Opening Balances": Decimal("-6200.00"),
        "Expenses:Auto": Decimal("5500.00"),
        "Expenses:Books": Decimal("20.00"),
        "Expenses:Escrow": Decimal("300.00"),
        "Expenses:Food:Groceries": Decimal("334.00"),
        "Expenses:Interest:Mortgage": Decimal("500.00"),
        "Income:Salary": Decimal("-2000.00"),
        "Income:Sales": Decimal("-30.00"),
        "Liabilities:MasterCard": Decimal("-20.00"),
        "Liabilities:Mortgage:Principal": Decimal("200.00"),
        "Liabilities:Tithe": Decimal("-243.60"),
    }
    printed = {
        "Assets:Checking": "1396.00",
        "Expenses": "6654.00",
        "Income": "-2030.00",
        "Liabilities": "-63.60",
        "": "-243.60",
    }
    for prefix, balance in printed.items():
        assert sum(b for account, b in found.items() if account.startswith(prefix)) == Decimal(balance)


def test_entries_without_another_side_are_found(opened) -> None:
    """The tithe, 12 % of 2,000.00 and of 30.00, has none: 240.00 + 3.60."""
    difference = opened.figures("trial_balance_difference")["drewr", "trial_balance_difference"]
    assert (difference.value, difference.currency) == (Decimal("243.60"), "USD")
    rest = opened.ask(
        "select entry_id from general_ledger where tenant = 'drewr' and account <> 'Liabilities:Tithe'"
        " group by entry_id having sum(amount) <> 0"
    )
    assert rest == []


def test_books_that_do_not_balance_hold_their_tenant(books) -> None:
    for report, outcome in books.reports.items():
        assert outcome["decision"] == "banner"
        assert "Every entry balances" in str(books.payload(report)["scope"]["left_out"])
    checks = books.day.snapshots.checks("2017-12-31", "drewr", "general_ledger")
    (unbalanced,) = [check for check in checks if check["title"] == "Every entry balances"]
    assert (unbalanced["outcome"], unbalanced["on_fail"]) == ("fail", "hold")
    assert sorted(unbalanced["keys"]) == ["11/USD", "5/USD"]
