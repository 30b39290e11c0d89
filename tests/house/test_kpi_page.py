"""``docs/kpis.md`` is what the headers of the metrics say today."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.settings.places import Places
from quarterdeck.steps.kpi_page import kpi_page

ROOT = Path(__file__).parents[2]


def test_the_page_of_kpis_is_up_to_date() -> None:
    written = kpi_page(Places(ROOT / "include", (ROOT / "include" / "portfolios",), ROOT / "var"))
    assert (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8") == written, "stale: run `make docs`"
