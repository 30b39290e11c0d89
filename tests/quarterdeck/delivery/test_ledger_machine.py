"""Two workers, an SES that loses answers, time, people: mailed once at most, never lost without a state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from quarterdeck.delivery.ledger import Ledger, LostClaimError
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.sender import Limits
from quarterdeck.delivery.settling import settle
from quarterdeck.delivery.states import CLAIMABLE, FINAL, LEASED, SENT, State, allowed

if TYPE_CHECKING:
    from quarterdeck.delivery.rows import Row

LIMITS = Limits()
MEANINGS = [State.ACCEPTED, State.UNKNOWN, State.RETRYING, State.REFUSED, State.DEFERRED]
WORKERS = st.sampled_from(["one", "two"])
numbers = count(1)


@dataclass
class Worker:
    """What a worker believes; ``answer`` is what SES told it and it has yet to write down."""

    row: Row
    begun: Any = None
    answer: State | None = None


class Deliveries(RuleBasedStateMachine):
    """One delivery. ``mailed`` is the truth that only SES knows."""

    asks_first = False  # the planted fault: `sending` is written after the request

    def __init__(self, ledger: Ledger, clock: Any) -> None:
        super().__init__()
        self.ledger, self.clock, self.mailed = ledger, clock, 0
        self.key = DeliveryKey("harbor", f"report{next(numbers)}", "2026-05-09", "cfo@x.example", "scheduled")
        self.workers: dict[str, Worker] = {}
        ledger.plan(self.key, mode="send", payload_hash="abc", bcc="audit@y.example")

    def now(self) -> Row:
        row = self.ledger.get(self.key)
        assert row is not None
        return row

    def moved(self, row: Row, target: State, *, answer_lost: bool, **facts: Any) -> Row | None:
        """A step; ``answer_lost``: the SDK asks again after the table took it. None: another was first."""
        try:
            after = self.ledger.move(row, target, **facts)
            if answer_lost:
                assert self.ledger.move(row, target, **facts).state == after.state
        except LostClaimError:
            return None
        return after

    @rule(name=WORKERS, answer_lost=st.booleans(), meaning=st.sampled_from(MEANINGS), taken=st.booleans())
    def work(self, name: str, answer_lost: bool, meaning: State, taken: bool) -> None:
        """The worker's next step: claim, write `sending`, ask, write the answer."""
        worker = self.workers.get(name)
        if worker is None:
            self.claim(name, answer_lost)
        elif worker.answer is None and (worker.row.state is State.SENDING or self.asks_first):
            self.ask(worker, meaning, taken)
        elif worker.row.state is State.SENDING:
            self.write_answer(name, worker, answer_lost)
        else:
            self.write_sending(name, worker, answer_lost)

    def claim(self, name: str, answer_lost: bool) -> None:
        row = self.now()
        if row.state not in CLAIMABLE | LEASED or (row.state in LEASED and row.leased_at(self.clock())):
            return
        mine = f"{name}{next(numbers)}"
        until = int((self.clock() + timedelta(minutes=10)).timestamp())
        after = self.moved(row, State.CLAIMED, answer_lost=answer_lost, claim_id=mine, lease_until=until)
        if after is not None:
            self.workers[name] = Worker(after)

    def write_sending(self, name: str, worker: Worker, answer_lost: bool) -> None:
        after = self.moved(worker.row, State.SENDING, answer_lost=answer_lost, attempt=worker.row.attempt + 1)
        if after is None:
            del self.workers[name]  # the old owner finds that the claim is not its own any more
        else:
            self.workers[name] = Worker(after, begun=self.clock(), answer=worker.answer)

    def ask(self, worker: Worker, meaning: State, taken: bool) -> None:
        if worker.begun and self.clock() - worker.begun > timedelta(seconds=LIMITS.send_within):
            worker.answer = State.RETRYING  # too late to ask
            return
        self.mailed += meaning is State.ACCEPTED or (meaning is State.UNKNOWN and taken)
        worker.answer = meaning

    def write_answer(self, name: str, worker: Worker, answer_lost: bool) -> None:
        assert worker.answer is not None
        facts: dict[str, Any] = {"message_id": "m-1"} if worker.answer is State.ACCEPTED else {}
        after = self.moved(worker.row, worker.answer, answer_lost=answer_lost, **facts)
        if after is None or after.state is not State.RETRYING:
            del self.workers[name]
        else:
            self.workers[name] = Worker(after)

    @precondition(lambda self: bool(self.workers))
    @rule(all_of_them=st.booleans(), seconds=st.sampled_from([0, 601, 901]))
    def killed(self, all_of_them: bool, seconds: int) -> None:
        self.workers = {} if all_of_them else dict(list(self.workers.items())[1:])
        self.clock.move(seconds)

    @rule(seconds=st.sampled_from([40, 601, 901]))
    def time_passes(self, seconds: int) -> None:
        self.clock.move(seconds)

    @rule()
    def dispatch_looks(self) -> None:
        row = self.now()
        if row.state is State.SENDING and self.clock() - row.updated > LIMITS.stale_after:
            self.moved(row, State.UNKNOWN, answer_lost=False)

    @rule(by_person=st.booleans())
    def the_truth_comes_out(self, by_person: bool) -> None:
        """An SES event, which may be quicker than the answer; or a person who found out."""
        row = self.now()
        if by_person and row.state is State.UNKNOWN:
            settle(self.ledger, row, "delivered" if self.mailed else "not_sent", "looked into the mailbox")
        elif not by_person and self.mailed and row.state in {State.SENDING, State.UNKNOWN, State.ACCEPTED}:
            self.moved(row, State.DELIVERED, answer_lost=False)

    @invariant()
    def never_twice_and_never_lost(self) -> None:
        row = self.now()
        assert self.mailed <= 1
        if row.state in SENT:
            assert self.mailed == 1
        if self.mailed:
            assert row.state in SENT | {State.SENDING, State.UNKNOWN}
        if row.state in FINAL:
            assert self.mailed == 0
        steps = ["planned", *(entry["state"] for entry in row.history)]
        assert all(allowed(State(a), State(b)) for a, b in pairwise(steps))


def play(ledger: Ledger, clock: Any, machine: type[Deliveries], *phases: Phase) -> None:
    run_state_machine_as_test(
        lambda: machine(ledger, clock),
        settings=settings(
            max_examples=30, phases=[Phase.generate, *phases], stateful_step_count=14,
            deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_whatever_happens_it_is_mailed_once_at_most_and_never_lost_without_a_state(ledger, clock) -> None:
    play(ledger, clock, Deliveries, Phase.shrink)


def test_a_sender_that_asks_before_it_writes_sending_is_caught(ledger, clock) -> None:
    class AsksFirst(Deliveries):
        asks_first = True

    with pytest.raises(AssertionError):
        play(ledger, clock, AsksFirst)
