"""Phrases by key, plurals by the language's own categories."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.words import Words, read_words

POLISH = Words(
    "pl_PL",
    {"nouns.day": {"one": "dzień", "few": "dni", "other": "dnia"}, "nouns.endings": [["$", "y"]]},
)


@pytest.mark.parametrize(
    ("count", "shown"), [(1, "1 dzień"), (3, "3 dni"), (5, "5 dnia"), (22, "22 dni"), (D("1.0"), "1 dzień")]
)
def test_a_noun_has_the_form_of_its_number(count, shown) -> None:
    """1 one, 2 to 4 and 22 few, 5 many: a form that is not there is that of ``other``."""
    assert POLISH.counted(count, "day") == shown


def test_a_noun_of_a_portfolio_follows_the_endings(templates) -> None:
    english = read_words(templates, "en_GB")
    assert english.counted(1200, "delivery") == "1,200 deliveries"
    assert english.counted(1, "delivery") == "1 delivery"
    assert POLISH.plural("czarter", 2) == "czartery"


@pytest.mark.parametrize(("key", "names"), [("no.such", {}), ("value.since", {"date": "x"})])
def test_a_phrase_that_is_not_there_is_an_error(templates, key, names) -> None:
    with pytest.raises(QuarterdeckError, match="expected the phrase"):
        read_words(templates, "en_US").say(key, **names)


def test_what_a_name_holds_is_no_template(templates) -> None:
    said = read_words(templates, "en_US").say("value.since", day="{day} {0} {x.__class__}")
    assert said == "since {day} {0} {x.__class__}"


def test_a_file_that_is_no_catalogue_is_an_error(tmp_path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.yaml").write_text("- a list\n")
    with pytest.raises(QuarterdeckError, match="expected phrases by group and key"):
        read_words(tmp_path, "en_US")
