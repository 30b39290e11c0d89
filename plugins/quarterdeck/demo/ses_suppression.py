"""The suppression list of the SES stand-in: PutSuppressedDestination and GetSuppressedDestination."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from quarterdeck.demo.ses_faults import SesError

if TYPE_CHECKING:
    from starlette.requests import Request

    from quarterdeck.demo.ses_standin import State


def suppression_routes(state: State, prefix: str) -> list[Route]:
    """The routes below ``prefix``; the list is in the state's settings, as address and reason."""

    async def suppress(request: Request) -> Response:
        body = json.loads(await request.body())
        state.settings["suppressed"][body["EmailAddress"].lower()] = body["Reason"]
        state.save()
        return JSONResponse({})

    async def look_up(request: Request) -> Response:
        address = request.path_params["address"].lower()
        reason = state.settings["suppressed"].get(address)
        if reason is None:
            raise SesError(404, "NotFoundException", "The address is not on the suppression list.")
        found = {"EmailAddress": address, "Reason": reason, "LastUpdateTime": time.time()}
        return JSONResponse({"SuppressedDestination": found})

    return [
        Route(f"{prefix}/suppression/addresses", suppress, methods=["PUT"]),
        Route(f"{prefix}/suppression/addresses/{{address}}", look_up, methods=["GET"]),
    ]
