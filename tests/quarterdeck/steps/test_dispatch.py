"""What the ledger has waiting, sent by the rules of ``deliver``; who is told of what can't go."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest

from quarterdeck.delivery.ledger import Ledger, LedgerEpochMissingError, create_table
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError
from quarterdeck.lake.documents import from_bytes
from quarterdeck.settings.reading import read_config
from quarterdeck.steps.bookkeeping import budget_of
from quarterdeck.steps.dispatch import _Dispatch, dispatch

CFO, OWNER, OVERSIGHT = (f"{name}@lantern.example" for name in ("cfo", "owner", "oversight"))
TABLE = "dispatch-deliveries"


@dataclass
class Office:
    """A portfolio with an archived edition and an empty ledger."""

    lantern: Any
    ses: Any
    ledger: Ledger
    payload_hash: str

    def row(
        self, recipient: str = CFO, *, as_of: str = "2026-03-31", report: str = "cfo", **more: Any
    ) -> Any:
        key = DeliveryKey("lantern", report, as_of, recipient, more.pop("purpose", "scheduled"))
        facts = {"mode": "send", "payload_hash": self.payload_hash, "bcc": OVERSIGHT} | more
        return self.ledger.plan(key, **facts)

    def dispatch(self) -> dict[str, int]:
        states: dict[str, int] = dispatch("lantern", self.lantern.resources)["states"]
        return states

    def later(self, **time: float) -> None:
        self.lantern.now += timedelta(**time)

    def state(self, row: Any) -> str:
        return str(self.ledger.get(replace_key(row)).state)


def replace_key(row: Any) -> DeliveryKey:
    return DeliveryKey(row.portfolio, row.report, row.as_of, row.recipient, row.purpose)


@pytest.fixture
def office(lantern, ses, aws, measured, two_recipients):
    dynamodb = boto3.client("dynamodb", **aws)
    create_table(dynamodb, TABLE)
    ses.control(identities={"lantern.example": {}})
    ses.configuration_set("lantern")
    for part in ("lake", "archive"):
        shutil.copytree(measured / part, lantern.home / part)
    two_recipients(lantern).edit("portfolio.yaml", lambda text: text.replace("lantern-deliveries", TABLE))
    lantern.connect = lambda _aws, service: ses.client() if service == "sesv2" else dynamodb
    ledger = Ledger(dynamodb, TABLE, clock=lambda: lantern.now)
    (edition,) = (measured / "archive" / "lantern" / "editions" / "2026-03-31" / "cfo").glob("*/payload.json")
    yield Office(lantern, ses, ledger, edition.parent.name)
    dynamodb.delete_table(TableName=TABLE)


def test_what_the_quota_left_over_goes_when_the_window_allows_and_is_told_once_a_day(office) -> None:
    rows = [office.row(CFO), office.row(OWNER)]
    for row in rows:
        office.ledger.move(row, State.DEFERRED, "DailyQuotaSpent", error_code="DailyQuotaSpent")
    office.ses.control(quota={"max_24_hour_send": 200.0, "sent_before": 199.0})
    with pytest.raises(DeliveryError, match=r"lantern: 2 of what is due could not go: cfo 2026-03-31.*quota"):
        office.dispatch()
    assert office.dispatch() == {"deferred": 2}  # was told today
    office.later(days=1)
    with pytest.raises(DeliveryError, match="could not go"):
        office.dispatch()
    assert office.ses.mailed == []
    office.ses.control(quota={"sent_before": 0.0})
    assert office.dispatch() == {"accepted": 2}
    assert sorted(office.ses.mailed_to()) == [CFO, OWNER]
    assert office.dispatch() == {}
    # What the day's own run recorded as deferred is known to have been taken.
    (told,) = (office.lantern.home / "lake" / "lantern" / "mail" / "2026-03-31").glob("dispatch-*.json")
    assert [row["state"] for row in from_bytes(told.read_bytes())["mail"]] == ["accepted", "accepted"]


def test_a38_what_dead_workers_left_is_taken_over_but_not_what_was_being_asked(office) -> None:
    planned, claimed = office.row(CFO), office.ledger.claim(office.row(OWNER), "dead")
    assert office.dispatch() == {}  # somebody may be at work
    office.later(minutes=11)
    assert office.dispatch() == {"accepted": 2}
    assert [office.state(row) for row in (planned, claimed)] == ["accepted", "accepted"]
    asked = office.ledger.claim(office.row(CFO, purpose="resend:1"), "dead")
    office.ledger.move(asked, State.SENDING, attempt=1)
    office.later(minutes=11)  # the lease is over: a request that is under way is never taken over
    assert office.dispatch() == {}
    office.later(minutes=5)
    with pytest.raises(DeliveryError, match=r"unknown whether it was sent.*quarterdeck ledger settle"):
        office.dispatch()
    assert office.dispatch() == {}
    assert len(office.ses.mailed) == 2


def test_what_a_person_approved_goes_at_once(office) -> None:
    row = office.ledger.move(office.row(), State.AWAITING_APPROVAL)
    assert office.dispatch() == {}
    office.ledger.move(row, State.PLANNED, "the owner said yes")
    assert office.dispatch() == {"accepted": 1}
    assert office.ses.mailed[0]["envelope"] == [CFO, OVERSIGHT]


def test_what_is_no_news_any_more_is_not_sent(office) -> None:
    office.ledger.move(office.row(CFO), State.DEFERRED)
    newer = office.ledger.claim(office.row(OWNER, as_of="2026-04-02"), "me")
    office.ledger.move(office.ledger.move(newer, State.SENDING, attempt=1), State.ACCEPTED, message_id="m")
    office.ledger.move(office.row(OWNER), State.DEFERRED)
    office.later(days=3)
    assert office.dispatch() == {"accepted": 1, "superseded": 1}
    office.ledger.move(office.row(CFO, purpose="correction:1"), State.DEFERRED)
    office.later(days=1)
    assert office.dispatch() == {"expired": 1}
    assert office.ses.mailed_to() == [CFO]


def test_who_is_no_recipient_any_more_and_previews_of_long_ago_are_called_off(office) -> None:
    gone = office.ledger.claim(office.row("former@lantern.example"), "dead")
    preview = office.row("preview@lantern.example", purpose=f"preview:{office.payload_hash}", mode="preview")
    office.later(days=1, minutes=1)
    assert office.dispatch() == {}
    assert [office.state(row) for row in (gone, preview)] == ["cancelled", "cancelled"]
    assert (
        "no recipient in portfolio.yaml any more"
        in office.ledger.get(replace_key(gone)).history[-1]["reason"]
    )
    assert office.ses.mailed == []


def test_one_editions_trouble_keeps_back_no_other(office) -> None:
    office.row("ceo@lantern.example", report="ceo")  # there is no such edition
    office.row()
    office.later(minutes=11)
    with pytest.raises(DeliveryError, match=r"1 of what is due could not go: ceo 2026-03-31 scheduled"):
        office.dispatch()
    assert office.ses.mailed_to() == [CFO]


def test_a_paused_portfolio_sends_nothing_and_says_so(office) -> None:
    portfolio = read_config("lantern", office.lantern.resources.places).portfolio
    budget = budget_of(portfolio, office.ledger.client)
    budget.pause("the owner asked", whole_account=False)
    row = office.row(purpose="resend:1")
    with pytest.raises(DeliveryError, match="deferred"):
        office.dispatch()
    assert (office.state(row), office.ses.mailed) == ("deferred", [])
    budget.resume(whole_account=False)
    assert office.dispatch() == {"accepted": 1}


def test_the_earliest_due_goes_first(office) -> None:
    office.row(as_of="2026-03-31", report="ceo", recipient="ceo@lantern.example")
    for as_of in ("2026-04-01", "2026-03-30", "2026-03-31"):
        office.row(as_of=as_of)
        office.row(OWNER, as_of=as_of)
    office.later(minutes=11)
    resources = office.lantern.resources
    found = _Dispatch(read_config("lantern", resources.places), resources, office.ledger)._editions()
    assert [(rows[0].as_of, rows[0].report, len(rows)) for rows in found] == [
        ("2026-03-30", "cfo", 2),
        ("2026-03-31", "ceo", 1),
        ("2026-03-31", "cfo", 2),
        ("2026-04-01", "cfo", 2),
    ]


def test_a_ledger_that_was_lost_sends_nothing(office) -> None:
    office.row()
    office.later(minutes=11)
    office.ledger.client.delete_item(TableName=TABLE, Key={"pk": {"S": "ledger"}, "sk": {"S": "epoch"}})
    assert office.dispatch() == {}  # a portfolio that mails nobody needs none
    office.lantern.edit("portfolio.yaml", lambda text: text.replace("mode: archive", "mode: send"))
    with pytest.raises(LedgerEpochMissingError):
        office.dispatch()
    assert office.ses.mailed == []
