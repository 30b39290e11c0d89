"""docs/iam: the policies are whole, small enough, and every part of them is explained."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "iam"
GUIDE = (FOLDER / "README.md").read_text()
NAMES = ("reader", "sender", "events", "inspector")


def statements(name):
    return json.loads((FOLDER / f"{name}.json").read_text())["Statement"]


def test_these_are_all_of_them():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(NAMES)


def test_a_sid_is_used_once():
    sids = [one["Sid"] for name in NAMES for one in statements(name)]
    assert len(sids) == len(set(sids))
    assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in sids)


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_and_place_is_explained(name):
    assert [one["Sid"] for one in statements(name) if f"`{one['Sid']}`" not in GUIDE] == []
    places = set(re.findall(r"\$\{\w+\}", (FOLDER / f"{name}.json").read_text()))
    assert [place for place in sorted(places) if f"`{place}`" not in GUIDE] == []


@pytest.mark.parametrize("name", NAMES)
def test_all_resources_only_where_it_is_said_why(name):
    wildcards = GUIDE[GUIDE.index("\nWildcards: ") :].partition("The inspector's")[0]
    wide = {one["Sid"] for one in statements(name) if "*" in one["Resource"]}
    assert [sid for sid in sorted(wide) if f"`{sid}`" not in wildcards] == []
    assert not any("*" in action for one in statements(name) for action in one["Action"])
    assert {one["Effect"] for one in statements(name)} == {"Allow"}


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_a_managed_policy(name):
    """6,144 characters, white space not counted; a third is left for names longer than their places."""
    assert len("".join((FOLDER / f"{name}.json").read_text().split())) < 4096
