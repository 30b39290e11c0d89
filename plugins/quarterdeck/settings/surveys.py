"""What is looked into beside the tenants' datasets: repositories and AWS accounts, each for a tenant.

The tenant is whose business it is: a report whose scope leaves that tenant out says nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from quarterdeck.settings.model import Id, Model

if TYPE_CHECKING:
    from pathlib import Path

# What a survey delivers, so that what it could not is known to be missing.
CODE_DATASETS = ("code_audits", "code_files", "code_imports", "code_secrets", "code_credentials")
REPOSITORY_DATASETS = ("repositories", "handoffs", *CODE_DATASETS)
ACCOUNT_DATASETS = (
    "cloud_functions", "cloud_function_urls", "cloud_function_policies", "cloud_distributions",
    "cloud_firewalls", "cloud_buckets", "cloud_tables", "cloud_keys", "cloud_policies", "cloud_apis",
    "cloud_senders", "cloud_endpoints", "cloud_costs", "cloud_forecasts", "cloud_usage",
)  # fmt: skip
_BELOW_HOME = "file://"


class Handoffs(Model):
    """Handoff notes: Markdown whose front matter (``key: value``) or heading says whether it is open.

    A note is open where its front matter's ``key`` is one of ``open``, or, without front matter, where the
    section under ``heading`` has an unticked task (``- [ ]``) or, without tasks, any text.
    """

    paths: tuple[str, ...] = ("**/*handoff*.md", "**/HANDOFF*.md", "docs/handoffs/*.md")
    key: str = "status"
    open: tuple[str, ...] = ("open", "todo", "in progress")
    heading: str = "Open"


class Deployments(Model):
    """A deployment log in the repository: ``jsonl`` or ``csv`` with these fields, or ``lines``.

    ``lines``: each begins with an instant in ISO 8601, then environment, version and outcome.
    """

    path: str
    format: Literal["jsonl", "csv", "lines"] = "lines"
    at: str = "deployed_at"
    environment: str = "environment"
    version: str = "version"
    outcome: str = "outcome"
    production: tuple[str, ...] = ("production", "prod", "live")


class Accepted(Model):
    """A found secret that a person has looked at: its fingerprint, and why it may stay."""

    fingerprint: str
    because: str


class Repository(Model):
    """A local git repository: ``path`` is absolute, or relative to the portfolio's folder.

    With ``file://`` before it, one that is not absolute lies below ``QUARTERDECK_HOME``, as in ``storage``.
    ``history``: how many commits back from ``branch`` (the checked-out one by default) secrets are looked
    for in. ``exclude``: globs of paths that are not audited (their number is told).
    """

    id: Id
    tenant: Id
    path: str
    branch: str | None = None
    history: int = Field(default=100, ge=1)
    exclude: tuple[str, ...] = ()
    handoffs: Handoffs = Handoffs()
    deployments: Deployments | None = None
    accepted: tuple[Accepted, ...] = ()

    def place(self, *, folder: Path, home: Path) -> Path:
        """Where it lies; ``folder`` is the portfolio's, ``home`` is ``QUARTERDECK_HOME``."""
        below_home = self.path.startswith(_BELOW_HOME)
        return (home if below_home else folder) / self.path.removeprefix(_BELOW_HOME)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets that its survey delivers."""
        return (*REPOSITORY_DATASETS, *(("deployments",) if self.deployments else ()))


class Endpoint(Model):
    """A web endpoint that no inspection can see (an Apps Script web app): what its owner says of it."""

    id: Id
    url: str
    kind: Literal["apps_script", "webhook", "other"] = "apps_script"
    auth: Literal["none", "key", "login", "signature"]


class Account(Model):
    """An AWS account: ``connection`` and ``profile`` as of a portfolio's ``aws``, by default the same.

    ``regions``: which are looked into, by default the portfolio's own. ``audit_code``: whether the code of
    functions is downloaded and audited like a repository's.
    """

    id: Id
    tenant: Id
    connection: str | None = None
    profile: str | None = None
    regions: tuple[str, ...] = ()
    audit_code: bool = True
    endpoints: tuple[Endpoint, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets that its survey delivers."""
        return (*ACCOUNT_DATASETS, *(CODE_DATASETS if self.audit_code else ()))
