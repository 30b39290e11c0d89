"""The demo's figures, of each business and of all together, keep to the suite's bounds and identities."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from quarterdeck.quality.suites import Suite
from quarterdeck.quality.validation import validate_figures
from quarterdeck.settings.yaml_files import read_model

SUITE = Path(__file__).parents[2] / "include" / "expectations" / "kpis.yaml"
IDENTITIES = {
    "The lines of the aging add up to receivables",
    "Receivables are invoices less credits and payments",
    "Opening cash and the flows of each month make its closing cash",
    "What customers were owed, what they paid and what was earned make what they are owed",
    "Break-even revenue is at most break-even units at the average price",
    "Runway is cash available over its monthly fall",
}


def test_every_bound_and_identity_holds(figures) -> None:
    suite = read_model(SUITE, Suite, extra={"id": "kpis"})
    plain = [asdict(figure) for figure in figures.values()]
    checks = {check.title: check for check in validate_figures(plain, suite, tenant=None)}
    assert {title: (c.observed, c.keys) for title, c in checks.items() if c.outcome != "pass"} == {}
    assert checks.keys() >= IDENTITIES
    # In the first days of a month no guest may have stayed yet: then there is no ADR to check.
    stayed = any(figure.missing is None for (_, metric), figure in figures.items() if metric == "adr")
    assert ("RevPAR is ADR times occupancy" in checks) == stayed
