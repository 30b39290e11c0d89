"""Twenty metrics of a made-up tenant, computed again in pandas: both agree to the last minor unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def test_twenty_metrics_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import metric_registry
    import metric_world

    catalogue = metric_registry.applying_to_all(
        metric_registry.read_catalogue(metric_registry.ROOT / "include")
    )
    metric_world.build(tmp_path, catalogue.datasets, bookings=600)
    theirs = metric_registry.with_pandas(tmp_path, catalogue, shared=True)
    assert len(theirs) == 20
    found = metric_registry.figures(tmp_path, catalogue, frozenset(theirs))
    ours = {figure.metric: str(figure.value) for figure in found}
    assert ours == theirs
    assert sum(value not in {"0", "0.00"} for value in ours.values()) >= 19
