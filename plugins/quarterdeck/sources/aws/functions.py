"""Lambda: functions, their URLs and resource policies, and the zips of their code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import NothingToReadError, SourceError
from quarterdeck.sources.aws.calls import MissingError
from quarterdeck.sources.aws.definition import FunctionCode
from quarterdeck.sources.aws.statements import lets_anyone_in, listed, principals_of, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from quarterdeck.sources.aws.calls import Calls

Listed = dict[str, Any]
CODE_LIMIT = 250 * 2**20  # bytes; Lambda's own limit of an unzipped package
_GONE = ("ResourceNotFoundException",)


def functions_of(calls: Calls, region: str) -> list[Listed]:
    """Every function of a Region, as ListFunctions has it."""
    return calls.pages(
        "lambda", region, "list_functions", "lambda:ListFunctions",
        at="Functions", tokens=("Marker", "NextMarker"),
    )  # fmt: skip


def functions(calls: Calls, regions: tuple[str, ...], ends: Mapping[str, date]) -> list[dict[str, Any]]:
    """Records of ``cloud_functions``; ``ends``: end of life by runtime."""
    return [function_record(item, region, ends) for region in regions for item in functions_of(calls, region)]


def function_record(item: Listed, region: str, ends: Mapping[str, date]) -> dict[str, Any]:
    """A function's configuration as a record."""
    runtime = item.get("Runtime")
    return {
        "region": region,
        "function": item["FunctionName"],
        "runtime": runtime,
        "end_of_life": ends.get(str(runtime)),
        "modified_at": item.get("LastModified"),
        "code_bytes": item.get("CodeSize"),
        "memory_mb": item.get("MemorySize"),
        "timeout_seconds": item.get("Timeout"),
        "package": _package(item),
        "environment_names": json.dumps(sorted(_environment(item))),
        "role": role_name(item),
        "in_vpc": bool((item.get("VpcConfig") or {}).get("VpcId")),
        "tracing": (item.get("TracingConfig") or {}).get("Mode") == "Active",
    }


def role_name(item: Listed) -> str:
    """The role's name alone: its ARN has the account's number."""
    return str(item["Role"]).rpartition("/")[2]


def _package(item: Listed) -> str:
    return str(item.get("PackageType") or "Zip").lower()


def _environment(item: Listed) -> dict[str, str]:
    return dict((item.get("Environment") or {}).get("Variables") or {})


def function_urls(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_function_urls``: of each function itself and of its aliases."""
    return [
        url_record(config, region, item["FunctionName"])
        for region in regions
        for item in functions_of(calls, region)
        for config in calls.pages(
            "lambda", region, "list_function_url_configs", "lambda:ListFunctionUrlConfigs",
            at="FunctionUrlConfigs", tokens=("Marker", "NextMarker"), absent=_GONE,
            FunctionName=item["FunctionName"],
        )
    ]  # fmt: skip


def url_record(config: dict[str, Any], region: str, function: str) -> dict[str, Any]:
    """A function URL as a record; its ARN ends in the alias, if it is one's."""
    parts = str(config["FunctionArn"]).split(":")
    return {
        "region": region,
        "function": function,
        "qualifier": parts[7] if len(parts) > 7 else "$LATEST",
        "auth": {"NONE": "none", "AWS_IAM": "iam"}.get(config["AuthType"], config["AuthType"]),
        "cors_any_origin": "*" in ((config.get("Cors") or {}).get("AllowOrigins") or ()),
    }


def function_policies(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_function_policies``: a statement each, of functions and of their aliases."""
    return [
        record
        for region in regions
        for item in functions_of(calls, region)
        for record in _policies(calls, region, item["FunctionName"])
    ]


def _policies(calls: Calls, region: str, function: str) -> Iterator[dict[str, Any]]:
    aliases = calls.pages(
        "lambda", region, "list_aliases", "lambda:ListAliases",
        at="Aliases", tokens=("Marker", "NextMarker"), absent=_GONE, FunctionName=function,
    )  # fmt: skip
    for alias in ("", *(alias["Name"] for alias in aliases)):
        of_alias = {"Qualifier": alias} if alias else {}
        answer = calls.one(
            "lambda",
            region,
            "get_policy",
            "lambda:GetPolicy",
            absent=_GONE,
            FunctionName=function,
            **of_alias,
        )
        if answer is not None:
            yield from policy_records(answer["Policy"], region, function, alias)


def policy_records(document: str, region: str, function: str, alias: str = "") -> Iterator[dict[str, Any]]:
    """The statements that allow something, as records; one of an alias is named ``alias:Sid``."""
    for place, statement in enumerate(statements_of(document), start=1):
        if statement.get("Effect") != "Allow":
            continue
        name = str(statement.get("Sid") or f"statement {place}")
        yield {
            "region": region,
            "function": function,
            "statement": f"{alias}:{name}" if alias else name,
            "principal": ", ".join(_without_account(name) for name in principals_of(statement)),
            "action": ", ".join(map(str, listed(statement.get("Action")))) or "all but some",
            "public": lets_anyone_in(statement),
        }


def _without_account(principal: str) -> str:
    """A principal without the number of an account: ``arn:aws:iam::*:role/x`` or ``an account``."""
    if principal.isdecimal():
        return "an account"
    parts = principal.split(":")
    if len(parts) > 5 and parts[4].isdecimal():
        parts[4] = "*"
    return ":".join(parts)


def codes(calls: Calls, regions: tuple[str, ...]) -> list[FunctionCode]:
    """What the audit of code works on; none of a Region whose functions may not be listed."""
    found = []
    for region in regions:
        try:
            items = functions_of(calls, region)
        except MissingError:
            continue  # the section cloud_functions says so
        found += [
            FunctionCode(
                item["FunctionName"], region, item.get("Runtime"), _package(item),
                int(item.get("CodeSize") or 0), _environment(item),
            )
            for item in items
        ]  # fmt: skip
    return found


def code_of(calls: Calls, function: FunctionCode, limit: int = CODE_LIMIT) -> bytes:
    """A function's zip, by the address that GetFunction signs for ten minutes.

    Raises NothingToReadError (an image, above ``limit`` bytes, not allowed) or SourceError (try again).
    """
    place = f"function {function.name} in {function.region}"
    if function.package != "zip":
        raise NothingToReadError(f"{place}: expected a zip, found an image; its code is not audited")
    if function.code_bytes > limit:
        raise NothingToReadError(
            f"{place}: expected at most {limit} bytes of code, found {function.code_bytes}; it is not audited"
        )
    try:
        answer = calls.one(
            "lambda", function.region, "get_function", "lambda:GetFunction", absent=_GONE,
            FunctionName=function.name,
        )  # fmt: skip
    except MissingError as missing:
        raise NothingToReadError(f"{place}: {missing}; its code is not audited") from missing
    location = ((answer or {}).get("Code") or {}).get("Location")
    if not location:
        raise NothingToReadError(f"{place}: expected an address of its code, found none")
    return _fetched(str(location), place, limit)


def _fetched(location: str, place: str, limit: int) -> bytes:
    """The bytes at a signed address, which is a secret: no error has it."""
    import urllib3

    if not location.startswith(("https://", "http://")):
        raise NothingToReadError(f"{place}: expected an http address of its code, found another kind")
    try:
        with urllib3.PoolManager() as pool:
            response = pool.request(
                "GET", location, redirect=False, preload_content=False, retries=urllib3.Retry(2, redirect=0),
                timeout=urllib3.Timeout(connect=10, read=60),
            )  # fmt: skip
            content = bytes(response.read(limit + 1)) if response.status == 200 else b""
            status = response.status
            response.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise SourceError(
            f"{place}: expected its code, found {type(error).__name__}; clear the task to try again"
        ) from None
    if status != 200:
        raise SourceError(
            f"{place}: expected its code, found HTTP status {status}; clear the task to try again"
        )
    if len(content) > limit:
        raise NothingToReadError(f"{place}: expected at most {limit} bytes of code, found more")
    return content
