"""A deployment log: what was deployed when and how it ended; a broken line is set aside with its reason."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.definition import Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quarterdeck.settings.surveys import Deployments

LARGEST_LOG = 64_000_000  # bytes
_SHOWN_KEYS = 20
_OUTCOMES = {
    "succeeded": {"succeeded", "success", "successful", "ok", "done", "deployed", "passed", "complete",
                  "completed"},
    "failed": {"failed", "failure", "fail", "error", "errored", "broken", "aborted"},
    "rolled_back": {"rolled back", "rollback", "rolledback", "reverted", "reverted to"},
}  # fmt: skip


class _BrokenLineError(Exception):
    """One line that is not a deployment; its text is the reason."""


@dataclass(frozen=True)
class DeploymentLog:
    """Deployments in the log's order, and what was set aside: rows in = records + quarantined rows."""

    records: tuple[dict[str, Any], ...]
    quarantined: tuple[Quarantined, ...]


def read_log(data: bytes, deployments: Deployments, repository: str) -> DeploymentLog:
    """Read a whole log. Bytes that aren't UTF-8 break their own line only; empty lines don't count."""
    text = data.decode("utf-8-sig", "backslashreplace")
    rows = {"lines": _lines, "jsonl": _json_lines, "csv": _csv}[deployments.format](text, deployments)
    records: list[dict[str, Any]] = []
    broken: dict[str, list[str]] = {}
    for line, fields in rows:
        try:
            if isinstance(fields, _BrokenLineError):
                raise fields
            records.append({"repository": repository, **_record(fields, deployments)})
        except _BrokenLineError as error:
            broken.setdefault(str(error), []).append(f"{deployments.path}:{line}")
    set_aside = (Quarantined(why, len(keys), tuple(keys[:_SHOWN_KEYS])) for why, keys in broken.items())
    return DeploymentLog(tuple(records), tuple(set_aside))


def outcome_of(word: str | None) -> str:
    """The outcome that a word of a log means: ``unknown`` for a word that isn't known, and for none."""
    plain = " ".join((word or "").casefold().replace("_", " ").replace("-", " ").split()).strip(".!")
    return next((outcome for outcome, words in _OUTCOMES.items() if plain in words), "unknown")


def _record(fields: Mapping[str, Any], deployments: Deployments) -> dict[str, Any]:
    environment = _text(fields.get(deployments.environment))
    if environment is None:
        raise _BrokenLineError("expected an environment, found none")
    return {
        "deployed_at": _instant(fields.get(deployments.at)),
        "environment": environment,
        "production": environment.casefold() in {name.casefold() for name in deployments.production},
        "version": _text(fields.get(deployments.version)),
        "outcome": outcome_of(_text(fields.get(deployments.outcome))),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip() or None


def _instant(value: Any) -> datetime:
    """An instant in UTC; one without its zone could be any of a day's, so it is none."""
    if not isinstance(value, str):
        raise _BrokenLineError("expected an instant in ISO 8601, found none")
    try:
        instant = datetime.fromisoformat(value.strip())
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _BrokenLineError("expected an instant in ISO 8601, found something else") from None
    raise _BrokenLineError("expected an instant with its zone (as Z or +02:00), found one without")


def _lines(text: str, deployments: Deployments) -> Iterator[tuple[int, Mapping[str, Any] | _BrokenLineError]]:
    names = (deployments.at, deployments.environment, deployments.version, deployments.outcome)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, dict(zip(names, line.split(None, 3), strict=False))


def _json_lines(
    text: str,
    deployments: Deployments,  # noqa: ARG001
) -> Iterator[tuple[int, Mapping[str, Any] | _BrokenLineError]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        good = isinstance(found, dict)
        yield number, found if good else _BrokenLineError("expected a JSON object, found something else")


def _csv(
    text: str,
    deployments: Deployments,  # noqa: ARG001
) -> Iterator[tuple[int, Mapping[str, Any] | _BrokenLineError]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    names: list[str] | None = None
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            yield reader.line_num, _BrokenLineError("expected CSV, found a field that is too long or broken")
            continue
        if row is None:
            return
        if not row:
            continue
        if names is None:
            names = [name.strip() for name in row]
        elif len(row) != len(names):
            yield reader.line_num, _BrokenLineError("expected as many fields as the header has, found others")
        else:
            yield reader.line_num, dict(zip(names, row, strict=True))
