"""How much of an edition one copy shows: all of it in the archive, what fits a mail in mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quarterdeck.reports.enclosed import formats_with

if TYPE_CHECKING:
    from quarterdeck.reports.enclosed import Enclosed


@dataclass(frozen=True)
class Form:
    """``rows``: at most so many of each table (None: all). ``items``: so many of each list of findings.

    ``in_full``: sources by dataset and formulas stand in it. ``enclosed``: the files beside it; rows that are
    left out and in none of them are in the archive. ``whole``: nothing is spared the reader, who can sort and
    search: a row for each source, every row of a table that shows its first, every small change.
    """

    in_full: bool = True
    rows: int | None = None
    items: int | None = None
    enclosed: tuple[Enclosed, ...] = ()
    whole: bool = False

    def files_with(self, table: str) -> tuple[str, ...]:
        """The attached files that have every row of a table, as readers call them."""
        return formats_with(self.enclosed, table)


FULL = Form()
"""The edition's own copy, for the archive: all that a mail may leave out."""

PAGE = Form(whole=True)
"""The web view: everything."""

MAIL = (
    Form(in_full=False, rows=40),
    Form(in_full=False, rows=20, items=40),
    Form(in_full=False, rows=10, items=20),
    Form(in_full=False, rows=4, items=10),
    Form(in_full=False, rows=0, items=5),
)
"""From the usual one to the shortest: a mail takes the first in which it is small enough."""


def full_form(enclosed: tuple[Enclosed, ...]) -> Form:
    """The edition's own copy, with these files beside it."""
    return replace(FULL, enclosed=enclosed)


def mail_forms(enclosed: tuple[Enclosed, ...]) -> tuple[Form, ...]:
    """The forms of a mail that has these files beside it."""
    return tuple(replace(form, enclosed=enclosed) for form in MAIL)
