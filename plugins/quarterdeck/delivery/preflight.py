"""What must hold before the first send of a run: sender, DKIM, account, quota, configuration set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.delivery.refusals import advice, is_denied
from quarterdeck.errors import DeliveryError, PreflightError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE = re.compile(r"[^A-Za-z0-9._-]")
_SERVER_ERROR = 500
_THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})


@dataclass(frozen=True)
class Preflight:
    """The account as it was found. ``quota_left`` counts recipients; None: no daily limit.

    ``rate`` is recipients per second. In the ``sandbox`` SES takes mail to verified addresses only.
    """

    rate: float
    quota_left: float | None
    sandbox: bool
    identity: str


def domain_of(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].strip().lower()


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
    addresses: Iterable[str] = (),
    allowed_domains: Iterable[str] | None = None,
) -> Preflight:
    """Look at the account before anything is sent; ``ses`` is boto3's ``sesv2`` client.

    ``recipients_needed`` is what the run wants to send, ``smallest_message`` what its first message
    costs (2 with a BCC): a quota that is left for some is no failure, what remains is deferred.
    ``addresses`` are checked against ``allowed_domains`` where those are given.
    Raises PreflightError saying what to do, RetryLaterError or DeliveryError where SES can't be asked.
    """
    if allowed_domains is not None:
        check_domains(addresses, allowed_domains)
    identity = _verified_identity(ses, sender_address)
    _check_configuration_set(ses, configuration_set)
    account = _ask(ses.get_account)
    _check_account(account)
    quota = account["SendQuota"]
    left = _quota_left(quota, reserve_per_day)
    if recipients_needed and left is not None and left < smallest_message:
        raise PreflightError(
            f"expected quota for at least {smallest_message} of {recipients_needed} recipients, found "
            f"{left:g} left of {quota['Max24HourSend']:g} in 24 hours ({quota['SentLast24Hours']:g} sent, "
            f"{reserve_per_day} in reserve): nothing was sent. Run again when the window allows, or ask "
            "AWS for a higher sending quota"
        )
    return Preflight(
        rate=float(quota["MaxSendRate"]),
        quota_left=left,
        sandbox=not account.get("ProductionAccessEnabled", False),
        identity=identity,
    )


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


def _ask(operation: Any, **request: Any) -> Any:
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
        passing = status >= _SERVER_ERROR or code in _THROTTLED
        if is_denied(code):
            action = "ses:" + "".join(word.title() for word in operation.__name__.split("_"))
            raise DeliveryError(
                f"expected to be allowed {action}, found {code}: nothing was sent; {advice(action)}"
            ) from None
        raise (RetryLaterError if passing else DeliveryError)(
            f"SES {operation.__name__} was answered with {code or status or 'no code'}: nothing was sent. "
            + ("The task's retry asks again" if passing else "Check the credentials and the Region")
        ) from None
    except BotoCoreError as error:
        raise RetryLaterError(
            f"SES {operation.__name__} can't be asked ({type(error).__name__}): nothing was sent. The task's "
            "retry asks again; if it stays so, check the endpoint and credentials of the AWS connection"
        ) from None
