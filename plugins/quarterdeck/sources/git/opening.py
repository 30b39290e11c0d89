"""Opening a repository that ``portfolio.yaml`` declares: what is wrong with it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.errors import SourceError
from quarterdeck.sources.git.objects import damage_told
from quarterdeck.sources.git.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path

    import pygit2

    from quarterdeck.settings.surveys import Repository


def open_repository(repository: Repository, folder: Path, home: Path | None = None) -> Tree:
    """Open a repository for reading; a path that is not absolute begins at ``folder``, the portfolio's.

    One that begins with ``file://`` begins at ``home`` instead (default: the folder).

    Raises SourceError where the path or the branch is not there, where there is no repository, and where it
    is damaged or may not be read.
    """
    path = repository.place(folder=folder, home=home or folder)
    where = f"repository {repository.id} ({repository.path})"
    opened = _open(path, where)
    with damage_told(where):
        checked_out = _checked_out(opened)
    branch = repository.branch or checked_out
    head = _head(opened, repository.branch, where)
    if head is not None:
        with damage_told(where):
            len(head.tree)
    elsewhere = repository.branch not in {None, checked_out}
    work_tree = None if opened.is_bare or elsewhere else path
    return Tree(opened, where=where, branch=branch, head=head, work_tree=work_tree)


def _open(path: Path, where: str) -> pygit2.Repository:
    import pygit2

    try:
        there = path.is_dir()
        if there:
            next(path.iterdir(), None)
    except OSError as error:
        raise SourceError(
            f"{where}: expected a folder that may be read, found: {error.strerror}; "
            "give the user that runs the reports the right to read it"
        ) from None
    if not there:
        raise SourceError(
            f"{where}: expected a git repository, found no such folder; correct its path in portfolio.yaml "
            "(one that is not absolute begins at the portfolio's folder)"
        )
    _leave_user_settings_alone()
    try:
        return pygit2.Repository(str(path), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)
    except (pygit2.GitError, KeyError, ValueError, OSError):  # whose text has a path of this machine
        raise SourceError(
            f"{where}: expected a git repository, found a folder that git can't open; "
            "name the folder that has .git in it, or the bare repository itself"
        ) from None


def _leave_user_settings_alone() -> None:
    """Look at what the repository itself says: no owner, and no setting of the machine or the user, counts.

    git refuses a repository of another user because it would run its hooks and settings; nothing of it is run
    here, so it is read: docs/decisions/0008. A user's settings that can't be read or parsed would be taken
    for a repository that can't.
    """
    import pygit2

    pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, False)
    levels = pygit2.enums.ConfigLevel
    for level in (levels.PROGRAMDATA, levels.SYSTEM, levels.XDG, levels.GLOBAL):
        pygit2.settings.search_path[level] = ""


def _checked_out(repository: pygit2.Repository) -> str | None:
    """The branch that HEAD names, with or without commits; None where HEAD is detached."""
    target = repository.lookup_reference("HEAD").raw_target
    if not isinstance(target, bytes):
        return None
    return target.decode("utf-8", "backslashreplace").removeprefix("refs/heads/")


def _head(repository: pygit2.Repository, branch: str | None, where: str) -> pygit2.Commit | None:
    """The commit to look at; None in a repository that has no commits at all."""
    import pygit2

    if branch is None and repository.head_is_unborn:
        with damage_told(where):
            others = [name for name in repository.raw_listall_references() if name != b"HEAD"]
        if not others:
            return None
        raise SourceError(
            f"{where}: expected HEAD to name a branch with commits, found that it has none though the "
            "repository has others; declare `branch`"
        )
    if branch is None:
        with damage_told(where):
            return repository[repository.head.target].peel(pygit2.Commit)
    for place in ("refs/heads/", "refs/remotes/", "refs/remotes/origin/", "refs/tags/"):
        try:
            reference = repository.lookup_reference(place + branch)
        except (KeyError, ValueError):
            continue
        with damage_told(where):
            return reference.peel(pygit2.Commit)
    raise SourceError(
        f"{where}: expected the branch {branch!r}, found no branch or tag of that name; correct `branch` in "
        "portfolio.yaml or leave it out for the checked-out one"
    )
