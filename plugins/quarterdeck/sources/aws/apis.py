"""API Gateway: every route, and who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.sources.aws.calls import Calls

_READ = "apigateway:GET"  # API Gateway's IAM actions are the methods of HTTP
_GONE = ("NotFoundException",)


def apis(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_apis``: REST, HTTP and WebSocket APIs of each Region."""
    found: list[dict[str, Any]] = []
    for region in regions:
        found += _rest(calls, region)
        found += _others(calls, region)
    return found


def _rest(calls: Calls, region: str) -> Iterator[dict[str, Any]]:
    pages = {"tokens": ("position", "position"), "at": "items", "limit": 500}
    for api in calls.pages("apigateway", region, "get_rest_apis", _READ, **pages):  # type: ignore[arg-type]
        resources = calls.pages(
            "apigateway", region, "get_resources", _READ, at="items", tokens=("position", "position"),
            absent=_GONE, restApiId=api["id"], embed=["methods"], limit=500,
        )  # fmt: skip
        for resource in resources:
            for method, details in sorted((resource.get("resourceMethods") or {}).items()):
                yield {
                    "region": region,
                    "api": api["id"],
                    "name": api["name"],
                    "kind": "rest",
                    "route": f"{method} {resource['path']}",
                    "auth": auth(details.get("authorizationType"), key=bool(details.get("apiKeyRequired"))),
                }


def _others(calls: Calls, region: str) -> Iterator[dict[str, Any]]:
    tokens = ("NextToken", "NextToken")
    for api in calls.pages("apigatewayv2", region, "get_apis", _READ, at="Items", tokens=tokens):
        for route in calls.pages(
            "apigatewayv2", region, "get_routes", _READ, at="Items", tokens=tokens, absent=_GONE,
            ApiId=api["ApiId"],
        ):  # fmt: skip
            yield {
                "region": region,
                "api": api["ApiId"],
                "name": api["Name"],
                "kind": api["ProtocolType"].lower(),
                "route": route["RouteKey"],
                "auth": auth(route.get("AuthorizationType"), key=bool(route.get("ApiKeyRequired"))),
            }


def auth(kind: str | None, *, key: bool) -> str:
    """Who may call a route: IAM or an authorizer's users, holders of a key, or anyone."""
    if kind == "AWS_IAM":
        return "iam"
    if kind not in {None, "", "NONE"}:
        return "authorizer"
    return "key" if key else "none"
