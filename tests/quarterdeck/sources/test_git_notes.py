"""Handoff notes and deployment logs: what each form says, and that a broken one is not lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quarterdeck.settings.surveys import Deployments, Handoffs
from quarterdeck.sources.git.deployments import outcome_of, read_log
from quarterdeck.sources.git.handoffs import read_note


@pytest.mark.parametrize(
    ("text", "state", "told_by", "items"),
    [
        ("---\nstatus: open\n---\n# T\n", "open", "front_matter", 0),
        ("---\r\nstatus: In Progress\r\n---\r\n# T\r\n", "open", "front_matter", 0),
        ("---\nstatus: closed\n---\n# T\n- [ ] left\n", "closed", "front_matter", 1),
        ("---\nstatus: [open\n---\n# T\n", "open", "default", 0),
        ("---\nstatus: open\n# T\n", "open", "default", 0),
        ("---\nstatus: [open]\n---\n# T\n", "open", "default", 0),
        ("# T\n## Open\n- [x] a\n- [ ] b\n## Later\n- [ ] c\n", "open", "tasks", 2),
        ("# T\n## Open\n- [x] a\n## Later\n- [ ] c\n", "closed", "tasks", 1),
        ("# T\n## open\nCall them.\n", "open", "heading", 0),
        ("# T\n## Open\n## Done\nAll.\n", "closed", "heading", 0),
        ("# T\n```\n## Open\n- [ ] code\n```\n", "closed", "default", 0),
        ("# T\n- [ ] no heading\n", "open", "tasks", 1),
        ("# T\n", "closed", "default", 0),
    ],
)
def test_state_of_a_note(text: str, state: str, told_by: str, items: int) -> None:
    note = read_note(text.encode(), "a/handoff.md", Handoffs())
    assert (note.state, note.told_by, note.open_items) == (state, told_by, items)
    assert (note.problem is not None) == (state == "open" and told_by == "default")
    assert note.title == "T"


def test_a_note_that_is_not_utf8_stays_open() -> None:
    note = read_note(b"\xff\xfe#", "a/handoff.md", Handoffs())
    assert (note.title, note.state, note.told_by) == ("handoff.md", "open", "default")


LINES = (
    "# log\n2026-05-01T10:00:00Z production v1 rolled back\n\n"
    "2026-05-01T10:00:00 prod v2\n2026-05-01T11:00:00Z\n"
)
JSON = (
    '{"deployed_at":"2026-05-01T10:00:00Z","environment":"production",'
    '"version":"v1","outcome":"rollback"}\n{\n7\n'
)
CSV = (
    "deployed_at,environment,version,outcome\n2026-05-01T10:00:00Z,production,v1,Reverted\nx,prod,v,ok\na,b\n"
)


@pytest.mark.parametrize(("form", "text"), [("lines", LINES), ("jsonl", JSON), ("csv", CSV)])
def test_broken_lines_are_set_aside(form: str, text: str) -> None:
    log = read_log(text.encode(), Deployments.model_validate({"path": "log", "format": form}), "r")
    assert list(log.records) == [
        {"repository": "r", "deployed_at": datetime(2026, 5, 1, 10, tzinfo=UTC), "environment": "production",
         "production": True, "version": "v1", "outcome": "rolled_back"}]  # fmt: skip
    assert sum(part.rows for part in log.quarantined) == 2


def test_words_of_outcomes() -> None:
    found = [outcome_of(word) for word in ("OK", "done", "failure", "rolled-back", "maybe", None)]
    assert found == ["succeeded", "succeeded", "failed", "rolled_back", "unknown", "unknown"]
