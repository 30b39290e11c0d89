"""What the SES stand-in may be told to do wrong, and errors in SES's form."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.requests import Request

# Faults of SendEmail, by what becomes of the message. ``delay`` only takes ``seconds``.
NOT_TAKEN = frozenset({"throttle", "reject", "error_500", "unavailable_503", "reset", "silence"})
TAKEN = frozenset({"accept_then_reset", "accept_then_silence", "accept_then_garbage", "accept_then_500"})
FAULTS = NOT_TAKEN | TAKEN | {"delay"}
_CONNECTIONS: dict[tuple[str, int], asyncio.Transport] = {}


class SesError(Exception):
    """An error as SES answers it: HTTP status, code, text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


def read_fault(asked: dict[str, Any]) -> dict[str, Any]:
    """A fault with its defaults: once, for any recipient. Raises SesError for a kind that isn't known."""
    fault = {"times": 1, "recipient": None, "seconds": 0.0} | asked
    if fault.get("kind") not in FAULTS:
        raise SesError(400, "BadRequestException", f"expected a kind of fault among {sorted(FAULTS)}")
    return fault


async def misbehave(kind: str, request: Request) -> Response:
    """Answer as the fault says: with an error, with nothing, or by tearing the connection."""
    if kind == "throttle":
        raise SesError(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
    if kind == "reject":
        raise SesError(400, "MessageRejected", "Message rejected by a fault of the stand-in.")
    if kind == "unavailable_503":
        raise SesError(503, "ServiceUnavailable", "Service is unavailable.")
    if kind.endswith("500"):
        raise SesError(500, "InternalFailure", "An internal failure.")
    if kind == "accept_then_garbage":
        return Response(b"<html>\xff", media_type="text/html")
    if kind.endswith("reset"):
        _tear(request)
    while not await request.is_disconnected():
        await asyncio.sleep(0.05)
    return Response(status_code=500)


def _tear(request: Request) -> None:
    """Reset the client's connection (RST, not an orderly end)."""
    client = request.client
    transport = _CONNECTIONS.get((client.host, client.port)) if client else None
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


class TearableProtocol(H11Protocol):
    """uvicorn's own, keeping hold of connections so that a fault can tear them."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _CONNECTIONS[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        _CONNECTIONS.pop(self.client or ("", 0), None)
