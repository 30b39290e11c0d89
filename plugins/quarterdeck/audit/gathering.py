"""Secrets of a place gathered by identity (place, kind, fingerprint), which has neither path nor line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quarterdeck.audit.fingerprints import fingerprint
from quarterdeck.audit.languages import is_environment_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.audit.definition import AuditedFile, Match


@dataclass
class Gathered:
    """The secrets found so far; holds fingerprints, never values."""

    place: str
    salt: bytes = field(repr=False)
    accepted: Mapping[str, str]
    _found: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _places: dict[tuple[str, str], set[tuple[str, int]]] = field(default_factory=dict)

    def add(self, file: AuditedFile, path: str, match: Match) -> None:
        """One more place; of several the one in the newest version counts, else the newest commit's."""
        identity = (match.kind, fingerprint(self.salt, match.value))
        self._places.setdefault(identity, set()).add((path, match.line))
        known = self._found.get(identity)
        if known is not None and (known["present"] or not file.present):
            if (known["commit"] is None and not known["present"]) or (
                known["present"] and known["commit"] is None and file.commit
            ):
                known["commit"] = file.commit
            return
        because = self.accepted.get(identity[1])
        self._found[identity] = {
            "place": self.place, "kind": match.kind, "fingerprint": identity[1], "path": path,
            "line": match.line, "commit": file.commit or (known or {}).get("commit"), "present": file.present,
            "places": 0, "plain_environment_file": is_environment_file(path),
            "accepted": identity[1] in self.accepted, "accepted_because": because,
        }  # fmt: skip

    def records(self) -> list[dict[str, Any]]:
        """Rows of ``code_secrets``, in an order of their own."""
        rows = [{**row, "places": len(self._places[identity])} for identity, row in self._found.items()]
        return sorted(rows, key=lambda row: (row["path"], row["line"], row["kind"], row["fingerprint"]))
