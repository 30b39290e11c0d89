"""Airflow's REST API, as much of it as a run needs."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

_TRIES = 6
_PAUSE_SECONDS = 0.5
_NOT_FOUND, _CONFLICT, _SERVER_ERROR = 404, 409, 500
# Loopback is never asked through the user's proxy.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ApiError(Exception):
    """Airflow answered with an error; ``status`` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(f"Airflow answered {status}: {message}")


class AirflowApi:
    """A client that is logged in for as long as it lives. ``url`` is the server's, without a path."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._login = {"username": user, "password": password}
        self._token = ""

    def answers(self) -> bool:
        """Whether the server is there, and its scheduler and DAG processor beat."""
        try:
            health = self._request("GET", "/api/v2/monitor/health")
        except (OSError, ApiError):
            return False
        return all(health[part]["status"] == "healthy" for part in ("scheduler", "dag_processor"))

    def has_dag(self, dag: str) -> bool:
        """Whether the DAG was parsed."""
        try:
            self.get(f"/dags/{quote(dag)}")
        except ApiError as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        return True

    def import_errors(self) -> list[str]:
        """Why DAG files could not be parsed."""
        return [str(e["stack_trace"]) for e in self.get("/importErrors")["import_errors"]]

    def paused(self, dag: str) -> bool:
        """Whether the DAG is paused: then its runs wait."""
        return bool(self.get(f"/dags/{quote(dag)}")["is_paused"])

    def pause(self, dag: str, paused: bool) -> None:
        """Pause the DAG, or let it run."""
        self.call("PATCH", f"/dags/{quote(dag)}", {"is_paused": paused})

    def trigger(self, dag: str, run: str, conf: dict[str, Any]) -> None:
        """Start a run of that id. On SQLite the API fails now and then: then the run is looked for first."""
        body = {"dag_run_id": run, "logical_date": None, "conf": conf}
        for attempt in range(_TRIES):
            try:
                self._authorised("POST", f"/api/v2/dags/{quote(dag)}/dagRuns", body)
            except (ApiError, OSError) as error:
                status = getattr(error, "status", _SERVER_ERROR)
                if attempt and status == _CONFLICT:
                    return  # the attempt before was taken after all
                if status < _SERVER_ERROR or attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def run_state(self, dag: str, run: str) -> str:
        """queued, running, success or failed."""
        return str(self.get(f"/dags/{quote(dag)}/dagRuns/{quote(run)}")["state"])

    def task_instances(self, dag: str, run: str) -> list[dict[str, Any]]:
        """Every task instance of a run; one that is not mapped yet has map_index -1."""
        path = f"/dags/{quote(dag)}/dagRuns/{quote(run)}/taskInstances?limit=100"
        found: list[dict[str, Any]] = []
        while True:
            page = self.get(f"{path}&offset={len(found)}")
            found += page["task_instances"]
            if not page["task_instances"] or len(found) >= page["total_entries"]:
                return found

    def get(self, path: str) -> Any:
        """A GET below ``/api/v2``; asked again when the server has trouble."""
        return self.call("GET", path)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A request that may be repeated, below ``/api/v2``."""
        for attempt in range(_TRIES):
            try:
                return self._authorised(method, f"/api/v2{path}", body)
            except (ApiError, OSError) as error:
                if getattr(error, "status", _SERVER_ERROR) < _SERVER_ERROR or attempt == _TRIES - 1:
                    raise
            time.sleep(_PAUSE_SECONDS)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _authorised(self, method: str, path: str, body: Any = None) -> Any:
        if not self._token:
            self._token = self._request("POST", "/auth/token", self._login)["access_token"]
        return self._request(method, path, body)

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310
        try:
            with _OPENER.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace")[:500]) from None
