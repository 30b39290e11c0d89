"""docs/iam/inspector.json: with it every section is there; without any action of it, it is named."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from quarterdeck.errors import NothingToReadError
from quarterdeck.settings.surveys import Account
from quarterdeck.sources.aws.account import inspect
from quarterdeck.sources.aws.definition import ACTIONS, CODE_ACTIONS, MAY_BE_REFUSED

POLICY = json.loads((Path(__file__).parents[2] / "docs" / "iam" / "inspector.json").read_text())["Statement"]
GRANTED = [action for one in POLICY for action in one["Action"]]
NEEDED = {action for section in ACTIONS.values() for action in section}
# What the emulator can't refuse, and why: each must fail the day it can.
NOT_ENFORCED = {
    "ce:GetCostAndUsage": "the emulator has no Cost Explorer",
    "ce:GetCostForecast": "the emulator has no Cost Explorer",
    "application-autoscaling:DescribeScalableTargets": "the emulator has no Application Auto Scaling",
    "s3:GetAccountPublicAccessBlock": "botocore can't reach S3 Control at an IP address",
    "lambda:ListFunctionUrlConfigs": "the emulator asks for no permission",
}
ACCOUNT = Account.model_validate({"id": "main", "tenant": "acme"})


@pytest.fixture(scope="module")
def inspected(enforcing):
    """One of each kind of thing, so that each action has something to be asked of."""
    provision(enforcing.root)
    return enforcing


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), "def handler(event, context):\n    return 1\n")
    return buffer.getvalue()


def provision(client) -> None:
    iam = client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    narrow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    trust, narrow = (json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (trust, narrow))
    role = iam.create_role(RoleName="function-role", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="function-role", PolicyName="inline", PolicyDocument=narrow)
    policy = iam.create_policy(PolicyName="attached", PolicyDocument=narrow)["Policy"]
    iam.attach_role_policy(RoleName="function-role", PolicyArn=policy["Arn"])
    iam.create_user(UserName="robot")
    iam.create_access_key(UserName="robot")
    client("lambda").create_function(
        FunctionName="robot", Runtime="python3.12", Role=role["Arn"], Handler="handler.handler",
        Code={"ZipFile": packed()},
    )  # fmt: skip
    client("s3").create_bucket(Bucket="inspected")
    client("s3").put_bucket_versioning(Bucket="inspected", VersioningConfiguration={"Status": "Enabled"})
    client("dynamodb").create_table(
        TableName="inspected",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    client("sesv2").create_email_identity(EmailIdentity="inspected.example")
    client("logs").create_log_group(logGroupName="/inspected")
    client("wafv2").create_web_acl(
        Name="wall",
        Scope="REGIONAL",
        DefaultAction={"Block": {}},
        Rules=[],
        VisibilityConfig={
            "SampledRequestsEnabled": False,
            "CloudWatchMetricsEnabled": False,
            "MetricName": "wall",
        },
    )
    client("cloudfront").create_distribution(DistributionConfig=DISTRIBUTION)
    api = client("apigatewayv2").create_api(Name="api", ProtocolType="HTTP")
    client("apigatewayv2").create_route(ApiId=api["ApiId"], RouteKey="GET /open")
    client("apigateway").create_rest_api(name="rest")


DISTRIBUTION = {
    "CallerReference": "inspected",
    "Comment": "",
    "Enabled": True,
    "Origins": {
        "Quantity": 1,
        "Items": [
            {
                "Id": "web",
                "DomainName": "inspected.example.com",
                "CustomOriginConfig": {
                    "HTTPPort": 80,
                    "HTTPSPort": 443,
                    "OriginProtocolPolicy": "https-only",
                },
            }
        ],
    },
    "DefaultCacheBehavior": {
        "TargetOriginId": "web",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
}


def inspection(inspected, wanted=None):
    return inspect(
        ACCOUNT, inspected.client, regions=("us-east-1",), now=datetime(2026, 4, 1, 6, tzinfo=UTC),
        as_of=date(2026, 3, 31), wanted=wanted,
    )  # fmt: skip


def test_it_has_the_actions_of_the_inspection_and_no_other():
    assert sorted(GRANTED) == sorted({*NEEDED, *CODE_ACTIONS})


def test_with_the_policy_every_section_is_there(inspected, policy):
    inspected.allow(policy("inspector"))
    found = inspection(inspected)
    missing = {name: one.missing for name, one in found.sections.items() if one.records is None}
    assert missing.keys() == {"cloud_costs", "cloud_forecasts"}
    assert all("does not know" in because for because in missing.values())
    (function,) = [one for one in found.functions if one.name == "robot"]
    assert found.code(function) == packed()


@pytest.mark.parametrize("action", sorted(NEEDED))
def test_without_an_action_its_sections_are_missing_and_name_it(
    inspected, policy, less, action, request, caplog
):
    if action in NOT_ENFORCED:
        reason = NOT_ENFORCED[action]
        request.applymarker(pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason))
    wanted = [name for name, actions in ACTIONS.items() if action in actions]
    (sid,) = [one["Sid"] for one in POLICY if action in one["Action"]]
    inspected.allow(less(policy("inspector"), sid, action))
    caplog.set_level(logging.WARNING)
    sections = inspection(inspected, wanted).sections
    assert sections.keys() == set(wanted)
    if action in MAY_BE_REFUSED:
        assert all(one.records is not None for one in sections.values())
        assert f"{action} is not allowed" in caplog.text
    else:
        assert {one.missing for one in sections.values()} == {f"{action} is not allowed"}
        assert all(one.records is None for one in sections.values())


def test_without_the_code_a_function_says_so(inspected, policy, less):
    inspected.allow(less(policy("inspector"), "AuditFunctionCode"))
    found = inspection(inspected)
    (function,) = [one for one in found.functions if one.name == "robot"]
    with pytest.raises(NothingToReadError, match="lambda:GetFunction is not allowed"):
        found.code(function)


@pytest.mark.parametrize(
    ("sid", "dataset"), [("ReadUseOfAccessKeys", "cloud_keys"), ("ListLogGroups", "cloud_usage")]
)
@pytest.mark.xfail(strict=True, raises=AssertionError, reason="the emulator asks for these on no resource")
def test_the_resources_as_written(inspected, policy, sid, dataset):
    written = {one["Sid"]: one for one in policy("inspector", as_written=["Resource"])}
    inspected.allow([written[sid] if one["Sid"] == sid else one for one in policy("inspector")])
    assert inspection(inspected, [dataset]).sections[dataset].missing is None


def test_nothing_else_is_allowed(inspected, policy):
    inspected.allow(policy("inspector"))
    refused = [
        ("s3", "get_object", {"Bucket": "inspected", "Key": "a"}),
        ("dynamodb", "scan", {"TableName": "inspected"}),
        ("lambda", "invoke", {"FunctionName": "robot"}),
        ("iam", "create_access_key", {"UserName": "robot"}),
        ("sesv2", "send_email", {"Content": {"Raw": {"Data": b""}}}),
        ("logs", "filter_log_events", {"logGroupName": "/inspected"}),
    ]
    for service, operation, request in refused:
        with pytest.raises(Exception, match="AccessDenied"):
            getattr(inspected.client(service), operation)(**request)
