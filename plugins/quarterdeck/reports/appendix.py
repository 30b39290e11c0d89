"""The data appendix: sources with rows and freshness, checks, what was set aside, formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.coverage import how_long
from quarterdeck.reports.form import FULL
from quarterdeck.reports.format import NOTHING
from quarterdeck.reports.grid import cell, column, grid_of, passport_id
from quarterdeck.reports.notices import check_line, keys_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.reports.form import Form
    from quarterdeck.reports.grid import Speaker


def blocks(payload: dict[str, Any], speaker: Speaker, form: Form = FULL) -> list[dict[str, Any]]:
    """``{"title", "text", "items", "grid"}`` each; ``grid`` may be None.

    A mail has its sources by business and its formulas as codes: the rest stands in the edition's own copy.
    """
    quality = payload["data_quality"]
    passed, failed = quality["checks"]["passed"], quality["checks"]["failed"]
    count = speaker.counted(passed + failed, "check")
    return [
        _block(
            "data.checks",
            speaker,
            text=speaker.say("data.passed", passed=passed, count=count),
            items=[check_line(check, speaker) for check in quality["failed"]],
        ),
        *_set_aside(quality, speaker),
        *_missing_kpis(payload, speaker),
        *_returned_mail(payload, speaker),
        _sources(payload["lineage"], speaker, form),
        _formulas(payload["kpis"], speaker, form),
    ]


def _block(
    title: str,
    speaker: Speaker,
    *,
    text: str = "",
    items: list[str] | None = None,
    grid: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {"title": speaker.say(title), "text": text, "items": items or [], "grid": grid}


def _set_aside(quality: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    items = [
        speaker.say(
            "data.rows_set_aside",
            where=_where(part, speaker),
            count=speaker.counted(part["rows"], "row"),
            reason=part["reason"],
        )
        + keys_text(part["keys"], speaker)
        for part in quality["quarantined"]
    ]
    items += [
        speaker.say("data.broken_file", where=_where(part, speaker), reason=part["reason"])
        + keys_text(part["keys"], speaker)
        for part in quality["broken_files"]
    ]
    items += [
        speaker.say("data.absent", where=_where(part, speaker), because=part["because"])
        for part in quality["absent"]
    ]
    return [_block("data.set_aside", speaker, items=items)] if items else []


def _missing_kpis(payload: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    """What each missing KPI lacks, where no section of the report tells it already."""
    missing = payload["coverage"]["missing"]
    if not missing or any(section["kind"] == "missing_kpis" for section in payload["sections"]):
        return []
    items = [
        speaker.say(
            "coverage.lacks",
            title=entry["title"],
            because=entry["because"],
            how_long=how_long(entry["days"], speaker.words),
            owner=entry["owner"],
        )
        for entry in missing
    ]
    return [_block("coverage.title", speaker, items=items)]


def _returned_mail(payload: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    """Mail of earlier editions that did not arrive or was complained of; nobody's address."""
    items = [
        speaker.say(
            "returned.line",
            report=line["report"],
            day=speaker.words.short_day(line["as_of"]),
            who=_who(line, speaker),
            what=speaker.say(f"returned.{line['kind'].replace(' ', '_')}"),
            code=speaker.say("returned.code", code=line["code"]) if line["code"] else "",
        )
        for line in payload.get("returned_mail", ())
    ]
    return [_block("returned.title", speaker, items=items)] if items else []


def _who(line: dict[str, Any], speaker: Speaker) -> str:
    if line["is_oversight"]:
        return speaker.say("returned.oversight")
    if line["recipient"] is None:
        return speaker.say("returned.former")
    return speaker.say("returned.recipient", number=line["recipient"])


def _where(part: dict[str, Any], speaker: Speaker) -> str:
    return speaker.of_business(part["dataset"], part["tenant"])


def _sources(lines: list[dict[str, Any]], speaker: Speaker, form: Form) -> dict[str, Any]:
    """A row for each business: there are dozens of sources, and each row of a grid weighs in mail."""
    by_tenant: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_tenant.setdefault(line["tenant"], []).append(line)
    if form.whole:
        grid = _every(lines, speaker)
    else:
        grid = _in_full(by_tenant, speaker) if form.in_full else _in_short(by_tenant, speaker)
    text = speaker.say("data.sources_text") if form.in_full else ""
    return _block("data.sources", speaker, text=text, items=list(_told(lines, speaker)), grid=grid)


def _every(lines: list[dict[str, Any]], speaker: Speaker) -> dict[str, Any]:
    """A row for each snapshot: to be sorted by what is old, or small."""
    names = ("source", "business", "rows_kept", "rows_read", "newest", "read_at", "revision", "hash")
    numbers = {"rows_kept", "rows_read", "revision"}
    columns = [
        column(speaker.say(f"data.{name}"), right=name in numbers, sortable=name != "hash") for name in names
    ]
    rows = [
        [
            cell(line["dataset"]),
            cell(speaker.tenant(line["tenant"])),
            cell(speaker.cell(line["rows_kept"], "count", None), key=line["rows_kept"]),
            cell(speaker.cell(line["rows_read"], "count", None), key=line["rows_read"]),
            cell(
                instant_text(line["newest"]),
                speaker.say("data.is_rebuilt") if line["rebuilt"] else "",
                key=line["newest"],
            ),
            cell(instant_text(line["read_at"]), key=line["read_at"]),
            cell(str(line["revision"]), key=line["revision"]),
            cell(line["hash"] or NOTHING),
        ]
        for line in lines
    ]
    return grid_of(speaker.say("data.sources"), columns, rows)


def instant_text(instant: str | None) -> str:
    """An ISO instant (UTC) to the minute: ``2026-03-24 03:48``; a dash where there is none."""
    return NOTHING if not instant else instant[:16].replace("T", " ")


def _in_full(by_tenant: dict[str, list[dict[str, Any]]], speaker: Speaker) -> dict[str, Any]:
    """Of each dataset its rows, the newest of them, and the hash of what was kept."""
    columns = [column(speaker.say("data.business")), column(speaker.say("data.dataset"))]
    cells = [
        [cell(speaker.tenant(tenant)), cell("; ".join(_line(line, speaker) for line in lines))]
        for tenant, lines in by_tenant.items()
    ]
    return grid_of(speaker.say("data.sources"), columns, cells)


def _line(line: dict[str, Any], speaker: Speaker) -> str:
    newest = (line["newest"] or NOTHING)[:10]
    return speaker.say(
        "data.line",
        dataset=line["dataset"],
        kept=line["rows_kept"],
        read=line["rows_read"],
        newest=speaker.say("data.rebuilt", day=newest) if line["rebuilt"] else newest,
        hash=line["hash"][:8] or NOTHING,
    )


def _in_short(by_tenant: dict[str, list[dict[str, Any]]], speaker: Speaker) -> dict[str, Any]:
    """Of each business how many datasets, their rows, and how fresh they are."""
    columns = [column(speaker.say("data.business"))]
    columns += [column(speaker.say(f"data.{name}"), right=True) for name in ("datasets", "rows", "newest")]
    return grid_of(
        speaker.say("data.sources"),
        columns,
        [_short_cells(tenant, lines, speaker) for tenant, lines in by_tenant.items()],
    )


def _short_cells(tenant: str, lines: list[dict[str, Any]], speaker: Speaker) -> list[dict[str, Any]]:
    kept, read = (
        speaker.cell(sum(line[name] for line in lines), "count", None) for name in ("rows_kept", "rows_read")
    )
    newest = max((line["newest"][:10] for line in lines if line["newest"]), default=None)
    return [
        cell(speaker.tenant(tenant)),
        cell(str(len(lines))),
        cell(speaker.say("data.kept_of", kept=kept, read=read)),
        cell(NOTHING if newest is None else speaker.words.short_day(newest)),
    ]


def _told(lines: list[dict[str, Any]], speaker: Speaker) -> Iterator[str]:
    """How a snapshot came about, where there is more to say than its rows."""
    for line in lines:
        told = []
        if line["rows_aggregated"]:
            count = speaker.counted(line["rows_aggregated"], "row")
            told.append(speaker.say("data.aggregated", count=count))
        if line["cut_off"]:
            told.append(speaker.say("data.cut_off", time=line["cut_off"]))
        if line["rows_rolled_back"]:
            count = speaker.counted(line["rows_rolled_back"], "row")
            told.append(speaker.say("data.rolled_back", count=count))
        if line["as_read"]:
            columns = ", ".join(line["as_read"])
            told.append(speaker.say("data.as_read", columns=columns, day=line["read_at"][:10]))
        if line["late"]:
            told.append(line["late"])
        if told:
            yield speaker.say("data.told", where=_where(line, speaker), told="; ".join(told))


def _formulas(kpis: list[dict[str, Any]], speaker: Speaker, form: Form) -> dict[str, Any]:
    by_metric = {kpi["id"]: kpi for kpi in reversed(kpis)}
    shown = list(reversed(by_metric.values()))
    if not form.in_full:
        codes = [f"{kpi['title']} {kpi['lineage']['code'] or NOTHING}" for kpi in shown]
        return _block("data.formulas", speaker, text=f"{speaker.say('data.codes')} {'; '.join(codes)}.")
    rows = [
        [
            cell(kpi["title"]),
            cell(kpi["lineage"]["formula"] or NOTHING),
            cell(kpi["lineage"]["code"] or NOTHING, passport=passport_id(kpi)),
        ]
        for kpi in shown
    ]
    columns = [column(speaker.say(f"data.{name}")) for name in ("figure", "formula", "code")]
    grid = grid_of(speaker.say("data.formulas"), columns, rows)
    return _block("data.formulas", speaker, text=speaker.say("data.formulas_text"), grid=grid)
