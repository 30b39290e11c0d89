"""What AWS refuses to the role that delivers, in words that name the IAM action."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


def is_denied(code: str) -> bool:
    """Whether an AWS error code says that the role may not do it."""
    return code in _DENIED


def advice(action: str, policy: str = "sender") -> str:
    """What to do about it; ``policy`` names the documented one that has it."""
    return f"allow {action} to the role of the portfolio's connection (docs/iam/{policy}.json)"


@contextmanager
def needing(action: str, place: str, policy: str = "sender") -> Iterator[None]:
    """Calls that need ``action`` on ``place``. Raises DeliveryError where AWS refuses it."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if not is_denied(code):
            raise
        raise DeliveryError(
            f"{place}: expected to be allowed {action}, found {code}; {advice(action, policy)}"
        ) from error
