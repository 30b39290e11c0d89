"""Which failures of a task may be tried again: only those that time alone can heal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryDecision, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

# AWS error codes of throttling and of trouble on the other side; a refusal (AccessDenied, NotFound, a
# failed condition) is the same a minute later.
_TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_SERVER_ERROR = 500


class TransientFaults(RetryPolicy):
    """Retry what was caused by an unreachable, throttling or failing service; fail everything else at once.

    A wrong configuration, a held report or a refused mail stays as it is however often it is tried. The
    whole chain of causes counts, so an error of ours that wraps the SDK's is judged by the SDK's.
    """

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,  # noqa: ARG002 - Airflow calls by these names
        context: Any = None,  # noqa: ARG002
    ) -> RetryDecision:
        """Airflow's question after a failure; it never retries more often than the task's ``retries``."""
        for cause in causes(exception):
            if is_transient(cause):
                return RetryDecision.retry(
                    reason=f"{type(cause).__name__} may pass; this was try {try_number}"
                )
        return RetryDecision.fail(
            reason=f"{type(exception).__name__} stays as it is, however often it is tried"
        )

    def serialize(self) -> dict[str, Any]:
        return {"__type": f"{type(self).__module__}.{type(self).__qualname__}"}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> TransientFaults:  # noqa: ARG003 - it has no settings
        return cls()


def causes(exception: BaseException) -> Iterator[BaseException]:
    """The exception and what caused it, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = exception
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def is_transient(exception: BaseException) -> bool:
    """Whether this very exception says that the other side could not be reached, or had trouble."""
    from botocore import exceptions as boto

    from quarterdeck.errors import RetryLaterError

    if isinstance(exception, boto.ClientError):
        answer = exception.response
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return answer.get("Error", {}).get("Code") in _TRANSIENT_CODES or status >= _SERVER_ERROR
    return isinstance(
        exception,
        RetryLaterError | boto.ConnectionError | boto.HTTPClientError | ConnectionError | TimeoutError,
    )
