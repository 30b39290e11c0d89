"""The AWS account of queenofsandiego, as an inspection finds it: made through the public AWS API.

Four of its gaps are here (the other two are in the repositories): a bucket that anyone may read, a function
on a runtime that AWS no longer supports, a distribution without a firewall, and two Apps Script web apps
without a login, which ``portfolio.yaml`` declares. Everything else is as it should be: function URLs ask for
IAM, roles may do little, TLS is new. What an emulator can't hold is told to its stand-in: ``told``.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quarterdeck.demo.world.costs import bill_of
from quarterdeck.demo.world.loading import ensure_bucket

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

SITE_BUCKET, MEDIA_BUCKET = "queenofsandiego-site", "queenofsandiego-media"
SITE_TABLE = "queenofsandiego-enquiries"
UNITS = 50  # provisioned, of each kind
_REQUESTS = {"Write": 360_000, "Read": 80_000}  # units consumed in 30 days
_GB = 2**30
_OLD_VERSIONS, _OLD_BYTES = 4, 100 * _GB
_LOGS_FOR_EVER = "/aws/lambda/queenofsandiego-enquiry-form"
_LOG_BYTES = 60 * _GB
_KEPT_DAYS = 30
_THERE = frozenset(
    {
        "BucketAlreadyOwnedByYou",
        "ConflictException",
        "EntityAlreadyExists",
        "ResourceAlreadyExistsException",
        "ResourceConflictException",
        "ResourceInUseException",
    }
)

_PYTHON = 'def handler(event, context):\n    """Answers one request."""\n    return {"statusCode": 204}\n'
_NODE = "exports.handler = async (event) => {\n  return { statusCode: 204 };\n};\n"
# Function, runtime, file, code, whether it has a URL.
_FUNCTIONS = (
    ("queenofsandiego-enquiry-form", "python3.13", "handler.py", _PYTHON, True),
    ("queenofsandiego-photo-resize", "nodejs12.x", "index.js", _NODE, False),
    ("queenofsandiego-nightly-export", "python3.13", "handler.py", _PYTHON, False),
)
_ROLE = "queenofsandiego-functions"


def told(anchor: date) -> dict[str, Any]:
    """What the account's stand-in has to know of the world of that day, as JSON."""
    return {
        "bill": bill_of(anchor).as_json(),
        "old_version_bytes": {MEDIA_BUCKET: _OLD_BYTES},
        "log_bytes": {_LOGS_FOR_EVER: _LOG_BYTES},
        "consumed_units": {SITE_TABLE: _REQUESTS},
    }


def place_account(client: Callable[[str], Any]) -> None:
    """Make what is not there yet; what is there stays as it is."""
    _functions(client("iam"), client("lambda"))
    _log_groups(client("logs"))
    _buckets(client("s3"))
    _distribution(client("cloudfront"))
    _table(client("dynamodb"))


def _unless_there(create: Callable[..., Any], **parameters: Any) -> bool:
    """Whether it was created just now."""
    try:
        create(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise
        return False
    return True


# --- functions ---------------------------------------------------------------------------------------


def _functions(iam: Any, functions: Any) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
    _unless_there(iam.create_role, RoleName=_ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    role = iam.get_role(RoleName=_ROLE)["Role"]["Arn"]
    iam.put_role_policy(RoleName=_ROLE, PolicyName="own-rows", PolicyDocument=json.dumps(_narrow()))
    for name, runtime, file, code, has_url in _FUNCTIONS:
        _unless_there(
            functions.create_function,
            FunctionName=name,
            Runtime=runtime,
            Role=role,
            Handler=f"{file.partition('.')[0]}.handler",
            Code={"ZipFile": _packed(file, code)},
            Environment={"Variables": {"TABLE_NAME": SITE_TABLE, "LOG_LEVEL": "info"}},
            Timeout=10,
        )
        if has_url:
            _unless_there(functions.create_function_url_config, FunctionName=name, AuthType="AWS_IAM")


def _narrow() -> dict[str, Any]:
    rows = {
        "Effect": "Allow",
        "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
        "Resource": f"arn:aws:dynamodb:*:*:table/{SITE_TABLE}",
    }
    return {"Version": "2012-10-17", "Statement": [rows]}


def _packed(file: str, code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(file), code)  # whose time is 1980: the same bytes every day
    return buffer.getvalue()


def _log_groups(logs: Any) -> None:
    for name, *_ in _FUNCTIONS:
        group = f"/aws/lambda/{name}"
        _unless_there(logs.create_log_group, logGroupName=group)
        if group != _LOGS_FOR_EVER:
            logs.put_retention_policy(logGroupName=group, retentionInDays=_KEPT_DAYS)


# --- buckets and their distribution ------------------------------------------------------------------


def _buckets(s3: Any) -> None:
    for bucket in (SITE_BUCKET, MEDIA_BUCKET):
        ensure_bucket(s3, bucket)
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Version": "2012-10-17", "Statement": [{**anyone, "Resource": f"arn:aws:s3:::{SITE_BUCKET}/*"}]}
    s3.put_bucket_policy(Bucket=SITE_BUCKET, Policy=json.dumps(policy))
    s3.put_object(Bucket=SITE_BUCKET, Key="index.html", Body=b"<!doctype html><title>Queen</title>\n")
    shut = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3.put_public_access_block(Bucket=MEDIA_BUCKET, PublicAccessBlockConfiguration=shut)
    s3.put_bucket_versioning(Bucket=MEDIA_BUCKET, VersioningConfiguration={"Status": "Enabled"})
    there = len(s3.list_object_versions(Bucket=MEDIA_BUCKET).get("Versions", []))
    for number in range(there, _OLD_VERSIONS + 1):
        s3.put_object(Bucket=MEDIA_BUCKET, Key="season/walkthrough.mov", Body=b"cut %d\n" % number)


def _distribution(cloudfront: Any) -> None:
    """CloudFront takes the same caller reference once."""
    known = cloudfront.list_distributions()["DistributionList"].get("Items", [])
    if any(SITE_BUCKET in origin["DomainName"] for item in known for origin in item["Origins"]["Items"]):
        return
    origin = {
        "Id": "site",
        "DomainName": f"{SITE_BUCKET}.s3.us-west-2.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": SITE_BUCKET,
            "Comment": "The site's pages and pictures",
            "Enabled": True,
            "DefaultRootObject": "index.html",
            "Aliases": {"Quantity": 1, "Items": ["www.queenofsandiego.example"]},
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # AWS's own, CachingOptimized
            },
            "ViewerCertificate": {
                "ACMCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/site",
                "SSLSupportMethod": "sni-only",
                "MinimumProtocolVersion": "TLSv1.2_2021",
            },
            "WebACLId": "",
        }
    )


# --- the table ---------------------------------------------------------------------------------------


def _table(dynamodb: Any) -> None:
    _unless_there(
        dynamodb.create_table,
        TableName=SITE_TABLE,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": UNITS, "WriteCapacityUnits": UNITS},
    )
