"""Local git repositories, read only and offline: nothing of a repository is run, nothing is fetched."""

from quarterdeck.sources.git.facts import RepositoryFacts, repository_records
from quarterdeck.sources.git.opening import open_repository
from quarterdeck.sources.git.tree import History, Tree, TreeFile

__all__ = ["History", "RepositoryFacts", "Tree", "TreeFile", "open_repository", "repository_records"]
