"""The emulator stops half way: the task fails as one that may be tried again, and the retry loses nothing."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config

from quarterdeck.errors import SourceError
from quarterdeck.on_airflow.retries import TransientFaults
from quarterdeck.steps.compose import compose
from quarterdeck.steps.conclude import conclude
from quarterdeck.steps.measure import measure
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.snapshot import snapshot

QUICK = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=2)


@pytest.fixture
def on_aws(lantern, own_emulator):
    """The golden portfolio with the sloop's payments in S3."""
    lantern.connect = lambda _aws, service: boto3.client(service, config=QUICK, **own_emulator.arguments)
    s3 = boto3.client("s3", **own_emulator.arguments)
    s3.create_bucket(Bucket="lantern-sources")
    payments = (lantern.folder / "data" / "sloop" / "payments.csv").read_bytes()
    s3.put_object(Bucket="lantern-sources", Key="sloop/payments/2026.csv", Body=payments)
    lantern.edit(
        "tenants/sloop.yaml",
        lambda text: text.replace(
            "{from: files, path: data/sloop/payments.csv, format: csv}",
            "{from: s3, bucket: lantern-sources, prefix: sloop/payments/, format: csv}",
        ),
    )
    return lantern


def test_stopped_half_way_it_is_retried_and_nothing_is_lost(on_aws, own_emulator) -> None:
    run = RunRef.from_json(on_aws.plan(reports=["cfo"])["run"])
    snapshot(run, "cottage", on_aws.resources)
    own_emulator.stop()
    with pytest.raises(SourceError, match="s3://lantern-sources/sloop/payments/") as caught:
        snapshot(run, "sloop", on_aws.resources)
    decision = TransientFaults().evaluate(caught.value, 1, 2)
    assert decision.action.name == "RETRY"
    # Nothing of the failed try is taken for a snapshot.
    assert on_aws.day(run).snapshots.latest(run.as_of, "sloop", "payments") is None

    own_emulator.start()
    assert snapshot(run, "sloop", on_aws.resources)["rows_kept"] > 0
    for tenant in ("cottage", "sloop"):
        measure(run, tenant, on_aws.resources)
    conclude(run, on_aws.resources)
    assert compose(run, "cfo", on_aws.resources)["decision"] == "send"
    payments = on_aws.day(run).snapshots.latest(run.as_of, "sloop", "payments")
    assert (payments.rows_read, payments.rows_kept) == (4, 4)
