"""The declared datasets of ``include/datasets``."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.settings.crosschecks import SURVEY_ONLY, check_dataset
from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.yaml_files import as_model, load

FILES = sorted((Path(__file__).parents[3] / "include" / "datasets").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dataset_is_sound_and_explains_every_column(path: Path) -> None:
    file = load(path)
    dataset = as_model(file, Dataset, extra={"id": path.stem})
    assert list(check_dataset(dataset, file)) == []
    assert [name for name, column in dataset.columns.items() if not column.means] == []


def test_which_days_can_be_rebuilt() -> None:
    states = {path.stem for path in FILES if load(path).data["timing"] == "state"} - SURVEY_ONLY
    assert states == {
        "cash_accounts", "asset_inventory", "asset_blocks", "listings", "projects", "cloud_usage",
        "cloud_forecasts", "price_table",
    }  # fmt: skip
