"""A ledger of its own for each test, clocks that are set by hand, and a sender ready to go."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from quarterdeck.delivery.budget import Budget
from quarterdeck.delivery.ledger import Ledger, create_table
from quarterdeck.delivery.plan import DeliveryPlan, Outcome
from quarterdeck.delivery.sender import Claim, Limits, deliver_edition

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)
AS_OF = date(2026, 5, 9)
SENDER = "reports@queenofsandiego.example"


@dataclass
class Clock:
    """Wall and monotonic clock, moved by hand; ``sleep`` moves them."""

    now: datetime = NOON
    ticks: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.ticks += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dynamodb(aws: dict[str, str]) -> Any:
    return boto3.client("dynamodb", **aws)


@pytest.fixture
def table(dynamodb: Any) -> str:
    name = f"deliveries-{uuid.uuid4().hex[:12]}"
    assert create_table(dynamodb, name)
    return name


@pytest.fixture
def ledger(dynamodb: Any, table: str, clock: Clock) -> Ledger:
    return Ledger(dynamodb, table, clock=clock, sleep=lambda _: None)


def plan_of(**more: Any) -> DeliveryPlan:
    """The CFO's edition of the 9th, delivered on the 10th."""
    facts: dict[str, Any] = {
        "portfolio": "harbor",
        "report": "cfo",
        "as_of": AS_OF,
        "purpose": "scheduled",
        "mode": "send",
        "recipients": ("cfo@x.example",),
        "oversight": None,
        "sender": SENDER,
        "configuration_set": "mail",
        "payload_hash": "abcdef0123456789",
        "today": date(2026, 5, 10),
        "max_age_days": 3,
    }
    return DeliveryPlan(**(facts | more))


@pytest.fixture
def make_plan() -> Callable[..., DeliveryPlan]:
    """Plans, with what differs from the CFO's edition of the 9th by keyword."""
    return plan_of


@dataclass
class Desk:
    """Delivers plans and remembers what was composed and archived."""

    client: Any
    ledger: Ledger
    clock: Clock
    archived: dict[str, bytes] = field(default_factory=dict)
    composed: list[Claim] = field(default_factory=list)

    def compose(self, recipient: str, claim: Claim) -> bytes:
        self.composed.append(claim)
        head = f"From: {SENDER}\r\nTo: {recipient}\r\nSubject: Figures\r\n"
        return f"{head}X-Delivery: {claim.delivery_id}\r\n\r\nhello\r\n".encode()

    def archive(self, claim: Claim, data: bytes) -> str:
        key = f"deliveries/{claim.delivery_id}.eml"
        self.archived[key] = data
        return key

    def budget(self, *, rate: float = 1000.0, quota_left: float | None = None, **more: Any) -> Budget:
        """The account's budget after a reading of the live quota."""
        facts = {"clock": lambda: self.clock().timestamp(), "monotonic": self.clock.monotonic}
        settings = {"batch": 1000, "pause_seconds": 0.0, "sleep": self.clock.sleep}
        budget = Budget(self.ledger.client, self.ledger.table, "harbor", **(facts | settings | more))
        budget.refresh(budget.mark(), rate=rate, quota_left=quota_left)
        return budget

    def deliver(self, plan: DeliveryPlan, **more: Any) -> list[Outcome]:
        tools: dict[str, Any] = {
            "ses": self.client,
            "ledger": self.ledger,
            "budget": more.get("budget") or self.budget(),
            "compose_message": self.compose,
            "archive_message": self.archive,
            "limits": Limits(attempts=3),
            "monotonic": self.clock.monotonic,
            "sleep": self.clock.sleep,
            "jitter": lambda: 1.0,
        }
        return deliver_edition(plan, **(tools | more))

    def states(self, plan: DeliveryPlan, **more: Any) -> list[str]:
        return [str(outcome.state) for outcome in self.deliver(plan, **more)]


@pytest.fixture
def desk(ses: Any, ledger: Ledger, clock: Clock) -> Desk:
    return Desk(ses.client(), ledger, clock)
