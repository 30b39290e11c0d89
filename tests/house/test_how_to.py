"""docs/how-to/add-a-dataset.md, followed to the letter: YAML alone adds a dataset."""

from __future__ import annotations

import re
import shutil
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from quarterdeck.settings.places import Places
from quarterdeck.steps.checking import all_mistakes
from quarterdeck.steps.measuring import open_day
from quarterdeck.steps.resources import Day, Resources
from quarterdeck.steps.snapshot import take_snapshots

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-dataset.md"
BLOCK = re.compile(r"<!-- (file|under datasets in): (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
AS_OF = "2026-03-31"


def followed(base: Path) -> Places:
    """A copy of the definitions and of the golden portfolio, after every block of the page."""
    include = base / "include"
    shutil.copytree(ROOT / "include", include)
    shutil.rmtree(include / "portfolios")
    portfolio = include / "portfolios" / "beacon"
    shutil.copytree(ROOT / "tests" / "golden" / "portfolios" / "lantern", portfolio)
    blocks = BLOCK.findall(PAGE.read_text())
    assert len(blocks) == 6
    for kind, name, text in blocks:
        root, _, below = name.partition("/")
        path = {"portfolio": portfolio, "include": include}[root] / below
        assert path.suffix != ".py"
        if kind == "file":
            path.write_text(text)
        else:
            path.write_text(path.read_text().rstrip("\n") + "\n" + textwrap.indent(text, "  "))
    return Places(include, (include / "portfolios",), base / "home")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    places = followed(tmp_path_factory.mktemp("how-to"))
    assert all_mistakes(places) == []

    def no_aws(*_: object) -> None:
        raise AssertionError("this portfolio is files alone")

    return open_day(Resources(places, no_aws), "beacon", AS_OF)


def test_a_declared_dataset_with_a_dialect_of_its_own(day: Day) -> None:
    take_snapshots(day, day.config.portfolio.tenant("cottage"), refresh=False)
    manifest = day.snapshots.latest(AS_OF, "cottage", "budgets")
    assert manifest is None or manifest.missing is None
    rows = day.snapshots.frame(AS_OF, "cottage", "budgets")
    assert sorted(zip(rows["category"], rows["amount"], strict=True)) == [
        ("cleaning", 125_050),
        ("insurance", 18_000),
    ]
    assert manifest is not None
    assert (manifest.rows_read, manifest.rows_kept, manifest.rows_quarantined) == (3, 2, 1)
    (aside,) = manifest.quarantined
    assert (aside.keys, "'twelve'" in aside.reason) == (("budget-2026.csv:4",), True)


def test_a_dataset_of_ones_own(day: Day) -> None:
    take_snapshots(day, day.config.portfolio.tenant("sloop"), refresh=False)
    rows = day.snapshots.frame(AS_OF, "sloop", "fuel_receipts")
    assert list(rows["litres"]) == [Decimal("42.5"), Decimal(0)]
    assert list(rows["price"]) == [7650, 0]
    failed = [c for c in day.snapshots.checks(AS_OF, "sloop", "fuel_receipts") if c["outcome"] == "fail"]
    assert [check["title"] for check in failed] == ["Every receipt has fuel on it"]
