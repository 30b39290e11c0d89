"""A payload in words, once for HTML and text alike, so that both parts say the same figures.

Everything here is plain text: HTML escapes it, text lays it out. Templates only arrange it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports import appendix, grid, notices
from quarterdeck.reports.enclosed import enclosed_lines
from quarterdeck.reports.form import FULL
from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.quiet import is_quiet, quiet_view
from quarterdeck.reports.section_views import rest_of, section_view
from quarterdeck.reports.since_last import since_last

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.reports.charts import Chart, SvgChart
    from quarterdeck.reports.envelope import Envelope
    from quarterdeck.reports.form import Form
    from quarterdeck.reports.words import Words

_MISSING_NAMED = 10
_SHORT_HASH = 16
_AT_ONCE = 10  # so few figures stand together, also those that are no headline


def view_of(
    payload: dict[str, Any],
    words: Words,
    envelope: Envelope | None,
    charts: Mapping[str, Chart | SvgChart],
    form: Form = FULL,
) -> dict[str, Any]:
    """What the frame's templates arrange, top to bottom; ``quiet`` is None where something is material."""
    speaker = Speaker.of(payload, words)
    first, further = _figures(payload["kpis"])
    return {
        **_head(payload, speaker),
        "banners": notices.banners(payload, envelope, speaker, form),
        "summary": payload["summary"],
        "changes": since_last(payload, envelope, speaker, form),
        "kpis_title": speaker.say("kpis.title"),
        "kpis": _kpis("kpis.title", first, payload, speaker),
        "coverage": _coverage(payload, len(further), speaker),
        "sections": [section_view(each, payload, charts, speaker, form) for each in payload["sections"]],
        "further_title": speaker.say("kpis.more"),
        "further": _kpis("kpis.more", further[: form.rows], payload, speaker) if further else None,
        "further_note": rest_of(len(further), "kpis", form, speaker),
        "files_title": speaker.say("files.title"),
        "files": enclosed_lines(form.enclosed, payload, speaker),
        "appendix_title": speaker.say("data.title"),
        "appendix": appendix.blocks(payload, speaker, form),
        "footer": _footer(payload, speaker, form),
        "elsewhere": "" if form.in_full else _elsewhere(payload, speaker),
        "quiet": quiet_view(payload, envelope, speaker) if is_quiet(payload, envelope) else None,
    }


def _head(payload: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    portfolio = payload["portfolio"]
    return {
        "lang": speaker.words.locale.replace("_", "-"),
        "portfolio": portfolio["title"],
        "title": payload["title"],
        "subject": payload["subject"],
        "as_of": speaker.say(
            "head.as_of", day=speaker.day(payload["as_of"]), timezone=portfolio["timezone"].replace("_", " ")
        ),
        "scope": _scope_line(payload, speaker),
    }


def _scope_line(payload: dict[str, Any], speaker: Speaker) -> str:
    scope = payload["scope"]
    line = ", ".join(tenant["title"] for tenant in scope["tenants"]) or speaker.say("head.nothing_in_scope")
    if not scope["left_out"]:
        return line
    out = [speaker.say("value.titled", title=t["title"], of=t["reason"]) for t in scope["left_out"]]
    return speaker.say("head.left_out", businesses=line, left_out="; ".join(out))


def _figures(kpis: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those that are read first, and the others, which stand after the sections; few stay together."""
    if len(kpis) <= _AT_ONCE:
        return kpis, []
    headlines = [kpi for kpi in kpis if kpi["headline"]]
    if not headlines:
        return kpis[:_AT_ONCE], kpis[_AT_ONCE:]
    return headlines, [kpi for kpi in kpis if not kpi["headline"]]


def _kpis(key: str, lines: list[dict[str, Any]], payload: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    previous = payload["edition"]["previous"]
    return grid.kpi_grid(speaker.say(key), lines, speaker, previous=previous, as_of=payload["as_of"])


def _coverage(payload: dict[str, Any], further: int, speaker: Speaker) -> str:
    """How many KPIs there are; the missing ones by name if they are few, and where the rest is told."""
    coverage = payload["coverage"]
    missing, covered = coverage["missing"], coverage["covered"]
    of = speaker.counted(coverage["of"], "kpi")
    shown_in_full = any(section["kind"] == "missing_kpis" for section in payload["sections"])
    where = speaker.say("coverage.below" if shown_in_full else "coverage.at_end")
    if not missing:
        line = speaker.say("coverage.none_missing", covered=covered, of=of)
    elif len(missing) > _MISSING_NAMED:
        line = speaker.say("coverage.many_missing", covered=covered, of=of, count=len(missing), where=where)
    else:
        names = ", ".join(entry["title"] for entry in missing)
        line = speaker.say("coverage.missing", covered=covered, of=of, names=names, where=where)
    if not further:
        return line
    return f"{speaker.say('kpis.follow', count=speaker.counted(further, 'figure'))} {line}"


def _footer(payload: dict[str, Any], speaker: Speaker, form: Form) -> str:
    edition = payload["edition"]
    previous = edition["previous"]
    chain = speaker.say("head.first_of_chain")
    if previous is not None:
        hash_ = previous["payload_hash"] if form.in_full else previous["payload_hash"][:_SHORT_HASH]
        chain = speaker.say("head.chain", day=speaker.day(previous["as_of"]), hash=hash_)
    return speaker.say(
        "head.footer",
        portfolio=payload["portfolio"]["title"],
        title=payload["title"],
        definition=edition["definition"],
        chain=chain,
    )


def _elsewhere(payload: dict[str, Any], speaker: Speaker) -> str:
    return speaker.say("head.in_full", as_of=payload["as_of"], report=payload["report"])
