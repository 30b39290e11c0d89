"""IAM: users' access keys, and the policies of the roles that functions run as."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.definition import GLOBAL
from quarterdeck.sources.aws.functions import functions_of, role_name
from quarterdeck.sources.aws.statements import statements_of, wide_actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.sources.aws.calls import Calls

_TOKENS = ("Marker", "Marker")
_GONE = ("NoSuchEntity", "NoSuchEntityException")


def keys(calls: Calls) -> list[dict[str, Any]]:
    """Records of ``cloud_keys``. The root user's keys are in no list that IAM gives."""
    users = calls.pages("iam", GLOBAL, "list_users", "iam:ListUsers", at="Users", tokens=_TOKENS)
    return [
        _key_record(calls, key)
        for user in users
        for key in calls.pages(
            "iam", GLOBAL, "list_access_keys", "iam:ListAccessKeys", at="AccessKeyMetadata", tokens=_TOKENS,
            absent=_GONE, UserName=user["UserName"],
        )
    ]  # fmt: skip


def _key_record(calls: Calls, key: dict[str, Any]) -> dict[str, Any]:
    answer = calls.one(
        "iam", GLOBAL, "get_access_key_last_used", "iam:GetAccessKeyLastUsed", absent=_GONE,
        AccessKeyId=key["AccessKeyId"],
    )  # fmt: skip
    return {
        "user_name": key["UserName"],
        "key_id": key["AccessKeyId"][-4:],
        "active": key["Status"] == "Active",
        "created_on": key["CreateDate"],
        "last_used_at": ((answer or {}).get("AccessKeyLastUsed") or {}).get("LastUsedDate"),
    }


def policies(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_policies``: of the roles that functions run as, and of no other."""
    roles = Counter(role_name(item) for region in regions for item in functions_of(calls, region))
    return [
        policy_record(role, count, name, document)
        for role, count in sorted(roles.items())
        for name, document in (*_attached(calls, role), *_inline(calls, role))
    ]


def policy_record(role: str, functions: int, name: str, document: Any) -> dict[str, Any]:
    """A policy's document as a record."""
    found = sorted({action for statement in statements_of(document) for action in wide_actions(statement)})
    return {
        "role": role,
        "policy": name,
        "functions": functions,
        "wide": bool(found),
        "wide_actions": json.dumps(found) if found else None,
    }


def _attached(calls: Calls, role: str) -> Iterator[tuple[str, Any]]:
    """Managed policies in the version that is in force."""
    for item in calls.pages(
        "iam", GLOBAL, "list_attached_role_policies", "iam:ListAttachedRolePolicies",
        at="AttachedPolicies", tokens=_TOKENS, absent=_GONE, RoleName=role,
    ):  # fmt: skip
        arn = item["PolicyArn"]
        policy = calls.one("iam", GLOBAL, "get_policy", "iam:GetPolicy", absent=_GONE, PolicyArn=arn)
        if policy is None:
            continue
        version = calls.one(
            "iam", GLOBAL, "get_policy_version", "iam:GetPolicyVersion", absent=_GONE,
            PolicyArn=arn, VersionId=policy["Policy"]["DefaultVersionId"],
        )  # fmt: skip
        if version is not None:
            yield item["PolicyName"], version["PolicyVersion"]["Document"]


def _inline(calls: Calls, role: str) -> Iterator[tuple[str, Any]]:
    for name in calls.pages(
        "iam", GLOBAL, "list_role_policies", "iam:ListRolePolicies",
        at="PolicyNames", tokens=_TOKENS, absent=_GONE, RoleName=role,
    ):  # fmt: skip
        answer = calls.one(
            "iam",
            GLOBAL,
            "get_role_policy",
            "iam:GetRolePolicy",
            absent=_GONE,
            RoleName=role,
            PolicyName=name,
        )
        if answer is not None:
            yield f"{name} (inline)", answer["PolicyDocument"]
