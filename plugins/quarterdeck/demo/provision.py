"""What a portfolio finds in its AWS account before its first day: buckets, ledger, sender, mail events."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quarterdeck.delivery.ledger import create_table
from quarterdeck.demo.aws_access import embedded_client
from quarterdeck.demo.ports import ACCOUNT_CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.demo.ports import Ports
    from quarterdeck.settings.definition import Portfolio

_THERE = frozenset({"AlreadyExistsException", "BucketAlreadyExists", "BucketAlreadyOwnedByYou"})
_RECEIVED_AT_MOST = 6  # times, before a message is a dead letter: more often than its delivery is looked for
_EVENTS = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "DELIVERY_DELAY")


def provision(portfolio: Portfolio, ports: Ports) -> None:
    """Create what is not there yet, in the embedded AWS; what is there stays as it is."""

    def client(service: str) -> Any:
        return embedded_client(service, ports, portfolio.aws.region)

    for url in (portfolio.storage.lake, portfolio.storage.archive):
        scheme, _, rest = url.partition("://")
        if scheme == "s3":
            _create_bucket(client("s3"), rest.partition("/")[0], portfolio.aws.region)
    create_table(client("dynamodb"), portfolio.storage.ledger_table)
    topic = _mail_events(client("sns"), client("sqs"), f"{portfolio.id}-mail-events")
    _verify_identity(portfolio.sender.address.rpartition("@")[2], ports)
    _configuration_set(client("sesv2"), portfolio.sender.configuration_set, topic)


def _create_bucket(s3: Any, bucket: str, region: str) -> None:
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
    _unless_there(lambda: s3.create_bucket(Bucket=bucket, **place))


def _mail_events(sns: Any, sqs: Any, name: str) -> str:
    """A topic for mail events, a queue behind it and one for dead letters; answers the topic's ARN."""
    topic: str = sns.create_topic(Name=name)["TopicArn"]
    url, queue = _queue(sqs, name)
    redrive = {"deadLetterTargetArn": _queue(sqs, f"{name}-dead")[1], "maxReceiveCount": _RECEIVED_AT_MOST}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(redrive)})
    known = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if queue not in {subscription["Endpoint"] for subscription in known}:
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    return topic


def _queue(sqs: Any, name: str) -> tuple[str, str]:
    """Its URL and ARN."""
    url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, attributes["QueueArn"]


def _verify_identity(domain: str, ports: Ports) -> None:
    """At Amazon the owner proves this by DNS records; the stand-in is told."""
    _put(f"{ports.url('ses')}/control", {"identities": {domain: {}}})


def tell_account(told: dict[str, Any], ports: Ports) -> None:
    """Tell the account's stand-in what an emulator can't hold: its bill, and sizes."""
    _put(f"{ports.url('account')}{ACCOUNT_CONTROL}", told)


def _put(url: str, told: dict[str, Any]) -> None:
    """Tell a stand-in, never by way of the user's proxy."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, json.dumps(told).encode(), {"Content-Type": "application/json"}, method="PUT"
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request, timeout=10).close()


def _configuration_set(ses: Any, name: str, topic: str) -> None:
    _unless_there(lambda: ses.create_configuration_set(ConfigurationSetName=name))
    _unless_there(
        lambda: ses.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName="mail-events",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": list(_EVENTS),
                "SnsDestination": {"TopicArn": topic},
            },
        )
    )


def _unless_there(create: Callable[[], Any]) -> None:
    try:
        create()
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise
