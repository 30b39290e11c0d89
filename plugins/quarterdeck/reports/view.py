"""A payload in words, once for HTML and text alike, so that both parts say the same figures.

Everything here is plain text: HTML escapes it, text lays it out. Templates only arrange it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports import appendix, grid, notices
from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.section_views import section_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.reports.charts import Chart
    from quarterdeck.reports.envelope import Envelope

_CHANGES_SHOWN = 8
_MISSING_NAMED = 10


def view_of(
    payload: dict[str, Any], locale: str, envelope: Envelope | None, charts: Mapping[str, Chart]
) -> dict[str, Any]:
    """What the frame's templates arrange, top to bottom."""
    speaker = Speaker.of(payload, locale)
    return {
        "lang": locale.replace("_", "-"),
        "portfolio": payload["portfolio"]["title"],
        "title": payload["title"],
        "subject": payload["subject"],
        "as_of": f"As of {speaker.day(payload['as_of'])} ({payload['portfolio']['timezone']})",
        "scope": _scope_line(payload),
        "banners": notices.banners(payload, envelope, speaker),
        "summary": payload["summary"],
        "changes": _changes(payload, envelope, speaker),
        "kpis": _kpis(payload, speaker),
        "coverage": _coverage(payload, speaker),
        "sections": [section_view(section, payload, charts, speaker) for section in payload["sections"]],
        "appendix": appendix.blocks(payload, speaker),
        "footer": _footer(payload, speaker),
    }


def _scope_line(payload: dict[str, Any]) -> str:
    scope = payload["scope"]
    line = ", ".join(tenant["title"] for tenant in scope["tenants"]) or "no business"
    if scope["left_out"]:
        line += "; left out: " + "; ".join(f"{t['title']} ({t['reason']})" for t in scope["left_out"])
    return line


def _changes(payload: dict[str, Any], envelope: Envelope | None, speaker: Speaker) -> dict[str, Any]:
    """Against the recipient's own last edition; without an envelope, against the edition before."""
    previous = payload["edition"]["previous"]
    if envelope is None or envelope.purpose == "preview":
        baseline, changes = (previous["as_of"] if previous else None), payload["edition"]["changes"]
        title = "Changed since the last edition"
    else:
        baseline, changes = envelope.baseline, list(envelope.changes)
        title = "Changed since your last edition"
    if baseline is None:
        whose = "your" if title.endswith("your last edition") else "the"
        text = f"This is {whose} first edition: there is nothing to compare with."
        return {"title": title, "text": text, "items": []}
    since = f"of {speaker.day(baseline)}"
    if not changes:
        return {"title": title, "text": f"Nothing changed since the one {since}.", "items": []}
    items = [_change_line(change, speaker) for change in changes[:_CHANGES_SHOWN]]
    if len(changes) > _CHANGES_SHOWN:
        items.append(f"and {speaker.counted(len(changes) - _CHANGES_SHOWN, 'smaller change')}")
    return {"title": title, "text": f"Compared with the one {since}:", "items": items}


def _change_line(change: dict[str, Any], speaker: Speaker) -> str:
    title = speaker.titled(change["title"], change["tenant"])
    if change["what"] == "finding":
        return f"{title}: {'new finding' if change['now'] == 'open' else 'resolved'}"
    then, now = (
        "missing" if change[when] is None else speaker.value(change[when], change) for when in ("then", "now")
    )
    words = speaker.change(change)
    return f"{title}: {then} → {now}" + (f" ({words})" if words else "")


def _kpis(payload: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    return grid.kpi_grid("Key figures", payload["kpis"], speaker, previous=payload["edition"]["previous"])


def _coverage(payload: dict[str, Any], speaker: Speaker) -> str:
    """How many KPIs there are; the missing ones by name if they are few, and where the rest is told."""
    coverage = payload["coverage"]
    missing = coverage["missing"]
    head = f"{coverage['covered']} of {speaker.counted(coverage['of'], 'KPI')}"
    if not missing:
        return f"{head}; none is missing."
    shown_in_full = any(section["kind"] == "missing_kpis" for section in payload["sections"])
    where = "below" if shown_in_full else "at the end"
    if len(missing) > _MISSING_NAMED:
        return f"{head}; what the {len(missing)} missing ones lack is told {where}."
    names = ", ".join(entry["title"] for entry in missing)
    return f"{head}; missing: {names} (what they lack is told {where})."


def _footer(payload: dict[str, Any], speaker: Speaker) -> str:
    edition = payload["edition"]
    chain = (
        "first edition of this report"
        if edition["previous"] is None
        else f"follows the edition of {speaker.day(edition['previous']['as_of'])}, "
        f"payload {edition['previous']['payload_hash']}"
    )
    return (
        f"{payload['portfolio']['title']}, {payload['title']}; definition {edition['definition']}; {chain}."
    )
