"""Numbers as a dialect writes them, made plain: ``1.234,50`` becomes ``1234.50``; nothing is guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.sources.definition import SOURCE_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.settings.sources import Dialect
    from quarterdeck.sources.formats.aside import Aside


class NumberForm:
    """The columns of numbers of a file that writes them in its own way."""

    def __init__(self, dialect: Dialect, columns: Sequence[str]) -> None:
        self._decimal, self._thousands = dialect.decimal, dialect.thousands
        plain = (self._decimal, self._thousands) == (".", "")
        self._columns = () if plain else tuple(columns)
        point, group = re.escape(self._decimal), re.escape(self._thousands)
        whole = rf"(\d{{1,3}}({group}\d{{3}})+|\d+)" if group else r"\d+"
        self._pattern = rf"^\s*[+-]?({whole}({point}\d*)?|{point}\d+)([eE][+-]?\d{{1,2}})?\s*$"

    def normalised(self, table: pa.Table, aside: Aside) -> pa.Table:
        """The table with plain numbers; rows with other text in a column of numbers are set aside."""
        for name in self._columns:
            texts = table.column(name)
            good = pc.fill_null(pc.match_substring_regex(texts, self._pattern), fill_value=True)
            if not pc.all(good, min_count=0).as_py():
                bad = table.filter(pc.invert(good)).select([SOURCE_KEY, name])
                aside.add(
                    f"{name}: expected a number such as {self._example}",
                    bad.column(SOURCE_KEY).to_pylist(),
                    bad.column(name).to_pylist(),
                )
                table = table.filter(good)
            table = table.set_column(table.column_names.index(name), name, self._plain(table.column(name)))
        return table

    @property
    def _example(self) -> str:
        return f"1{self._thousands}234{self._decimal}50"

    def _plain(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        if self._thousands:
            texts = pc.replace_substring(texts, self._thousands, "")
        return pc.replace_substring(texts, self._decimal, ".")
