"""A small account in a running emulator: its answers, from its own services, as records that conform."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import boto3
import pytest
import yaml

from quarterdeck.errors import NothingToReadError
from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.sources import SurveySource
from quarterdeck.settings.surveys import Account
from quarterdeck.sources.aws.account import inspect
from quarterdeck.sources.aws.definition import ACTIONS, FunctionCode
from quarterdeck.sources.aws.functions import code_of
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.records import extract_of

INCLUDE = Path(__file__).parents[4] / "include"
NOW = datetime(2026, 4, 1, 6, tzinfo=UTC)
TENANT = Tenant(id="acme", title="Acme", kind="other", currency="USD")
ACCOUNT = Account.model_validate(
    {
        "id": "main",
        "tenant": "acme",
        "endpoints": [
            {"id": "sheet", "url": "https://script.example.com/macros/s/hidden/exec", "auth": "none"}
        ],
    }
)
PASSWORD = "hun" + "ter2"


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), "def handler(event, context):\n    return 1\n")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def inspection(aws):
    def client(service, region="us-east-1"):
        return boto3.client(service, **(aws | {"region_name": region}))

    provision(client)
    return inspect(ACCOUNT, client, regions=("us-east-1", "us-east-1"), now=NOW, as_of=date(2026, 3, 31))


def provision(client) -> None:
    """One of each kind of thing; the names are no other test's."""
    iam = client("iam")
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}
    role = iam.create_role(RoleName="inspected-role", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    wide = {"Statement": [{"Effect": "Allow", "Action": ["s3:*", "dynamodb:GetItem"], "Resource": "*"}]}
    iam.put_role_policy(RoleName="inspected-role", PolicyName="much", PolicyDocument=json.dumps(wide))
    narrow = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    policy = iam.create_policy(PolicyName="little", PolicyDocument=json.dumps(narrow))["Policy"]
    iam.attach_role_policy(RoleName="inspected-role", PolicyArn=policy["Arn"])
    iam.create_user(UserName="inspected-robot")
    iam.create_access_key(UserName="inspected-robot")
    functions = client("lambda")
    functions.create_function(
        FunctionName="inspected", Runtime="python3.9", Role=role["Arn"], Handler="handler.handler",
        Code={"ZipFile": packed()}, Environment={"Variables": {"DB_PASSWORD": PASSWORD}},
    )  # fmt: skip
    functions.create_function_url_config(
        FunctionName="inspected", AuthType="NONE", Cors={"AllowOrigins": ["*"]}
    )
    functions.add_permission(
        FunctionName="inspected", StatementId="anyone", Principal="*", Action="lambda:InvokeFunctionUrl",
        FunctionUrlAuthType="NONE",
    )  # fmt: skip
    s3 = client("s3")
    s3.create_bucket(Bucket="inspected-bucket")
    open_to_all = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::inspected-bucket/*",
            }
        ]
    }
    s3.put_bucket_policy(Bucket="inspected-bucket", Policy=json.dumps(open_to_all))
    s3.put_bucket_versioning(Bucket="inspected-bucket", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"x" * 1000, b"y"):
        s3.put_object(Bucket="inspected-bucket", Key="a", Body=body)
    client("dynamodb").create_table(
        TableName="inspected-table", BillingMode="PROVISIONED",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 7},
    )  # fmt: skip
    client("sesv2").create_email_identity(EmailIdentity="inspected.example.com")
    client("sesv2").create_email_identity(EmailIdentity="someone@inspected.example.com")
    client("logs").create_log_group(logGroupName="/inspected/for-ever")
    client("wafv2").create_web_acl(
        Name="inspected-wall", Scope="REGIONAL", DefaultAction={"Block": {}}, Rules=[],
        VisibilityConfig={
            "SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "wall"
        },
    )  # fmt: skip
    client("cloudfront").create_distribution(DistributionConfig=DISTRIBUTION)
    api = client("apigatewayv2").create_api(Name="inspected-api", ProtocolType="HTTP")
    client("apigatewayv2").create_route(ApiId=api["ApiId"], RouteKey="GET /open")


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
                    "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"
                },
            }
        ],
    },
    "DefaultCacheBehavior": {
        "TargetOriginId": "web",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
}  # fmt: skip


def records(inspection, dataset, **wanted):
    found = inspection.sections[dataset].records
    assert found is not None, inspection.sections[dataset].missing
    return [record for record in found if all(record[name] == value for name, value in wanted.items())]


def test_every_section_is_there_or_says_why(inspection) -> None:
    assert inspection.sections.keys() == ACTIONS.keys()
    missing = {name: section.missing for name, section in inspection.sections.items() if section.missing}
    assert missing.keys() == {"cloud_costs", "cloud_forecasts"}  # MiniStack has no Cost Explorer
    assert all("ce:Get" in because for because in missing.values())


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in {"cloud_costs", "cloud_forecasts"}])
def test_records_are_what_their_dataset_declares(inspection, name: str) -> None:
    declared = yaml.safe_load((INCLUDE / "datasets" / f"{name}.yaml").read_text())
    found = inspection.sections[name].records
    assert found
    assert all(record.keys() == declared["columns"].keys() for record in found)
    conformed = conform(
        extract_of(found, location=name, now=NOW), SurveySource.model_validate({"from": "survey"}),
        Dataset.model_validate({"id": name, **declared}), tenant=TENANT, zone=ZoneInfo("UTC"), as_of_end=None,
    )  # fmt: skip
    assert conformed.quarantined == ()
    assert len(conformed.frame) == len(found)


def test_what_a_function_is_and_who_may_call_it(inspection) -> None:
    (function,) = records(inspection, "cloud_functions", function="inspected")
    assert (function["region"], function["runtime"], function["role"]) == (
        "us-east-1",
        "python3.9",
        "inspected-role",
    )
    assert (function["end_of_life"], function["package"]) == (date(2025, 12, 15), "zip")
    assert function["environment_names"] == '["DB_PASSWORD"]'
    (url,) = records(inspection, "cloud_function_urls", function="inspected")
    assert (url["qualifier"], url["auth"], url["cors_any_origin"]) == ("$LATEST", "none", True)
    (statement,) = records(inspection, "cloud_function_policies", function="inspected")
    assert (statement["statement"], statement["principal"], statement["public"]) == ("anyone", "*", True)


def test_a_functions_code_is_its_zip_and_its_values_are_never_shown(inspection) -> None:
    (function,) = [one for one in inspection.functions if one.name == "inspected"]
    assert inspection.code(function) == packed()
    assert function.environment == {"DB_PASSWORD": PASSWORD}
    assert PASSWORD not in repr(function)
    assert PASSWORD not in repr(inspection)
    assert PASSWORD not in json.dumps(
        [section.records for section in inspection.sections.values()], default=str
    )


def test_code_above_the_limit_and_images_are_not_read(player) -> None:
    big = FunctionCode("big", "us-east-1", "python3.12", "zip", 101, {})
    with pytest.raises(NothingToReadError, match="at most 100 bytes of code, found 101"):
        code_of(player.calls, big, limit=100)
    image = FunctionCode("boxed", "us-east-1", None, "image", 0, {})
    with pytest.raises(NothingToReadError, match="expected a zip, found an image"):
        code_of(player.calls, image)


def test_code_is_fetched_by_http_alone(player) -> None:
    player.expect("lambda", "get_function", {"Code": {"Location": "file:///etc/hostname"}})
    function = FunctionCode("odd", "us-east-1", "python3.12", "zip", 10, {})
    with pytest.raises(NothingToReadError, match="another kind"):
        code_of(player.calls, function)


def test_what_is_stored_and_who_may_read_it(inspection) -> None:
    (bucket,) = records(inspection, "cloud_buckets", bucket="inspected-bucket")
    assert (bucket["region"], bucket["versioning"], bucket["lifecycle_rules"]) == ("us-east-1", "enabled", 0)
    assert (bucket["public_policy"], bucket["public_acl"], bucket["public"]) == (True, False, True)
    (table,) = records(inspection, "cloud_tables", table_name="inspected-table")
    assert (table["billing"], table["read_units"], table["write_units"]) == ("provisioned", 5, 7)
    assert (table["point_in_time_recovery"], table["deletion_protection"]) == (False, False)


def test_policies_of_roles_that_functions_run_as(inspection) -> None:
    found = records(inspection, "cloud_policies", role="inspected-role")
    assert {(one["policy"], one["wide"], one["wide_actions"]) for one in found} == {
        ("much (inline)", True, '["s3:*"]'),
        ("little", False, None),
    }
    (key,) = records(inspection, "cloud_keys", user_name="inspected-robot")
    assert (len(key["key_id"]), key["active"], key["last_used_at"]) == (4, True, None)


def test_distribution_wall_route_and_senders(inspection) -> None:
    (one,) = records(inspection, "cloud_distributions", http_only_origins=1)
    assert (one["viewer_protocol"], one["waf"], one["enabled"]) == ("allow-all", False, True)
    assert one["cache_policies"] == '["Managed-CachingOptimized"]'
    (wall,) = records(inspection, "cloud_firewalls", name="inspected-wall")
    assert (wall["scope"], wall["rules"], wall["default_action"]) == ("regional", 0, "block")
    (route,) = records(inspection, "cloud_apis", name="inspected-api")
    assert (route["kind"], route["route"], route["auth"]) == ("http", "GET /open", "none")
    kinds = {one["kind"] for one in records(inspection, "cloud_senders", identity="inspected.example.com")}
    assert kinds == {"domain", "address"}
    assert "someone" not in json.dumps(inspection.sections["cloud_senders"].records)


def test_usage_and_endpoints(inspection) -> None:
    (writes,) = records(
        inspection, "cloud_usage", item="dynamodb_write_unit_hour", resource="us-east-1/inspected-table"
    )
    assert (writes["measure"], writes["quantity"]) == ("provisioned", 7)
    (old,) = records(inspection, "cloud_usage", resource="inspected-bucket")
    assert (old["item"], old["quantity"]) == ("s3_noncurrent_gb_month", round(old["quantity"], 9))
    assert abs(old["quantity"] * 2**30 - 1000) < 1  # the first version of 1,000 bytes
    assert records(inspection, "cloud_usage", resource="us-east-1//inspected/for-ever", measure="stored")
    assert inspection.sections["cloud_endpoints"].records == [
        {"endpoint": "sheet", "kind": "apps_script", "host": "script.example.com", "auth": "none"}
    ]
