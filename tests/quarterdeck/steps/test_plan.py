"""The plan: which day, which mode, who and what is due; and what stops a run."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from quarterdeck.errors import ConfigError, RequestError
from quarterdeck.settings.definition import Report
from quarterdeck.steps.plan import PlanRequest, is_due, plan, resolve_mode


@pytest.mark.parametrize(
    ("asked", "run_type", "portfolio_mode", "mode"),
    [
        ("auto", "scheduled", "send", "send"),
        ("auto", "scheduled", "archive", "archive"),
        ("auto", "manual", "send", "preview"),
        ("auto", "backfill", "send", "archive"),
        ("auto", "asset_triggered", "send", "preview"),
        ("send", "manual", "archive", "send"),
        ("send", "backfill", "archive", "send"),
    ],
)
def test_mode(asked: str, run_type: str, portfolio_mode: str, mode: str) -> None:
    assert resolve_mode(asked, run_type, portfolio_mode) == mode


def report(cadence: object) -> Report:
    return Report(id="r", title="R", role="r", due="08:00", cadence=cadence, kpis=())


@pytest.mark.parametrize(
    ("cadence", "day", "due"),
    [
        ("daily", date(2026, 3, 31), True),
        ({"weekly": "tuesday"}, date(2026, 3, 31), True),
        ({"weekly": "monday"}, date(2026, 3, 31), False),
        ({"monthly": 31}, date(2026, 2, 28), True),  # February has no 31st: its last day stands in
        ({"monthly": 31}, date(2026, 2, 27), False),
        ({"monthly": 1}, date(2026, 12, 1), True),
        ({"monthly": 31}, date(2026, 12, 31), True),
    ],
)
def test_cadence(cadence: object, day: date, due: bool) -> None:
    assert is_due(report(cadence), day) is due


def test_plan_names_tenants_and_reports_and_keeps_the_config(lantern) -> None:
    planned = lantern.plan()
    assert planned["tenants"] == ["cottage", "sloop"]
    assert planned["reports"] == ["ceo", "cfo"]
    assert planned["run"]["as_of"] == "2026-03-31"
    assert (lantern.home / "lake" / "lantern" / "config" / f"{planned['run']['config']}.json").exists()


def test_xcom_holds_no_address(lantern) -> None:
    assert "@" not in repr(lantern.plan())


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"as_of": "2026-04-01"}, "expected a day that is over"),
        ({"as_of": "31.3.2026"}, "expected a day such as"),
        ({"mode": "sned"}, "expected one of auto, archive, preview, send"),
        ({"reports": ["cto"]}, "has no 'cto'; it has: ceo, cfo"),
        ({"tenants": ["sloep"]}, "has no 'sloep'"),
        ({"tennants": ["sloop"]}, "unknown parameter 'tennants'"),
    ],
)
def test_a_wrong_request_is_refused(lantern, params: dict, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        lantern.plan(**params)


def test_a_manual_run_without_a_date_reports_on_the_day_before(lantern) -> None:
    # 22:30 UTC on 31 March is already 1 April in Amsterdam, so the day before is 31 March.
    request = PlanRequest("lantern", "r", "manual", None, datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    assert plan(request, lantern.resources)["run"]["as_of"] == "2026-03-31"


def test_a_scheduled_run_reports_on_its_logical_date(lantern) -> None:
    logical = datetime(2026, 3, 30, 4, tzinfo=UTC)
    request = PlanRequest("lantern", "r", "scheduled", logical, datetime(2026, 3, 31, 4, tzinfo=UTC))
    planned = plan(request, lantern.resources)
    assert (planned["run"]["as_of"], planned["mode"]) == ("2026-03-30", "archive")


def test_every_mistake_is_listed_with_file_and_line(lantern) -> None:
    lantern.edit("portfolio.yaml", lambda text: text.replace("lead_tenant: sloop", "lead_tennant: sloop"))
    lantern.edit("tenants/cottage.yaml", lambda text: text.replace("kind: rental", "knd: rental"))
    with pytest.raises(ConfigError) as caught:
        lantern.plan()
    text = str(caught.value)
    assert "portfolio.yaml:8:" in text
    assert "lead_tennant" in text
    assert "cottage.yaml:2:" in text
