"""The budget in DynamoDB: several workers in one line, stops that hold all, an item in conflict."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from quarterdeck.delivery.budget import Budget, Grant
from quarterdeck.delivery.pacing import ACCOUNT
from quarterdeck.delivery.rows import to_item
from quarterdeck.errors import DeliveryError, RetryLaterError


def test_workers_of_two_portfolios_share_rate_and_quota(desk: Any) -> None:
    harbor = desk.budget(rate=10.0, quota_left=40)
    other = replace(harbor, portfolio="other")
    grants: list[Grant] = []
    refused: list[str] = []
    lock = threading.Lock()

    def worker(budget: Budget) -> None:
        for _ in range(6):
            got = budget.reserve(4)
            with lock:
                grants.append(got) if isinstance(got, Grant) else refused.append(got)

    threads = [threading.Thread(target=worker, args=(budget,)) for budget in (harbor, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    times = sorted(grant.leaves_at for grant in grants)
    assert (len(times), refused) == (10, ["DailyQuotaSpent"] * 2)
    assert max(sum(4 for at in times if start <= at < start + 1) for start in times) <= 10
    assert harbor.mark().left == 0
    harbor.done(grants[0], taken=False)
    assert harbor.blocked(4) == ""


def test_a_place_that_was_missed_is_no_place(desk: Any, clock: Any) -> None:
    budget = desk.budget(rate=10.0)
    grant = budget.reserve(1)
    assert budget.wait(grant, within=1.0)
    assert clock.ticks == pytest.approx(0.05)  # time to write `sending` before it
    clock.move(0.03)
    assert not budget.wait(grant, within=1.0)
    assert budget.reserve(1).leaves_at == pytest.approx(clock.ticks + 0.1)  # twice as early as before
    far = replace(grant, leaves_at=clock.ticks + 60)
    assert not budget.wait(far, within=30.0)
    assert clock.ticks < 1


def test_a_pause_of_the_account_holds_every_portfolio_until_it_is_lifted(desk: Any, clock: Any) -> None:
    budget = desk.budget()
    other = replace(budget, portfolio="other")
    budget.pause("the owner asked", whole_account=True)
    clock.move(10**6)
    assert (budget.blocked(1), other.reserve(1)) == ("Paused", "Paused")
    assert budget.mark().stops[ACCOUNT].reason == "the owner asked"
    budget.resume(whole_account=True)
    other.pause("only this one", whole_account=False)
    assert (budget.blocked(1), other.blocked(1)) == ("", "Paused")


def test_before_the_live_quota_was_read_nothing_is_reserved(desk: Any) -> None:
    fresh = Budget(desk.ledger.client, desk.ledger.table, "harbor")
    with pytest.raises(DeliveryError, match="expected the sending quota"):
        fresh.reserve(1)


def test_a_settlement_that_can_not_be_written_costs_quota_and_no_mail(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = desk.budget(quota_left=10)
    grant = budget.reserve(2)
    there = budget.client.get_item(TableName=budget.table, Key=to_item({"pk": "budget", "sk": "ses"}))["Item"]
    monkeypatch.setattr(budget, "_write", lambda _meter, _version: there)  # another is always first
    budget.done(grant, taken=False)
    with pytest.raises(RetryLaterError, match="in conflict"):
        budget.reserve(1)
    monkeypatch.undo()
    assert budget.mark().left == 8


@pytest.mark.parametrize(("ahead", "offset"), [(0.5, 0.0), (120.0, -119.5), (-120.0, 120.5)])
def test_a_machine_whose_clock_is_off_goes_by_the_services_own(
    desk: Any, ahead: float, offset: float
) -> None:
    class Answering:
        """The service says 12:00:00, whatever this machine believes."""

        def get_item(self, **_: Any) -> Any:
            headers = {"date": "Sun, 10 May 2026 12:00:00 GMT"}
            return {"ResponseMetadata": {"HTTPHeaders": headers}}

    noon = desk.clock().timestamp()
    budget = Budget(Answering(), "t", "harbor", clock=lambda: noon + ahead, service_clock=True)
    budget.mark()
    assert budget._offset == offset
