"""What a repository says of itself: records of the datasets repositories, handoffs and deployments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import SourceError
from quarterdeck.sources.git.commits import MOST_COMMITS, CommitFacts, commit_time, facts_until, last_changes
from quarterdeck.sources.git.deployments import LARGEST_LOG, read_log
from quarterdeck.sources.git.handoffs import LARGEST_NOTE, Note, read_note

if TYPE_CHECKING:
    from datetime import datetime

    from quarterdeck.lake.definition import Quarantined
    from quarterdeck.settings.surveys import Repository
    from quarterdeck.sources.git.tree import Tree, TreeFile


@dataclass
class RepositoryFacts:
    """Records by dataset, rows set aside by dataset, and what else is wrong, in words.

    A dataset that is declared and not in ``records`` is missing: ``problems`` says why.
    """

    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    quarantined: dict[str, tuple[Quarantined, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def repository_records(tree: Tree, repository: Repository, *, until: datetime) -> RepositoryFacts:
    """What was there at ``until``, the end of the as-of day; files are as they are now.

    Raises SourceError where the repository is damaged, so that nothing is told of half of it.
    """
    files = {file.path: file for file in tree.files()}
    commits = facts_until(tree, until)
    facts = RepositoryFacts()
    problems = [f"{tree.where}: {name or 'the folder itself'} may not be read" for name in tree.unreadable]
    if commits.bounded:
        problems.append(f"{tree.where}: more than {MOST_COMMITS} commits, their number is missing")
    facts.records["handoffs"] = _handoffs(tree, repository, files, commits, problems)
    found = _deployments(tree, repository, files, facts, problems)
    facts.records["repositories"] = [_repository(tree, repository, len(files), commits, log=found)]
    facts.problems = tuple(problems)
    return facts


def _repository(
    tree: Tree, repository: Repository, files: int, commits: CommitFacts, *, log: bool
) -> dict[str, Any]:
    head = commits.head
    return {
        "repository": repository.id,
        "branch": tree.branch,
        "head_commit": str(head.id) if head else None,
        "last_commit_at": commit_time(head) if head else None,
        "commits": commits.commits,
        "authors": commits.authors,
        "shallow": tree.shallow,
        "bare": tree.bare,
        "submodules": tree.submodules,
        "files": files,
        "has_deployment_log": log,
    }


def _handoffs(
    tree: Tree,
    repository: Repository,
    files: dict[str, TreeFile],
    commits: CommitFacts,
    problems: list[str],
) -> list[dict[str, Any]]:
    from pathspec import PathSpec

    spec = PathSpec.from_lines("gitignore", repository.handoffs.paths)
    paths = [path for path in files if spec.match_file(path)]
    changes = last_changes(tree, commits.head, paths)
    records = []
    for path in paths:
        note = _note(files[path], repository)
        if note.problem:
            problems.append(f"{tree.where}: {path}: {note.problem}; it counts as {note.state}")
        records.append(
            {
                "repository": repository.id,
                "path": path,
                "title": note.title,
                "state": note.state,
                "told_by": note.told_by,
                "open_items": note.open_items,
                "changed_at": changes.get(path),
            }
        )
    return records


def _note(file: TreeFile, repository: Repository) -> Note:
    name = file.path.rsplit("/", 1)[-1]
    if file.size > LARGEST_NOTE:
        why = f"expected at most {LARGEST_NOTE} bytes, found {file.size}"
        return Note(name, "open", "default", 0, why)
    try:
        return read_note(file.read(), file.path, repository.handoffs)
    except SourceError as error:
        return Note(name, "open", "default", 0, str(error))


def _deployments(
    tree: Tree,
    repository: Repository,
    files: dict[str, TreeFile],
    facts: RepositoryFacts,
    problems: list[str],
) -> bool:
    """Enter the log's records; answers whether a log is declared and was found."""
    declared = repository.deployments
    if declared is None:
        return False
    file = files.get(declared.path.removeprefix("./"))
    if file is None:
        problems.append(
            f"{tree.where}: expected the deployment log {declared.path}, found no such file; correct "
            "`deployments: path` (it begins at the repository's folder)"
        )
        return False
    if file.size > LARGEST_LOG:
        problems.append(f"{tree.where}: {declared.path}: expected at most {LARGEST_LOG} bytes, "
                        f"found {file.size}; rotate the log")  # fmt: skip
        return True
    try:
        log = read_log(file.read(), declared, repository.id)
    except SourceError as error:
        problems.append(str(error))
        return True
    facts.records["deployments"] = list(log.records)
    facts.quarantined["deployments"] = log.quarantined
    return True
