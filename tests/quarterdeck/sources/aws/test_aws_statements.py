"""Whom a statement lets in, and how much it allows."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from quarterdeck.sources.aws.statements import lets_anyone_in, statements_of, wide_actions

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction"}


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::000000000000:root", "*"]}])
def test_anyone(principal) -> None:
    assert lets_anyone_in({**ANYONE, "Principal": principal})
    assert not lets_anyone_in({**ANYONE, "Principal": principal, "Effect": "Deny"})


def test_someone() -> None:
    assert not lets_anyone_in({**ANYONE, "Principal": {"Service": "s3.amazonaws.com"}})
    assert not lets_anyone_in({**ANYONE, "Principal": {"AWS": "arn:aws:iam::000000000000:role/*"}})


def test_all_but_some_are_anyone() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::000000000000:root"}}
    assert lets_anyone_in(statement)


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnLike": {"AWS:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/x"}},
        {"StringEquals": {"aws:SourceAccount": "000000000000"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/*"]}},
        {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}},
    ],
)
def test_a_condition_that_narrows(condition) -> None:
    assert not lets_anyone_in({**ANYONE, "Condition": condition})


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        {"StringLike": {"aws:SourceArn": "*"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": "000000000000"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringNotEquals": {"aws:SourceAccount": "000000000000"}},
        {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ],
)
def test_a_condition_that_does_not(condition) -> None:
    assert lets_anyone_in({**ANYONE, "Condition": condition})


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


@pytest.mark.parametrize(
    ("statement", "wide"),
    [
        (allow("*", "arn:aws:s3:::b"), ["*"]),
        (allow("s3:*", "arn:aws:s3:::b"), ["s3:*"]),
        (allow(["s3:GetObject", "s3:PutObject"]), ["s3:PutObject"]),
        (allow(["s3:PutObject"], "arn:aws:s3:::b/*"), []),
        (allow(["s3:PutObject"], ["arn:aws:s3:::b/*", "*"]), ["s3:PutObject"]),
        (allow(["dynamodb:BatchGetItem", "dynamodb:Query", "ses:Describe*"]), []),
        (allow(["logs:CreateLogGroup", "logs:PutLogEvents", "xray:PutTraceSegments"]), []),
        ({"Effect": "Allow", "Action": "s3:DeleteBucket", "NotResource": "b"}, ["s3:DeleteBucket"]),
        ({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}, ["all but iam:*, sts:*"]),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, []),
    ],
)  # fmt: skip
def test_how_much_a_statement_allows(statement, wide) -> None:
    assert wide_actions(statement) == wide


def test_a_document_is_read_as_text_or_url_encoded_or_with_one_statement() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "a%20b:c"}}'
    assert statements_of(text) == [{"Effect": "Allow", "Action": "a%20b:c"}]
    assert statements_of(quote(text)) == statements_of(text)
    assert statements_of({"Statement": []}) == []
