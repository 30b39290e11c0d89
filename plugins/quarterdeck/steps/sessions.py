"""boto3 clients for the command line: boto3's own chain, or the profile that a portfolio names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config as BotoConfig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from quarterdeck.settings.definition import Aws

READS = BotoConfig(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=60)


def connect_from_chain(home: Path) -> Callable[[Aws, str], Any]:
    """A ``connect`` on boto3's own chain.

    A profile that the user's own AWS config doesn't know is looked up in ``<home>/aws/config``, where
    ``make run`` writes the one of the embedded demo.
    """

    @cache
    def session(profile: str | None, region: str) -> boto3.Session:
        core = botocore.session.Session()
        if (
            profile is not None
            and profile not in core.available_profiles
            and (home / "aws" / "config").exists()
        ):
            core = botocore.session.Session()
            core.set_config_variable("config_file", str(home / "aws" / "config"))
            core.set_config_variable("credentials_file", str(home / "aws" / "credentials"))
        if profile is not None:
            core.set_config_variable("profile", profile)
        return boto3.Session(botocore_session=core, region_name=region)

    def connect(aws: Aws, service: str) -> Any:
        return session(aws.profile, aws.region).client(service, config=READS)

    return connect
