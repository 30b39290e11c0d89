"""What a mapping reads of its source."""

from __future__ import annotations

import pytest

from quarterdeck.settings.sources import FileSource
from quarterdeck.sources.wanted import attributes


def source(**more):
    return FileSource.model_validate({"from": "files", "path": "x.csv", "format": "csv", **more})


def test_columns_by_their_own_name_or_the_mapped_one_and_the_standard_ones(dataset):
    found = attributes(source(columns={"price": "Amount"}), dataset(name="text", price="money"))
    assert found == ("Amount", "created_at", "currency", "name", "tenant")


def test_sql_and_where_name_their_columns(dataset):
    mapping = {"cost": {"sql": 'coalesce("Unit price", 0) * count_of'}, "name": {"sql": "raw.title"}}
    found = attributes(source(columns=mapping, where="state <> 'x'"), dataset(cost="decimal", name="text"))
    assert set(found) == {"Unit price", "count_of", "raw", "title", "state", "tenant", "created_at"}


@pytest.mark.parametrize("sql", ["hash(*)", "columns('a.*')", "this is (not sql"])
def test_what_may_read_anything_is_not_narrowed(dataset, sql):
    assert attributes(source(columns={"name": {"sql": sql}}), dataset(name="text")) is None


def test_a_count_of_all_reads_no_column(dataset):
    assert attributes(source(where="(select count(*)) > 0"), dataset(name="text")) == (
        "created_at", "name", "tenant",
    )  # fmt: skip


def test_of_an_aggregate_what_its_expressions_name(dataset):
    aggregate = {
        "by": {"day": 'substr("at", 1, 10)'},
        "totals": {"n": {"how": "count"}, "b": {"how": "sum", "sql": "bytes"}},
    }
    assert attributes(source(aggregate=aggregate), dataset(day="day", n="integer")) == ("at", "bytes")
