"""Banners: what a reader must know before the first figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.form import FULL
from quarterdeck.reports.format import format_instant

if TYPE_CHECKING:
    from datetime import datetime

    from quarterdeck.reports.envelope import Envelope
    from quarterdeck.reports.form import Form
    from quarterdeck.reports.grid import Speaker

_CHECKS_SHOWN = 8
_KEYS_SHOWN = 5
_RESTATED_SHOWN = 6
_CAUSES = {  # kind of cause: the noun that is counted, and the phrase for what became of it
    "late_booking": ("late_booking", None),
    "late_payment": ("late_payment", None),
    "refund": ("refund", None),
    "late_entry": ("late_line", None),
    "late_row": ("late_row", None),
    "changed": ("row", "banner.how_changed"),
    "removed": ("row", "banner.how_removed"),
}


def banners(
    payload: dict[str, Any], envelope: Envelope | None, speaker: Speaker, form: Form = FULL
) -> list[dict[str, Any]]:
    """``{"title", "lines"}`` each: of the envelope (purpose, lateness), on the data, what is restated."""
    found = _of_envelope(envelope, speaker) if envelope is not None else []
    quality = payload["data_quality"]
    if quality["decision"] != "send":
        found.append(_verdict(quality, speaker))
    if quality["rebuilt"]:
        found.append(_rebuilt(quality["rebuilt"], speaker))
    if payload.get("restatements"):
        shown = None if form.whole else _RESTATED_SHOWN
        found.append(_restated(payload["restatements"], speaker, shown))
    return found


def _of_envelope(envelope: Envelope, speaker: Speaker) -> list[dict[str, Any]]:
    found = []
    if envelope.purpose != "scheduled":
        found.append(_of_purpose(envelope, speaker))
    if envelope.late:
        line = speaker.say("banner.late_text")
        if envelope.due is not None:
            line = speaker.say("banner.late_due", due=_instant(envelope.due, speaker))
        found.append({"title": speaker.say("banner.late"), "lines": [line]})
    if envelope.previous_late:
        found.append({"title": speaker.say("banner.before_late"), "lines": [_before_late(envelope, speaker)]})
    return found


def _of_purpose(envelope: Envelope, speaker: Speaker) -> dict[str, Any]:
    """Why this mail came, where it is none of the schedule's."""
    purpose = envelope.purpose
    title = speaker.say(f"banner.{purpose}")
    if envelope.number is not None and purpose != "preview":
        title = speaker.say(f"banner.{purpose}_number", number=envelope.number)
    reason = [envelope.reason] if envelope.reason else []
    return {"title": title, "lines": [*reason, speaker.say(f"banner.{purpose}_text")]}


def _before_late(envelope: Envelope, speaker: Speaker) -> str:
    if envelope.previous is None:
        return speaker.say("banner.before_late_text")
    day, due, sent = envelope.previous
    return speaker.say(
        "banner.before_late_due",
        day=speaker.day(day),
        due=_instant(due, speaker),
        sent=_instant(sent, speaker),
    )


def _instant(instant: datetime, speaker: Speaker) -> str:
    return format_instant(instant, speaker.words.locale)


def _verdict(quality: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    failed = quality["failed"]
    lines = [check_line(check, speaker) for check in failed[:_CHECKS_SHOWN]]
    if len(failed) > _CHECKS_SHOWN:
        more = speaker.counted(len(failed) - _CHECKS_SHOWN, "check")
        lines.append(speaker.say("banner.more_checks", count=more))
    return {
        "title": speaker.say("banner.verdict", count=speaker.counted(len(failed), "check")),
        "lines": lines,
    }


def check_line(check: dict[str, Any], speaker: Speaker) -> str:
    """A failed check in one line: what, where, what was observed, and keys of the rows."""
    rows = speaker.counted(check["rows"], "row") if check["rows"] else ""
    return speaker.say(
        "checks.line",
        where=speaker.of_business(check["subject"], check["tenant"]),
        title=check["title"],
        error=speaker.say("checks.error") if check["outcome"] == "error" else "",
        observed=speaker.say("checks.observed", observed=check["observed"]) if check["observed"] else "",
        rows=speaker.say("checks.rows", count=rows) if rows else "",
        keys=keys_text(check["keys"], speaker),
    )


def keys_text(keys: list[str], speaker: Speaker) -> str:
    """The first keys in brackets, and how many more there are; empty without keys."""
    if not keys:
        return ""
    shown, more = ", ".join(keys[:_KEYS_SHOWN]), len(keys) - _KEYS_SHOWN
    return speaker.say("checks.keys_more" if more > 0 else "checks.keys", keys=shown, more=more)


def _restated(restatements: list[dict[str, Any]], speaker: Speaker, shown: int | None) -> dict[str, Any]:
    lines = [restated_line(entry, speaker) for entry in restatements[:shown]]
    if len(restatements) > len(lines):
        more = speaker.counted(len(restatements) - len(lines), "figure")
        lines.append(speaker.say("banner.more_restated", count=more))
    return {"title": speaker.say("banner.restated"), "lines": lines}


def restated_line(entry: dict[str, Any], speaker: Speaker) -> str:
    """A restatement in one line: which edition's figure, then, now, and what caused it."""

    def said(value: Any) -> str:
        return speaker.say("banner.no_value") if value is None else speaker.value(value, entry)

    others, change = len(entry["editions"]) - 1, speaker.change(entry)
    causes = "; ".join(_cause(cause, speaker) for cause in entry["causes"])
    told = "" if entry["told"] is None else speaker.say("banner.restated_told", told=said(entry["told"]))
    return speaker.say(
        "banner.restated_line",
        title=speaker.titled(entry["title"], entry["tenant"]),
        day=speaker.day(entry["edition_as_of"]),
        others=speaker.say("banner.restated_others", count=speaker.counted(others, "edition"))
        if others
        else "",
        then=said(entry["then"]),
        now=said(entry["now"]),
        change=speaker.say("banner.restated_change", change=change) if change else "",
        told=told,
        causes=causes or speaker.say("banner.no_cause"),
    )


def _cause(cause: dict[str, Any], speaker: Speaker) -> str:
    if cause["kind"] == "definition":
        return speaker.say("banner.cause_definition")
    if cause["kind"] == "setting":
        before, now = cause["keys"]
        whose = speaker.of_business(cause["columns"][0], cause["tenant"])
        return speaker.say("banner.cause_setting", setting=whose, before=before, now=now)
    what, how = _CAUSES[cause["kind"]]
    return speaker.say(
        "banner.cause_rows",
        count=speaker.counted(cause["rows"], what),
        how=speaker.say(how) if how else "",
        where=speaker.of_business(cause["dataset"].replace("_", " "), cause["tenant"]),
        columns=f" ({', '.join(cause['columns'])})" if cause["columns"] else "",
        keys=keys_text(cause["keys"], speaker),
    )


def _rebuilt(rebuilt: list[dict[str, str]], speaker: Speaker) -> dict[str, Any]:
    by_tenant: dict[str, list[str]] = {}
    for entry in rebuilt:
        by_tenant.setdefault(speaker.tenant(entry["tenant"]), []).append(entry["dataset"])
    lines = [
        speaker.say("banner.rebuilt_of", business=tenant, datasets=", ".join(datasets))
        for tenant, datasets in by_tenant.items()
    ]
    return {"title": speaker.say("banner.rebuilt"), "lines": [speaker.say("banner.rebuilt_text"), *lines]}
