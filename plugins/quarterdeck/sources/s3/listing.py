"""Which objects of a bucket a day needs, and which state of each: only their prefixes are listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from quarterdeck.settings.sources import S3Source
    from quarterdeck.sources.definition import Reading

_DAY = re.compile(r"\{([^{}]*%[^{}]*)\}")


@dataclass(frozen=True)
class Listed:
    """One object as it was listed. ``name``: its key without what all keys of the source begin with.

    ``unclear``: why the state as of the cut-off can't be told, where it can't.
    """

    key: str
    name: str
    etag: str
    arrived_at: datetime
    version: str | None = None
    unclear: str | None = None


def listed(client: Any, source: S3Source, reading: Reading) -> list[Listed]:
    """The objects to read, in order of their keys.

    A key that ends in ``/`` is a folder made by a console, not data. A star in ``match`` also stands for
    slashes. Raises SourceError where versions are wanted of a bucket that keeps none; botocore's own errors.
    """
    as_of = source.versions == "as_of"
    if as_of:
        _check_versions(client, source.bucket)
    found: dict[str, Listed] = {}
    for prefix in prefixes(source, reading):
        states = (
            _as_of(client, source.bucket, prefix, reading.until)
            if as_of
            else _latest(client, source.bucket, prefix)
        )
        for item, version, unclear in states:
            key = item["Key"]
            if key.endswith("/") or not _matches(source, key.removeprefix(prefix).lstrip("/")):
                continue
            found[key] = Listed(
                key, _name(source, key), item.get("ETag", ""), item["LastModified"], version, unclear
            )
    return [found[key] for key in sorted(found)]


def prefixes(source: S3Source, reading: Reading) -> list[str]:
    """The prefixes to list: one, or that of each day, the as-of day last."""
    days = [reading.as_of - timedelta(days=back) for back in reversed(range(source.days))]
    return list(dict.fromkeys(_prefix_of(source.prefix, day) for day in days))


def _prefix_of(prefix: str, day: date) -> str:
    return _DAY.sub(lambda form: day.strftime(form[1]), prefix)


def current(client: Any, bucket: str, key: str) -> str | None:
    """The ETag of an object now; None where it is gone."""
    items = _latest(client, bucket, key)
    return next((str(item["ETag"]) for item, _, _ in items if item["Key"] == key), None)


def _name(source: S3Source, key: str) -> str:
    shared = _DAY.split(source.prefix)[0]
    return key.removeprefix(shared).lstrip("/") or key.rpartition("/")[2]


def _matches(source: S3Source, rest: str) -> bool:
    return source.match is None or fnmatchcase(rest, source.match)


_State = tuple[dict[str, Any], str | None, str | None]  # what was listed, its version, why it is unclear


def _latest(client: Any, bucket: str, prefix: str) -> Iterator[_State]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield item, None, None


# --- versions ----------------------------------------------------------------------------------------


def _check_versions(client: Any, bucket: str) -> None:
    status = client.get_bucket_versioning(Bucket=bucket).get("Status", "never enabled")
    if status != "Enabled":
        raise SourceError(
            f"s3://{bucket}: expected a bucket that keeps versions, found versioning {status.lower()}; "
            "enable it there, or say `versions: latest` (then a past day can't be read again)"
        )


def _as_of(client: Any, bucket: str, prefix: str, until: datetime) -> Iterator[_State]:
    """The version of each key that was the current one at the end; none where it was deleted by then."""
    versions: dict[str, dict[str, Any]] = {}
    deletions: dict[str, dict[str, Any]] = {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        _keep_newest(versions, page.get("Versions", []), until)
        _keep_newest(deletions, page.get("DeleteMarkers", []), until)
    for key, version in versions.items():
        deleted = deletions.get(key)
        if deleted is None or _is_after(version, deleted):
            yield version, version["VersionId"], None
        elif not _is_after(deleted, version):
            # S3 tells times in whole seconds, and lists versions and deletions apart.
            yield (
                version,
                version["VersionId"],
                "was written and deleted in the same second: which came last?",
            )


def _keep_newest(newest: dict[str, dict[str, Any]], items: Iterable[dict[str, Any]], until: datetime) -> None:
    """S3 lists the states of a key newest first, which counts where two have the same second."""
    for item in items:
        known = newest.get(item["Key"])
        if item["LastModified"] < until and (known is None or item["LastModified"] > known["LastModified"]):
            newest[item["Key"]] = item


def _is_after(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one["LastModified"] != other["LastModified"]:
        return bool(one["LastModified"] > other["LastModified"])
    return bool(one.get("IsLatest"))
