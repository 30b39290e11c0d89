"""Every dependency has a reason, and the lock holds every dependency."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def wanted() -> set[str]:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return {
        re.split(r"[><=\[]", line)[0].strip() for line in lines if line.strip() and not line.startswith("#")
    }


def test_every_dependency_has_a_reason() -> None:
    table = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    reasoned = {
        name.strip() for row in re.findall(r"^\| ([a-z0-9, -]+) \|", table, re.M) for name in row.split(",")
    }
    assert wanted() - reasoned == set()
    assert reasoned - wanted() - {"package"} == set()


def test_every_dependency_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(), re.M))
    assert wanted() - locked == set()
