"""Before the first send: each thing that can be wrong, and what the error tells to do."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from quarterdeck.delivery.preflight import Preflight, preflight
from quarterdeck.delivery.request import SEND_CONFIG
from quarterdeck.errors import PreflightError, RetryLaterError

SENDER = "reports@queenofsandiego.example"


def check(ses: Any, **more: Any) -> Preflight:
    facts: dict[str, Any] = {
        "sender_address": SENDER,
        "configuration_set": "mail",
        "recipients_needed": 10,
        "smallest_message": 2,
    }
    return preflight(ses.client(), **(facts | more))


def test_all_is_well(ses: Any) -> None:
    ses.control(quota={"max_24_hour_send": 200.0, "max_send_rate": 14.0, "sent_before": 50.0})
    found = check(ses, reserve_per_day=30)
    assert found == Preflight(rate=14.0, quota_left=120.0, sandbox=False, identity="queenofsandiego.example")


def test_an_unlimited_quota_and_the_sandbox_are_told(ses: Any) -> None:
    ses.control(quota={"max_24_hour_send": -1.0}, account={"production_access": False})
    found = check(ses)
    assert (found.quota_left, found.sandbox, found.rate) == (None, True, 1.0)


def test_a_parent_domain_verifies_its_subdomains(ses: Any) -> None:
    assert check(ses, sender_address="a@mail.queenofsandiego.example").identity == "queenofsandiego.example"


def test_a_verified_address_is_signed_by_its_domain(ses: Any) -> None:
    ses.control(identities={SENDER: {"dkim_status": "NOT_STARTED", "dkim_signing": False}})
    assert check(ses).identity == "queenofsandiego.example"


@pytest.mark.parametrize(
    ("setting", "more", "words"),
    [
        ({}, {"sender_address": "a@other.example"}, "verified SES identity.*other.example.*found none"),
        (
            {"identities": {"queenofsandiego.example": {"verified": False}}},
            {},
            "found one that is not verified",
        ),
        (
            {"identities": {"queenofsandiego.example": {"dkim_status": "PENDING"}}},
            {},
            "DKIM.*on.*PENDING.*CNAME",
        ),
        ({"identities": {"queenofsandiego.example": {"dkim_signing": False}}}, {}, "found signing off"),
        ({}, {"configuration_set": "nowhere"}, "configuration set 'nowhere'.*Create it"),
        ({"account": {"sending_enabled": False}}, {}, "may send.*sending off"),
        ({"account": {"suspended": True}}, {}, "may send"),
        ({"account": {"enforcement_status": "SHUTDOWN"}}, {}, "SHUTDOWN"),
        ({"quota": {"max_send_rate": 0.0}}, {}, "rate above 0"),
        (
            {"quota": {"max_24_hour_send": 200.0, "sent_before": 199.0}},
            {},
            "at least 2 of 10 recipients, found 1 left of 200",
        ),
        ({"quota": {"max_24_hour_send": 200.0}}, {"reserve_per_day": 199}, "199 in reserve"),
        (
            {},
            {"addresses": ["a@x.example", "b@gmial.example"], "allowed_domains": ["x.example"]},
            "found one at gmial.example.*allowed_domains",
        ),
        ({}, {"addresses": ["a@x.example.evil.example"], "allowed_domains": ["x.example"]}, "evil"),
        ({}, {"addresses": ["a@x.example"], "allowed_domains": []}, "no domain"),
        (
            {},
            {"addresses": ["a@x.example", "b@x.example, c@x.example"]},
            "one plain address.* as recipient 2",
        ),
        ({}, {"addresses": ["Owner <a@x.example>"]}, "as recipient 1"),
        ({}, {"addresses": ["a@localhost"]}, "as recipient 1"),
        ({"quota": {"max_send_rate": 14.0}}, {"reserve_per_second": 14}, "reserve_per_second.*below.*14"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(ses: Any, setting: Any, more: Any, words: str) -> None:
    ses.control(**setting)
    with pytest.raises(PreflightError, match=words) as caught:
        check(ses, **more)
    assert "sent" in str(caught.value)
    assert "@" not in str(caught.value)
    assert ses.mailed == []


def test_a_sending_switch_of_the_configuration_set_is_read(ses: Any) -> None:
    ses.client().create_configuration_set(
        ConfigurationSetName="off", SendingOptions={"SendingEnabled": False}
    )
    with pytest.raises(PreflightError, match="'off' has sending switched off"):
        check(ses, configuration_set="off")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Enabled": False}, "BOUNCE, COMPLAINT, DELIVERY, SEND: nothing was sent"),
        ({"MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE"]}, "on for COMPLAINT: nothing was sent"),
    ],
)
def test_without_events_nothing_is_sent(ses: Any, change: Any, words: str) -> None:
    ses.configuration_set("deaf", **change)
    with pytest.raises(PreflightError, match=words):
        check(ses, configuration_set="deaf")


def test_who_is_suppressed_is_told(ses: Any) -> None:
    ses.client().put_suppressed_destination(EmailAddress="Gone@x.example", Reason="BOUNCE")
    found = check(ses, recipients=["here@x.example", "gone@x.example"])
    assert found.suppressed == ("gone@x.example",)
    assert "gone" not in repr(found)


def test_a_reserve_of_the_rate_is_left_to_others(ses: Any) -> None:
    ses.control(quota={"max_send_rate": 14.0})
    assert check(ses, reserve_per_second=4).rate == 10.0


def test_ses_that_is_asked_too_often_is_asked_again(ses: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, waits, answers = ses.client(), [], ["TooManyRequestsException"] * 3
    monkeypatch.setattr("time.sleep", waits.append)
    asked = client.get_account

    def get_account() -> Any:
        if answers:
            raise ClientError({"Error": {"Code": answers.pop()}}, "GetAccount")
        return asked()

    monkeypatch.setattr(client, "get_account", get_account)
    assert preflight(client, sender_address=SENDER, configuration_set="mail", recipients_needed=1).rate > 0
    assert len(waits) == 3
    answers[:] = ["TooManyRequestsException"] * 9
    with pytest.raises(RetryLaterError, match="TooManyRequests"):
        preflight(client, sender_address=SENDER, configuration_set="mail", recipients_needed=1)


def test_a_quota_left_for_some_is_no_failure(ses: Any) -> None:
    ses.control(quota={"max_24_hour_send": 200.0, "sent_before": 197.0})
    assert check(ses).quota_left == 3


def test_nothing_to_send_needs_no_quota(ses: Any) -> None:
    ses.control(quota={"max_24_hour_send": 200.0, "sent_before": 200.0})
    assert check(ses, recipients_needed=0).quota_left == 0


def test_ses_that_cannot_be_asked_is_no_verdict_on_the_sender(ses: Any) -> None:
    gone = boto3.client(
        "sesv2",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=SEND_CONFIG,
    )
    with pytest.raises(RetryLaterError, match=r"can't be asked .EndpointConnectionError") as caught:
        preflight(gone, sender_address=SENDER, configuration_set="mail", recipients_needed=1)
    assert not isinstance(caught.value, PreflightError)
