"""DynamoDB's answers as the bytes that came, page by page.

botocore keeps what it is good at: credentials, endpoints, signing, retries, errors. Its parser, which takes
nine tenths of the time of a read, is handed an empty document instead: an event takes the body of a good
answer away first. What was refused, throttled or broken goes through botocore as ever.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

_BODY = "QuarterdeckBody"
_TRANSIENT = frozenset(
    {
        "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestLimitExceeded",
        "InternalServerError", "InternalFailure", "ServiceUnavailable", "500", "502", "503", "504",
    }
)  # fmt: skip
_NEAR_THE_END = 16_384
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0


@dataclass
class Effort:
    """What a read took: for its log line, and for whoever asks why it was slow.

    ``lost_seconds`` is the time between a page's first attempt and the one that succeeded.
    """

    pages: int = 0
    retries: int = 0
    lost_seconds: float = 0.0
    slowest_seconds: float = 0.0


_asking = threading.local()


class DamagedPageError(Exception):
    """An answer whose checksum is not the one that DynamoDB sent with it."""


class RawPages:
    """Pages of one operation through a client of their own, from several threads at a time.

    ``patience``: how many seconds of pauses a page is worth, beyond the client's own attempts.
    """

    def __init__(
        self, client: Any, operation: str, *, patience: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._ask = getattr(client, operation.lower())
        self._patience = patience
        self._sleep = sleep
        self.effort = Effort()
        self._noting = threading.Lock()  # the segments of a scan share the effort
        # One id, however often the client is used: a second handler would take the empty document.
        client.meta.events.register(f"before-parse.dynamodb.{operation}", _take_body, unique_id=_BODY)

    def of(self, question: dict[str, Any]) -> Iterator[bytes]:
        """Every page, to the one without a key to go on from: an empty page is not the end."""
        while True:
            body = self._page(question)
            yield body
            key = last_key(body)
            if not key:
                return
            question = {**question, "ExclusiveStartKey": key}

    def _page(self, question: dict[str, Any]) -> bytes:
        started, wait, paused = time.monotonic(), _FIRST_WAIT, 0.0
        while True:
            asked = time.monotonic()
            try:
                answer = self._asked(question)
                body: bytes = answer[_BODY]
                _check(body, answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-crc32"))
            except (ClientError, HTTPClientError, IncompleteReadError, DamagedPageError) as error:
                if not _heals(error) or paused >= self._patience:
                    raise
                pause = random.uniform(wait / 2, wait)  # noqa: S311 - jitter, so that readers don't march in step
                log.info("dynamodb: asked again in %.1f s, after %.1f s: %s", pause, paused, error)
                self._sleep(pause)
                paused += pause
                with self._noting:
                    self.effort.retries += 1
                wait = min(2 * wait, _LONGEST_WAIT)
                continue
            self._note(answer["ResponseMetadata"].get("RetryAttempts", 0), started, asked)
            return body

    def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        _asking.raw = True
        try:
            answer: dict[str, Any] = self._ask(**question)
        finally:
            _asking.raw = False
        return answer

    def _note(self, retries: int, started: float, asked: float) -> None:
        now, effort = time.monotonic(), self.effort
        with self._noting:
            effort.pages += 1
            effort.retries += retries
            effort.slowest_seconds = max(effort.slowest_seconds, now - started)
            effort.lost_seconds += (now if retries else asked) - started


def _take_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    # The client may be another's too: only the answers to questions from here are taken away.
    if response_dict["status_code"] == 200 and getattr(_asking, "raw", False):
        customized_response_dict[_BODY] = response_dict["body"]
        response_dict["body"] = b"{}"


def _check(body: bytes, crc32: str | None) -> None:
    if crc32 is not None and zlib.crc32(body) != int(crc32):
        raise DamagedPageError("expected the checksum that DynamoDB sent with the page, found another")


def _heals(error: Exception) -> bool:
    """Whether it may go away by itself: throttled, a fault of the service or of the way there."""
    return not isinstance(error, ClientError) or error.response["Error"]["Code"] in _TRANSIENT


class _Onward(msgspec.Struct):
    LastEvaluatedKey: dict[str, Any] | None = None


_onward = msgspec.json.Decoder(_Onward)  # skips the items without making anything of them


def last_key(body: bytes) -> dict[str, Any] | None:
    """Where to go on from; none, or an empty one, after the last page.

    It mostly stands at the end of the document: where all from there on is an object again, the items need
    not be gone through for it.
    """
    place = body.rfind(b'"LastEvaluatedKey"')
    if place < 0:
        return None
    if len(body) - place < _NEAR_THE_END:
        try:
            return orjson.loads(b"{" + body[place:])["LastEvaluatedKey"] or None
        except orjson.JSONDecodeError:
            pass  # an attribute of an item has that name
    return _onward.decode(body).LastEvaluatedKey or None
