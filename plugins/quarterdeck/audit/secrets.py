"""The secrets of a text: candidates that don't overlap, the most telling rule's first."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from quarterdeck.audit.definition import Match
from quarterdeck.audit.detectors import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator


def find_secrets(text: str, language: str, path: str) -> Iterator[Match]:
    """Each secret once per place that it stands in, with its line."""
    starts = _line_starts(text)
    taken: list[tuple[int, int]] = []
    for kind, start, end in candidates(text, language, path):
        if any(start < last and first < end for first, last in taken):
            continue
        taken.append((start, end))
        yield Match(kind, _value(kind, text[start:end]), bisect_right(starts, start), start, end)


def masked(said: str) -> str:
    """A path, name or requirement, each secret within it replaced: a token in a file's name is a leak too."""
    for match in sorted(find_secrets(said, "text", ""), key=lambda match: -match.start):
        said = f"{said[: match.start]}(secret){said[match.end :]}"
    return said


def _value(kind: str, found: str) -> str:
    """What is fingerprinted: the secret alone, so that an edit between a pair's two lines changes nothing."""
    from quarterdeck.audit import rules

    if kind == "AWS access key pair":
        key = rules.AWS_KEY_ID.search(found)
        secret = rules.AWS_SECRET.search(found, key.end() if key and key.start() == 0 else 0)
        return f"{key[0] if key else ''}:{secret[0] if secret else ''}"
    if kind == "Private key":
        return "".join(found.replace("\\n", "").split())
    return found


def _line_starts(text: str) -> list[int]:
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
