"""Calls to AWS: every page of an answer, each asked once, and refusals told from absences and faults."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

_DENIED = ("AccessDenied", "UnauthorizedOperation", "Unauthorized", "AuthorizationError", "Forbidden")
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "AuthFailure",
    }
)
_NOT_THERE = frozenset(
    {
        "InvalidAction",
        "UnknownOperation",
        "UnknownOperationException",
        "NotImplemented",
        "NotImplementedException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
        "OptInRequired",
        "SubscriptionRequiredException",
    }
)


class MissingError(Exception):
    """A section can't be had, and a further try won't help; the text says why."""


class NotAllowedError(MissingError):
    """The account's role may not do what its inspection needs; the text has the IAM action."""


class Calls:
    """AWS's low-level clients of one account, by Region; answers are kept for as long as this object."""

    def __init__(self, connect: Callable[[str, str], Any]) -> None:
        self._connect = connect
        self._clients: dict[tuple[str, str], Any] = {}
        self._answers: dict[tuple[str, ...], Any] = {}

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a Region, made once."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._connect(service, region)
        return self._clients[service, region]

    def one(
        self,
        service: str,
        region: str,
        operation: str,
        action: str,
        *,
        absent: tuple[str, ...] = (),
        keep: bool = True,
        **parameters: Any,
    ) -> dict[str, Any] | None:
        """An answer, or None where AWS answers one of the error codes ``absent`` ("not configured").

        ``keep``: whether it is remembered, so that the next section need not ask again.
        Raises NotAllowedError, MissingError (the service isn't there) or SourceError (try again).
        """
        if not keep:
            return self._ask(service, region, operation, action, absent, parameters)
        key = (service, region, operation, repr(sorted(parameters.items())))
        if key not in self._answers:
            self._answers[key] = self._ask(service, region, operation, action, absent, parameters)
        answer: dict[str, Any] | None = self._answers[key]
        return answer

    def pages(
        self,
        service: str,
        region: str,
        operation: str,
        action: str,
        *,
        at: str,
        tokens: tuple[str, str],
        absent: tuple[str, ...] = (),
        **parameters: Any,
    ) -> list[Any]:
        """The items ``at`` a dotted path of every page; ``tokens``: the one sent, and where the next is.

        Raises as ``one`` does, and SourceError where a page names itself as the next.
        """
        send, receive = tokens
        items: list[Any] = []
        token: Any = None
        while True:
            asked = parameters if token is None else {**parameters, send: token}
            answer = self.one(service, region, operation, action, absent=absent, **asked)
            items += _at(answer, at) or []
            following = _at(answer, receive)
            if not following:
                return items
            if following == token:
                raise SourceError(
                    f"{service}.{operation} in {region}: expected a next page, found the same token again; "
                    "clear the task, and tell AWS if it stays"
                )
            token = following

    def _ask(
        self,
        service: str,
        region: str,
        operation: str,
        action: str,
        absent: tuple[str, ...],
        parameters: dict[str, Any],
    ) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = getattr(self.client(service, region), operation)(**parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] in absent:
                return None
            raise _meaning(error, f"{service} in {region}", action) from error
        except BotoCoreError as error:
            raise SourceError(
                f"{action} in {region}: expected an answer of AWS, found {type(error).__name__}; check the "
                "network and the connection's Region, then clear the task"
            ) from error
        return answer


def _meaning(error: ClientError, place: str, action: str) -> Exception:
    """What an error of AWS means for the section. Its message may have ARNs, so it is not repeated."""
    code = str(error.response["Error"]["Code"])
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in _CREDENTIALS:
        return SourceError(
            f"{action}: expected to be known to AWS, found {code}; give the account's connection credentials "
            "that renew themselves (role_arn), or put new ones there"
        )
    if code.startswith(_DENIED) or code == "403":
        return NotAllowedError(f"{action} is not allowed")
    # An error without a code of AWS's own is one of whoever answers there instead: an emulator, a gateway.
    if code in _NOT_THERE or status == 501 or (code == str(status) and code in {"400", "404", "405"}):
        return MissingError(f"{place} does not know {action} ({code})")
    if code == "DataUnavailableException":
        return MissingError(f"{action}: AWS has no data for it yet")
    if status == 403 and "throttl" not in code.lower():
        return NotAllowedError(f"{action} is not allowed")
    return SourceError(
        f"{action} at {place}: expected an answer, found {code} (HTTP {status}); clear the task to try again"
    )


def _at(answer: Any, path: str) -> Any:
    for name in path.split("."):
        answer = None if answer is None else answer.get(name)
    return answer
