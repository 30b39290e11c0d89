"""WAF: web ACLs, their rules and what becomes of all other requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.definition import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.sources.aws.calls import Calls


def firewalls(calls: Calls, regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records of ``cloud_firewalls``: CloudFront's, which one Region keeps, and each Region's."""
    found = list(_firewalls(calls, GLOBAL, "CLOUDFRONT"))
    for region in regions:
        found += _firewalls(calls, region, "REGIONAL")
    return found


def _firewalls(calls: Calls, region: str, scope: str) -> Iterator[dict[str, Any]]:
    # AWS may name a next marker on the last page too: an empty page ends the list, as the API says.
    marker: dict[str, Any] = {}
    while True:
        page = calls.one(
            "wafv2", region, "list_web_acls", "wafv2:ListWebACLs", Scope=scope, Limit=100, **marker
        )
        listed = (page or {}).get("WebACLs") or []
        for item in listed:
            answer = calls.one(
                "wafv2", region, "get_web_acl", "wafv2:GetWebACL", absent=("WAFNonexistentItemException",),
                Name=item["Name"], Scope=scope, Id=item["Id"],
            )  # fmt: skip
            if answer is not None:
                yield firewall_record(answer["WebACL"], scope)
        following = (page or {}).get("NextMarker")
        if not following or not listed or following == marker.get("NextMarker"):
            return
        marker = {"NextMarker": following}


def firewall_record(acl: dict[str, Any], scope: str) -> dict[str, Any]:
    """A web ACL of GetWebACL as a record; rules of Firewall Manager's groups count too."""
    groups = ("PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups")
    return {
        "scope": scope.lower(),
        "firewall": acl["Id"],
        "name": acl["Name"],
        "rules": sum(len(acl.get(name) or ()) for name in ("Rules", *groups)),
        "default_action": "block" if "Block" in acl["DefaultAction"] else "allow",
    }
