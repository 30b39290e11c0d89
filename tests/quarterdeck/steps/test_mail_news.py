"""What SES's events said of earlier mail, as figures and the next edition's appendix find it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.delivery.plan import address_hash
from quarterdeck.lake import layout
from quarterdeck.lake.documents import to_bytes
from quarterdeck.steps.mail_news import returned_mail
from quarterdeck.steps.mail_record import mail_before
from quarterdeck.steps.resources import RunRef

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.steps.resources import Day

CFO, OWNER = "cfo@lantern.example", "owner@lantern.example"
SENT = "2026-03-10T05:10:00+00:00"


class Office:
    """The portfolio, planned once, with a lake of its own."""

    def __init__(self, lantern: Any, run: RunRef) -> None:
        self.run, self.lantern = run, lantern

    def day(self, as_of: str) -> Day:
        return self.lantern.day(replace(self.run, as_of=as_of))

    def mailed(self, as_of: str) -> None:
        """As ``close`` recorded it: SES took the mail to both."""
        rows = [
            {"report": "cfo", "recipient": n, "recipient_hash": address_hash(who)[:12], "state": "accepted",
             "due_at": "2026-03-10T06:30:00+00:00", "accepted_at": SENT, "delivered_at": None}
            for n, who in enumerate((CFO, OWNER), start=1)
        ]  # fmt: skip
        self.day(as_of).lake.put(layout.mail_key(as_of, "run"), to_bytes({"mail": rows}))

    def news(self, as_of: str, who: str, state: str, kind: str, name: str = "n", **more: Any) -> None:
        row = {
            "delivery_id": f"{as_of}{who}", "report": "cfo", "as_of": as_of, "purpose": "scheduled",
            "recipient_hash": address_hash(who)[:12], "is_oversight": False, "state": state, "kind": kind,
            "code": "Permanent/General 5.1.1" if kind == "bounce" else "", "accepted_at": SENT,
            "delivered_at": SENT if kind == "delivery" else "", **more,
        }  # fmt: skip
        self.day(as_of).lake.put(layout.mail_news_key(as_of, name), to_bytes({"news": [row]}))

    def returned(self, as_of: str) -> list[tuple[str, Any, str]]:
        mail_before(self.day(as_of), freeze=True)
        return [(row["as_of"], row["recipient"], row["kind"]) for row in returned_mail(self.day(as_of))]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, make_lantern: Any) -> Office:
    lantern = make_lantern(tmp_path_factory.mktemp("planned"))
    lantern.edit("portfolio.yaml", lambda text: text.replace(f"[{CFO}]", f"[{CFO}, {OWNER}]"))
    return Office(lantern, RunRef.from_json(lantern.plan()["run"]))


@pytest.fixture
def office(planned: Office, tmp_path: Path) -> Office:
    shutil.copytree(planned.lantern.home, tmp_path / "home")
    return Office(replace(planned.lantern, home=tmp_path / "home"), planned.run)


def test_figures_see_what_became_of_the_mail_since_its_run_closed(office: Office) -> None:
    office.mailed("2026-03-09")
    office.news("2026-03-09", CFO, "delivered", "delivery", "b")
    office.news("2026-03-09", OWNER, "bounced", "bounce", "a")
    found = {mail.recipient: mail for mail in mail_before(office.day("2026-03-10"))}
    assert (found[1].state, str(found[1].delivered_at)) == ("delivered", "2026-03-10 05:10:00+00:00")
    assert (found[2].state, found[2].delivered_at) == ("bounced", None)


def test_of_several_words_on_one_mail_the_weightiest_counts(office: Office) -> None:
    office.mailed("2026-03-09")
    office.news("2026-03-09", CFO, "complained", "complaint", "a")
    office.news("2026-03-09", CFO, "delivered", "delivery", "z")
    (first, _) = mail_before(office.day("2026-03-10"))
    assert (first.state, str(first.delivered_at)) == ("complained", "2026-03-10 05:10:00+00:00")


def test_a_bounce_is_told_by_the_next_edition_and_by_that_alone(office: Office) -> None:
    office.news("2026-03-09", OWNER, "bounced", "bounce")
    assert office.returned("2026-03-10") == [("2026-03-09", 2, "bounce")]
    assert office.returned("2026-03-11") == []
    assert office.returned("2026-03-10") == [("2026-03-09", 2, "bounce")]  # the same ever after


def test_what_comes_late_is_told_by_the_edition_after_it(office: Office) -> None:
    assert office.returned("2026-03-10") == []
    office.news("2026-03-09", CFO, "complained", "complaint")
    assert office.returned("2026-03-10") == []
    assert office.returned("2026-03-11") == [("2026-03-09", 1, "complaint")]


def test_a_month_without_news_between_loses_nothing(office: Office) -> None:
    office.news("2026-02-01", CFO, "bounced", "bounce")
    office.news("2026-01-29", OWNER, "bounced", "bounce")  # 32 days before: told by nobody any more
    assert office.returned("2026-03-02") == [("2026-02-01", 1, "bounce")]


def test_a_mail_that_arrived_in_the_end_did_not_come_back(office: Office) -> None:
    office.news("2026-03-09", CFO, "delayed", "soft bounce", "a")
    office.news("2026-03-09", CFO, "delivered", "delivery", "b")
    office.news("2026-03-09", OWNER, "delayed", "soft bounce", "c")
    assert office.returned("2026-03-10") == [("2026-03-09", 2, "soft bounce")]


def test_former_recipients_and_the_oversight_address_have_no_place(office: Office) -> None:
    office.news("2026-03-09", "gone@lantern.example", "bounced", "bounce", "a")
    office.news("2026-03-08", OWNER, "bounced", "bounce", "b", is_oversight=True)
    assert office.returned("2026-03-10") == [("2026-03-08", None, "bounce"), ("2026-03-09", None, "bounce")]
    assert [row["is_oversight"] for row in returned_mail(office.day("2026-03-10"))] == [True, False]
