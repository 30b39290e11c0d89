"""To add something is to add its files: nothing else in the tree has to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quarterdeck.settings.places import Places
from quarterdeck.settings.reading import list_portfolios, read_config
from quarterdeck.steps.checking import all_mistakes
from quarterdeck.steps.resources import Resources

ROOT = Path(__file__).parents[2]

METRIC = """\
-- title: Bookings ever made
-- unit: count
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter
-- needs: the bookings
-- formula: bookings known by the as-of day
-- reference: ours
-- owner: operations
select cast(count(*) as bigint) as value
from bookings_as_of
"""
METRIC_CASES = """\
cases:
  - name: two bookings
    as_of: 2026-03-31
    tables:
      bookings:
        - {booking_id: a, starts_at: 2026-03-01T10:00:00, ends_at: 2026-03-01T12:00:00, price: 10}
        - {booking_id: b, starts_at: 2026-03-02T10:00:00, ends_at: 2026-03-02T12:00:00, price: 10}
    expect: {value: 2}
  - name: no bookings dataset
    as_of: 2026-03-31
    tables: {}
    expect: {missing: no_data}
"""
RULE = """\
title: No booking was ever made
severity: low
for_each: tenant
kinds: [charter]
when: bookings_ever = 0
evidence: [bookings_ever]
description: "{{ tenant.title }} has {{ bookings_ever }} bookings."
impact: Nothing is earned.
recommendation:
  action: Sell one.
  owner: owner
  due_in_days: 7
  effort: small
  expected_effect: A first booking.
"""
RULE_CASES = """\
cases:
  - name: none
    figures: {bookings_ever: 0}
    fires: true
  - name: some
    figures: {bookings_ever: 2}
    fires: false
  - name: unknown
    figures: {bookings_ever: {missing: no_data}}
    fires: null
"""
REPORT = """\
title: Bookings alone
role: coo
due: "08:00"
rules: [no_booking_ever]
summary: ["There is one figure."]
kpis:
  - {metric: bookings_ever, headline: true}
"""
TENANT = """\
title: A second sloop
kind: charter
currency: EUR
datasets:
  bookings: {from: files, path: data/sloop/bookings.csv, format: csv}
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A copy of the definitions, with the golden portfolio in it under another name."""
    shutil.copytree(ROOT / "include", tmp_path / "include")
    shutil.rmtree(tmp_path / "include" / "portfolios")
    golden = ROOT / "tests" / "golden" / "portfolios" / "lantern"
    shutil.copytree(golden, tmp_path / "include" / "portfolios" / "beacon")
    return Places(tmp_path / "include", (tmp_path / "include" / "portfolios",), tmp_path / "home")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_portfolio_is_its_folder(places: Places) -> None:
    assert all_mistakes(places) == []
    assert [head.id for head in list_portfolios(places)] == ["beacon"]


def test_one_of_each_needs_its_own_files_alone(places: Places) -> None:
    include = places.include
    write(include / "sql/metrics/bookings/bookings_ever.sql", METRIC)
    write(include / "sql/metrics/bookings/bookings_ever.cases.yaml", METRIC_CASES)
    write(include / "rules/pipeline/no_booking_ever.yaml", RULE)
    write(include / "rules/pipeline/no_booking_ever.cases.yaml", RULE_CASES)
    write(include / "reports/bookings.yaml", REPORT)
    write(include / "portfolios/beacon/tenants/second.yaml", TENANT)
    # The one line that says who gets the new report.
    portfolio = include / "portfolios/beacon/portfolio.yaml"
    portfolio.write_text(portfolio.read_text().replace("[ceo, cfo]", "[ceo, cfo, bookings]"))
    assert all_mistakes(places) == []
    config = read_config("beacon", places)
    assert "second" in [tenant.id for tenant in config.portfolio.tenants]
    assert config.reports["bookings"].role == "coo"

    def no_aws(_aws: object, service: str) -> None:
        raise AssertionError(service)

    assert "bookings_ever" in Resources(places, no_aws).catalogue().metrics


def test_a_half_added_metric_is_told(places: Places) -> None:
    write(places.include / "sql/metrics/bookings/bookings_ever.sql", METRIC)
    assert ["bookings_ever.cases.yaml" in str(mistake) for mistake in all_mistakes(places)] == [True]
