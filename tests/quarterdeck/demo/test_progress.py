from __future__ import annotations

import io
from typing import Any

from quarterdeck.demo.progress import ProgressLine, stages


def instance(task: str, state: str | None, index: int = -1) -> dict[str, Any]:
    return {"task_id": task, "state": state, "map_index": index}


HALF_WAY = [
    instance("plan", "success"),
    instance("tenant.snapshot", "success", 0),
    instance("tenant.snapshot", "failed", 1),
    instance("tenant.snapshot", "running", 2),
    instance("tenant.measure", "success", 0),
    instance("tenant.measure", "upstream_failed", 1),
    instance("tenant.measure", None, 2),
    instance("conclude", None),
    instance("report.compose", None),
    instance("report.deliver", None),
    instance("close", None),
]


def test_stages_count_what_is_over_and_what_went_wrong() -> None:
    found = {stage.name: (stage.done, stage.known, stage.failed) for stage in stages(HALF_WAY)}
    assert found["plan"] == (1, 1, 0)
    assert found["snapshot"] == (2, 3, 1)
    assert found["measure"] == (2, 3, 0)
    assert found["conclude"] == (0, 1, 0)


def test_only_what_has_begun_is_shown_and_only_once() -> None:
    out = io.StringIO()
    line = ProgressLine(out)
    line.show(stages(HALF_WAY))
    line.show(stages(HALF_WAY))
    line.close()
    shown = out.getvalue().splitlines()
    assert [text.split("  ")[-1] for text in shown] == [
        "plan ok > snapshot 2/3 (1 failed) > measure 2/3 (1 not run)"
    ]


def test_a_terminal_has_one_line_that_is_written_anew() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    line = ProgressLine(out)
    line.show(stages(HALF_WAY[:1]))
    line.show(stages(HALF_WAY))
    line.close()
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().count("\r") == 2
