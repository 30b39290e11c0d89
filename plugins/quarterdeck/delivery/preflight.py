"""What must hold before the first send of a run: sender, DKIM, account, quota, events, addresses."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.delivery.plan import address_hash
from quarterdeck.delivery.refusals import advice, is_denied
from quarterdeck.errors import DeliveryError, PreflightError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CODE = re.compile(r"[^A-Za-z0-9._-]")
_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\\[\]]+@[^\s@<>\"(),;:\\\[\]]+\.[^\s@<>\"(),;:\\\[\]]+")
_EVENTS = frozenset({"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"})
SANDBOX_RATE = 1.0
_SERVER_ERROR = 500
_WAITS = (0.5, 1.0, 2.0, 4.0)  # seconds before SES is asked again: most of its operations take one a second
_THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})


@dataclass(frozen=True)
class Preflight:
    """The account as it was found. ``quota_left`` counts recipients; None: no daily limit.

    ``rate`` is recipients per second, 1 in the ``sandbox``, where SES takes mail to verified addresses only.
    ``suppressed``: those of the addresses that SES would take and then drop.
    """

    rate: float
    quota_left: float | None
    sandbox: bool
    identity: str
    suppressed: tuple[str, ...] = field(default=(), repr=False)


class QuotaSpentError(PreflightError):
    """The rolling 24 hours have no room for one message. ``rate`` and ``left`` as in Preflight."""

    def __init__(self, message: str, *, rate: float, left: float) -> None:
        super().__init__(message)
        self.rate, self.left = rate, left


def domain_of(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].strip().lower()


def check_addresses(addresses: Iterable[str]) -> None:
    """Raise PreflightError unless each is one plain address; tells which by its place in the list."""
    for number, address in enumerate(addresses, start=1):
        if not _ADDRESS.fullmatch(address.strip()):
            raise PreflightError(
                f"expected one plain address, found something else as recipient {number} (hash "
                f"{address_hash(address)[:12]}): nothing was sent. Correct `recipients` or `oversight` in "
                "portfolio.yaml"
            )


def check_domains(addresses: Iterable[str], allowed_domains: Iterable[str]) -> None:
    """Raise PreflightError unless every address is at an allowed domain; names domains, no address."""
    allowed = {domain.strip().lower() for domain in allowed_domains}
    strange = sorted({domain_of(address) for address in addresses} - allowed)
    if strange:
        raise PreflightError(
            f"expected recipients at {', '.join(sorted(allowed)) or 'no domain'}, found one at "
            f"{', '.join(strange)}: nothing was sent. Correct the address, or add the domain to "
            "`allowed_domains` in portfolio.yaml"
        )


def preflight(
    ses: Any,
    *,
    sender_address: str,
    configuration_set: str,
    recipients_needed: int,
    smallest_message: int = 1,
    reserve_per_day: int = 0,
    reserve_per_second: float = 0.0,
    addresses: Sequence[str] = (),
    recipients: Sequence[str] = (),
    allowed_domains: Iterable[str] | None = None,
) -> Preflight:
    """Look at the account before anything is sent; ``ses`` is boto3's ``sesv2`` client.

    ``recipients_needed`` is what the run wants to send, ``smallest_message`` what its first message
    costs (2 with a BCC): a quota that is left for some is no failure, what remains is deferred.
    ``addresses`` must be addresses, and at ``allowed_domains`` where those are given; ``recipients`` among
    them are looked up in SES's suppression list. ``reserve_per_second`` and ``reserve_per_day`` are left to
    other senders of the account.
    Raises PreflightError saying what to do, RetryLaterError or DeliveryError where SES can't be asked.
    """
    check_addresses(addresses)
    if allowed_domains is not None:
        check_domains(addresses, allowed_domains)
    identity = _verified_identity(ses, sender_address)
    _check_configuration_set(ses, configuration_set)
    account = _ask(ses.get_account)
    _check_account(account)
    quota = account["SendQuota"]
    left = _quota_left(quota, reserve_per_day)
    sandbox = not account.get("ProductionAccessEnabled", False)
    rate = _rate(quota["MaxSendRate"], reserve_per_second, sandbox=sandbox)
    if recipients_needed and left is not None and left < smallest_message:
        raise QuotaSpentError(
            f"expected quota for at least {smallest_message} of {recipients_needed} recipients, found "
            f"{left:g} left of {quota['Max24HourSend']:g} in 24 hours ({quota['SentLast24Hours']:g} sent, "
            f"{reserve_per_day} in reserve): nothing was sent. What is due goes out by itself when the "
            "window allows; ask AWS for a higher sending quota where it should not wait",
            rate=rate,
            left=left,
        )
    return Preflight(
        rate=rate,
        quota_left=left,
        sandbox=sandbox,
        identity=identity,
        suppressed=tuple(address for address in recipients if _is_suppressed(ses, address)),
    )


def _rate(most: float, reserve: float, *, sandbox: bool) -> float:
    """Recipients per second that are ours. Raises PreflightError where the reserve leaves none."""
    if reserve >= most:
        raise PreflightError(
            f"expected `pacing.reserve_per_second` below the account's rate of {most:g} recipients per "
            f"second, found {reserve:g}: nothing was sent. Lower it in portfolio.yaml"
        )
    return min(most - reserve, SANDBOX_RATE) if sandbox else most - reserve


def _is_suppressed(ses: Any, address: str) -> bool:
    """Whether the address is on the account's suppression list."""
    try:
        _ask(ses.get_suppressed_destination, EmailAddress=address.strip())
    except ses.exceptions.NotFoundException:
        return False
    return True


def _quota_left(quota: dict[str, float], reserve: int) -> float | None:
    if quota["Max24HourSend"] < 0:  # -1: no daily limit (GetAccount, SendQuota)
        return None
    return max(0.0, quota["Max24HourSend"] - quota["SentLast24Hours"] - reserve)


def _candidates(address: str) -> list[str]:
    """The address, its domain and the parent domains: SES takes any of them as the verified identity."""
    labels = domain_of(address).split(".")
    return [address.strip(), *(".".join(labels[i:]) for i in range(max(1, len(labels) - 1)))]


def _verified_identity(ses: Any, address: str) -> str:
    """The domain's or address' identity with which the sender may send. Raises PreflightError."""
    found = {name: identity for name in _candidates(address) if (identity := _identity(ses, name))}
    verified = [name for name, identity in found.items() if identity.get("VerifiedForSendingStatus")]
    domain = domain_of(address)
    if not verified:
        raise PreflightError(
            f"expected a verified SES identity for the sender at {domain}, found "
            f"{'one that is not verified' if found else 'none'} in this account and Region: nothing was "
            f"sent. Create the identity {domain} in SES and publish its DNS records, or correct "
            "`sender` in portfolio.yaml"
        )
    for name in verified:
        dkim = found[name].get("DkimAttributes", {})
        if dkim.get("SigningEnabled") and dkim.get("Status") == "SUCCESS":
            return name if "@" not in name else f"the address at {domain}"
    dkim = found[verified[-1]].get("DkimAttributes", {})
    raise PreflightError(
        f"expected DKIM signing on and status SUCCESS for {domain}, found signing "
        f"{'on' if dkim.get('SigningEnabled') else 'off'} and status {dkim.get('Status', 'NOT_STARTED')}: "
        "nothing was sent. Switch on Easy DKIM for the identity in SES and publish its CNAME records"
    )


def _identity(ses: Any, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = _ask(ses.get_email_identity, EmailIdentity=name)
    except ses.exceptions.NotFoundException:
        return None
    return found


def _check_configuration_set(ses: Any, name: str) -> None:
    try:
        found = _ask(ses.get_configuration_set, ConfigurationSetName=name)
    except ses.exceptions.NotFoundException:
        raise PreflightError(
            f"expected the SES configuration set {name!r}, found none of that name in this account and "
            "Region: nothing was sent. Create it with an event destination, or correct "
            "`sender.configuration_set` in portfolio.yaml"
        ) from None
    if not found.get("SendingOptions", {}).get("SendingEnabled", True):
        raise PreflightError(
            f"the SES configuration set {name!r} has sending switched off: nothing was sent. "
            "Switch it on in SES"
        )
    destinations = _ask(ses.get_configuration_set_event_destinations, ConfigurationSetName=name)
    told = {
        event
        for destination in destinations.get("EventDestinations", ())
        if destination.get("Enabled")
        for event in destination.get("MatchingEventTypes", ())
    }
    if wanting := sorted(_EVENTS - told):
        raise PreflightError(
            f"expected the SES configuration set {name!r} to tell of {', '.join(sorted(_EVENTS))}, found no "
            f"event destination that is on for {', '.join(wanting)}: nothing was sent, for what became of it "
            "would never be known. Add an event destination (SNS or EventBridge) with these types in SES"
        )


def _check_account(account: dict[str, Any]) -> None:
    status = account.get("EnforcementStatus", "HEALTHY")
    if not account.get("SendingEnabled", False) or status == "SHUTDOWN":
        raise PreflightError(
            f"expected an SES account that may send, found sending "
            f"{'on' if account.get('SendingEnabled') else 'off'} and enforcement status {status}: nothing "
            "was sent. Read the account's status in the SES console; a pause is lifted there, a suspension "
            "by AWS Support"
        )
    if not account.get("SendQuota", {}).get("MaxSendRate", 0) > 0:
        raise PreflightError(
            "expected a sending rate above 0 from SES GetAccount, found none: nothing was sent"
        )


class _ThrottledError(RetryLaterError):
    """SES was asked too often just now."""


def _ask(operation: Any, **request: Any) -> Any:
    """One call, asked again for some seconds where SES is asked too often. Raises what ``_ask_once`` does."""
    for wait in _WAITS:
        try:
            return _ask_once(operation, request)
        except _ThrottledError:
            time.sleep(wait * (0.5 + random.random()))  # noqa: S311 - only spreads workers
    return _ask_once(operation, request)


def _ask_once(operation: Any, request: dict[str, Any]) -> Any:
    """One call. NotFound is the caller's to judge; of other failures the code alone is told.

    Raises RetryLaterError where SES throttles, fails or can't be reached, else DeliveryError.
    """
    try:
        return operation(**request)
    except ClientError as error:
        code = _CODE.sub("", error.response.get("Error", {}).get("Code", ""))
        if code == "NotFoundException":
            raise
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        kind: type[DeliveryError] = RetryLaterError if status >= _SERVER_ERROR else DeliveryError
        kind = _ThrottledError if code in _THROTTLED else kind
        if is_denied(code):
            action = "ses:" + "".join(word.title() for word in operation.__name__.split("_"))
            raise DeliveryError(
                f"expected to be allowed {action}, found {code}: nothing was sent; {advice(action)}"
            ) from None
        raise kind(
            f"SES {operation.__name__} was answered with {code or status or 'no code'}: nothing was sent. "
            + (
                "The task's retry asks again"
                if issubclass(kind, RetryLaterError)
                else "Check the credentials and the Region"
            )
        ) from None
    except BotoCoreError as error:
        raise RetryLaterError(
            f"SES {operation.__name__} can't be asked ({type(error).__name__}): nothing was sent. The task's "
            "retry asks again; if it stays so, check the endpoint and credentials of the AWS connection"
        ) from None
