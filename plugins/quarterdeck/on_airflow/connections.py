"""boto3 clients from Airflow connections: credentials and endpoints are the connection's own business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Aws


def connect(aws: Aws, service: str) -> Any:
    """A boto3 client with the credentials and endpoints of the portfolio's connection.

    The endpoint is the connection's ``service_config.<service>.endpoint_url``, else its ``endpoint_url``.
    Raises QuarterdeckError where there is no such connection: Airflow itself would go on with whatever
    credentials the machine happens to have.
    """
    from quarterdeck.on_airflow.ses import SesV2Hook
    from quarterdeck.steps.sessions import READS

    where = {"aws_conn_id": aws.connection, "region_name": aws.region}
    if service == "sesv2":
        return checked(SesV2Hook(**where)).conn
    hook = checked(AwsBaseHook(client_type=service, **where))
    return hook.get_client_type(region_name=aws.region, config=hook.config.merge(READS))


def checked(hook: AwsBaseHook) -> AwsBaseHook:
    """The hook, once its connection was found. Raises QuarterdeckError."""
    if not hook.conn_config:
        name = hook.aws_conn_id
        raise QuarterdeckError(
            f"expected an Airflow connection {name!r} of type aws, which portfolio.yaml names under "
            f"aws.connection, found none; add it, for example as AIRFLOW_CONN_{str(name).upper()}"
        )
    return hook
