"""Banners: what a reader must know before the first figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterdeck.reports.envelope import Envelope
    from quarterdeck.reports.grid import Speaker

_CHECKS_SHOWN = 8
_KEYS_SHOWN = 5
_RESTATED_SHOWN = 6
_CAUSES = {  # kind of cause: the noun that is counted, and what became of it
    "late_booking": ("late booking", ""),
    "late_payment": ("late payment", ""),
    "refund": ("refund", ""),
    "late_entry": ("late line", ""),
    "late_row": ("late row", ""),
    "changed": ("row", " changed"),
    "removed": ("row", " taken away"),
}


def banners(payload: dict[str, Any], envelope: Envelope | None, speaker: Speaker) -> list[dict[str, Any]]:
    """``{"title", "lines"}`` each: of the envelope (purpose, lateness), on the data, what is restated."""
    found = _of_envelope(envelope) if envelope is not None else []
    quality = payload["data_quality"]
    if quality["decision"] != "send":
        found.append(_verdict(quality, speaker))
    if quality["rebuilt"]:
        found.append(_rebuilt(quality["rebuilt"], speaker))
    if payload.get("restatements"):
        found.append(_restated(payload["restatements"], speaker))
    return found


def _of_envelope(envelope: Envelope) -> list[dict[str, Any]]:
    found = []
    reason = [envelope.reason] if envelope.reason else []
    number = "" if envelope.number is None else f" {envelope.number}"
    if envelope.purpose == "preview":
        lines = ["Only the portfolio's preview address gets this; the report's recipients were sent nothing."]
        found.append({"title": "Preview", "lines": lines})
    elif envelope.purpose == "correction":
        lines = [*reason, "It replaces the edition of this day that you have."]
        found.append({"title": f"Correction{number}", "lines": lines})
    elif envelope.purpose == "resend":
        found.append(
            {"title": f"Sent again{number}", "lines": [*reason, "The figures are those sent before."]}
        )
    if envelope.late:
        found.append({"title": "Late", "lines": ["This edition goes out after its due time."]})
    if envelope.previous_late:
        found.append({"title": "The edition before was late", "lines": ["It went out after its due time."]})
    return found


def _verdict(quality: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    failed = quality["failed"]
    lines = [check_line(check, speaker) for check in failed[:_CHECKS_SHOWN]]
    if len(failed) > _CHECKS_SHOWN:
        lines.append(f"and {speaker.counted(len(failed) - _CHECKS_SHOWN, 'check')} more, listed at the end")
    count = speaker.counted(len(failed), "check")
    return {"title": f"Read with reservations: {count} did not pass", "lines": lines}


def check_line(check: dict[str, Any], speaker: Speaker) -> str:
    """A failed check in one line: what, where, what was observed, and keys of the rows."""
    where = " of ".join(part for part in (check["subject"], speaker.tenant(check["tenant"])) if part)
    line = f"{where}: {check['title']}"
    if check["outcome"] == "error":
        line += " (could not be evaluated)"
    if check["observed"]:
        line += f"; observed {check['observed']}"
    if check["rows"]:
        line += f"; {speaker.counted(check['rows'], 'row')}"
    return line + keys_text(check["keys"])


def keys_text(keys: list[str]) -> str:
    """The first keys in brackets, and how many more there are; empty without keys."""
    if not keys:
        return ""
    more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
    return f" [{', '.join(keys[:_KEYS_SHOWN])}{more}]"


def _restated(restatements: list[dict[str, Any]], speaker: Speaker) -> dict[str, Any]:
    lines = [restated_line(entry, speaker) for entry in restatements[:_RESTATED_SHOWN]]
    if len(restatements) > _RESTATED_SHOWN:
        lines.append(f"and {speaker.counted(len(restatements) - _RESTATED_SHOWN, 'figure')} more")
    return {"title": "Restated: by today's data earlier editions would say otherwise", "lines": lines}


def restated_line(entry: dict[str, Any], speaker: Speaker) -> str:
    """A restatement in one line: which edition's figure, then, now, and what caused it."""

    def said(value: Any) -> str:
        return "no value" if value is None else speaker.value(value, entry)

    others = len(entry["editions"]) - 1
    more = f" and {speaker.counted(others, 'edition')} before it" if others else ""
    title = speaker.titled(entry["title"], entry["tenant"])
    line = f"{title}, edition of {speaker.day(entry['edition_as_of'])}{more}: "
    line += f"{said(entry['then'])} then, {said(entry['now'])} now"
    if words := speaker.change(entry):
        line += f" ({words})"
    if entry["told"] is not None:
        line += f"; {said(entry['told'])} by an earlier restatement"
    causes = "; ".join(_cause(cause, speaker) for cause in entry["causes"])
    return f"{line}. Cause: {causes or 'no row that it reads; a setting'}"


def _cause(cause: dict[str, Any], speaker: Speaker) -> str:
    if cause["kind"] == "definition":
        return "the definition of the figure was changed"
    what, how = _CAUSES[cause["kind"]]
    where = " of ".join(
        part for part in (cause["dataset"].replace("_", " "), speaker.tenant(cause["tenant"])) if part
    )
    columns = f" ({', '.join(cause['columns'])})" if cause["columns"] else ""
    return f"{speaker.counted(cause['rows'], what)}{how} in {where}{columns}{keys_text(cause['keys'])}"


def _rebuilt(rebuilt: list[dict[str, str]], speaker: Speaker) -> dict[str, Any]:
    by_tenant: dict[str, list[str]] = {}
    for entry in rebuilt:
        by_tenant.setdefault(speaker.tenant(entry["tenant"]), []).append(entry["dataset"])
    return {
        "title": "Rebuilt from later data",
        "lines": [
            "There was no snapshot of this day; rows that became known after it were cut.",
            *(f"{tenant}: {', '.join(datasets)}" for tenant, datasets in by_tenant.items()),
        ],
    }
