"""The header of an SQL file: ``-- key: value`` lines at its top, continued by ``--   more``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quarterdeck.errors import Mistake
from quarterdeck.metrics.definition import UNITS, Demand

if TYPE_CHECKING:
    from collections.abc import Collection

METRIC_KEYS = ("title", "unit", "better", "grain", "inputs", "needs", "formula", "reference", "owner")
TABLE_KEYS = ("title", "inputs", "columns", "needs", "owner")
VIEW_KEYS = ("title",)
BRIDGE_KEYS = ("title", "form", "inputs", "needs", "formula")
OPTIONAL_KEYS = ("kinds", "spared", "kept")
TABLE_UNITS = (*UNITS, "text", "boolean")

_ENTRY = re.compile(r"^-- (?P<key>[a-z_]+): (?P<value>\S.*)$")
_MORE = re.compile(r"^--   +(?P<value>\S.*)$")


@dataclass
class Header:
    """Keys with their text and line; ``mistakes`` collects what is wrong with them."""

    file: str
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, key: str, message: str) -> None:
        """Note a mistake at the line of ``key``."""
        self.mistakes.append(Mistake(self.file, self.lines.get(key, 1), message))

    def text(self, key: str) -> str:
        """The text of a key; empty where it is not there (a mistake is noted by ``read_header``)."""
        return self.values.get(key, "")

    def words(self, key: str) -> tuple[str, ...]:
        """The comma-separated words of a key."""
        return tuple(word.strip() for word in self.text(key).split(",") if word.strip())

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One word out of ``allowed``."""
        found = self.text(key)
        if found and found not in allowed:
            self.wrong(key, f"{key}: expected one of {', '.join(allowed)}; found {found!r}")
        return found

    def choices(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Words, each out of ``allowed``."""
        words = self.words(key)
        for word in words:
            if word not in allowed:
                self.wrong(key, f"{key}: expected words out of {', '.join(allowed)}; found {word!r}")
        return words

    def kinds(self) -> tuple[str, ...]:
        """Kinds of tenant; empty where the key is absent or says ``all``."""
        words = self.words("kinds")
        return () if words == ("all",) else words

    def demands(self, known: Collection[str]) -> tuple[Demand, ...]:
        """The ``inputs``: ``a``, ``a?`` and ``a | b``."""
        demands = []
        for part in self.words("inputs"):
            names = tuple(name.strip() for name in part.split("|"))
            optional = len(names) == 1 and names[0].endswith("?")
            demand = Demand((names[0].removesuffix("?"),) if optional else names, optional)
            for name in demand.datasets:
                if name not in known:
                    self.wrong("inputs", f"inputs: there is no dataset {name!r} in include/datasets")
            demands.append(demand)
        return tuple(demands)

    def columns(self) -> dict[str, str]:
        """The ``columns`` of a table with their units: ``month: day, receipts: money``."""
        columns: dict[str, str] = {}
        for part in self.words("columns"):
            name, _, unit = (piece.strip() for piece in part.partition(":"))
            if unit not in TABLE_UNITS:
                allowed = ", ".join(TABLE_UNITS)
                self.wrong(
                    "columns", f"columns: expected `name: unit` with a unit of {allowed}; found {part!r}"
                )
            columns[name] = unit
        return columns


def read_header(file: str, sql: str, required: Collection[str]) -> Header:
    """The header of the SQL text; unknown, repeated and absent keys are among its ``mistakes``."""
    header = Header(file)
    last: str | None = None
    for number, line in enumerate(sql.splitlines(), start=1):
        if entry := _ENTRY.match(line):
            last = entry["key"]
            if last in header.values:
                header.mistakes.append(Mistake(file, number, f"{last}: given twice"))
            header.values[last], header.lines[last] = entry["value"].strip(), number
        elif (more := _MORE.match(line)) and last is not None:
            header.values[last] += " " + more["value"].strip()
        elif line.startswith("--"):
            header.mistakes.append(
                Mistake(file, number, f"expected `-- key: value` or `--   continuation`, found {line!r}")
            )
        else:
            break
    for key in header.values.keys() - {*required, *OPTIONAL_KEYS}:
        header.wrong(key, f"{key}: unknown key; known: {', '.join((*required, *OPTIONAL_KEYS))}")
    for key in required:
        if key not in header.values:
            header.wrong(key, f"{key}: expected `-- {key}: ...` in the header, found none")
    return header
