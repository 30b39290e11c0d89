"""The bytes of one object, in the state that was listed, read on where a connection ends early."""

from __future__ import annotations

import io
import logging
import time
from typing import Any

import botocore.exceptions
from botocore.exceptions import (
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from urllib3.exceptions import HTTPError

from quarterdeck.sources.formats import BrokenFileError
from quarterdeck.sources.formats.definition import shown_name

log = logging.getLogger(__name__)

_ATTEMPTS = 5  # without one more byte between them
_PAUSE = 0.2  # seconds, doubled for each
_CUT = (
    botocore.exceptions.ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
    HTTPError,
    ConnectionError,
    TimeoutError,
)
_OTHER_STATE = frozenset({"PreconditionFailed", "412", "NoSuchKey", "NoSuchVersion", "404"})


class ReplacedError(Exception):
    """The object isn't what was listed any more: it was replaced, or deleted."""


class Body(io.RawIOBase):
    """An object as a stream. Where the connection ends early it goes on at that byte, with the same ETag.

    Raises ReplacedError where there is another object by now, BrokenFileError where the bytes are not those
    that S3 has a checksum of or the connection ends early time and again, botocore's errors where S3 refuses.
    """

    def __init__(self, client: Any, bucket: str, key: str, etag: str, version: str | None) -> None:
        self._client, self._key = client, key
        self._asked = {"Bucket": bucket, "Key": key, "IfMatch": etag}
        if version is not None:
            self._asked["VersionId"] = version
        self._at = 0
        self._size: int | None = None
        self._stream: Any = None
        self._failures = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes, at most as many as fit; none at the end of the whole object."""
        view = memoryview(buffer)
        while True:
            try:
                if self._stream is None:
                    self._open()
                data: bytes = self._stream.read(len(view))
                if not data and self._size is not None and self._at < self._size:
                    raise ConnectionError(f"ended at byte {self._at} of {self._size}")
            except FlexibleChecksumError:
                raise BrokenFileError("expected the bytes of its checksum, found others") from None
            except _CUT as error:
                self._go_on(error)
                continue
            self._failures = 0 if data else self._failures
            self._at += len(data)
            view[: len(data)] = data
            return len(data)

    def close(self) -> None:
        """Gives the connection back."""
        if self._stream is not None:
            self._stream.close()
        super().close()

    def _open(self) -> None:
        rest = {"Range": f"bytes={self._at}-"} if self._at else {}
        try:
            answer = self._client.get_object(**self._asked, **rest)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _OTHER_STATE:
                raise ReplacedError from None
            if code == "InvalidObjectState":
                raise BrokenFileError(
                    "is in an archive class; restore it, or leave it out by `match`"
                ) from None
            raise
        if self._at and not answer.get("ContentRange", "").startswith(f"bytes {self._at}-"):
            raise BrokenFileError(f"expected its bytes from {self._at} on, found others")
        if self._size is None:
            self._size = answer.get("ContentLength")
        self._stream = answer["Body"]

    def _go_on(self, error: Exception) -> None:
        self._failures += 1
        if self._failures >= _ATTEMPTS:
            raise BrokenFileError(
                f"expected {self._size} bytes, found that the connection ended at byte {self._at}, "
                f"{_ATTEMPTS} times"
            ) from error
        log.warning(
            "s3: %s ended early at byte=%d of=%s, going on there; attempt=%d",
            shown_name(self._key), self._at, self._size, self._failures,
        )  # fmt: skip
        if self._stream is not None:
            self._stream.close()
        self._stream = None
        time.sleep(_PAUSE * 2 ** (self._failures - 1))
