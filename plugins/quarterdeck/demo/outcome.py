"""What a run came out with: a table for the terminal, and the editions as files under ``out/``."""

from __future__ import annotations

import json
import os
import urllib.request
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.runs import RunRecord, run_key
from quarterdeck.lake.store import MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from quarterdeck.demo.ports import Ports
    from quarterdeck.lake.store import ObjectStore
    from quarterdeck.settings.definition import Portfolio
    from quarterdeck.steps.resources import Resources

_VERDICTS = {"send": "send", "banner": "send with a banner", "hold": "hold"}


@dataclass(frozen=True)
class ReportOutcome:
    """One report of a run. ``deliveries``: an outcome for each recipient, as the ledger's sender wrote it."""

    report: str
    verdict: str
    state: str
    edition: str | None
    deliveries: tuple[dict[str, Any], ...]

    @property
    def mailed_now(self) -> int:
        """How many were mailed by this run."""
        return sum(1 for d in self.deliveries if d["message_id"] and not d["already"])


def read_outcome(resources: Resources, portfolio: Portfolio, as_of: str, run_id: str) -> list[ReportOutcome]:
    """The reports of a run from its record; none where it did not come as far as its plan."""
    lake = resources.store(portfolio.storage.lake, portfolio.aws)
    record = RunRecord(lake, as_of, run_key(run_id))
    planned = record.get("plan") or {"reports": []}
    closed = {row["report"]: row["state"] for row in (record.get("close") or {"reports": []})["reports"]}
    return [_report(record, report, closed.get(report, "not closed")) for report in planned["reports"]]


def _report(record: RunRecord, report: str, state: str) -> ReportOutcome:
    composed = record.get(f"report/{report}") or {}
    delivered = record.get(f"delivery/{report}") or {}
    return ReportOutcome(
        report=report,
        verdict=str(composed.get("decision", "none")),
        state=state,
        edition=delivered.get("edition") or composed.get("payload_hash"),
        deliveries=tuple(delivered.get("deliveries", ())),
    )


def copy_editions(
    resources: Resources, portfolio: Portfolio, as_of: str, outcomes: Sequence[ReportOutcome], out: Path
) -> dict[str, Path]:
    """Copy each report's files, and its first message as mailed, to ``out/<portfolio>/<as_of>/<report>/``."""
    from quarterdeck.lake.editions import EditionArchive

    store = resources.store(portfolio.storage.archive, portfolio.aws)
    archive = EditionArchive(store)
    folders = {}
    for outcome in outcomes:
        if outcome.edition is None:
            continue
        folder = out / portfolio.id / as_of / outcome.report
        edition = archive.by_hash(as_of, outcome.report, outcome.edition)
        for name in archive.names(edition):
            _write(folder / name, archive.read(edition, name))
        _copy_message(store, outcome, folder)
        folders[outcome.report] = folder
    return folders


def _copy_message(store: ObjectStore, outcome: ReportOutcome, folder: Path) -> None:
    keys = [delivery["eml_key"] for delivery in outcome.deliveries if delivery["eml_key"]]
    if keys:
        try:
            _write(folder / "message.eml", store.get(keys[0]))
        except MissingObjectError:
            return


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def table(outcomes: Iterable[ReportOutcome], folders: dict[str, Path]) -> str:
    """The table that ends a run, and below it where each report lies. Recipients have numbers only."""
    rows = [("report", "verdict", "recipient", "state", "SES message id")]
    for outcome in outcomes:
        first = (outcome.report, _VERDICTS.get(outcome.verdict, outcome.verdict))
        if not outcome.deliveries:
            rows.append((*first, "-", outcome.state, "-"))
        for number, delivery in enumerate(outcome.deliveries, 1):
            state = f"{delivery['state']}{' before' if delivery['already'] else ''}"
            of = f"{number} of {len(outcome.deliveries)}"
            rows.append((*first, of, state, delivery["message_id"] or "-"))
            first = ("", "")
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    places = [
        f"{report}: {os.path.relpath(path)}"
        for report, folder in folders.items()
        for path in sorted(folder.glob("*"))
        if path.is_file()
    ]
    return "\n".join([*lines, "", *places])


def mailed_twice(portfolio: Portfolio, as_of: str, ports: Ports) -> tuple[int, int]:
    """How many deliveries of the day were mailed, and how many twice: from the stand-in's own record."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{ports.url('ses')}/control/mailed", timeout=10) as answer:
        mailed = json.load(answer)
    day = [
        m["tags"]
        for m in mailed
        if m["tags"].get("portfolio") == portfolio.id and m["tags"].get("as_of") == as_of
    ]
    count = Counter(tags["delivery_id"] for tags in day)
    return len(count), sum(1 for times in count.values() if times > 1)
