"""Recorded answers of real accounts, against facts that were read off them independently.

An answer that was not recorded is played back as one that is not allowed.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from quarterdeck.sources.aws.buckets import blocks_of, bucket_names, encryption, public_acl
from quarterdeck.sources.aws.calls import Calls, NotAllowedError
from quarterdeck.sources.aws.distributions import distributions
from quarterdeck.sources.aws.firewalls import firewall_record
from quarterdeck.sources.aws.functions import functions, policy_records
from quarterdeck.sources.aws.runtimes import ends_of_life
from quarterdeck.sources.aws.senders import senders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HERE = ("us-east-1",)
_SERVICES = {"sesv2": "email"}


class Recording:
    """A client of one service that answers each operation with its recorded answers, in order."""

    def __init__(self, folder: Path, service: str) -> None:
        self._folder, self._service = folder, _SERVICES.get(service, service)
        self._asked: Counter[str] = Counter()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        # ListWebACLs and its kind aren't spelt as their names in Python are: compared without regard to case.
        stem = f"{self._service}.{operation.replace('_', '')}".lower()

        def call(**_: Any) -> Any:
            self._asked[operation] += 1
            name = f"{stem}_{self._asked[operation]}.json"
            found = [path for path in self._folder.iterdir() if path.name.lower() == name]
            if not found:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not recorded"}}, operation)
            recorded = json.loads(found[0].read_text(), object_hook=_instant)
            if recorded["status_code"] >= 300:
                raise ClientError(recorded["data"], operation)
            return recorded["data"]

        return call


def _instant(value: dict[str, Any]) -> Any:
    if value.get("__class__") != "datetime":
        return value
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return datetime(*(value[name] for name in names), tzinfo=UTC)


@pytest.fixture(scope="module")
def recorded(data: Path) -> Path:
    return data / "aws_inspection"


@pytest.fixture
def calls_of(recorded: Path) -> Callable[[str], Calls]:
    return lambda fixture: Calls(lambda service, _: Recording(recorded / "placebo" / fixture, service))


def _facts(path: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["fixture"], []).append(row)
    return found


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def test_every_fact_of_25_distributions(recorded, calls_of) -> None:
    protocols: Counter[str] = Counter()
    for fixture, rows in _facts(recorded / "facts_cloudfront.csv").items():
        found = distributions(calls_of(fixture))
        protocols.update(_said(one["viewer_protocol"]) for one in found)
        assert len(found) == len(rows), fixture
        for one, fact in zip(found, rows, strict=True):
            # Two recordings leave fields out: what isn't there is missing, never False.
            assert {
                "id": one["distribution"],
                "enabled": _said(one["enabled"]),
                "viewer_protocol": _said(one["viewer_protocol"]),
                "min_tls": _said(one["tls_floor"]),
                "cloudfront_default_cert": _said(one["default_certificate"]),
                "waf": _said(one["waf"]),
                "origins_custom_http_only": _said(one["http_only_origins"]),
                "aliases": _said(one["aliases"]),
                "default_root_object": _said(one["default_root"]),
            } == {n: v for n, v in fact.items() if n not in {"fixture", "logging", "s3_oai_or_oac"}}
    assert protocols == {"allow-all": 16, "https-only": 6, "redirect-to-https": 1, "": 2}


def test_every_fact_of_40_functions(recorded, calls_of) -> None:
    ends = ends_of_life()
    runtimes: Counter[str] = Counter()
    for fixture, rows in _facts(recorded / "facts_lambda.csv").items():
        found = functions(calls_of(fixture), HERE, ends)
        runtimes.update(_said(one["runtime"]) for one in found)
        assert len(found) == len(rows), fixture
        for one, fact in zip(found, rows, strict=True):
            assert (one["function"], _said(one["runtime"])) == (fact["function"], fact["runtime"])
            assert (str(one["memory_mb"]), str(one["timeout_seconds"])) == (fact["memory"], fact["timeout"])
            assert (str(one["in_vpc"]), one["tracing"]) == (fact["vpc"], fact["tracing"] == "Active")
            assert json.loads(one["environment_names"]) == [n for n in fact["env_keys"].split(";") if n]
            # Every runtime that these accounts had is in the table.
            assert (one["end_of_life"] is None) == (fact["runtime"] == "")
    assert (runtimes["python2.7"], runtimes["python3.7"], runtimes["nodejs14.x"]) == (12, 6, 7)
    assert runtimes.total() == 40


# --- policies of expected_matches.json ---------------------------------------------------------------
# By their place in the file: the question in our columns. The others ask for what no column holds (tags, KMS
# aliases, event sources, websites, replication, lock configuration, edge associations, metrics, names of the
# attached web ACL, statements of identities) or for services that are not inspected (SNS, log destinations,
# log filters, streaming distributions, SES configuration sets, pools and receipt rules, AWS Config).

ANSWERED = {
    0: lambda calls: sum(one["waf"] for one in distributions(calls)),
    6: lambda calls: sum(one["logging"] is True for one in distributions(calls)),
    9: lambda calls: sum(not one["waf"] for one in distributions(calls)),
    12: lambda calls: sum(one["waf"] for one in distributions(calls) if _rules(calls) >= 1),
    13: lambda calls: sum(not one["waf"] for one in distributions(calls)),
    21: lambda calls: sum(
        re.search("world-role", one["role"]) is not None for one in functions(calls, HERE, {})
    ),
    25: lambda calls: sum(encryption(calls, name, "us-east-1") == "s3" for name in _tested(calls, "encr")),
    26: lambda calls: len(bucket_names(calls)),
    29: lambda calls: {name: public_acl(calls, name, "us-east-1") for name in bucket_names(calls)}[
        "custodian-testing-grants"
    ],
    44: lambda calls: len(senders(calls, HERE)),
}


def _rules(calls: Calls) -> int:
    answer = calls.one("wafv2", "us-east-1", "get_web_acl", "wafv2:GetWebACL")
    assert answer is not None
    return int(firewall_record(answer["WebACL"], "CLOUDFRONT")["rules"])


def _tested(calls: Calls, part: str) -> list[str]:
    return [name for name in bucket_names(calls) if part in name]


@pytest.mark.parametrize("place", ANSWERED)
def test_a_policys_matches(recorded, calls_of, place: int) -> None:
    policy = json.loads((recorded / "expected_matches.json").read_text())[place]
    assert ANSWERED[place](calls_of(policy["fixture"])) == policy["expected_matches"], policy


def test_public_access_blocks(calls_of) -> None:
    """Cloud Custodian counts 3 buckets: two aren't blocked, and of the third nothing may be known."""
    calls = calls_of("test_s3_check_public_block")
    first, second, third = bucket_names(calls)
    assert not any(blocks_of(calls, first, "us-east-1", {}).values())
    blocks = blocks_of(calls, second, "us-east-1", {})
    assert [name for name, on in blocks.items() if not on] == ["IgnorePublicAcls"]
    with pytest.raises(NotAllowedError, match="s3:GetBucketPublicAccessBlock is not allowed"):
        blocks_of(calls, third, "us-east-1", {})


def test_a_recorded_policy_of_a_function(calls_of) -> None:
    answer = calls_of("test_lambda_permission_matched").one(
        "lambda", "us-east-1", "get_policy", "lambda:GetPolicy"
    )
    assert answer is not None
    found = {one["statement"]: one for one in policy_records(answer["Policy"], "us-east-1", "func-b")}
    assert {name: one["public"] for name, one in found.items()} == {
        "PublicInvoke": True,
        "SharedInvoke": False,
    }
    assert found["SharedInvoke"]["principal"] == "arn:aws:iam::*:root"
