"""The audit of a path on its own: what ``quarterdeck audit`` does, on the same functions as ``survey``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.audit.archives import zip_files
from quarterdeck.audit.auditing import audit
from quarterdeck.audit.definition import AuditError, MemoryFile, UnreadFile
from quarterdeck.errors import RequestError, SourceError
from quarterdeck.settings.surveys import Repository
from quarterdeck.sources.git import open_repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quarterdeck.audit.definition import AuditedFile


@dataclass(frozen=True)
class PathAudit:
    """``records`` by dataset, as of ``include/datasets/code_*.yaml``; ``code`` is the exit code."""

    records: dict[str, list[dict[str, Any]]]

    @property
    def summary(self) -> dict[str, Any]:
        """The one row of ``code_audits``."""
        return self.records["code_audits"][0]

    @property
    def code(self) -> int:
        """0: nothing found. 1: a secret, or a file that does not parse. 2: it could not be audited."""
        if self.summary["state"] == "failed":
            return 2
        return 1 if self.summary["secrets"] or self.summary["files_not_parsing"] else 0


def audit_path(path: Path, *, history: int, salt: bytes | None = None) -> PathAudit:
    """Audit a git repository, a folder or a zip.

    Without a salt one is made up: fingerprints are then alike within this audit and with no other. A git
    repository that can't be read is *failed*, as is one of which nothing could be read. Raises RequestError
    where there is nothing of that name.
    """
    if not path.exists():
        raise RequestError(f"{path}: expected a git repository, a folder or a zip, found nothing there")
    salt = salt or secrets.token_bytes(32)
    place = path.resolve().name
    if path.is_file():
        return PathAudit(_archive(place, path, salt))
    if (path / ".git").exists() or (path / "HEAD").is_file():
        return PathAudit(_repository(place, path, history, salt))
    return PathAudit(audit(place, "function", _folder(path), commits_scanned=0, salt=salt).records)


def _archive(place: str, path: Path, salt: bytes) -> dict[str, list[dict[str, Any]]]:
    try:
        files = list(zip_files(path.read_bytes()))
    except (AuditError, OSError) as error:
        failed = str(error) if isinstance(error, AuditError) else "the file can't be read"
        return audit(place, "function", (), commits_scanned=0, salt=salt, failed=failed).records
    return audit(place, "function", files, commits_scanned=0, salt=salt).records


def _repository(place: str, path: Path, history: int, salt: bytes) -> dict[str, list[dict[str, Any]]]:
    declared = Repository(id="here", tenant="here", path=str(path.resolve()), history=history)
    try:
        tree = open_repository(declared, path.resolve())
        past = tree.history(history)
        return audit(
            place,
            "repository",
            tree.files(),
            history=past.files,
            commits_scanned=past.commits,
            salt=salt,
        ).records
    except SourceError as error:
        return audit(place, "repository", (), commits_scanned=0, salt=salt, failed=str(error)).records


def _folder(root: Path) -> Iterator[AuditedFile]:
    """The files below a folder that is no repository; links are not followed."""
    for path in sorted(root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        try:
            yield MemoryFile(name, path.read_bytes())
        except OSError:
            yield UnreadFile(name, 0, "it may not be read")
