"""Candidates for secrets: detect-secrets' detectors and own rules over a whole text at once.

detect-secrets' patterns are taken from its plugins; its line-by-line engine is not (per line and plugin it
resolves every filter's arguments, and its answers print their context).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from quarterdeck.audit import plausibility, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

Candidate = tuple[str, int, int]
"""Kind, first and last offset of the secret."""

# Public addresses and what own rules say better.
_LEFT_OUT = {
    "IPPublicDetector",
    "PrivateKeyDetector",
    "AWSKeyDetector",
    "BasicAuthDetector",
    "OpenAIDetector",
}
_ENTROPY = re.compile(r"(?P<quote>['\"])(?P<secret>[A-Za-z0-9+/_=-]{20,200})(?P=quote)")
_CONFIGURATION = frozenset(
    {"ini", "yaml", "toml", "environment", "shell", "dockerfile", "other", "text", "terraform"}
)
_PROSE = _CONFIGURATION | {"markdown"}
_NEAR = 600


def candidates(text: str, language: str, path: str) -> Iterator[Candidate]:
    """Everything that may be one, most telling rule first."""
    if plausibility.is_lock_file(path):
        lowered = text.lower()
        yield from (found for found in _by_rules(text, lowered) if "URL" in found[0])
        return
    lowered = text.lower()
    yield from _private_keys(text)
    yield from _aws(text)
    yield from _by_rules(text, lowered)
    yield from _by_engine(text)
    for file, pattern in rules.BY_FILE:
        if file.search(path):
            yield from (("Secret in a file of secrets", *m.span("secret")) for m in pattern.finditer(text))
    if any(word in lowered for word in rules.KEYWORDS):
        yield from _by_name(text, language)
    yield from _by_entropy(text)


def _private_keys(text: str) -> Iterator[Candidate]:
    if "PRIVATE KEY" in text:
        for match in rules.PRIVATE_KEY.finditer(text):
            body = re.sub(r"\\n|\s", "", match["secret"])
            if len(body) >= 40 and not plausibility.is_placeholder(body[:200]):
                yield "Private key", match.start(), match.end("secret")
    if "PuTTY-User-Key-File" in text:
        yield from (("Private key", m.start(), m.end()) for m in rules.PUTTY_KEY.finditer(text))


def _aws(text: str) -> Iterator[Candidate]:
    """An access key id with its secret near by is one finding, the pair."""
    for match in rules.AWS_KEY_ID.finditer(text):
        if match[0].endswith("EXAMPLE"):
            continue
        near = rules.AWS_SECRET.finditer(text, max(0, match.start() - _NEAR), match.end() + _NEAR)
        secrets = [m for m in near if plausibility.entropy(m[0]) > 4 and _is_free_standing(text, m)]
        if secrets:
            secret = min(secrets, key=lambda m: abs(m.start() - match.start()))
            first, last = sorted((match.span(), secret.span()))
            yield "AWS access key pair", first[0], last[1]
        else:
            yield "AWS access key id", match.start(), match.end()


def _is_free_standing(text: str, match: re.Match[str]) -> bool:
    """Not within a line of checksums."""
    start = text.rfind("\n", 0, match.start()) + 1
    return not plausibility.INTEGRITY.search(text, max(start, match.start() - 60), match.start())


def _is_told_public(text: str, match: re.Match[str]) -> bool:
    """A checksum, or a key that its name calls public."""
    start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 60)
    return not _is_free_standing(text, match) or "public" in text[start : match.start()].lower()


def _by_rules(text: str, lowered: str) -> Iterator[Candidate]:
    for rule in rules.PROVIDERS:
        if rule.hint not in lowered:
            continue
        for match in rule.pattern.finditer(text):
            start, end = match.span("secret" if "secret" in rule.pattern.groupindex else 0)
            value = text[start:end]
            if plausibility.entropy(value) >= rule.least and not (
                plausibility.is_placeholder(value)
                and not value.startswith(("$2", "$1", "$5", "$6", "$apr1", "$y"))
            ):
                yield rule.kind, start, end


@cache
def _engine() -> tuple[tuple[str, re.Pattern[str], Any], ...]:
    """Every pattern of detect-secrets' detectors that are of patterns."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    found = []
    detector: Any
    for kind, detector in get_mapping_from_secret_type_to_class().items():
        if issubclass(detector, RegexBasedDetector) and detector.__name__ not in _LEFT_OUT:
            plugin: Any = detector()
            found += [(kind, pattern, plugin) for pattern in plugin.denylist]
    return tuple(found)


def _by_engine(text: str) -> Iterator[Candidate]:
    for kind, pattern, plugin in _engine():
        for match in pattern.finditer(text):
            # A short group is a prefix (GitHub's pattern groups "ghp"), a long one the secret in its context.
            group = max(range(pattern.groups + 1), key=lambda n: (n > 0, len(match[n] or "")))
            group = group if len(match[group] or "") >= 16 else 0
            start, end = match.span(group)
            value = text[start:end]
            formally = getattr(plugin, "is_formally_valid", None)
            if "\n" in value or plausibility.is_placeholder(value) or (formally and not formally(value)):
                continue
            yield kind, start, end


def _by_name(text: str, language: str) -> Iterator[Candidate]:
    for pattern in (rules.QUOTED, rules.PAIR, rules.PHP_CONSTANT, rules.ELEMENT):
        for match in pattern.finditer(text):
            long = pattern is rules.PHP_CONSTANT and plausibility.entropy(match["secret"]) > 4.5
            if long or plausibility.is_named_secret(match["name"], match["secret"], quoted=True):
                yield "Secret under a telling name", *match.span("secret")
    if language in _CONFIGURATION:
        for match in rules.PLAIN.finditer(text):
            if plausibility.is_named_secret(match["name"], match["secret"], quoted=False):
                yield "Secret under a telling name", *match.span("secret")

    if language in _PROSE:
        for match in rules.INLINE.finditer(text):
            value = match["secret"]
            named = plausibility.is_named_secret(match["name"], value, quoted=False)
            if named and plausibility.entropy(value) >= 2.8 and not plausibility.is_hash_or_uuid(value):
                yield "Secret under a telling name", *match.span("secret")


def _by_entropy(text: str) -> Iterator[Candidate]:
    for match in _ENTROPY.finditer(text):
        value = match["secret"]
        if plausibility.is_hash_or_uuid(value) or plausibility.is_placeholder(value):
            continue
        # Random text of this alphabet mixes all three; names, paths and slugs seldom do.
        mixed = re.search(r"[a-z]", value) and re.search(r"[A-Z]", value) and re.search(r"\d", value)
        if mixed and plausibility.entropy(value) > 4.2 and not _is_told_public(text, match):
            yield "High-entropy text", match.start("secret"), match.end("secret")
