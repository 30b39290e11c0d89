"""The data appendix: sources with rows and freshness, checks, what was set aside, formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import NOTHING
from quarterdeck.reports.grid import cell, column, grid_of
from quarterdeck.reports.notices import check_line, keys_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.reports.grid import Speaker


def blocks(payload: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    """``{"title", "text", "items", "grid"}`` each; ``grid`` may be None."""
    quality = payload["data_quality"]
    passed, failed = quality["checks"]["passed"], quality["checks"]["failed"]
    return [
        {
            "title": "Checks",
            "text": f"{passed} of {speaker.counted(passed + failed, 'check')} passed.",
            "items": [check_line(check, speaker) for check in quality["failed"]],
            "grid": None,
        },
        *_set_aside(quality, speaker),
        *_missing_kpis(payload, speaker),
        {
            "title": "Sources",
            "text": "Rows kept of rows read, newest row, and the hash of what was kept.",
            "items": list(_told(payload["lineage"], speaker)),
            "grid": _sources(payload["lineage"], speaker),
        },
        {
            "title": "Formulas",
            "text": "The code stands for the exact query; the payload holds it in full.",
            "items": [],
            "grid": _formulas(payload["kpis"]),
        },
    ]


def _set_aside(quality: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    items = [
        f"{_where(part, speaker)}: {speaker.counted(part['rows'], 'row')} set aside, {part['reason']}"
        + keys_text(part["keys"])
        for part in quality["quarantined"]
    ]
    items += [
        f"{_where(part, speaker)}: a file could not be read, {part['reason']}" + keys_text(part["keys"])
        for part in quality["broken_files"]
    ]
    items += [f"{_where(part, speaker)}: nothing delivered, {part['because']}" for part in quality["absent"]]
    if not items:
        return []
    return [{"title": "Set aside", "text": "", "items": items, "grid": None}]


def _missing_kpis(payload: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    """What each missing KPI lacks, where no section of the report tells it already."""
    missing = payload["coverage"]["missing"]
    if not missing or any(section["kind"] == "missing_kpis" for section in payload["sections"]):
        return []
    items = [
        f"{entry['title']}: {entry['because']} ({speaker.how_long(entry['days'])}, owner {entry['owner']})"
        for entry in missing
    ]
    return [{"title": "Missing KPIs", "text": "", "items": items, "grid": None}]


def _where(part: dict[str, Any], speaker: Speaker) -> str:
    return f"{part['dataset']} of {speaker.tenant(part['tenant'])}"


def _sources(lines: list[dict[str, Any]], speaker: Speaker) -> dict[str, Any]:
    """A row for each business: there are dozens of sources, and each row of a grid weighs in mail."""
    by_tenant: dict[str, list[str]] = {}
    for line in lines:
        newest = f"{(line['newest'] or NOTHING)[:10]}{' (rebuilt)' if line['rebuilt'] else ''}"
        rows = f"{line['rows_kept']} of {line['rows_read']}"
        told = f"{line['dataset']} {rows}, {newest}, {line['hash'][:8] or NOTHING}"
        by_tenant.setdefault(line["tenant"], []).append(told)
    columns = [column("Business"), column("Dataset, rows, newest, hash")]
    cells = [[cell(speaker.tenant(tenant)), cell("; ".join(told))] for tenant, told in by_tenant.items()]
    return grid_of("Sources", columns, cells)


def _told(lines: list[dict[str, Any]], speaker: Speaker) -> Iterator[str]:
    """How a snapshot came about, where there is more to say than its rows."""
    for line in lines:
        told = []
        if line["rows_aggregated"]:
            told.append(f"made of {speaker.counted(line['rows_aggregated'], 'row')} of the source")
        if line["cut_off"]:
            told.append(f"ends at {line['cut_off']}")
        if line["rows_rolled_back"]:
            told.append(
                f"{speaker.counted(line['rows_rolled_back'], 'row')} as they were before later events"
            )
        if line["as_read"]:
            told.append(f"{', '.join(line['as_read'])} as read on {line['read_at'][:10]}")
        if line["late"]:
            told.append(line["late"])
        if told:
            yield f"{_where(line, speaker)}: {'; '.join(told)}"


def _formulas(kpis: list[dict[str, Any]]) -> dict[str, Any]:
    by_metric = {kpi["id"]: kpi for kpi in reversed(kpis)}
    rows = [
        [
            cell(kpi["title"]),
            cell(kpi["lineage"]["formula"] or NOTHING),
            cell(kpi["lineage"]["code"] or NOTHING),
        ]
        for kpi in reversed(by_metric.values())
    ]
    return grid_of("Formulas", [column("Figure"), column("Formula"), column("Code")], rows)
