"""What changed since the last edition, in words: the reader's own, or (without envelope) the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.form import FULL

if TYPE_CHECKING:
    from quarterdeck.reports.envelope import Envelope
    from quarterdeck.reports.form import Form
    from quarterdeck.reports.grid import Speaker

_SHOWN = 8


def since_last(
    payload: dict[str, Any], envelope: Envelope | None, speaker: Speaker, form: Form = FULL
) -> dict[str, Any]:
    """``{"title", "text", "items"}``: findings that are new first, then headline figures, the others last."""
    previous = payload["edition"]["previous"]
    if envelope is None or envelope.purpose == "preview":
        baseline, changes, whose = previous and previous["as_of"], payload["edition"]["changes"], "edition"
    else:
        baseline, changes, whose = envelope.baseline, list(envelope.changes), "reader"
    title = speaker.say(f"changes.title_{whose}")
    if baseline is None:
        return {"title": title, "text": speaker.say(f"changes.first_{whose}"), "items": []}
    day = speaker.day(baseline)
    if not changes:
        return {"title": title, "text": speaker.say("changes.nothing", day=day), "items": []}
    return {
        "title": title,
        "text": speaker.say("changes.compared", day=day),
        "items": change_lines(changes, speaker, len(changes) if form.whole else _SHOWN),
    }


def change_lines(changes: list[dict[str, Any]], speaker: Speaker, most: int) -> list[str]:
    """The weightiest changes, a line each, and how many others there are."""
    ordered = sorted(changes, key=_weight)
    lines = [_line(change, speaker) for change in ordered[:most]]
    if len(ordered) > most:
        count = speaker.counted(len(ordered) - most, "change")
        lines.append(speaker.say("changes.more", count=count))
    return lines


def _weight(change: dict[str, Any]) -> int:
    if change["what"] == "finding":
        return 0 if change["now"] == "open" else 2
    return 1 if change["headline"] else 3


def _line(change: dict[str, Any], speaker: Speaker) -> str:
    title = speaker.titled(change["title"], change["tenant"])
    if change["what"] == "finding":
        return speaker.say(
            "changes.new_finding" if change["now"] == "open" else "changes.resolved", title=title
        )
    then, now = (
        speaker.say("changes.missing") if change[when] is None else speaker.value(change[when], change)
        for when in ("then", "now")
    )
    words = speaker.change(change)
    if not words:
        return speaker.say("changes.moved", title=title, then=then, now=now)
    return speaker.say("changes.moved_by", title=title, then=then, now=now, change=words)
