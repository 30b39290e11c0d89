"""How far a run is, on one line of a terminal that is written anew, or on lines of their own elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.demo.airflow_api import AirflowApi

STAGES = ("plan", "snapshot", "measure", "conclude", "compose", "deliver", "close")
_OVER = frozenset({"success", "failed", "upstream_failed", "skipped", "removed"})
_ENDED = frozenset({"success", "failed"})
_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Stage:
    """``done`` of ``known`` task instances are over; of these ``failed`` failed, ``stopped`` never ran."""

    name: str
    done: int
    known: int
    failed: int
    stopped: int
    begun: bool

    def __str__(self) -> str:
        words = [f"{self.done}/{self.known}"] if self.known > 1 else []
        words += [f"({self.failed} failed)"] if self.failed else []
        words += [f"({self.stopped} not run)"] if self.stopped else []
        if self.done == self.known and not self.failed and not self.stopped:
            words.append("ok")
        return " ".join([self.name, *words])


def stages(instances: list[dict[str, Any]]) -> list[Stage]:
    """The stages of a day from the task instances of its run, in order."""
    found = []
    for name in STAGES:
        states = [i["state"] for i in instances if i["task_id"].rpartition(".")[2] == name]
        count = Counter(states)
        found.append(
            Stage(
                name,
                done=sum(count[state] for state in _OVER),
                known=len(states),
                failed=count["failed"],
                stopped=count["upstream_failed"],
                begun=any(state not in {None, "scheduled", "queued"} for state in states),
            )
        )
    return found


class ProgressLine:
    """Shows stages on ``out``; ``since`` is the monotonic time at which the clock starts."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._since = time.monotonic()
        self._shown = ""

    def say(self, text: str) -> None:
        """A line that stays."""
        self._clear()
        print(self._stamped(text), file=self._out, flush=True)

    def show(self, found: list[Stage]) -> None:
        """How far they are; without a terminal only what is new, on a line of its own."""
        text = " > ".join(str(stage) for stage in found if stage.begun or stage.done) or "queued"
        if self._live:
            line = self._stamped(text)
            self._out.write("\r\x1b[K" + line)
            self._out.flush()
        elif text != self._shown:
            print(self._stamped(text), file=self._out, flush=True)
        self._shown = text

    def close(self) -> None:
        """Leave the last state standing."""
        if self._live and self._shown:
            self._out.write("\n")
            self._out.flush()
        self._shown = ""

    def _clear(self) -> None:
        if self._live and self._shown:
            self._out.write("\r\x1b[K")

    def _stamped(self, text: str) -> str:
        return f"{time.monotonic() - self._since:6.1f} s  {text}"


def follow(api: AirflowApi, dag: str, run: str, line: ProgressLine, check: Callable[[], None]) -> str:
    """Show the run until it has ended; answers its state. ``check`` raises when the services are gone."""
    while True:
        state = api.run_state(dag, run)
        line.show(stages(api.task_instances(dag, run)))
        if state in _ENDED:
            line.close()
            return state
        check()
        time.sleep(_LOOK_SECONDS)
