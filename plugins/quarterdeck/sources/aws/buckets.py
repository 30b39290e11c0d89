"""S3: who may read a bucket, and what becomes of its objects."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from quarterdeck.sources.aws.calls import MissingError
from quarterdeck.sources.aws.definition import GLOBAL
from quarterdeck.sources.aws.statements import lets_anyone_in, statements_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.sources.aws.calls import Calls

log = logging.getLogger(__name__)
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ANYONE = ("/global/AllUsers", "/global/AuthenticatedUsers")
_NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration",)


def bucket_names(calls: Calls) -> list[str]:
    """Every bucket of the account, in all Regions."""
    items = calls.pages(
        "s3", GLOBAL, "list_buckets", "s3:ListAllMyBuckets",
        at="Buckets", tokens=("ContinuationToken", "ContinuationToken"), MaxBuckets=1000,
    )  # fmt: skip
    return [item["Name"] for item in items]


def region_of(calls: Calls, bucket: str) -> str | None:
    """A bucket's Region (old names of Regions are made new); None for one deleted meanwhile."""
    answer = _ask(calls, bucket, "get_bucket_location", "s3:GetBucketLocation")
    if answer is None:
        return None
    region = answer.get("LocationConstraint") or GLOBAL
    return "eu-west-1" if region == "EU" else str(region)


def buckets(calls: Calls) -> list[dict[str, Any]]:
    """Records of ``cloud_buckets``."""
    names = bucket_names(calls)
    account = _account_block(calls) if names else {}
    records = []
    for name in names:
        region = region_of(calls, name)
        if region is not None:
            records.append(bucket_record(calls, name, region, account))
    return records


def bucket_record(calls: Calls, bucket: str, region: str, account: Mapping[str, bool]) -> dict[str, Any]:
    """A bucket as a record. ``account``: the blocks of public access that hold for the whole account."""
    blocks = blocks_of(calls, bucket, region, account)
    policy = public_policy(calls, bucket, region)
    acl = public_acl(calls, bucket, region)
    rules = _rules(calls, bucket, region)
    return {
        "bucket": bucket,
        "region": region,
        "blocks_public_access": all(blocks.values()),
        "public_policy": policy,
        "public_acl": acl,
        "public": (policy and not blocks["RestrictPublicBuckets"])
        or (acl and not blocks["IgnorePublicAcls"]),
        "encryption": encryption(calls, bucket, region),
        "versioning": versioning(calls, bucket, region),
        "lifecycle_rules": len(rules),
        "expires_noncurrent": any(rule.get("NoncurrentVersionExpiration") for rule in rules),
    }


def _ask(
    calls: Calls, bucket: str, operation: str, action: str, region: str = GLOBAL, *absent: str
) -> dict[str, Any] | None:
    return calls.one("s3", region, operation, action, absent=("NoSuchBucket", *absent), Bucket=bucket)


def blocks_of(calls: Calls, bucket: str, region: str, account: Mapping[str, bool]) -> dict[str, bool]:
    """The four settings that keep the public out, each on for the bucket or the account."""
    answer = _ask(
        calls, bucket, "get_public_access_block", "s3:GetBucketPublicAccessBlock", region, *_NO_BLOCK
    )
    own = (answer or {}).get("PublicAccessBlockConfiguration") or {}
    return {name: bool(own.get(name) or account.get(name)) for name in _BLOCKS}


def _account_block(calls: Calls) -> dict[str, bool]:
    """The account's own block; nothing where it may not be read (the bucket's alone counts then)."""
    try:
        _check_address(calls.client("s3control", GLOBAL).meta.endpoint_url)
        identity = calls.one("sts", GLOBAL, "get_caller_identity", "sts:GetCallerIdentity") or {}
        answer = calls.one(
            "s3control", GLOBAL, "get_public_access_block", "s3:GetAccountPublicAccessBlock",
            absent=_NO_BLOCK, AccountId=identity["Account"],
        )  # fmt: skip
    except MissingError as missing:
        log.warning("cloud_buckets: only the buckets' own blocks of public access count: %s", missing)
        return {}
    return dict((answer or {}).get("PublicAccessBlockConfiguration") or {})


def _check_address(endpoint: str) -> None:
    """The account's number goes before the host's name, which an emulator at an IP address can't have."""
    host = urlsplit(endpoint).hostname or ""
    if host == "localhost" or ":" in host or host.replace(".", "").isdecimal():
        raise MissingError(f"the account's own settings of S3 can't be asked for at {host}")


def public_policy(calls: Calls, bucket: str, region: str) -> bool:
    """Whether AWS judges the bucket's policy to be public; an emulator that doesn't: what the policy says."""
    answer = _ask(
        calls, bucket, "get_bucket_policy_status", "s3:GetBucketPolicyStatus", region, "NoSuchBucketPolicy"
    )
    if answer is None:
        return False
    status = (answer.get("PolicyStatus") or {}).get("IsPublic")
    return bool(status) if status is not None else _policy_lets_anyone_in(calls, bucket, region)


def _policy_lets_anyone_in(calls: Calls, bucket: str, region: str) -> bool:
    answer = _ask(calls, bucket, "get_bucket_policy", "s3:GetBucketPolicy", region, "NoSuchBucketPolicy")
    return answer is not None and any(map(lets_anyone_in, statements_of(answer["Policy"])))


def public_acl(calls: Calls, bucket: str, region: str) -> bool:
    """Whether the access list has everyone, or everyone with an account of AWS."""
    answer = _ask(calls, bucket, "get_bucket_acl", "s3:GetBucketAcl", region)
    if answer is not None and not answer.keys() & {"Grants", "Owner"}:
        raise MissingError(f"s3:GetBucketAcl in {region} answers without an access list")
    return any(_to_anyone(grant) for grant in (answer or {}).get("Grants") or ())


def _to_anyone(grant: dict[str, Any]) -> bool:
    return str((grant.get("Grantee") or {}).get("URI", "")).endswith(_ANYONE)


def encryption(calls: Calls, bucket: str, region: str) -> str:
    """Default encryption: ``none``, ``s3`` or ``kms``."""
    answer = _ask(
        calls, bucket, "get_bucket_encryption", "s3:GetEncryptionConfiguration", region,
        "ServerSideEncryptionConfigurationNotFoundError",
    )  # fmt: skip
    rules = ((answer or {}).get("ServerSideEncryptionConfiguration") or {}).get("Rules") or ()
    kinds = [(rule.get("ApplyServerSideEncryptionByDefault") or {}).get("SSEAlgorithm", "") for rule in rules]
    if any(kind.startswith("aws:kms") for kind in kinds):
        return "kms"
    return "s3" if "AES256" in kinds else "none"


def versioning(calls: Calls, bucket: str, region: str) -> str:
    """``never``, ``enabled`` or ``suspended``."""
    answer = _ask(calls, bucket, "get_bucket_versioning", "s3:GetBucketVersioning", region)
    return str((answer or {}).get("Status") or "never").lower()


def _rules(calls: Calls, bucket: str, region: str) -> list[dict[str, Any]]:
    answer = _ask(
        calls, bucket, "get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration", region,
        "NoSuchLifecycleConfiguration",
    )  # fmt: skip
    return [rule for rule in (answer or {}).get("Rules") or () if rule.get("Status") == "Enabled"]
