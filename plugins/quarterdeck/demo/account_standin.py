"""A stand-in for an AWS account on loopback: the emulator, and what an emulator can't hold.

Cost Explorer is answered from a bill (``cost_answers``), and no table scales by itself. Everything else is
passed on to the emulator. In its answers the sizes of old versions in S3 and of log groups (on a real account
hundreds of gigabytes) and what tables consumed (the emulator forgets metrics after two weeks) are those that
it was told, see ``provision.tell_account``. It keeps that in memory: it is told at every start.
"""

from __future__ import annotations

import argparse
import json
import re
from typing import TYPE_CHECKING, Any

import urllib3
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from quarterdeck.demo.cost_answers import Bill, CostError, cost_and_usage, cost_forecast
from quarterdeck.demo.ports import ACCOUNT_CONTROL
from quarterdeck.demo.ses_standin import make_server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_COST_EXPLORER = "AWSInsightsIndexService."
_LOG_GROUPS = "Logs_20140328.DescribeLogGroups"
_SCALABLE_TARGETS = "AnyScaleFrontendService.DescribeScalableTargets"
_METRIC_DATA = "GraniteServiceVersion20100801.GetMetricData"
_DAYS = 30  # that consumed units are told for
_OF_THE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "expect"})
_OLD_VERSION = re.compile(
    rb"(<Version>(?:(?!</Version>).)*<IsLatest>false</IsLatest>(?:(?!</Version>).)*<Size>)\d+(</Size>)",
    re.DOTALL,
)
_NOT_READ = "The request can't be read."


class AccountStandin:
    """The HTTP face. ``emulator``: the address of what everything else is passed on to."""

    def __init__(self, emulator: str) -> None:
        self._emulator = emulator.rstrip("/")
        # Neither a proxy nor redirects: the emulator's answers are the client's business.
        self._pool = urllib3.PoolManager(maxsize=8)
        self._bill: Bill | None = None
        self._old_version_bytes: dict[str, int] = {}
        self._log_bytes: dict[str, int] = {}
        self._consumed: dict[tuple[str, str], int] = {}

    async def control(self, request: Request) -> Response:
        """PUT ``bill``, ``old_version_bytes`` (of each, by bucket), ``log_bytes`` (by group).

        And ``consumed_units`` (in 30 days, by table and kind, ``Read`` or ``Write``).
        """
        told = json.loads(await request.body())
        self._bill = Bill.from_json(told["bill"])
        self._old_version_bytes = {name: int(size) for name, size in told["old_version_bytes"].items()}
        self._log_bytes = {name: int(size) for name, size in told["log_bytes"].items()}
        self._consumed = {
            (table, kind): int(units)
            for table, by_kind in told["consumed_units"].items()
            for kind, units in by_kind.items()
        }
        return JSONResponse({})

    async def answer(self, request: Request) -> Response:
        """Answer what is about the bill, else what the emulator answers."""
        body = await request.body()
        target = request.headers.get("x-amz-target", "")
        if target.startswith(_COST_EXPLORER):
            return self._cost(target.removeprefix(_COST_EXPLORER), body)
        if target == _SCALABLE_TARGETS:  # the emulator fails at it, and clients try again and again
            return _json({"ScalableTargets": []})
        passed = await run_in_threadpool(self._pass_on, request, body)
        content = passed.data
        if target == _LOG_GROUPS and passed.status == 200:
            content = self._with_log_sizes(content)
        elif target == _METRIC_DATA and passed.status == 200:
            content = self._with_consumption(json.loads(body), content)
        elif request.method == "GET" and "versions" in request.query_params:
            content = self._with_version_sizes(request.url.path, content)
        return _response(passed.status, passed.headers, content, head=request.method == "HEAD")

    def _pass_on(self, request: Request, body: bytes) -> urllib3.BaseHTTPResponse:
        path = request.scope["raw_path"].decode("ascii")
        query = request.scope["query_string"].decode("ascii")
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_HOP}
        return self._pool.request(
            request.method, f"{self._emulator}{path}{'?' if query else ''}{query}",
            body=body or None, headers=headers, redirect=False, retries=False, decode_content=False,
        )  # fmt: skip

    def _cost(self, operation: str, body: bytes) -> Response:
        answers = {"GetCostAndUsage": cost_and_usage, "GetCostForecast": cost_forecast}
        try:
            if self._bill is None:
                raise CostError("DataUnavailableException", "The requested data is unavailable.")
            if operation not in answers:
                raise CostError("UnknownOperationException", f"{operation} is not known here.")
            return _json(answers[operation](json.loads(body), self._bill))
        except CostError as error:
            return _json({"__type": error.code, "message": str(error)}, status=400)
        except (ValueError, TypeError, AttributeError):
            return _json({"__type": "ValidationException", "message": _NOT_READ}, status=400)

    def _with_log_sizes(self, content: bytes) -> bytes:
        told = json.loads(content)
        for group in told.get("logGroups", []):
            group["storedBytes"] = self._log_bytes.get(group["logGroupName"], group.get("storedBytes", 0))
        return json.dumps(told).encode()

    def _with_consumption(self, asked: dict[str, Any], content: bytes) -> bytes:
        told = json.loads(content)
        results = {result["Id"]: result for result in told["MetricDataResults"]}
        for query in asked["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            table = next((d["Value"] for d in metric["Dimensions"] if d["Name"] == "TableName"), "")
            kind = metric["MetricName"].removeprefix("Consumed").removesuffix("CapacityUnits")
            if (units := self._consumed.get((table, kind))) is not None:
                seconds = int(query["MetricStat"]["Period"])
                points = _points(units, int(asked["StartTime"]), int(asked["EndTime"]), seconds)
                results[query["Id"]] |= {"Timestamps": list(points), "Values": list(points.values())}
        return json.dumps(told).encode()

    def _with_version_sizes(self, path: str, content: bytes) -> bytes:
        size = self._old_version_bytes.get(path.strip("/"))
        return content if size is None else _OLD_VERSION.sub(rb"\g<1>%d\g<2>" % size, content)


def _points(units: int, start: int, end: int, period: int) -> dict[int, int]:
    """What was consumed in each period of a window, whole units, evenly: ``units`` in 30 days."""
    times = range(start, end, period)
    window = units * (end - start) // (_DAYS * 86_400)
    least, more = divmod(window, len(times))
    return {time: least + (place < more) for place, time in enumerate(times)}


def _json(told: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(told), status, media_type="application/x-amz-json-1.1")


def _response(status: int, headers: Mapping[str, str], content: bytes, *, head: bool) -> Response:
    """The emulator's answer; of a HEAD the length is that of what a GET would have had."""
    response = Response(content, status)
    for name in list(response.headers):
        del response.headers[name]
    for name, value in headers.items():
        if name.lower() not in _OF_THE_HOP:
            response.headers.append(name, value)
    response.headers["content-length"] = headers.get("content-length", "0") if head else str(len(content))
    return response


def make_app(emulator: str) -> Starlette:
    """The ASGI application, before the emulator at that address."""
    standin = AccountStandin(emulator)
    return Starlette(
        routes=[
            Route(ACCOUNT_CONTROL, standin.control, methods=["PUT"]),
            Route("/{path:path}", standin.answer, methods=_METHODS),
        ]
    )


def main() -> None:
    """Run until it is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--emulator", required=True, help="URL of the emulator")
    asked = parser.parse_args()
    make_server(make_app(asked.emulator), asked.port).run()


if __name__ == "__main__":
    main()
