"""What the YAML of portfolios, tenants, datasets and reports becomes: typed, frozen, complete.

Read by ``settings.reading``; imports neither pandas nor Jinja, so that parsing a DAG stays light.
Every model forbids unknown keys: a typo is a mistake with its file and line, never ignored.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"expected an IANA time zone such as Europe/Amsterdam, found {name!r}") from None
    return name


def _a_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a day such as 2024-01-31, found {text!r}") from None
    return text


def _a_schedule(text: str) -> str:
    if len(text.split()) != 5:
        raise ValueError(f"expected five cron fields such as '0 6 * * *', found {text!r}")
    return text


ID_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
ADDRESS_PATTERN = r"^[^@\s<>\"]+@[A-Za-z0-9.-]+$"
STORE_PATTERN = r"^(file|s3)://.+"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=64)]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY_PATTERN)]
Address = Annotated[str, StringConstraints(pattern=ADDRESS_PATTERN, max_length=254)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Day = Annotated[str, AfterValidator(_a_day)]
Schedule = Annotated[str, AfterValidator(_a_schedule)]
ColumnType = Literal["text", "integer", "decimal", "money", "day", "instant", "boolean", "choice"]
Mode = Literal["auto", "archive", "preview", "send"]
Scalar = str | int | float | bool


class Model(BaseModel):
    """Frozen, and strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Dataset(Model):
    """A named table: its columns, its key, and whether a past day of it can be rebuilt.

    ``timing: events`` - every row tells when it became known (``created_at``), so that a past day is
    rebuilt by cutting at its end. ``timing: state`` - the source only knows now: *as read at*.
    ``known_by``: where a source has no ``created_at``, the first of these columns that it has.
    """

    id: Id
    title: str
    key: tuple[str, ...]
    timing: Literal["events", "state"]
    known_by: tuple[str, ...] = ()
    columns: dict[str, Column]

    @property
    def has_money(self) -> bool:
        """Whether a column is money, so that there is a ``currency`` beside it."""
        return any(column.type == "money" for column in self.columns.values())


# --- tenants: include/portfolios/<p>/tenants/<t>.yaml -----------------------------------------------


class Mapped(Model):
    """How one column comes from the source: an attribute, or an SQL expression over the raw row.

    ``unit`` is that of money in the source: major (12.50, the default) or minor (1250).
    ``format`` is a strptime format for days and instants that aren't ISO 8601.
    """

    source: str | None = Field(default=None, alias="from")
    sql: str | None = None
    unit: Literal["major", "minor"] = "major"
    format: str | None = None
    default: Scalar | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Mapped:
        if self.source is not None and self.sql is not None:
            raise ValueError("expected `from` or `sql`, found both")
        return self


class _Source(Model):
    columns: dict[str, str | Mapped] = {}
    where: str | None = None
    distinct: bool = False
    min_rows: int = 1


class DynamoSource(_Source):
    """Items of one partition of a DynamoDB table, whose sort key begins with ``sort_prefix``."""

    source: Literal["dynamodb"] = Field(alias="from")
    table: str
    partition: str
    partition_key: str = "pk"
    sort_key: str = "sk"
    sort_prefix: str = ""
    consistent: bool = False


class S3Source(_Source):
    """Every object below a prefix, all of one format."""

    source: Literal["s3"] = Field(alias="from")
    bucket: str
    prefix: str
    format: Literal["csv", "jsonl", "parquet"]


class FileSource(_Source):
    """Local files: ``path`` is a glob, relative to the portfolio's folder."""

    source: Literal["files"] = Field(alias="from")
    path: str
    format: Literal["csv", "jsonl", "parquet"]


AnySource = Annotated[DynamoSource | S3Source | FileSource, Field(discriminator="source")]


class Tenant(Model):
    """One business of a portfolio. ``settings`` are numbers that its figures use, printed with them."""

    id: Id
    title: str
    kind: Id
    currency: Currency
    unit: str = "unit"
    settings: dict[str, Scalar] = {}
    datasets: dict[Id, AnySource] = {}


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

    A ``file://`` path that is not absolute lies below ``QUARTERDECK_HOME``.
    """

    lake: str = Field(pattern=STORE_PATTERN)
    archive: str = Field(pattern=STORE_PATTERN)
    ledger_table: str


class Pacing(Model):
    """How fast a run may send, below what the account itself allows; recipients, not messages."""

    batch: int = Field(default=5, ge=1)
    pause_seconds: float = Field(default=2.0, ge=0)
    reserve_per_day: int = Field(default=0, ge=0)


class HeadKeys(Model):
    """The keys of a portfolio that its DAG is made of: all that is read when Airflow parses."""

    title: str
    owner: str
    timezone: Zone
    schedule: Schedule
    start: Day = "2024-01-01"
    tags: tuple[str, ...] = ()


class PortfolioHead(HeadKeys):
    """A portfolio as its DAG needs it. ``error``: why it can't run; the rest is then what could be read."""

    id: Id
    schedule: Schedule | None = None  # type: ignore[assignment]
    error: str | None = None


class Portfolio(HeadKeys):
    """One owner's businesses: the boundary of isolation."""

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
    tenants: tuple[Tenant, ...] = ()

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
    """A role's report."""

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


class Config(Model):
    """Everything a run needs, resolved: written to the lake under its hash by ``plan``."""

    portfolio: Portfolio
    datasets: dict[str, Dataset]
    reports: dict[str, Report]

    def scope(self, report: Report) -> tuple[Tenant, ...]:
        """The tenants that a report speaks of, in the portfolio's order."""
        kinds = report.scope.kinds
        return tuple(t for t in self.portfolio.tenants if not kinds or t.kind in kinds)
