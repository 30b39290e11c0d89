"""DynamoDB's typed JSON (``{"price": {"N": "12.50"}}``) as Arrow columns, exactly.

Arrow's own JSON reader does the work, with a schema of just the kinds that an attribute was seen with; a
value of a kind that is new makes the page be looked at once more. Numbers travel as text and stay text
until all pages are there, so that no digit is lost on the way. docs/decisions/0007 has the measurements.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from quarterdeck.sources.columns import text_of
from quarterdeck.sources.dynamodb.numbers import number_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TEXT = pa.string()
_KINDS: dict[str, pa.DataType] = {
    "S": _TEXT,
    "N": _TEXT,
    "B": _TEXT,
    "BOOL": pa.bool_(),
    "NULL": pa.bool_(),
}
_NESTED = ("M", "L", "SS", "NS", "BS")  # their values become JSON text, by way of Python
_SEVERAL = "nested"
_FIRST = frozenset({"S"})  # what an attribute is taken for until a page says otherwise


@dataclass(frozen=True)
class Page:
    """The items of one page: their number, and by attribute and kind their values."""

    rows: int
    columns: dict[str, dict[str, pa.Array]]


class Columns:
    """The columns of the items of many pages, in the order in which the pages were added.

    ``names``: the attributes to keep; None: all, which costs a second look at every page. ``decode`` may run
    in several threads, as Arrow does its work outside Python's lock; ``add`` in one.
    """

    def __init__(self, names: Sequence[str] | None) -> None:
        self._all = names is None
        self._kinds: dict[str, frozenset[str]] = dict.fromkeys(names or (), _FIRST)
        self._learning = Lock()
        self._pages: list[Page] = []
        self._present: set[str] = set()
        self.rows = 0

    def add(self, page: Page) -> None:
        """Take in the items of a page."""
        if page.rows:
            self._pages.append(page)
            self.rows += page.rows

    def decode(self, page: bytes) -> Page:
        """The items of a page. Raises ValueError for what is no such page."""
        if self._all:
            self._learn_names(page)
        kinds = dict(self._kinds)
        items = self._read(page, kinds)
        if len(items) == 0:
            return Page(0, {})
        if (unknown := _unknown(items, kinds)) and (learnt := self._learn(page, unknown, kinds)) != kinds:
            kinds = learnt
            items = self._read(page, kinds)
        return Page(len(items), self._values(page, items, kinds))

    @staticmethod
    def _read(page: bytes, kinds: Mapping[str, frozenset[str]]) -> pa.StructArray:
        fields = [
            # A nested kind is not read here: it is seen to be there by having no other.
            pa.field(name, pa.struct([(kind, _KINDS[kind]) for kind in sorted(of & _KINDS.keys())]))
            for name, of in kinds.items()
        ]
        schema = pa.schema([pa.field("Items", pa.list_(pa.struct(fields)))])
        try:
            table = pa_json.read_json(
                pa.BufferReader(page),
                pa_json.ReadOptions(use_threads=False, block_size=len(page) + 1),
                pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
            )
        except pa.ArrowInvalid as error:
            raise ValueError(f"expected a page of items, found: {str(error).splitlines()[0]}") from None
        return table["Items"].combine_chunks().flatten()

    def _learn_names(self, page: bytes) -> None:
        names = {name for item in orjson.loads(page)["Items"] for name in item}
        with self._learning:
            self._kinds |= dict.fromkeys(sorted(names - self._kinds.keys()), _FIRST)

    def _learn(
        self, page: bytes, names: Sequence[str], known: Mapping[str, frozenset[str]]
    ) -> dict[str, frozenset[str]]:
        """The known kinds and those that the attributes have on this page, for the next pages too."""
        seen: dict[str, set[str]] = {name: set() for name in names}
        for item in orjson.loads(page)["Items"]:
            for name in names:
                seen[name].update(_SEVERAL if kind in _NESTED else kind for kind in item.get(name, {}))
        with self._learning:
            for name, kinds in seen.items():
                self._kinds[name] |= kinds
        return {**known, **{name: known[name] | kinds for name, kinds in seen.items()}}

    def _values(
        self, page: bytes, items: pa.StructArray, kinds: Mapping[str, frozenset[str]]
    ) -> dict[str, dict[str, pa.Array]]:
        nested = [name for name, of in kinds.items() if _SEVERAL in of]
        documents = orjson.loads(page)["Items"] if nested else []
        columns: dict[str, dict[str, pa.Array]] = {}
        for name in kinds:
            values = items.field(name)
            if _present(items, values):
                self._present.add(name)
            columns[name] = {kind: part for kind, part in _parts(values).items() if kind != "NULL"}
            if name in nested:
                columns[name][_SEVERAL] = pa.array(
                    [_nested_text(item.get(name)) for item in documents], _TEXT
                )
        return columns

    def table(self) -> pa.Table:
        """All rows, one column for each attribute that an item has: text, boolean, or exact number."""
        columns = {name: self._column(name) for name in self._kinds if name in self._present}
        return pa.table(columns) if columns else pa.table({"": pa.nulls(self.rows)}).select([])

    def kinds_of(self, name: str) -> dict[str, pa.ChunkedArray]:
        """The values of an attribute by kind, each as long as there are rows; kinds without any left out."""
        parts = [(page.rows, page.columns.get(name, {})) for page in self._pages]
        seen = {kind for _, page in parts for kind, part in page.items() if part.null_count < len(part)}
        return {
            kind: pa.chunked_array(
                [page.get(kind, pa.nulls(rows, _kind_type(kind))) for rows, page in parts], _kind_type(kind)
            )
            for kind in sorted(seen)
        }

    def _column(self, name: str) -> pa.ChunkedArray:
        return column_of(self.kinds_of(name), self.rows)


def _unknown(items: pa.StructArray, kinds: Mapping[str, frozenset[str]]) -> list[str]:
    """Attributes that an item has with a kind that was not looked for."""
    found = []
    for name in kinds:
        values = items.field(name)
        told = sum(len(values) - part.null_count for part in _parts(values).values())
        if told < _present(items, values):
            found.append(name)
    return found


def column_of(kinds: dict[str, pa.ChunkedArray], rows: int) -> pa.ChunkedArray:
    """One column of an attribute's values by kind: of mixed kinds, their text."""
    if not kinds:
        return pa.chunked_array([pa.nulls(rows, _TEXT)])
    if set(kinds) == {"BOOL"}:
        return kinds["BOOL"]
    if set(kinds) == {"N"}:
        return number_column(kinds["N"])
    return pc.coalesce(*(_as_text(kind, values) for kind, values in kinds.items()))


def _as_text(kind: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    if kind == "N":
        return _plain_numbers(values)
    return values.cast(_TEXT)


def _plain_numbers(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers as texts without an exponent."""
    if not pc.any(pc.match_substring_regex(values, "[eE]")).as_py():
        return values
    texts = [None if value is None else text_of(Decimal(value)) for value in values.to_pylist()]
    return pa.chunked_array([pa.array(texts, _TEXT)])


def _kind_type(kind: str) -> pa.DataType:
    return _KINDS.get(kind, _TEXT)


def _parts(values: pa.StructArray) -> dict[str, pa.Array]:
    return dict(zip((field.name for field in values.type), values.flatten(), strict=True))


def _present(items: pa.StructArray, values: pa.StructArray) -> int:
    return len(items) - int(values.null_count)


def _nested_text(value: dict[str, Any] | None) -> str | None:
    if value is None or not (kinds := [kind for kind in value if kind in _NESTED]):
        return None
    return text_of(_plain({kinds[0]: value[kinds[0]]}))


def _plain(value: dict[str, Any]) -> Any:
    """A typed value as Python has it."""
    ((kind, inner),) = value.items()
    if kind == "M":
        return {name: _plain(each) for name, each in inner.items()}
    if kind == "L":
        return [_plain(each) for each in inner]
    if kind == "N":
        return Decimal(inner)
    if kind in {"SS", "NS", "BS"}:
        return {_plain({kind[0]: each}) for each in inner}
    if kind == "NULL":
        return None
    return base64.b64decode(inner) if kind == "B" else inner
