"""Policies of AWS: whom a statement lets in, and how much it allows."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

_NARROWING = frozenset(
    {
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceip",
        "aws:userid",
        "lambda:eventsourcetoken",
    }
)
_POSITIVE = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}
)
_EVERYWHERE = frozenset({"", "0.0.0.0/0", "::/0"})
_READING = (
    "get", "list", "describe", "head", "query", "scan", "batchget", "select", "lookup", "search", "view",
    "read", "test", "validate", "check", "simulate", "estimate", "decrypt",
)  # fmt: skip
# AWS's own basic policies for functions grant these for all resources: their logs, traces and interfaces.
_BASIC = frozenset(
    {
        "logs:createloggroup",
        "logs:createlogstream",
        "logs:putlogevents",
        "xray:puttracesegments",
        "xray:puttelemetryrecords",
        "ec2:createnetworkinterface",
        "ec2:deletenetworkinterface",
        "ec2:assignprivateipaddresses",
        "ec2:unassignprivateipaddresses",
    }
)


def statements_of(document: Any) -> list[dict[str, Any]]:
    """The statements of a policy, given as JSON text (also URL-encoded, as IAM may) or already read."""
    if isinstance(document, str):
        document = json.loads(unquote(document) if document.lstrip().startswith("%") else document)
    return [dict(statement) for statement in listed(document.get("Statement"))]


def listed(value: Any) -> list[Any]:
    """A policy's value as a list: one value may stand without brackets."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def principals_of(statement: dict[str, Any]) -> list[str]:
    """Whom a statement is about; a NotPrincipal, which leaves everyone else in, is ``*``."""
    if "NotPrincipal" in statement:
        return ["*"]
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return [str(name) for name in listed(principal)]
    return [str(name) for names in principal.values() for name in listed(names)]


def lets_anyone_in(statement: dict[str, Any]) -> bool:
    """Whether a statement allows everyone, and no condition narrows that to known callers."""
    return (
        statement.get("Effect") == "Allow"
        and "*" in principals_of(statement)
        and not any(_narrows(operator, keys) for operator, keys in (statement.get("Condition") or {}).items())
    )


def _narrows(operator: str, keys: dict[str, Any]) -> bool:
    """``...IfExists`` and ``ForAllValues:`` also hold where the key is absent: they narrow nothing."""
    if operator.lower().removeprefix("foranyvalue:") not in _POSITIVE:
        return False
    return any(
        key.lower() in _NARROWING
        and all(str(value).strip("*?") not in _EVERYWHERE for value in listed(values))
        for key, values in keys.items()
    )


def wide_actions(statement: dict[str, Any]) -> list[str]:
    """Actions that a statement allows too widely: all of a service, or writing to all resources."""
    if statement.get("Effect") != "Allow":
        return []
    if "NotAction" in statement:
        left_out = ", ".join(str(action) for action in listed(statement["NotAction"]))
        return [f"all but {left_out}"]
    anywhere = "NotResource" in statement or any(
        not str(resource).strip("*?") for resource in listed(statement.get("Resource"))
    )
    return [
        str(action)
        for action in listed(statement.get("Action"))
        if _whole_service(str(action)) or (anywhere and _writes(str(action)))
    ]


def _whole_service(action: str) -> bool:
    return not action.partition(":")[2].strip("*?")


def _writes(action: str) -> bool:
    name = action.lower()
    return name not in _BASIC and not name.partition(":")[2].startswith(_READING)
