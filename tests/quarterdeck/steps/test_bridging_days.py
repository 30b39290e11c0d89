"""Which days a figure is compared with, by what its metric is over."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from quarterdeck.metrics.lineage import Statement
from quarterdeck.steps import bridging
from quarterdeck.steps.bridging import movements_of

SQL = {
    "month_to_date": "select 1 as value",
    "full_months": "select 1 as value, full_end - 1 as period_end from period",
    "day": "select 1 as value, as_of as period_end from period",
}


@pytest.fixture
def asked(monkeypatch):
    """The questions that are put for a metric over a span: against, now, then."""

    def ask(span: str, as_of: str, since: str | None) -> dict[str, tuple[str, str]]:
        metric = SimpleNamespace(query=SimpleNamespace(path="m.sql"), applies_to=lambda _: True)
        catalogue: Any = SimpleNamespace(
            metrics={"m": metric}, bridges={"m": None}, statements={"m.sql": Statement("m.sql", SQL[span])}
        )
        report: Any = SimpleNamespace(
            kpis=[SimpleNamespace(metric="m", of="scope"), SimpleNamespace(metric="other", of="scope")]
        )
        put: list[Any] = []
        answers = SimpleNamespace(answer=lambda questions: put.extend(questions) or [])
        monkeypatch.setattr(bridging, "Bridging", lambda *_: answers)
        scope: Any = SimpleNamespace(as_of=date.fromisoformat(as_of), tenants=(), lead=None, snapshots={})
        monkeypatch.setattr(bridging, "ingredients_hash", lambda *_: as_of)
        day: Any = None
        movements_of(day, report, scope, catalogue, None if since is None else date.fromisoformat(since))
        return {question.against: (str(question.then), str(question.now)) for question in put}

    return ask


def test_a_month_to_date_against_as_many_days(asked) -> None:
    assert asked("month_to_date", "2026-11-24", "2026-11-23") == {
        "previous_edition": ("2026-11-23", "2026-11-24"),
        "month_before": ("2026-10-24", "2026-11-24"),
        "year_before": ("2025-11-24", "2026-11-24"),
    }


def test_a_longer_month_is_cut(asked) -> None:
    assert asked("month_to_date", "2026-03-30", None) == {
        "month_before": ("2026-02-28", "2026-03-28"),
        "year_before": ("2025-03-30", "2026-03-30"),
    }


def test_full_months_against_full_months(asked) -> None:
    assert asked("full_months", "2026-11-24", None) == {
        "month_before": ("2026-09-30", "2026-11-24"),
        "year_before": ("2025-10-31", "2026-11-24"),
    }


def test_a_day_against_the_same_day(asked) -> None:
    assert asked("day", "2026-03-30", None) == {
        "month_before": ("2026-02-28", "2026-03-30"),
        "year_before": ("2025-03-30", "2026-03-30"),
    }
