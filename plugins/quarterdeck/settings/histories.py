"""What a dataset says of its own past: the events that can be taken back, and what can't be."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from quarterdeck.errors import Mistake
    from quarterdeck.settings.definition import Dataset, Earlier, Event
    from quarterdeck.settings.yaml_files import Loc, YamlFile

    Found = Iterator[tuple[Loc, str]]


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """The words for a name that nothing has, with the nearest one."""
    nearest = difflib.get_close_matches(name, sorted(known), n=1)
    meant = f"did you mean {nearest[0]!r}? " if nearest else ""
    return f"unknown {what} {name!r}: {meant}known: {', '.join(sorted(known)) or 'none'}"


def check_history(dataset: Dataset, file: YamlFile) -> Iterator[Mistake]:
    """``dated_by``, ``history`` and ``as_read`` name columns and words that there are; a state has none."""
    for index, name in enumerate(dataset.dated_by):
        if name not in dataset.columns or dataset.columns[name].type != "instant":
            yield file.mistake(("dated_by", index), f"expected a column of type instant, found {name!r}")
    for key in ("history", "as_read"):
        if dataset.timing == "state" and getattr(dataset, key):
            yield file.mistake((key,), f"expected no `{key}` of a state, which is never rebuilt; found one")
    for index, name in enumerate(dataset.as_read):
        if name not in dataset.columns:
            yield file.mistake(("as_read", index), unknown("column", name, dataset.columns))
    for index, event in enumerate(dataset.history):
        for loc, message in _event_mistakes(event, dataset):
            yield file.mistake(("history", index, *loc), message)


def _event_mistakes(event: Event, dataset: Dataset) -> Found:
    for check in (_when_it_happened, _what_is_cleared, _what_is_put_back):
        yield from check(event, dataset)


def _when_it_happened(event: Event, dataset: Dataset) -> Found:
    column = dataset.columns.get(event.at)
    if column is None:
        yield ("at",), unknown("column", event.at, dataset.columns)
    elif column.type not in {"day", "instant"}:
        yield ("at",), f"expected a day or an instant, found {event.at!r}"
    for name, words in event.when.items():
        yield from _words(dataset, ("when", name), name, words)


def _what_is_cleared(event: Event, dataset: Dataset) -> Found:
    if not event.clears and not event.puts_back:
        yield (), "expected `clears` or `puts_back`, so that there is something to take back; found neither"
    for index, name in enumerate(event.clears):
        column = dataset.columns.get(name)
        if column is None:
            yield ("clears", index), unknown("column", name, dataset.columns)
        elif column.required:
            yield ("clears", index), f"expected a column that may be empty, found {name!r}, which is required"


def _what_is_put_back(event: Event, dataset: Dataset) -> Found:
    for name, before in event.puts_back.items():
        yield from _words(dataset, ("puts_back", name), name, _all_words(before))
        for word, earlier in before.items():
            if not isinstance(earlier, str):
                yield from _conditions(dataset, ("puts_back", name, word), earlier)


def _all_words(before: Mapping[str, str | tuple[Earlier, ...]]) -> Iterator[str]:
    for word, earlier in before.items():
        yield from (word, earlier) if isinstance(earlier, str) else (word, *(one.word for one in earlier))


def _words(dataset: Dataset, loc: Loc, name: str, words: Iterable[str]) -> Found:
    column = dataset.columns.get(name)
    if column is None or column.type != "choice":
        yield loc, f"expected a column of type choice, found {name!r}"
        return
    for word in words:
        if word not in column.of:
            yield loc, unknown("word", word, column.of)


def _conditions(dataset: Dataset, loc: Loc, earlier: tuple[Earlier, ...]) -> Found:
    for one in earlier[:-1]:
        if one.given not in dataset.columns:
            yield loc, unknown("column", str(one.given), dataset.columns)
    if not earlier or earlier[-1].given is not None:
        yield loc, "expected a last word without `if`: what it was where no column tells; found none"
