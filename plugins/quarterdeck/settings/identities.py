"""How every portfolio on this machine may be recognised: what must not be in another's reports.

Read by itself and lightly: a portfolio whose configuration is broken still has its names, and a thousand of
them are read in a moment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from quarterdeck.settings.yaml_files import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quarterdeck.settings.places import Places


@dataclass(frozen=True)
class Identity:
    """How one portfolio and its tenants are recognised; ``public`` are words that all may see."""

    portfolio: str
    ids: frozenset[str]
    titles: frozenset[str]
    addresses: frozenset[str]
    canaries: frozenset[str]
    public: frozenset[str]


def other_identities(portfolio: str, places: Places) -> Iterator[Identity]:
    """The identities of all portfolios but that one."""
    for name, folder in places.portfolio_folders().items():
        if name != portfolio:
            yield read_identity(name, folder)


def read_identity(portfolio: str, folder: Path) -> Identity:
    """What can be read of the portfolio in that folder; its ids are the names of its files."""
    head = _read(folder / "portfolio.yaml")
    tenants = {path.stem: _read(path) for path in sorted(folder.glob("tenants/*.yaml"))}
    documents = (head, *tenants.values())
    return Identity(
        portfolio=portfolio,
        ids=frozenset({portfolio, *tenants}),
        titles=frozenset(title for each in documents for title in _texts(each.get("title"))),
        addresses=frozenset(_addresses(head)),
        canaries=frozenset(word for each in documents for word in _texts(each.get("canaries"))),
        public=frozenset(_texts(head.get("public"))),
    )


def _addresses(head: Mapping[str, Any]) -> Iterator[str]:
    sender, recipients = head.get("sender"), head.get("recipients")
    named = [head.get("oversight"), head.get("preview")]
    if isinstance(sender, Mapping):
        named += [sender.get("address"), sender.get("reply_to")]
    if isinstance(recipients, Mapping):
        named += recipients.values()
    for value in named:
        yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a value or list, ``{env: NAME}`` resolved; other things are for ``quarterdeck check``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping) and set(value) == {"env"}:
        yield from _texts(os.environ.get(str(value["env"])))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        stat = path.stat()
    except OSError:
        return {}
    return _parsed(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=10_000)
def _parsed(path: Path, _changed: int, _size: int) -> Mapping[str, Any]:
    found = plain(path)
    return found if isinstance(found, dict) else {}
