from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.yaml_files import load, read_model

if TYPE_CHECKING:
    from pathlib import Path


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "thing.yaml"
    path.write_text(text)
    return path


def _mistakes(path: Path, model: type = Tenant, **extra: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as caught:
        read_model(path, model, extra=extra)
    return [(mistake.line, mistake.message) for mistake in caught.value.mistakes]


def test_words_stay_words(tmp_path: Path) -> None:
    """YAML 1.1 would read False, a date, 450 minutes and an octal here."""
    data = load(
        _file(tmp_path, "country: NO\nday: 2024-01-01\ndue: 07:30\ncode: 007\nflag: true\nn: 12\nx: 0.5\n")
    ).data
    assert data == {
        "country": "NO",
        "day": "2024-01-01",
        "due": "07:30",
        "code": "007",
        "flag": True,
        "n": 12,
        "x": 0.5,
    }


def test_lines_of_keys_and_items(tmp_path: Path) -> None:
    file = load(_file(tmp_path, "a:\n  b:\n    - one\n    - two\nc: {d: 1}\n"))
    assert [file.line(loc) for loc in (("a",), ("a", "b"), ("a", "b", 1), ("c", "d"))] == [1, 2, 4, 5]
    assert file.line(("a", "nowhere")) == 1


def test_a_key_that_is_there_twice(tmp_path: Path) -> None:
    path = _file(tmp_path, "title: A\nkind: charter\ntitle: B\n")
    assert _mistakes(path) == [(3, "the key 'title' is here twice, first in line 1: keep one")]


def test_not_yaml(tmp_path: Path) -> None:
    [(line, message)] = _mistakes(_file(tmp_path, "a: 1\nb: [1, 2\nc: 3\n"))
    assert line == 3
    assert message.startswith("not valid YAML: ")


def test_an_anchor_may_be_used_but_not_hold_itself(tmp_path: Path) -> None:
    assert load(_file(tmp_path, "a: &x {k: 1}\nb: *x\n")).data == {"a": {"k": 1}, "b": {"k": 1}}
    assert _mistakes(_file(tmp_path, "a: &x\n  b: *x\n")) == [
        (1, "expected an anchor that does not hold itself, found one that does")
    ]


def test_a_missing_file_is_a_mistake(tmp_path: Path) -> None:
    assert _mistakes(tmp_path / "none.yaml") == [
        (1, "expected a readable file, found: No such file or directory")
    ]


TENANT = """\
title: Jada
kind: Charter
currency: usd
setings: {}
datasets:
  bookings:
    from: dynamo
    table: t
  payments:
    from: dynamodb
    tabel: t
    partition: p
  general_ledger:
    from: files
    path: "*.csv"
    format: csv
    min_rows: many
    columns:
      amount: {from: a, unit: cents}
      memo: [1]
"""


def test_every_mistake_of_a_file_in_plain_words(tmp_path: Path) -> None:
    mistakes = dict(_mistakes(_file(tmp_path, TENANT), id="jada"))
    assert mistakes[2] == "expected an id of small letters, digits, '-' and '_', found 'Charter'"
    assert mistakes[3] == "expected an ISO 4217 code such as USD, found 'usd'"
    assert mistakes[4] == (
        "unknown key 'setings': did you mean 'settings'? known here: "
        "canaries, currency, datasets, id, kind, settings, title, unit"
    )
    assert (
        mistakes[6] == "expected the key 'from' to be one of 'dynamodb', 's3', 'files', found keys and values"
    )
    assert mistakes[9] == "expected the key 'table', found none"
    assert mistakes[11].startswith(
        "unknown key 'tabel': did you mean 'table'? known here: columns, consistent,"
    )
    assert mistakes[17] == "expected a whole number, found 'many'"
    assert mistakes[19] == "expected 'major' or 'minor', found 'cents'"
    assert mistakes[20] == "expected text or keys and values, found a list"
    assert len(mistakes) == 9


def test_what_the_file_name_says_is_not_said_again(tmp_path: Path) -> None:
    path = _file(tmp_path, "id: b\ntitle: B\nkind: k\ncurrency: USD\n")
    assert _mistakes(path, id="b") == [(1, "expected no key 'id' here: it comes from the names of files")]


def test_an_address_is_never_printed(tmp_path: Path) -> None:
    path = _file(tmp_path, "title: T\nkind: cfo@private.example x\ncurrency: USD\n")
    assert "private" not in str(_mistakes(path, id="t"))


def test_a_model_from_a_right_file(tmp_path: Path) -> None:
    path = _file(tmp_path, "title: T\nkey: [a]\ntiming: events\ncolumns: {a: {type: text, required: true}}\n")
    dataset = read_model(path, Dataset, extra={"id": "things"})
    assert (dataset.id, dataset.key, dataset.has_money) == ("things", ("a",), False)
