"""Whether what a rule found is a secret: placeholders, examples, hashes, references and prose are none."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import PurePosixPath

_UUID = re.compile(r"^[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12}$", re.I)
_PLACEHOLDER = re.compile(
    r"example|placeholder|changeme|change[_-]me|replace|your[_-]|<.*>|\bxxx|x{4,}|\*{3,}|\.{3}|dummy|redacted|"
    r"^todo|insert|fixme|not[_-]?real|^(none|null|true|false|undefined|string|str|password|passwd|secret|token|"
    r"required|optional|disabled|enabled|default|user|username|test|testing|hidden|masked|unset)$",
    re.I,
)
_REFERENCE = re.compile(
    r"^\$|\$\{|\{\{|^%\w+%$|^\{.*\}$|^\[.*\]$|^arn:aws|^(os|process|env|self|this|config|settings|var|local|data|"
    r"module|secrets|request|args|kwargs|options|params)\.|^(ssm|vault|secretsmanager|resolve|file|op|projects|"
    r"https?):/?|\(\)|->|=>|^!|^/[\w./-]+$|^\./|^\.\./|\.(py|js|json|ya?ml|html|txt|pem|key|crt)$",
    re.I,
)
_CODE_NAME = re.compile(r"^[a-z]+(?:[A-Z][a-z]+)+$|^[A-Za-z]+(?:[_.-][A-Za-z]+)*$")
_HASH = re.compile(
    r"^(?:sha(?:1|256|384|512)[-:].+|[a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{128})$", re.I
)
_NOT_SECRET_NAME = re.compile(
    r"(public|pub_?key|_id$|_ids$|_name$|_?file(name)?$|_path$|_url$|_uri$|_arn$|_type$|_field$|_len(gth)?$|_hash$|"
    r"_policy$|_prompt$|_label$|_hint$|_env$|_header$|_column|key_?error|_count$|_ttl$|_expir|_reset|author|"
    r"tokeni[sz]|max_tokens|keyword|primary_?key|foreign_?key|sort_?key|partition_?key|cache_?key|_endpoint$|"
    r"bypass|passed|passive|compass|passing|passenger|authority|authenticat)",
    re.I,
)
_LOCK_FILES = frozenset(
    [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "uv.lock",
        "pipfile.lock",
        "cargo.lock",
        "gemfile.lock",
        "composer.lock",
        "go.sum",
        "packages.lock.json",
        "gradle.lockfile",
        "bun.lock",
        "podfile.lock",
        "pubspec.lock",
    ]
)
INTEGRITY = re.compile(r"sha(?:1|256|384|512)[-:=]|integrity|checksum|--hash=|digest", re.I)


def is_lock_file(path: str) -> bool:
    """Whether the file is one of hashes that a package manager wrote."""
    return PurePosixPath(path).name.lower() in _LOCK_FILES


def entropy(value: str) -> float:
    """Shannon's, in bits per character."""
    if not value:
        return 0.0
    counts, size = Counter(value).values(), len(value)
    return -sum(count / size * math.log2(count / size) for count in counts)


def is_placeholder(value: str) -> bool:
    """Whether the value stands for one: an example, a reference to another place, or all one sign."""
    return (
        bool(_PLACEHOLDER.search(value))
        or bool(_REFERENCE.search(value))
        or len(set(value.lower())) <= 3
        or value.lower() in "0123456789abcdefghijklmnopqrstuvwxyz0123456789"
    )


def is_hash_or_uuid(value: str) -> bool:
    """Whether the value has the form of a checksum or a UUID."""
    return bool(_HASH.match(value) or _UUID.match(value))


def is_named_secret(name: str, value: str, *, quoted: bool) -> bool:
    """Whether a value under a name that says secret is one."""
    if _NOT_SECRET_NAME.search(name) or is_placeholder(value) or _UUID.match(value):
        return False
    if " " in value.strip() or value.lower().strip("_-") == name.lower().strip("_-"):
        return False
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    if not letters:
        return digits and len(value) >= 6 and "pass" in name.lower()
    if digits or re.search(r"[^\w.\-:/]", value):
        return entropy(value) >= 2.2
    # Letters alone: a word of a person's is a password where it is quoted under such a name.
    if re.search(r"pass|pwd", name, re.I):
        return len(value) >= 5 and entropy(value) >= 2 and not (quoted and _reads_as_name(value))
    return len(value) >= 16 and entropy(value) >= 3.5 and not _CODE_NAME.match(value)


def _reads_as_name(value: str) -> bool:
    return bool(re.search(r"[a-z]+[_.-][a-z]+", value)) or bool(re.match(r"^[a-z]+(?:[A-Z][a-z]+)+$", value))
