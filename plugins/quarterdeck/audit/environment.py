"""Secrets in the environment variables of a cloud function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from quarterdeck.audit.fingerprints import fingerprint
from quarterdeck.audit.plausibility import is_named_secret
from quarterdeck.audit.secrets import find_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"pass|pwd|secret|token|api_?key|private_?key|access_?key|credential|auth|salt", re.I)


def environment_secrets(function: str, variables: Mapping[str, str], *, salt: bytes) -> list[dict[str, Any]]:
    """Records of ``code_secrets``: path ``env NAME``, no line. References (an ARN) are none."""
    records: dict[tuple[str, str], dict[str, Any]] = {}
    for name in sorted(variables):
        for kind, value in _found(name, variables[name]):
            print_of = fingerprint(salt, value)
            record = records.setdefault(
                (kind, print_of),
                {
                    "place": function, "kind": kind, "fingerprint": print_of, "path": f"env {name}",
                    "line": None, "commit": None, "present": True, "places": 0,
                    "plain_environment_file": False, "accepted": False, "accepted_because": None,
                },
            )  # fmt: skip
            record["places"] += 1
    return list(records.values())


def _found(name: str, value: str) -> list[tuple[str, str]]:
    found = [(match.kind, match.value) for match in find_secrets(value, "other", "")]
    if not found and _NAME.search(name) and is_named_secret(name, value, quoted=False):
        found = [("Secret under a telling name", value)]
    return found
