"""What the commits say as of a day: the last one, their number, and how many authors there were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from quarterdeck.sources.git.objects import damage_told

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pygit2

    from quarterdeck.sources.git.tree import Tree

MOST_COMMITS = 100_000
_AUTHORS_OF = timedelta(days=90)


@dataclass(frozen=True)
class CommitFacts:
    """``commits`` and ``authors`` are None where a shallow clone or the bound of the walk hides them."""

    head: pygit2.Commit | None
    commits: int | None
    authors: int | None
    bounded: bool = False


def commit_time(commit: pygit2.Commit) -> datetime:
    """When the committer made it, in UTC."""
    return datetime.fromtimestamp(commit.commit_time, UTC)


def facts_until(tree: Tree, until: datetime, most: int = MOST_COMMITS) -> CommitFacts:
    """What was there at ``until``: what can be reached from the newest first parent that is not later.

    Committer times count. A commit behind that one counts whatever its own time says: clocks may be wrong.
    Addresses of authors are compared without case, counted and forgotten.
    """
    with damage_told(tree.where):
        head = _head_until(tree, until)
        if head is None:
            return CommitFacts(None, None if tree.shallow and tree.head else 0, 0)
        since = (until - _AUTHORS_OF).timestamp()
        commits, cut, whole, addresses = 0, False, True, set()
        for commit in tree.walk(head):
            if commits == most:
                whole = False
                break
            commits += 1
            if str(commit.id) in tree.boundary:
                cut = True
                # What lies behind the boundary is older; were it made in the 90 days, authors may be hidden.
                whole = whole and commit.commit_time < since
            if since <= commit.commit_time <= until.timestamp():
                addresses.add(_address(commit))
        bounded = commits == most and not whole
        return CommitFacts(
            head, None if cut or bounded else commits, len(addresses) if whole else None, bounded
        )


def _head_until(tree: Tree, until: datetime) -> pygit2.Commit | None:
    commit = tree.head
    while commit is not None and commit_time(commit) > until:
        parents = tree.parents(commit)
        commit = parents[0] if parents else None
    return commit


def _address(commit: pygit2.Commit) -> bytes:
    return bytes(commit.author.raw_email or b"").strip().lower()


def last_changes(tree: Tree, start: pygit2.Commit | None, paths: Iterable[str]) -> dict[str, datetime]:
    """When each path was last changed by a commit up to ``start``; one that isn't found is left out."""
    wanted, found = set(paths), {}
    if start is None:
        return {}
    with damage_told(tree.where):
        for walked, commit in enumerate(tree.walk(start)):
            if not wanted or walked == MOST_COMMITS:
                break
            if str(commit.id) in tree.boundary:
                continue  # it holds everything that came before it, too
            parents = tree.parents(commit)
            for path in sorted(wanted):
                blob = _blob(commit, path)
                if blob is not None and all(_blob(parent, path) != blob for parent in parents):
                    found[path] = commit_time(commit)
            wanted -= set(found)
    return found


def _blob(commit: pygit2.Commit, path: str) -> str | None:
    try:
        return str(commit.tree[path].id)
    except KeyError:
        return None
