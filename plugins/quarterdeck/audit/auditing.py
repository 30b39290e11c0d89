"""The audit of a repository or of a cloud function's code."""

from __future__ import annotations

import fnmatch
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from quarterdeck.audit import credentials, imports, requirements
from quarterdeck.audit.decoding import text_of
from quarterdeck.audit.definition import DATASETS, LARGEST_FILE, Audit, AuditedFile, UnreadFile
from quarterdeck.audit.gathering import Gathered
from quarterdeck.audit.languages import is_test, language_of
from quarterdeck.audit.lines import code_lines
from quarterdeck.audit.secrets import find_secrets, masked
from quarterdeck.audit.syntax import syntax_of

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Mapping

log = logging.getLogger(__name__)
_SCRIPTS = ("javascript", "typescript", "tsx")


@dataclass
class _Work:
    """What an audit has gathered on its way."""

    place: str
    secrets: Gathered
    exclude: tuple[str, ...]
    seen: int = 0
    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    history_skipped: Counter[str] = field(default_factory=Counter)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in DATASETS})
    paths: list[str] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list, repr=False)
    python: Counter[str] = field(default_factory=Counter)
    javascript: Counter[str] = field(default_factory=Counter)


def audit(
    place: str,
    kind: Literal["repository", "function"],
    files: Iterable[AuditedFile],
    *,
    history: Iterable[AuditedFile] = (),
    commits_scanned: int,
    salt: bytes,
    accepted: Mapping[str, str] | None = None,
    exclude: tuple[str, ...] = (),
    failed: str | None = None,
) -> Audit:
    """Facts on every file of ``files``, and secrets also in ``history``; one bad file stops no other.

    ``accepted``: fingerprint to why it may stay. ``exclude``: globs of paths. ``failed``: why the place
    can't be opened; then, and where nothing can be read though files are there, the state is ``failed``.
    """
    work = _Work(place, Gathered(place, salt, accepted or {}), exclude)
    if failed is None:
        for file in files:
            _look_at(work, file)
        for file in history:
            _look_back(work, file)
        work.rows["code_imports"] = _imports(work)
        work.rows["code_secrets"] = work.secrets.records()
        if work.seen and not work.read:
            failed = f"none of {work.seen} files could be read: {_told(work.skipped)}"
        elif kind == "repository" and work.seen and not commits_scanned:
            failed = "no commit was scanned though files are there"
    if failed is not None:
        work.rows.update({name: [] for name in DATASETS})
    work.rows["code_audits"] = [_summary(work, kind, commits_scanned, failed)]
    return Audit(work.rows)


def _look_at(work: _Work, file: AuditedFile) -> None:
    work.seen += 1
    work.paths.append(file.path)
    try:
        text = _text(work, file, work.skipped)
        if text is None:
            return
        work.read += 1
        _facts(work, file, text)
    except Exception as error:
        # Whatever a parser raises is this file's trouble alone, and is counted. Never the error's own text:
        # it may quote what was read.
        log.warning("audit: %s could not be audited whole: %s", work.place, type(error).__name__)
        work.skipped[f"failed in the audit ({type(error).__name__})"] += 1
        if any(row["path"] == file.path for row in work.rows["code_files"][-1:]):
            return
        work.read = min(work.read, work.seen - sum(work.skipped.values()))


def _look_back(work: _Work, file: AuditedFile) -> None:
    try:
        text = _text(work, file, work.history_skipped)
        if text is not None:
            _find(work, file, language_of(file.path, text), text)
    except Exception as error:  # as above
        work.history_skipped[f"failed in the audit ({type(error).__name__})"] += 1


def _text(work: _Work, file: AuditedFile, skipped: Counter[str]) -> str | None:
    if any(fnmatch.fnmatch(file.path, glob) for glob in work.exclude):
        skipped["excluded"] += 1
        return None
    if isinstance(file, UnreadFile):
        skipped[file.because] += 1
        return None
    if file.size > LARGEST_FILE:
        skipped[f"above {LARGEST_FILE} bytes"] += 1
        return None
    try:
        data = file.read()
    except Exception as error:  # the source's own; its text may have a path of this machine
        skipped[f"unreadable ({type(error).__name__})"] += 1
        return None
    text = text_of(data) if len(data) <= LARGEST_FILE else None
    if text is None:
        skipped["binary"] += 1
    return text


def _facts(work: _Work, file: AuditedFile, text: str) -> None:
    path = masked(file.path)
    language = language_of(file.path, text)
    _find(work, file, language, text)
    syntax = syntax_of(language, text, file.path)
    tree: ast.AST | None = syntax.tree if language == "python" else None
    row = {
        "place": work.place, "path": path, "language": language,
        "lines": text.count("\n") + (1 if text and not text.endswith("\n") else 0),
        "code_lines": code_lines(language, text, tree), "parses": syntax.parses, "problem": syntax.problem,
        "is_test": is_test(file.path),
    }  # fmt: skip
    work.rows["code_files"].append(row)
    if requirements.is_requirements(file.path):
        work.declared.append((file.path, text))
    _uses(work, path, language, text, syntax.tree)


def _uses(work: _Work, path: str, language: str, text: str, tree: Any) -> None:
    uses: list[credentials.Use] = []
    if language == "python" and tree is not None:
        work.python.update(imports.python_modules(tree))
        uses = list(credentials.python_uses(tree))
    elif language in _SCRIPTS and tree is not None:
        work.javascript.update(imports.javascript_packages(tree))
        uses = list(credentials.script_uses(text))
    seen: dict[tuple[int, str], str] = {}
    for line, name, how in uses:
        seen.setdefault((line, name), how)
    work.rows["code_credentials"] += [
        {"place": work.place, "path": path, "line": line, "name": masked(name), "how": how}
        for (line, name), how in seen.items()
    ]


def _find(work: _Work, file: AuditedFile, language: str, text: str) -> None:
    path = masked(file.path)
    for match in find_secrets(text, language, file.path):
        work.secrets.add(file, path, match)


def _imports(work: _Work) -> list[dict[str, Any]]:
    python, javascript = requirements.declared_in(work.declared)
    own = imports.own_modules(work.paths)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for module, files in sorted(work.python.items()):
        known = [
            d for d in requirements.distributions_of(module) if d in python.locked or d in python.written
        ]
        if module in own and not known:
            continue
        package = known[0] if known else requirements.distributions_of(module)[0]
        _add_import(rows, work.place, "python", package, files, python.pinning(package, python=True))
    for package, files in sorted(work.javascript.items()):
        pinning = javascript.pinning(package, python=False)
        _add_import(rows, work.place, "javascript", package, files, pinning)
    return list(rows.values())


def _add_import(
    rows: dict[tuple[str, str], dict[str, Any]],
    place: str,
    ecosystem: str,
    package: str,
    files: int,
    pinning: tuple[str, str | None],
) -> None:
    package, requirement = masked(package), None if pinning[1] is None else masked(pinning[1])
    row = rows.setdefault(
        (ecosystem, package),
        {"place": place, "ecosystem": ecosystem, "package": package, "files": 0, "pinning": pinning[0],
         "requirement": requirement},
    )  # fmt: skip
    row["files"] += files


def _told(skipped: Counter[str]) -> str:
    return ", ".join(f"{number} {reason}" for reason, number in sorted(skipped.items()))


def _summary(work: _Work, kind: str, commits_scanned: int, failed: str | None) -> dict[str, Any]:
    files, secrets = work.rows["code_files"], work.rows["code_secrets"]
    skipped = sum(work.skipped.values())
    because = failed
    if because is None and (skipped or work.history_skipped):
        parts = [f"not read: {_told(work.skipped)}"] if skipped else []
        parts += [f"in the history not read: {_told(work.history_skipped)}"] if work.history_skipped else []
        because = "; ".join(parts)
    return {
        "place": work.place, "kind": kind,
        "state": "failed" if failed is not None else "partly" if because else "audited", "because": because,
        "files_seen": work.seen, "files_read": work.read if failed is None else 0,
        "files_skipped": work.seen - (work.read if failed is None else 0),
        "commits_scanned": commits_scanned, "code_lines": sum(row["code_lines"] for row in files),
        "files_not_parsing": sum(row["parses"] is False for row in files),
        "test_files": sum(row["is_test"] for row in files),
        "secrets": sum(not row["accepted"] for row in secrets),
        "secrets_accepted": sum(row["accepted"] for row in secrets),
    }  # fmt: skip
