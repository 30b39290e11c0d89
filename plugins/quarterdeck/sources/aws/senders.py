"""SES: the identities that mail may be sent from; of an address only its domain is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterdeck.sources.aws.calls import Calls

_STATES = ("failed", "unsigned", "pending", "signed")  # the weakest first


def senders(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_senders``; addresses of one domain are one record, as weak as the weakest."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for region in regions:
        for item in calls.pages(
            "sesv2", region, "list_email_identities", "ses:ListEmailIdentities",
            at="EmailIdentities", tokens=("NextToken", "NextToken"),
        ):  # fmt: skip
            answer = calls.one(
                "sesv2", region, "get_email_identity", "ses:GetEmailIdentity", absent=("NotFoundException",),
                EmailIdentity=item["IdentityName"],
            )  # fmt: skip
            if answer is not None:
                record = sender_record(item["IdentityName"], region, answer)
                key = (region, record["identity"], record["kind"])
                found[key] = _weaker(found.get(key, record), record)
    return list(found.values())


def sender_record(name: str, region: str, answer: dict[str, Any]) -> dict[str, Any]:
    """An identity of GetEmailIdentity as a record."""
    return {
        "region": region,
        "identity": name.rpartition("@")[2].lower(),
        "kind": "address" if "@" in name else "domain",
        "verified": bool(answer.get("VerifiedForSendingStatus")),
        "dkim": _dkim(answer.get("DkimAttributes") or {}),
    }


def _dkim(attributes: dict[str, Any]) -> str:
    status = attributes.get("Status")
    if status == "FAILED":
        return "failed"
    if not attributes.get("SigningEnabled"):
        return "unsigned"
    return {"SUCCESS": "signed", "PENDING": "pending", "TEMPORARY_FAILURE": "pending"}.get(
        str(status), "unsigned"
    )


def _weaker(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "verified": one["verified"] and other["verified"],
        "dkim": min(one["dkim"], other["dkim"], key=_STATES.index),
    }
