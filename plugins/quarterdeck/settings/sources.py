"""Where a tenant's dataset comes from, and how its columns are made of what is there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from quarterdeck.settings.model import LocalTime, Model, Scalar


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
    """What every source has.

    ``ready_by``: the local time, on the day after the as-of day, by which the data are promised. What is read
    before it, or came after it, or has not come since the day ended, is said in the log and in the report.
    ``cut_off``: the local time, on the day after the as-of day, up to which rows still belong to it (a bank
    that posts at night); without it, the end of the as-of day.
    """

    columns: dict[str, str | Mapped] = {}
    where: str | None = None
    distinct: bool = False
    min_rows: int = 1
    ready_by: LocalTime | None = None
    cut_off: LocalTime | None = None


# --- DynamoDB ----------------------------------------------------------------------------------------


class Export(Model):
    """Where DynamoDB's point-in-time exports of the table lie: the way to read a big table.

    ``start``: whether a missing export may be asked for (else the last one that is there is used).
    """

    bucket: str
    prefix: str = ""
    start: bool = False


class DynamoSource(_Source):
    """Items of a DynamoDB table: one partition whose sort keys begin with ``sort_prefix``, or all of it.

    Without ``partition`` the table is scanned, in ``segments`` at a time. With ``export`` it isn't read at
    all: the same items come from its point-in-time export.
    """

    source: Literal["dynamodb"] = Field(alias="from")
    table: str
    partition: str | None = None
    partition_key: str = "pk"
    sort_key: str | None = "sk"
    sort_prefix: str = ""
    index: str | None = None
    consistent: bool = False
    segments: int = Field(default=4, ge=1, le=64)
    export: Export | None = None

    @model_validator(mode="after")
    def _can_be_asked(self) -> DynamoSource:
        if self.sort_prefix and self.sort_key is None:
            raise ValueError("expected `sort_key` where there is a `sort_prefix`, found null")
        if self.index is not None and self.consistent:
            raise ValueError("expected `consistent: false` with an index: it is never read consistently")
        if self.index is not None and self.export is not None:
            raise ValueError("expected `index` or `export`, found both: an export has the table's items")
        return self


# --- files, local or in S3 ---------------------------------------------------------------------------

FileFormat = Literal["csv", "json", "jsonl", "parquet"]


class Dialect(Model):
    """How CSV is written. ``decimal`` and ``thousands`` are those of its numbers.

    ``skip``: lines before the header. ``encoding``: any that Python knows; a byte order mark wins over it.
    """

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'", "\u00a0", "\u202f"] = ""
    skip: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _numbers_can_be_told(self) -> Dialect:
        if self.decimal == self.thousands:
            raise ValueError(f"expected `decimal` and `thousands` to differ, found {self.decimal!r} twice")
        return self


class Total(Model):
    """One value of an aggregate: how it is made of the rows of a group. ``sql`` is over the raw row."""

    how: Literal["count", "sum", "min", "max"]
    sql: str | None = None


class Aggregate(Model):
    """Rows made smaller while they are read: one for each group, so that logs are never held whole.

    ``by`` and ``totals`` name the columns of the rows that come out, which the mapping then sees.
    """

    by: dict[str, str]
    totals: dict[str, Total]


class _Files(_Source):
    format: FileFormat
    records: str | None = None  # of format json: the key below which the list of records is
    dialect: Dialect = Dialect()
    aggregate: Aggregate | None = None


class S3Source(_Files):
    """Objects below a prefix, all of one format, gzipped or not (told by their first bytes).

    ``prefix`` may hold a strftime form of the day in braces, as in ``logs/{%Y/%m/%d}/``: then only the
    prefixes of the last ``days`` days, up to the as-of day, are listed. ``match``: a glob that the rest of
    the key must fit. ``versions: as_of`` reads each object as it was at the cut-off, in a bucket that
    keeps versions; so a past day of it can be read again.
    """

    source: Literal["s3"] = Field(alias="from")
    bucket: str
    prefix: str
    match: str | None = None
    days: int = Field(default=1, ge=1)
    versions: Literal["latest", "as_of"] = "latest"


class FileSource(_Files):
    """Local files: ``path`` is a glob, relative to the portfolio's folder."""

    source: Literal["files"] = Field(alias="from")
    path: str


# --- surveys -----------------------------------------------------------------------------------------


class SurveySource(_Source):
    """What a survey found of a repository or an account: its records have the dataset's own columns."""

    source: Literal["survey"] = Field(alias="from")
    min_rows: int = 0


TenantSource = Annotated[DynamoSource | S3Source | FileSource, Field(discriminator="source")]
AnySource = DynamoSource | S3Source | FileSource | SurveySource
