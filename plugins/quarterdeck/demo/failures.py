"""What went wrong in a run: the failed tasks, the end of their logs, and where those are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_TAIL = 12


def task_log(logs: Path, instance: dict[str, Any]) -> Path:
    """The log of a task instance's last try, below Airflow's folder of logs."""
    folder = logs / f"dag_id={instance['dag_id']}" / f"run_id={instance['dag_run_id']}"
    folder /= f"task_id={instance['task_id']}"
    if instance["map_index"] >= 0:
        folder /= f"map_index={instance['map_index']}"
    return folder / f"attempt={instance['try_number']}.log"


def explain(logs: Path, instances: list[dict[str, Any]]) -> str:
    """A paragraph for each failed task: what it said last, and its log."""
    failed = [instance for instance in instances if instance["state"] == "failed"]
    return "\n\n".join(_paragraph(logs, instance) for instance in failed)


def _paragraph(logs: Path, instance: dict[str, Any]) -> str:
    name = instance["task_id"]
    if instance["map_index"] >= 0:
        name += f" [{instance['rendered_map_index'] or instance['map_index']}]"
    path = task_log(logs, instance)
    lines = [f"{name} failed:"]
    if path.exists():
        said = [line for entry in path.read_text(errors="replace").splitlines() for line in _said(entry)]
        lines += [f"    {line}" for line in said[-_TAIL:]]
    return "\n".join([*lines, f"    log: {path}"])


def _said(entry: str) -> list[str]:
    """The readable part of one line of a task's log: our own words, warnings, and what was raised."""
    try:
        record = json.loads(entry)
    except ValueError:
        return [entry]
    said: list[str] = []
    if str(record.get("logger", "")).startswith("quarterdeck") or record.get("level") in {"warning", "error"}:
        said.append(f"{record.get('level', '')}: {record.get('event', '')}")
    if record.get("category"):  # Python's warnings of other packages explain nothing here
        return []
    for error in record.get("error_detail") or []:
        said += f"{error['exc_type']}: {error['exc_value']}".splitlines()
    return said
