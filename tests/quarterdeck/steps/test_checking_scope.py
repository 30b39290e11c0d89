"""Figures of several tenants together are checked like a tenant's own: one that fails holds the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.quality.definition import Check, Verdict
from quarterdeck.steps import concluding

if TYPE_CHECKING:
    import pytest
    from tests.quarterdeck.steps.conftest import Lantern

NET = "Net burn is at most gross burn"
BROKEN = Check("kpis", None, "Opening cash makes closing cash", "fail", "hold", "found 0.01 EUR")


def test_an_identity_of_the_scope_that_fails_holds_the_report(
    lantern: Lantern, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = concluding.scope_verdict
    found: list[Verdict] = []

    def with_a_failure(day, figures):  # type: ignore[no-untyped-def]
        found.append(real(day, figures))
        found.append(real(day, figures))
        return Verdict("hold", (*found[0].checks, BROKEN))

    monkeypatch.setattr(concluding, "scope_verdict", with_a_failure)
    run, outcomes = lantern.cfo()
    assert (outcomes["cfo"]["state"], outcomes["cfo"]["because"]) == ("held", [BROKEN.title])

    # The lantern's own figures pass, of both businesses together (tenant None), and are checked once.
    first, second = found
    assert first == second
    assert (first.decision, {check.outcome for check in first.checks}) == ("send", {"pass"})
    assert {check.tenant for check in first.checks} == {None}
    assert NET in {check.title for check in first.checks}
    said = Verdict.from_json(lantern.day(run).conclusion("cfo")["verdict"]).checks
    assert {check.tenant for check in said if check.title == NET} == {"sloop", None}
    day = lantern.day(run)
    docs = [key for key in day.lake.list(f"docs/{run.as_of}/scope-") if key.endswith("/figures/index.html")]
    assert len(docs) == 1
    assert len(day.lake.list(f"figures/{run.as_of}/scope-checks/")) == 1
