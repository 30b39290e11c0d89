"""SES v2 for tasks: a hook that never asks twice, and the operator that delivers one report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields
from airflow.sdk import BaseOperator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context
    from botocore.config import Config


class SesV2Hook(AwsBaseHook):
    """boto3's ``sesv2`` client with the SDK's own retries off, whatever the connection says.

    SES has no idempotency token: what the SDK asks again after a lost answer may be a second mail.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "client_type": "sesv2"})

    @property
    def config(self) -> Config:
        from quarterdeck.delivery.request import SEND_CONFIG

        return super().config.merge(SEND_CONFIG)


class SesDispatchOperator(BaseOperator):
    """Send what may go out now of what earlier runs of a portfolio left in the delivery ledger.

    ``portfolio``: its id. Connection and region are the portfolio's own; no address passes through here.
    """

    template_fields: Sequence[str] = ("portfolio",)
    ui_color = "#dbe9f4"

    def __init__(self, *, portfolio: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.portfolio = portfolio

    def execute(self, context: Context) -> dict[str, Any]:
        """Dispatch; answers counts by state. Raises DeliveryError where something could not go."""
        from quarterdeck.on_airflow.tasks import resources
        from quarterdeck.steps.dispatch import dispatch

        context["portfolio"] = self.portfolio  # names the mapped task
        return dispatch(self.portfolio, resources())


class SesDeliverOperator(AwsBaseOperator[SesV2Hook]):
    """Deliver one report of a run to each of its recipients, through SES v2.

    ``run``: a RunRef as JSON. ``report``: the report's id. The run's record says what is due, to whom and
    in which mode; no address passes through here. Connection and region are the portfolio's own.
    """

    aws_hook_class = SesV2Hook
    template_fields: Sequence[str] = aws_template_fields("run", "report")
    ui_color = "#dbe9f4"

    def __init__(self, *, run: Any, report: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run = run
        self.report = report

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        aws = self.run["aws"]
        return {
            **super()._hook_parameters,
            "aws_conn_id": aws["connection"],
            "region_name": aws["region"],
        }

    def execute(self, context: Context) -> dict[str, Any]:
        """Deliver; answers counts by state. Raises DeliveryError where something due did not go out."""
        from quarterdeck.on_airflow.connections import checked
        from quarterdeck.on_airflow.tasks import run_step

        context["report"] = self.report  # names the mapped task
        ses = checked(self.hook).conn
        return run_step("deliver", self.run, self.report, ses=ses)
