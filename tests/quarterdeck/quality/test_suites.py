"""Suites from YAML, and every mistake in them with its file and line."""

import os
from pathlib import Path

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.quality.suites import ARGUMENTS, read_suites

ROOT = Path(__file__).parents[3]
BOOKINGS = """\
title: Bookings
key: [booking_id]
timing: events
columns:
  booking_id: {type: text, required: true}
  price: {type: money}
"""


@pytest.fixture
def include(tmp_path):
    for folder in ("datasets", "expectations", "sql/metrics/stays"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "datasets" / "bookings.yaml").write_text(BOOKINGS)
    (tmp_path / "sql" / "metrics" / "stays" / "adr.sql").write_text("select 1 as value")
    return tmp_path


def mistakes_of(include, name, text):
    (include / "expectations" / f"{name}.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_suites(include)
    return [(Path(mistake.file).name, mistake.line, mistake.message) for mistake in caught.value.mistakes]


def test_a_suite_is_read_with_its_derived_frames(include):
    (include / "expectations" / "bookings.yaml").write_text(
        """\
expectations:
  - title: No price is negative
    type: expect_column_values_to_be_between
    kwargs: {column: price, min_value: 0}
derived:
  total:
    sql: select sum(price) as total from bookings
    expectations:
      - title: Something was sold
        type: expect_column_sum_to_be_between
        kwargs: {column: total, min_value: 1}
        on_fail: hold
"""
    )
    suite = read_suites(include)["bookings"]
    assert (suite.expectations[0].columns, suite.expectations[0].on_fail) == (("price",), "banner")
    assert suite.derived["total"].expectations[0].on_fail == "hold"


EXPECTATION = "expectations:\n  - title: x\n    type: {type}\n    kwargs: {kwargs}\n    on_fail: {on_fail}\n"
BETWEEN = "expect_column_values_to_be_between"


@pytest.mark.parametrize(
    ("name", "kind", "kwargs", "on_fail", "line", "said"),
    [
        ("bookings", "expect_no_nonsense", "{column: price}", "hold", 2, "'expect_no_nonsense'"),
        ("bookings", BETWEEN, "{min_value: 0}", "hold", 2, "expected kwargs to have column"),
        ("bookings", BETWEEN, "{column: price, minimum: 0}", "hold", 2, "found minimum"),
        ("bookings", BETWEEN, "{column: price}", "panic", 5, "panic"),
        ("bookings", BETWEEN, "{column: prise}", "hold", 4, "expected a column of bookings, found 'prise'"),
        ("kpis", BETWEEN, "{column: adrr}", "hold", 4, "expected a column of kpis, found 'adrr'"),
        ("bookngs", BETWEEN, "{column: price}", "hold", 1, "expected the name of a dataset or 'kpis'"),
    ],
)
def test_a_mistake_is_said_with_its_file_and_line(include, name, kind, kwargs, on_fail, line, said):
    text = EXPECTATION.format(type=kind, kwargs=kwargs, on_fail=on_fail)
    [(file, found, message)] = mistakes_of(include, name, text)
    assert (file, found) == (f"{name}.yaml", line)
    assert said in message


def test_all_mistakes_of_all_files_are_said(include):
    (include / "expectations" / "kpis.yaml").write_text("expectation: []\n")
    found = mistakes_of(include, "bookings", "expectations: 7\n")
    assert [file for file, _, _ in found] == ["bookings.yaml", "kpis.yaml"]


def test_the_products_own_suites_have_no_mistake():
    suites = read_suites(ROOT / "include")
    assert {"bookings", "payments", "general_ledger", "kpis"} <= suites.keys()


def test_arguments_are_those_of_great_expectations():
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations  # noqa: F401 - fills the registry
    from great_expectations.expectations.registry import get_expectation_impl

    for name, (needed, optional) in ARGUMENTS.items():
        fields = (
            get_expectation_impl(name).model_fields
            if hasattr(get_expectation_impl(name), "model_fields")
            else get_expectation_impl(name).__fields__
        )
        assert {*needed, *optional} <= set(fields), name
