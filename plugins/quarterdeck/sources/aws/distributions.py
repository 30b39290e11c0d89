"""CloudFront: how distributions answer viewers and ask origins."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from quarterdeck.sources.aws.calls import MissingError
from quarterdeck.sources.aws.definition import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.sources.aws.calls import Calls

log = logging.getLogger(__name__)


def distributions(calls: Calls) -> list[dict[str, Any]]:
    """Records of ``cloud_distributions``."""
    items = calls.pages(
        "cloudfront", GLOBAL, "list_distributions", "cloudfront:ListDistributions",
        at="DistributionList.Items", tokens=("Marker", "DistributionList.NextMarker"),
    )  # fmt: skip
    names = _policy_names(calls) if items else {}
    return [distribution_record(item, names, _logging(calls, item["Id"])) for item in items]


def _policy_names(calls: Calls) -> dict[str, str]:
    """Names of cache policies by id; none where they may not be listed."""
    try:
        items = calls.pages(
            "cloudfront", GLOBAL, "list_cache_policies", "cloudfront:ListCachePolicies",
            at="CachePolicyList.Items", tokens=("Marker", "CachePolicyList.NextMarker"),
        )  # fmt: skip
    except MissingError as missing:
        log.warning("cloud_distributions: cache policies by id: %s", missing)
        return {}
    return {item["CachePolicy"]["Id"]: item["CachePolicy"]["CachePolicyConfig"]["Name"] for item in items}


def _logging(calls: Calls, distribution: str) -> bool | None:
    """Whether requests are logged, which only the whole configuration has; None where it is not shown."""
    try:
        answer = calls.one(
            "cloudfront", GLOBAL, "get_distribution_config", "cloudfront:GetDistributionConfig",
            absent=("NoSuchDistribution",), Id=distribution,
        )  # fmt: skip
    except MissingError as missing:
        log.warning("cloud_distributions: logging is missing: %s", missing)
        return None
    found = ((answer or {}).get("DistributionConfig") or {}).get("Logging")
    return None if found is None else bool(found.get("Enabled"))


def distribution_record(
    item: dict[str, Any], names: Mapping[str, str], logged: bool | None
) -> dict[str, Any]:
    """A distribution of ListDistributions as a record."""
    default = item.get("DefaultCacheBehavior") or {}
    behaviours = [default, *_items(item, "CacheBehaviors")]
    policies = {b["CachePolicyId"] for b in behaviours if b.get("CachePolicyId")}
    certificate = item.get("ViewerCertificate") or {}
    return {
        "distribution": item["Id"],
        "enabled": item.get("Enabled"),
        "viewer_protocol": default.get("ViewerProtocolPolicy"),
        "tls_floor": certificate.get("MinimumProtocolVersion"),
        "default_certificate": certificate.get("CloudFrontDefaultCertificate", False)
        if certificate
        else None,
        "waf": bool(item.get("WebACLId")),
        "logging": logged,
        "http_only_origins": sum(_asked_without_tls(origin) for origin in _items(item, "Origins")),
        "cache_policies": json.dumps(sorted(names.get(policy, policy) for policy in policies)),
        "aliases": (item.get("Aliases") or {}).get("Quantity"),
        "default_root": item.get("DefaultRootObject") or None,
    }


def _asked_without_tls(origin: dict[str, Any]) -> bool:
    return (origin.get("CustomOriginConfig") or {}).get("OriginProtocolPolicy") == "http-only"


def _items(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return (item.get(name) or {}).get("Items") or []
