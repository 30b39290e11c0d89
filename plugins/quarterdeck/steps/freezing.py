"""What a payload takes from earlier days: fixed when the edition is first worked out, the same ever after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import from_bytes

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day

RESTATED_DAYS = 31


def frozen_inputs(day: Day, report: Report) -> dict[str, Any]:
    """``previous``: the edition before (or None). ``earlier``: those whose figures are worked out again.

    Each by its day and payload's hash. The portfolio's setting ``restatement_days`` (default 31; 0: none)
    tells how many days back they go.
    """
    archive, as_of = day.archive, day.run.as_of
    if (frozen := archive.frozen_inputs(as_of, report.id)) is not None:
        return frozen
    days = int(day.config.portfolio.settings.get("restatement_days", RESTATED_DAYS))
    earlier = archive.since((day.as_of - timedelta(days=days)).isoformat(), as_of, report.id)
    before = archive.latest_before(as_of, report.id)
    named = [{"as_of": edition.as_of, "payload_hash": edition.payload_hash} for edition in earlier]
    previous = None if before is None else {"as_of": before.as_of, "payload_hash": before.payload_hash}
    return archive.freeze_inputs(as_of, report.id, {"previous": previous, "earlier": named})


def archived_payload(day: Day, report: Report, named: dict[str, str]) -> dict[str, Any]:
    """The payload of an edition as ``frozen_inputs`` names it. Raises LakeError where it is gone."""
    edition = day.archive.by_hash(named["as_of"], report.id, named["payload_hash"])
    payload: dict[str, Any] = from_bytes(day.archive.read(edition, "payload.json"))
    return payload
