"""A06: rows without a group key are a group of their own, and a breakdown adds up to its total."""

import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.sources import FileSource
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.reading import read_source

ROWS = [
    {"region": "north", "amount": 100},
    {"amount": 40},
    {"region": "NaN", "amount": 7},
    {"region": "south", "amount": 3},
]
REGIONS = Dataset.model_validate(
    {
        "id": "regions",
        "title": "Regions",
        "key": ["region"],
        "timing": "state",
        "columns": {
            "region": {"type": "text", "required": True},
            "amount": {"type": "decimal", "required": True},
        },
    }
)
NAMED = "coalesce(nullif(region, 'NaN'), 'unassigned')"


@pytest.mark.parametrize(
    ("by", "breakdown"),
    [
        (NAMED, {"north": 100, "south": 3, "unassigned": 47}),
        ("region", {"north": 100, "NaN": 7, "south": 3, "unassigned": 40}),
    ],
)
def test_a06_a_breakdown_adds_up_to_its_total(tmp_path, reading, by, breakdown):
    (tmp_path / "a.log").write_text("\n".join(map(json.dumps, ROWS)))
    source = FileSource.model_validate(
        {
            "from": "files", "path": "*.log", "format": "jsonl",
            "aggregate": {"by": {"region": by}, "totals": {"amount": {"how": "sum", "sql": "amount"}}},
            "columns": {"region": {"from": "region", "default": "unassigned"}},
        }
    )  # fmt: skip
    extract = read_source(source, REGIONS, reading(None, folder=tmp_path))
    tenant = Tenant(id="t", title="T", kind="charter", currency="USD")
    result = conform(extract, source, REGIONS, tenant=tenant, zone=ZoneInfo("UTC"), as_of_end=None)
    assert dict(zip(result.frame["region"], result.frame["amount"], strict=True)) == breakdown
    assert (result.quarantined, result.frame["amount"].sum()) == ((), Decimal(150))


def test_a06_a_row_without_a_required_key_is_set_aside_by_name_not_dropped(tmp_path, reading):
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    source = FileSource.model_validate({"from": "files", "path": "*.jsonl", "format": "jsonl"})
    extract = read_source(source, REGIONS, reading(None, folder=tmp_path))
    tenant = Tenant(id="t", title="T", kind="charter", currency="USD")
    result = conform(extract, source, REGIONS, tenant=tenant, zone=ZoneInfo("UTC"), as_of_end=None)
    assert sorted(result.frame["region"]) == ["NaN", "north", "south"]
    [aside] = result.quarantined
    assert (aside.reason, aside.rows) == ("region: expected a value, found nothing", 1)
