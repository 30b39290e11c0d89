"""What is wrong in a dataset's history is said with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.settings.crosschecks import check_dataset
from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.yaml_files import as_model, load

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """title: Orders
key: [order_id]
timing: events
columns:
  order_id: {type: text, required: true}
  state: {type: choice, of: [open, sent, paid], required: true}
  sent_at: {type: instant}
  paid_on: {type: day}
  paid: {type: money}
history:
"""  # 10 lines


def mistakes(folder: Path, text: str) -> list[str]:
    path = folder / "orders.yaml"
    path.write_text(text)
    file = load(path)
    found = check_dataset(as_model(file, Dataset, extra={"id": "orders"}), file)
    return [f"{mistake.line}: {mistake.message}" for mistake in found]


def test_a_sound_history_has_none(tmp_path: Path) -> None:
    history = """
  - at: paid_on
    when: {state: [paid]}
    clears: [paid_on, paid]
    puts_back: {state: {paid: [{is: sent, if: sent_at}, {is: open}]}}
  - {at: sent_at, clears: [sent_at], puts_back: {state: {sent: open}}}
as_read: [paid]
"""
    assert mistakes(tmp_path, HEAD + history.lstrip("\n")) == []


@pytest.mark.parametrize(
    ("event", "mistake"),
    [
        ("{at: payed_on, clears: [paid]}",
         "unknown column 'payed_on': did you mean 'paid_on'? known: order_id, paid, paid_on, sent_at, state"),
        ("{at: paid, clears: [paid_on]}", "expected a day or an instant, found 'paid'"),
        ("{at: paid_on}",
         "expected `clears` or `puts_back`, so that there is something to take back; found neither"),
        ("{at: paid_on, clears: [state]}",
         "expected a column that may be empty, found 'state', which is required"),
        ("{at: paid_on, clears: [fee]}",
         "unknown column 'fee': known: order_id, paid, paid_on, sent_at, state"),
        ("{at: paid_on, when: {state: [payed]}, clears: [paid]}",
         "unknown word 'payed': did you mean 'paid'? known: open, paid, sent"),
        ("{at: paid_on, when: {paid: [paid]}, clears: [paid]}",
         "expected a column of type choice, found 'paid'"),
        ("{at: paid_on, puts_back: {state: {paid: closed}}}",
         "unknown word 'closed': known: open, paid, sent"),
        ("{at: paid_on, puts_back: {state: {paid: [{is: sent, if: send_at}, {is: open}]}}}",
         "unknown column 'send_at': did you mean 'sent_at'? known: order_id, paid, paid_on, sent_at, state"),
        ("{at: paid_on, puts_back: {state: {paid: [{is: sent, if: sent_at}]}}}",
         "expected a last word without `if`: what it was where no column tells; found none"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, event: str, mistake: str) -> None:
    assert mistakes(tmp_path, f"{HEAD}  - {event}\n") == [f"11: {mistake}"]


def test_an_instant_dates_a_row(tmp_path: Path) -> None:
    text = HEAD.replace("history:\n", "dated_by: [sent_at, paid_on, shipped_at]\n")
    assert mistakes(tmp_path, text) == [
        "10: expected a column of type instant, found 'paid_on'",
        "10: expected a column of type instant, found 'shipped_at'",
    ]


def test_a_state_has_no_history(tmp_path: Path) -> None:
    text = HEAD.replace("events", "state").replace("history:\n", "as_read: [paid, fee]\n")
    assert mistakes(tmp_path, text) == [
        "10: expected no `as_read` of a state, which is never rebuilt; found one",
        "10: unknown column 'fee': known: order_id, paid, paid_on, sent_at, state",
    ]
