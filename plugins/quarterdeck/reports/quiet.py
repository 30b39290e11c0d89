"""The quiet edition: one screen where nothing material changed since the reader's last one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import format_ratio
from quarterdeck.reports.grid import cell, kpi_grid
from quarterdeck.reports.since_last import change_lines

if TYPE_CHECKING:
    from quarterdeck.reports.envelope import Envelope
    from quarterdeck.reports.grid import Speaker

MATERIAL = Decimal("0.05")
"""By how much of itself a headline figure moves before that is material; the setting ``material_change``."""
_MATERIAL_DAYS = 7
_FIGURES = 7
_CHANGES = 3
_OPEN_NAMED = 6


def is_quiet(payload: dict[str, Any], envelope: Envelope | None) -> bool:
    """Whether a scheduled edition has nothing material for a reader who was delivered one before.

    Material is: a finding that is new or resolved; a headline figure that moved by ``materiality`` (a ratio:
    by so many points; a day: by a week), or any figure that came or went missing; an action that falls due;
    and anything about the data that needs saying (a check that failed, a business left out, a rebuilt day, a
    restatement, mail that came back).
    """
    if envelope is None or envelope.purpose != "scheduled" or envelope.baseline is None:
        return False
    quality = payload["data_quality"]
    if quality["decision"] != "send" or quality["rebuilt"] or payload["scope"]["left_out"]:
        return False
    if payload["restatements"] or payload.get("returned_mail") or _falls_due(payload, envelope.baseline):
        return False
    return not any(_is_material(change, materiality_of(payload)) for change in envelope.changes)


def materiality_of(payload: dict[str, Any]) -> Decimal:
    """The share by which a headline figure has to move; editions from before the setting have the default."""
    return Decimal(payload.get("materiality", MATERIAL))


def _falls_due(payload: dict[str, Any], baseline: str) -> bool:
    """Whether an action is due by the day on which this edition is read, and was not by that of the last."""
    last, now = (date.fromisoformat(day) + timedelta(days=1) for day in (baseline, payload["as_of"]))
    return any(last < date.fromisoformat(action["due"]) <= now for action in payload["recommendations"])


def _is_material(change: dict[str, Any], share: Decimal) -> bool:
    if change["what"] == "finding" or change["then"] is None or change["now"] is None:
        return True
    if not change["headline"]:
        return False
    moved = change["change"]
    if change["unit"] == "day":
        return abs(int(moved["absolute"])) >= _MATERIAL_DAYS
    if change["unit"] == "ratio":
        return abs(Decimal(moved["absolute"])) >= share
    relative = moved["relative"]
    return relative is None or abs(Decimal(relative)) >= share


def quiet_view(payload: dict[str, Any], envelope: Envelope | None, speaker: Speaker) -> dict[str, Any]:
    """What the quiet template arranges: that nothing is material, key figures, the checks that ran."""
    baseline = payload["as_of"] if envelope is None or envelope.baseline is None else envelope.baseline
    share = format_ratio(materiality_of(payload), speaker.words.locale)
    headlines = [kpi for kpi in payload["kpis"] if kpi["headline"]] or payload["kpis"]
    changes = [] if envelope is None else list(envelope.changes)
    return {
        "title": speaker.say("quiet.title"),
        "text": speaker.say("quiet.text", day=speaker.day(baseline), share=share),
        "changes": change_lines(changes, speaker, _CHANGES),
        "kpis": _kpis(headlines[:_FIGURES], payload, speaker),
        "lines": [line for line in (_ran(payload, speaker), _watched(payload, speaker)) if line]
        + [_open(payload, speaker), *_next(payload, speaker)],
    }


def _kpis(kpis: list[dict[str, Any]], payload: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    """A line each: what did not move is said in one word."""
    bare = [{**kpi, "trend": [], "target": None, "same_period": None, "note": None} for kpi in kpis]
    shown = kpi_grid(speaker.say("kpis.title"), bare, speaker, previous={}, as_of=payload["as_of"])
    for kpi, row in zip(bare, shown["rows"], strict=True):
        row[0] = cell(", ".join(part for part in (row[0]["text"], row[0]["small"]) if part))
        change = kpi["change"]
        row[2] = cell(speaker.change(kpi) if change and change["direction"] == "flat" else row[2]["text"])
    return shown


def _ran(payload: dict[str, Any], speaker: Speaker) -> str:
    checks = payload["data_quality"]["checks"]
    named = sorted({line["dataset"].replace("_", " ") for line in payload["lineage"]})
    return speaker.say(
        "quiet.ran",
        passed=checks["passed"],
        count=speaker.counted(checks["passed"] + checks["failed"], "check"),
        datasets=speaker.counted(len(payload["lineage"]), "dataset"),
        businesses=speaker.counted(len(payload["scope"]["tenants"]), "business"),
        names=", ".join(named),
    )


def _watched(payload: dict[str, Any], speaker: Speaker) -> str:
    titles = [t for s in payload["sections"] if s["kind"] == "findings_of" for t in s["data"]["not_found"]]
    return speaker.say("findings.not_found", titles=", ".join(titles)) if titles else ""


def _open(payload: dict[str, Any], speaker: Speaker) -> str:
    """The open findings by title, the worst first, those of one title counted."""
    open_ = [finding for finding in payload["findings"] if finding["status"] != "resolved"]
    if not open_:
        return speaker.say("quiet.none_open")
    titles = Counter(finding["title"] for finding in open_)
    named = [f"{title} ({n})" if n > 1 else title for title, n in list(titles.items())[:_OPEN_NAMED]]
    if len(titles) > _OPEN_NAMED:
        more = speaker.counted(sum(list(titles.values())[_OPEN_NAMED:]), "finding")
        named.append(speaker.say("changes.more", count=more))
    count = speaker.counted(len(open_), "finding")
    return speaker.say("quiet.open", count=count, titles=", ".join(named))


def _next(payload: dict[str, Any], speaker: Speaker) -> list[str]:
    actions = sorted(payload["recommendations"], key=lambda action: (action["due"], action["id"]))
    return [
        speaker.say(
            "quiet.next",
            day=speaker.day(action["due"]),
            owner=action["owner"],
            action=speaker.titled(action["action"], action["tenant"]),
        )
        for action in actions[:1]
    ]
