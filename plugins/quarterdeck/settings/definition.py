"""What the YAML of portfolios, tenants, datasets and reports becomes: typed, frozen, complete.

Read by ``settings.reading``; imports neither pandas nor Jinja, so that parsing a DAG stays light.
Every model forbids unknown keys: a typo is a mistake with its file and line, never ignored.
"""

from __future__ import annotations

from datetime import time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from quarterdeck.settings.attachments import Attachment
from quarterdeck.settings.model import (
    STORE_PATTERN,
    Address,
    Canary,
    ColumnType,
    Currency,
    Day,
    Id,
    Model,
    Scalar,
    Schedule,
    Zone,
)
from quarterdeck.settings.sources import TenantSource
from quarterdeck.settings.surveys import Account, Repository

# --- datasets: include/datasets/<dataset>.yaml ------------------------------------------------------


class Column(Model):
    """One declared column. ``means`` is shown in the docs; ``of`` lists the words of a choice."""

    type: ColumnType
    required: bool = False
    of: tuple[str, ...] = ()
    means: str = ""

    @model_validator(mode="after")
    def _choice_has_words(self) -> Column:
        if (self.type == "choice") != bool(self.of):
            raise ValueError("expected `of: [...]` exactly where the type is choice")
        return self


class Earlier(Model):
    """What a choice was before an event: the word, and the column that must have a value for it (or none)."""

    word: str = Field(alias="is")
    given: str | None = Field(default=None, alias="if")


class Event(Model):
    """Something that happens to a row after it became known, and how the row looked before.

    ``at`` tells when: an instant, or a local day, which counts from its start. ``when`` narrows it to rows
    with these words. What came with the event is in ``clears``. ``puts_back`` says for a choice which word
    it has after the event, and which it had before: a word, or the first of a list whose column has a value.
    """

    at: str
    when: dict[str, tuple[str, ...]] = {}
    clears: tuple[str, ...] = ()
    puts_back: dict[str, dict[str, str | tuple[Earlier, ...]]] = {}


class Dataset(Model):
    """A named table: its columns, its key, and whether a past day of it can be rebuilt.

    ``timing: events`` - every row tells when it became known (``created_at``), so that a past day is
    rebuilt by cutting at its end. ``timing: state`` - the source only knows now: *as read at*.
    ``known_by``: where a source has no ``created_at``, the first of these columns that it has.
    ``dated_by``: instants beside ``created_at`` that put a row into a day; a source's ``cut_off`` moves them.
    ``history``: what can happen to a row later, newest first; it is taken back where it came after the day.
    ``as_read``: columns that change and don't say when: on a rebuilt day they are as the source has them now.
    """

    id: Id
    title: str
    key: tuple[str, ...]
    timing: Literal["events", "state"]
    known_by: tuple[str, ...] = ()
    dated_by: tuple[str, ...] = ()
    history: tuple[Event, ...] = ()
    as_read: tuple[str, ...] = ()
    columns: dict[str, Column]

    @property
    def has_money(self) -> bool:
        """Whether a column is money, so that there is a ``currency`` beside it."""
        return any(column.type == "money" for column in self.columns.values())


# --- tenants: include/portfolios/<p>/tenants/<t>.yaml -----------------------------------------------


class Tenant(Model):
    """One business of a portfolio. ``settings`` are numbers that its figures use, printed with them.

    ``canaries``: words planted in its data, which no report that doesn't speak of it may hold.
    """

    id: Id
    title: str
    kind: Id
    currency: Currency
    unit: str = "unit"
    settings: dict[str, Scalar] = {}
    canaries: tuple[Canary, ...] = ()
    datasets: dict[Id, TenantSource] = {}


# --- portfolios: include/portfolios/<p>/portfolio.yaml ----------------------------------------------


class Sender(Model):
    """Who the mail comes from."""

    address: Address
    name: str
    reply_to: Address
    configuration_set: str


class Aws(Model):
    """Where credentials and endpoints come from: never in YAML themselves.

    ``connection`` is the Airflow connection of the tasks; ``profile`` the boto3 profile of the command
    line (none: boto3's own chain). ``region`` is that of SES and of the delivery ledger.
    """

    connection: str
    profile: str | None = None
    region: str


class Storage(Model):
    """``lake``: snapshots and figures. ``archive``: what was said and sent. ``file://`` or ``s3://``.

    A ``file://`` path that is not absolute lies below ``QUARTERDECK_HOME``. ``budget_table``: the DynamoDB
    table of the sending budget (default: the ledger's); portfolios that share an SES account and Region but
    no ledger must name the same one.
    """

    lake: str = Field(pattern=STORE_PATTERN)
    archive: str = Field(pattern=STORE_PATTERN)
    ledger_table: str
    budget_table: str | None = None


class Pacing(Model):
    """How fast mail may go out, below what the account itself allows; recipients, not messages.

    The reserves are left to other senders of the account.
    """

    batch: int = Field(default=5, ge=1)
    pause_seconds: float = Field(default=2.0, ge=0)
    reserve_per_day: int = Field(default=0, ge=0)
    reserve_per_second: float = Field(default=0, ge=0)


class MailEvents(Model):
    """Where SES says what became of each mail: an SQS queue, in the Region of ``aws``.

    ``topics``: the SNS topics (ARNs) that may write there; none: whoever the queue's policy lets in.
    """

    queue: str = Field(pattern=r"^[A-Za-z0-9_-]{1,80}(\.fifo)?$")
    topics: tuple[str, ...] = ()


class HeadKeys(Model):
    """The keys of a portfolio that its DAGs are made of: all that is read when Airflow parses."""

    title: str
    owner: str
    timezone: Zone
    schedule: Schedule
    start: Day = "2024-01-01"
    tags: tuple[str, ...] = ()
    mail_events: MailEvents | None = None


class PortfolioHead(HeadKeys):
    """A portfolio as its DAG needs it. ``error``: why it can't run; the rest is then what could be read."""

    id: Id
    schedule: Schedule | None = None  # type: ignore[assignment]
    error: str | None = None


class Portfolio(HeadKeys):
    """One owner's businesses: the boundary of isolation.

    ``public``: words of its own that any report may hold. ``canaries``: planted words that are no tenant's.
    """

    id: Id
    locale: str = "en_US"
    currency: Currency
    mode: Literal["archive", "preview", "send"] = "send"
    lead_tenant: Id | None = None
    aws: Aws
    storage: Storage
    sender: Sender
    oversight: Address | None = None
    preview: Address
    allowed_domains: tuple[str, ...]
    recipients: dict[Id, tuple[Address, ...]] = {}
    reports: tuple[Id, ...]
    pacing: Pacing = Pacing()
    max_age_days: int = Field(default=3, ge=0)
    owners: dict[str, str] = {}
    settings: dict[str, Scalar] = {}
    public: tuple[str, ...] = ()
    canaries: tuple[Canary, ...] = ()
    repositories: tuple[Repository, ...] = ()
    accounts: tuple[Account, ...] = ()
    tenants: tuple[Tenant, ...] = ()

    @property
    def surveys(self) -> dict[str, Repository | Account]:
        """What is surveyed, by a name that no tenant can have: ``repository.site``, ``account.main``."""
        repositories = {f"repository.{each.id}": each for each in self.repositories}
        return {**repositories, **{f"account.{each.id}": each for each in self.accounts}}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    def tenant(self, tenant_id: str) -> Tenant:
        """The tenant of that id. Raises KeyError with the known ones."""
        for tenant in self.tenants:
            if tenant.id == tenant_id:
                return tenant
        known = ", ".join(tenant.id for tenant in self.tenants)
        raise KeyError(f"portfolio {self.id} has no tenant {tenant_id!r}; it has: {known}")


# --- reports: include/reports/<report>.yaml ---------------------------------------------------------


class Scope(Model):
    """Which tenants a report speaks of: by kind, never by name. Empty: all of the portfolio."""

    kinds: tuple[Id, ...] = ()


class Kpi(Model):
    """A line of the KPI table. ``of``: the whole scope, the lead tenant, or each tenant it applies to."""

    metric: Id
    of: Literal["scope", "lead_tenant", "each_tenant"] = "scope"
    headline: bool = False


class Section(Model):
    """A section: its kind names the template pair, ``options`` are that kind's own."""

    id: Id
    kind: Id
    title: str
    intro: str = ""
    options: dict[str, Any] = {}


class Report(Model):
    """A role's report. ``returned_mail``: its appendix tells which mail of earlier editions came back."""

    id: Id
    title: str
    role: Id
    scope: Scope = Scope()
    cadence: Literal["daily"] | dict[Literal["weekly", "monthly"], int | str] = "daily"
    due: time
    on_hold: Literal["exclude_with_banner", "hold"] = "exclude_with_banner"
    rules: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    kpis: tuple[Kpi, ...]
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    returned_mail: bool = False


class Config(Model):
    """Everything a run needs, resolved: written to the lake under its hash by ``plan``."""

    portfolio: Portfolio
    datasets: dict[str, Dataset]
    reports: dict[str, Report]

    def declared(self, tenant: Tenant) -> frozenset[str]:
        """The datasets that the tenant should have: its own, and those of its repositories and accounts."""
        surveyed = (s.datasets for s in self.portfolio.surveys.values() if s.tenant == tenant.id)
        return frozenset(tenant.datasets).union(*surveyed)

    def scope(self, report: Report) -> tuple[Tenant, ...]:
        """The tenants that a report speaks of, in the portfolio's order."""
        kinds = report.scope.kinds
        return tuple(t for t in self.portfolio.tenants if not kinds or t.kind in kinds)
