"""Each section's records, from answers as AWS documents them: every page, every "not configured"."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from quarterdeck.sources.aws.apis import auth
from quarterdeck.sources.aws.buckets import buckets, public_acl, public_policy
from quarterdeck.sources.aws.calls import MissingError
from quarterdeck.sources.aws.distributions import distribution_record
from quarterdeck.sources.aws.firewalls import firewalls
from quarterdeck.sources.aws.functions import function_policies, function_urls, functions
from quarterdeck.sources.aws.runtimes import ends_of_life
from quarterdeck.sources.aws.senders import senders
from quarterdeck.sources.aws.tables import tables
from quarterdeck.sources.aws.usage import noncurrent_bytes, usage

HERE = ("us-east-1",)


def test_functions_of_all_pages(player) -> None:
    ends = {"python3.12": date(2028, 10, 31)}
    first, second = functions(player.load("functions").calls, HERE, ends)
    assert (first["function"], first["end_of_life"], first["role"]) == ("first", date(2028, 10, 31), "runner")
    assert (first["package"], first["in_vpc"], first["tracing"]) == ("zip", False, False)
    # An image has no runtime and so no end of life; of its environment only names are kept.
    assert (second["function"], second["runtime"], second["end_of_life"]) == ("second", None, None)
    assert (second["package"], second["in_vpc"], second["tracing"]) == ("image", True, True)
    assert json.loads(second["environment_names"]) == ["A", "B"]


def test_function_urls_of_aliases_too_and_none_of_a_function_deleted_meanwhile(player) -> None:
    found = function_urls(player.load("function_urls").calls, HERE)
    assert [(u["function"], u["qualifier"], u["auth"], u["cors_any_origin"]) for u in found] == [
        ("first", "$LATEST", "iam", False),
        ("first", "live", "none", True),
    ]


def test_policies_of_functions_and_aliases_without_account_numbers(player) -> None:
    found = function_policies(player.load("function_policies").calls, HERE)
    assert [(p["statement"], p["principal"], p["public"]) for p in found] == [
        ("bus", "events.amazonaws.com", False),
        ("live:all", "*", True),
        ("live:statement 3", "arn:aws:iam::*:root", False),
    ]


def test_web_acls_of_cloudfront_are_asked_for_in_one_region(player) -> None:
    found = firewalls(player.load("firewalls").calls, ("us-east-1", "eu-west-1"))
    assert [(f["scope"], f["firewall"], f["rules"], f["default_action"]) for f in found] == [
        ("cloudfront", "front", 2, "allow"),
        ("regional", "gate", 0, "block"),
    ]


def test_a_bucket_is_public_where_nothing_blocks_its_policy_or_list(player) -> None:
    open_one, shut = buckets(player.load("buckets").calls)
    assert open_one == {
        "bucket": "open",
        "region": "eu-west-1",
        "blocks_public_access": False,
        "public_policy": True,
        "public_acl": True,
        "public": True,
        "encryption": "none",
        "versioning": "suspended",
        "lifecycle_rules": 1,
        "expires_noncurrent": True,
    }
    assert (shut["region"], shut["public_policy"], shut["public_acl"]) == ("us-east-1", True, True)
    assert (shut["blocks_public_access"], shut["public"]) == (True, False)
    assert (shut["encryption"], shut["versioning"], shut["lifecycle_rules"]) == ("kms", "never", 0)
    assert shut["expires_noncurrent"] is False


def test_a_status_or_list_that_is_not_told_is_never_taken_for_private(player) -> None:
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    player.expect("s3", "get_bucket_policy_status", {"PolicyStatus": {}})
    player.expect("s3", "get_bucket_policy", {"Policy": json.dumps({"Statement": [anyone]})})
    assert public_policy(player.calls, "open", "us-east-1")
    player.expect("s3", "get_bucket_policy_status", {"PolicyStatus": {}})
    player.expect("s3", "get_bucket_policy", "NoSuchBucketPolicy")
    assert not public_policy(player.calls, "open", "us-east-1")
    player.expect("s3", "get_bucket_acl", {})
    with pytest.raises(MissingError, match="answers without an access list"):
        public_acl(player.calls, "open", "us-east-1")


def test_tables_and_autoscaling_that_may_not_be_looked_at(player, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        first, second = tables(player.load("tables").calls, HERE)
    assert (first["billing"], first["read_units"], first["write_units"]) == ("provisioned", 5, 7)
    assert (first["point_in_time_recovery"], first["deletion_protection"]) == (True, True)
    assert (second["billing"], second["point_in_time_recovery"]) == ("on_demand", False)
    assert (first["autoscaling"], second["autoscaling"]) == (None, None)
    assert "application-autoscaling:DescribeScalableTargets is not allowed" in caplog.text


def test_addresses_of_a_domain_are_one_record_as_weak_as_the_weakest(player) -> None:
    found = senders(player.load("senders").calls, HERE)
    assert [(s["identity"], s["kind"], s["verified"], s["dkim"]) for s in found] == [
        ("acme.example", "address", False, "pending"),
        ("acme.example", "domain", True, "unsigned"),
    ]


def test_usage_adds_up_all_pages_and_a_gigabyte_is_two_to_the_thirtieth(player) -> None:
    found = usage(player.load("usage").calls, HERE, datetime(2026, 4, 1, 6, 30, tzinfo=UTC))
    assert {(u["resource"], u["item"], u["measure"]): u["quantity"] for u in found} == {
        ("us-east-1/aaa", "dynamodb_read_unit_hour", "provisioned"): Decimal(5),
        ("us-east-1/aaa", "dynamodb_read_million", "consumed"): Decimal("1.5"),
        ("us-east-1/aaa", "dynamodb_write_unit_hour", "provisioned"): Decimal(7),
        ("us-east-1/aaa", "dynamodb_write_million", "consumed"): Decimal(0),
        ("us-east-1//a", "logs_stored_gb_month", "stored"): Decimal(3),
        ("us-east-1//c", "logs_stored_gb_month", "stored"): Decimal("0.5"),
    }


def test_old_versions_of_all_pages_are_counted(player) -> None:
    assert noncurrent_bytes(player.load("versions").calls, "open", "eu-west-1") == 7 + 11


def test_a_bucket_with_too_many_versions_is_not_measured(player) -> None:
    page = {"IsTruncated": True, "NextKeyMarker": "a", "Versions": [{"Size": 7, "IsLatest": False}]}
    player.expect("s3", "list_object_versions", page)
    assert noncurrent_bytes(player.calls, "huge", "us-east-1", pages=1) is None


def test_a_distribution_with_its_own_certificate_and_a_wall() -> None:
    item = {
        "Id": "E1",
        "Enabled": True,
        "DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only", "CachePolicyId": "p1"},
        "CacheBehaviors": {"Items": [{"CachePolicyId": "p2"}]},
        "ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2021", "ACMCertificateArn": "x"},
        "WebACLId": "arn",
        "Origins": {
            "Items": [
                {"CustomOriginConfig": {"OriginProtocolPolicy": "http-only"}},
                {"CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}},
                {"S3OriginConfig": {}},
            ]
        },
        "Aliases": {"Quantity": 2},
        "DefaultRootObject": "",
    }
    assert distribution_record(item, {"p1": "Managed-One"}, None) == {
        "distribution": "E1",
        "enabled": True,
        "viewer_protocol": "https-only",
        "tls_floor": "TLSv1.2_2021",
        "default_certificate": False,
        "waf": True,
        "logging": None,
        "http_only_origins": 1,
        "cache_policies": '["Managed-One", "p2"]',
        "aliases": 2,
        "default_root": None,
    }


def test_who_may_call_a_route() -> None:
    assert auth("NONE", key=False) == "none"
    assert auth(None, key=False) == "none"
    assert auth("NONE", key=True) == "key"
    assert auth("AWS_IAM", key=True) == "iam"
    assert auth("JWT", key=False) == "authorizer"
    assert auth("CUSTOM", key=False) == "authorizer"


def test_the_table_of_runtimes_has_days() -> None:
    ends = ends_of_life()
    assert ends["python2.7"] == date(2021, 7, 15)
    assert ends["nodejs14.x"] == date(2023, 12, 4)
    assert "python9.9" not in ends
