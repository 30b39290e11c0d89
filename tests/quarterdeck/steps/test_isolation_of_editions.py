"""An edition's last look: other tenants, other portfolios, canaries; what is the report's own is no hit."""

from __future__ import annotations

import re

import pytest

from quarterdeck.errors import DeliveryError
from quarterdeck.mail.screening import ForeignDataError
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.screening import screen_for_others
from quarterdeck.steps.snapshot import take_snapshots

CANARY = "zz-kestrel-7Q4X"
BEACON = """\
title: Beacon Holdings
sender: {address: reports@beacon.example, reply_to: office@beacon.example}
oversight: {env: BEACON_OVERSIGHT}
preview: preview@beacon.example
recipients: {cfo: [cfo@beacon.example, B2@beacon.example]}
canaries: [beacon-canary-1]
public: [beacon.example/help]
"""


def set_beside(lantern):
    """A canary in one tenant of the golden portfolio, a report of the other one, a portfolio beside it."""
    folder = lantern.folder.parent / "beacon" / "tenants"
    folder.mkdir(parents=True)
    (folder.parent / "portfolio.yaml").write_text(BEACON)
    (folder / "lighthouse.yaml").write_text("title: The Lighthouse Inn\ncanaries: [inn-canary-22]\n")
    (folder / "ruin.yaml").write_text("title: [")
    (folder / "gannet.yaml").write_text("title: Gannet\n")
    lantern.edit("tenants/sloop.yaml", lambda text: text + f"canaries: [{CANARY}]\n")
    lantern.edit("portfolio.yaml", lambda text: text.replace("[ceo, cfo]", "[ceo, cfo, rental_audit]"))
    return lantern


def audit(lantern):
    """``audit(lantern)(name, text)`` screens a file of the cottage's audit."""
    day = lantern.day(RunRef.from_json(lantern.plan(reports=["rental_audit"])["run"]))
    report = day.config.reports["rental_audit"]
    take_snapshots(day, day.config.portfolio.tenant("cottage"), refresh=True)
    return lambda name, text: screen_for_others(day, report, {name: text.encode()})


@pytest.fixture
def beside(lantern):
    return set_beside(lantern)


@pytest.fixture(scope="module")
def screen(tmp_path_factory, make_lantern):
    return audit(set_beside(make_lantern(tmp_path_factory.mktemp("beside"))))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("of sloop", ["id of tenant sloop"]),
        ("The Sloop", ["id of tenant sloop", "title of tenant sloop"]),
        (CANARY, ["canary of tenant sloop"]),
        ("beacon", ["id of another portfolio"]),
        ("Beacon Holdings", ["id of another portfolio", "title of another portfolio"]),
        ("lighthouse", ["id of another portfolio"]),
        ("ruin", ["id of another portfolio"]),
        ("cfo@beacon.example", ["address of another portfolio", "id of another portfolio"]),
        ("eyes@beacon.example", ["address of another portfolio", "id of another portfolio"]),
        ("beacon-canary-1", ["canary of another portfolio", "id of another portfolio"]),
        ("inn-canary-22", ["canary of another portfolio"]),
        ("beacon.example/help", []),  # declared public by the portfolio whose word it is
        ("The Cottage, a rental of Lantern, sloops", []),
    ],
)
def test_what_an_audit_of_one_tenant_may_not_hold(screen, monkeypatch, text, kinds) -> None:
    monkeypatch.setenv("BEACON_OVERSIGHT", "eyes@beacon.example")
    if not kinds:
        screen("report.txt", text)
        return
    with pytest.raises(ForeignDataError) as caught:
        screen("report.txt", text)
    assert [re.split(r" \(sha| in ", hit)[0] for hit in caught.value.found] == kinds
    assert not any(word in str(caught.value) for word in ("beacon", "Lighthouse", "eyes", CANARY))


def test_a_value_that_is_in_the_report_s_own_rows_is_no_hit_unless_it_was_planted(beside) -> None:
    stays = beside.folder / "data" / "cottage" / "stays.csv"
    stays.write_text(stays.read_text().replace("S1,U1", f"gannet {CANARY},U1"))
    screen = audit(beside)
    screen("report.txt", "booked by Gannet")
    with pytest.raises(ForeignDataError, match=r"canary of tenant sloop in report\.txt"):
        screen("report.txt", CANARY)


def test_a_tenant_s_name_in_the_sender_s_domain_is_no_hit(beside) -> None:
    """The demo's mail comes from a domain that one of its businesses is called by."""
    beside.edit("portfolio.yaml", lambda text: text.replace("lantern.example", "sloop.example"))
    screen = audit(beside)
    screen("message.eml", "From: reports@sloop.example\r\n\r\nhello")
    with pytest.raises(ForeignDataError, match=r"id of tenant sloop in message\.eml: text/plain"):
        screen("message.eml", "From: reports@sloop.example\r\n\r\nsloop")


def test_a_hit_holds_the_edition_and_the_day_says_where(beside) -> None:
    beside.edit("tenants/cottage.yaml", lambda text: text.replace("The Cottage", f"The Cottage {CANARY}"))
    run, reports = beside.run(reports=["rental_audit"])
    held = reports["rental_audit"]
    assert held["state"] == "held"
    assert "it holds what is not its own: canary of tenant sloop in report.html" in held["because"]
    assert CANARY not in str(held)
    assert beside.day(run).archive.edition(run.as_of, "rental_audit") is None
    with pytest.raises(DeliveryError, match=r"rental_audit: held: .*canary of tenant sloop in payload.json"):
        beside.close(run)
