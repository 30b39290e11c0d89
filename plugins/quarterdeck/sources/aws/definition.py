"""What an inspection of an account finds: a section for each dataset, and the functions' code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GLOBAL = "us-east-1"  # where CloudFront, IAM, Cost Explorer and WAF's scope CLOUDFRONT are asked

# Every IAM action that a section's calls need. A section of which one is refused is missing; the refusal of
# an action in MAY_BE_REFUSED costs only the column that is named there.
ACTIONS: dict[str, tuple[str, ...]] = {
    "cloud_functions": ("lambda:ListFunctions",),
    "cloud_function_urls": ("lambda:ListFunctions", "lambda:ListFunctionUrlConfigs"),
    "cloud_function_policies": ("lambda:ListFunctions", "lambda:ListAliases", "lambda:GetPolicy"),
    "cloud_distributions": (
        "cloudfront:ListDistributions", "cloudfront:GetDistributionConfig", "cloudfront:ListCachePolicies",
    ),
    "cloud_firewalls": ("wafv2:ListWebACLs", "wafv2:GetWebACL"),
    "cloud_buckets": (
        "s3:ListAllMyBuckets", "s3:GetBucketLocation", "s3:GetBucketPublicAccessBlock",
        "s3:GetAccountPublicAccessBlock", "s3:GetBucketPolicyStatus", "s3:GetBucketPolicy",
        "s3:GetBucketAcl",
        "s3:GetEncryptionConfiguration", "s3:GetBucketVersioning", "s3:GetLifecycleConfiguration",
    ),
    "cloud_tables": (
        "dynamodb:ListTables", "dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups",
        "application-autoscaling:DescribeScalableTargets",
    ),
    "cloud_keys": ("iam:ListUsers", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"),
    "cloud_policies": (
        "lambda:ListFunctions", "iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion",
        "iam:ListRolePolicies", "iam:GetRolePolicy",
    ),
    "cloud_apis": ("apigateway:GET",),
    "cloud_senders": ("ses:ListEmailIdentities", "ses:GetEmailIdentity"),
    "cloud_endpoints": (),
    "cloud_costs": ("ce:GetCostAndUsage",),
    "cloud_forecasts": ("ce:GetCostForecast",),
    "cloud_usage": (
        "dynamodb:ListTables", "dynamodb:DescribeTable", "cloudwatch:GetMetricData",
        "logs:DescribeLogGroups", "s3:ListAllMyBuckets", "s3:GetBucketLocation", "s3:GetBucketVersioning",
        "s3:ListBucketVersions",
    ),
}  # fmt: skip
MAY_BE_REFUSED = {
    "cloudfront:GetDistributionConfig": "logging is missing",
    "cloudfront:ListCachePolicies": "cache policies are named by their ids",
    "s3:GetAccountPublicAccessBlock": "only the bucket's own block of public access counts",
    "application-autoscaling:DescribeScalableTargets": "autoscaling is missing",
}
CODE_ACTIONS = ("lambda:GetFunction",)  # only for an account with `audit_code`


@dataclass(frozen=True)
class Section:
    """A dataset's records, or why there are none. ``actions``: the IAM actions that it needs."""

    records: list[dict[str, Any]] | None
    missing: str | None
    actions: tuple[str, ...]


@dataclass(frozen=True)
class FunctionCode:
    """A Lambda function whose code may be audited; ``environment`` has values, which are never shown."""

    name: str
    region: str
    runtime: str | None
    package: str
    code_bytes: int
    environment: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Inspection:
    """``sections`` by dataset id; ``functions`` is empty where they may not be listed (the section says so).

    ``code`` gives a function's zip. It raises NothingToReadError for an image, a package above the limit or a
    permission that is missing, SourceError where another try may help.
    """

    sections: dict[str, Section]
    functions: list[FunctionCode]
    code: Callable[[FunctionCode], bytes] = field(repr=False)
