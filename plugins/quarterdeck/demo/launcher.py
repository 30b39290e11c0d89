"""The embedded default from one command: ``run`` a day, or keep its services ``up`` and take them ``down``.

Called by the Makefile. Needs no AWS account and no Docker; everything listens on loopback and lies in the
checkout: what it works with under ``var/``, what it makes under ``out/``.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.days import local_day
from quarterdeck.demo import running
from quarterdeck.demo.airflow_api import AirflowApi, ApiError
from quarterdeck.demo.airflow_home import USER
from quarterdeck.demo.aws_access import embedded_client
from quarterdeck.demo.failures import explain
from quarterdeck.demo.progress import ProgressLine, follow
from quarterdeck.demo.running import DemoError
from quarterdeck.demo.services import Stack, airflow_command
from quarterdeck.errors import QuarterdeckError
from quarterdeck.settings.places import Places
from quarterdeck.settings.reading import read_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from quarterdeck.demo.running import Running
    from quarterdeck.settings.definition import Portfolio

CHECKOUT = Path(__file__).resolve().parents[3]
DEMO, REAL = "harbor", "iberia-hotels"
REAL_DAY = date(2017, 8, 31)  # the last day of arrivals in the real bookings


def main(arguments: list[str] | None = None) -> int:
    """The program; answers the exit code: 0 done, 1 something due is wanting, 130 interrupted."""
    asked = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return int(asked.verb(asked))
    except (ApiError, DemoError, QuarterdeckError, KeyError) as error:
        print(f"\n{error.args[0] if error.args else error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; everything that was started has been stopped", file=sys.stderr)
        return 130


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True)
    day = argparse.ArgumentParser(add_help=False)
    day.add_argument("--as-of", type=date.fromisoformat, help="the day to report on, such as 2026-03-31")
    out = argparse.ArgumentParser(add_help=False)
    out.add_argument(
        "--out", type=Path, default=CHECKOUT / "out", help="the folder that reports are copied to"
    )
    run = verbs.add_parser(
        "run", parents=[day, out], help="run one day of a portfolio and show what came of it"
    )
    run.add_argument("--portfolio", default=DEMO)
    run.add_argument("--mode", default="send", choices=("auto", "archive", "preview", "send"))
    run.set_defaults(verb=run_day)
    real = verbs.add_parser(
        "real", parents=[day, out], help="the day of the portfolio with real bookings, archived"
    )
    real.set_defaults(verb=run_real, portfolio=REAL, mode="archive")
    verbs.add_parser("up", parents=[day], help="keep the services running").set_defaults(verb=bring_up)
    airflow = verbs.add_parser("airflow", help="Airflow's own command line, on the services of `up`")
    airflow.add_argument("arguments", nargs=argparse.REMAINDER)
    airflow.set_defaults(verb=call_airflow)
    verbs.add_parser("down", help="stop what `up` started").set_defaults(verb=take_down)
    return parser


def stack(*, schedules: bool = False, validates: bool = True) -> Stack:
    """The services of this checkout; QUARTERDECK_HOME moves what they leave behind."""
    home = Path(os.environ.get("QUARTERDECK_HOME") or CHECKOUT / "var").resolve()
    return Stack(home, CHECKOUT, CHECKOUT / "dags", schedules=schedules, validates=validates)


def run_day(asked: argparse.Namespace) -> int:
    """Trigger the portfolio's DAG through the scheduler, show its progress, and what came of it."""
    portfolio = read_config(asked.portfolio, Places.from_environment(os.environ)).portfolio
    as_of = asked.as_of or local_day(datetime.now(UTC), portfolio.zone) - timedelta(days=1)
    line = ProgressLine()
    line.say(f"{portfolio.title}: reports as of {as_of}, mode {asked.mode}")
    with running.services(stack(validates=not _was_run(portfolio, as_of))) as services:
        _prepare(services, portfolio, as_of, line)
        api = _log_in(services, line)
        dag = f"executive_reports_{portfolio.id}"
        _wait_for_dag(services, api, dag)
        run_id = f"demo__{as_of}__{datetime.now(UTC):%Y%m%dT%H%M%S}"
        with _unpaused(api, dag):
            api.trigger(dag, run_id, {"mode": asked.mode, "as_of": as_of.isoformat()})
            line.say(f"triggered {dag}, run {run_id}")
            state = follow(api, dag, run_id, line, services.check)
        line.say(f"the run ended: {state}")
        if state != "success":
            instances = api.task_instances(dag, run_id)
            print("\n" + explain(services.stack.airflow.root / "logs", instances) + "\n", file=sys.stderr)
        _show(services, portfolio, as_of.isoformat(), run_id, asked.out)
    return 0 if state == "success" else 1


def _was_run(portfolio: Portfolio, as_of: date) -> bool:
    """Whether a lake on this machine has snapshots of that day: then its tasks have little left to do."""
    scheme, _, path = portfolio.storage.lake.partition("://")
    return scheme == "file" and (stack().home / path / "snapshots" / as_of.isoformat()).exists()


def run_real(asked: argparse.Namespace) -> int:
    """The same for the portfolio under ``tests/real/``, which is a folder of YAML like any other."""
    os.environ["QUARTERDECK_PORTFOLIOS"] = str(CHECKOUT / "tests" / "real" / "portfolios")
    asked.as_of = asked.as_of or REAL_DAY
    return run_day(asked)


def bring_up(asked: argparse.Namespace) -> int:
    """Start the services in the background, with the demo world in them; print the address and the login."""
    line = ProgressLine()
    wanted = stack(schedules=True)
    services = running.find(wanted)
    if services is None:
        services, _ = running.start(wanted, leash=False)
    try:
        places = Places.from_environment(os.environ)
        portfolio = read_config(DEMO, places).portfolio
        as_of = asked.as_of or local_day(datetime.now(UTC), portfolio.zone) - timedelta(days=1)
        _prepare(services, portfolio, as_of, line)
        _log_in(services, line)
    except BaseException:
        running.stop(wanted)
        raise
    print(f"\nAirflow   {services.ports.url('airflow')}")
    print(f"login     {USER}\npassword  {wanted.airflow.password}\n\n`make down` stops it.")
    return 0


def take_down(asked: argparse.Namespace) -> int:  # noqa: ARG001 - every verb takes what was asked
    """Stop the services of ``up``, and whatever a killed run left behind."""
    print("stopped" if running.stop(stack()) else "nothing was running")
    return 0


def call_airflow(asked: argparse.Namespace) -> int:
    """Airflow's command line with the settings of the services that run: `airflow backfill create …`."""
    wanted = stack(schedules=True)
    services = running.find(wanted)
    if services is None:
        raise DemoError("expected the services to run, found none; start them with `make up`")
    environment = {**os.environ, **wanted.airflow_environment(services.ports)}
    return subprocess.run(airflow_command(*asked.arguments), env=environment, check=False).returncode  # noqa: S603


def _prepare(services: Running, portfolio: Portfolio, as_of: date, line: ProgressLine) -> None:
    """Provision the portfolio's AWS and, for the demo's own, put the world of that day into its sources."""
    from quarterdeck.demo.provision import provision

    for note in services.notes:
        line.say(note)
    services.wait_for_aws()
    provision(portfolio, services.ports)
    if portfolio.id == DEMO:
        _place_world(services, portfolio.aws.region, as_of, line)


def _place_world(services: Running, region: str, as_of: date, line: ProgressLine) -> None:
    """The rows of the businesses in their sources, the account that is inspected, the git repositories."""
    from quarterdeck.demo.provision import tell_account
    from quarterdeck.demo.world import place, world
    from quarterdeck.demo.world.cloud import place_account, told
    from quarterdeck.demo.world.repositories import FOLDER, place_repositories

    def client(service: str) -> Any:
        return embedded_client(service, services.ports, region)

    placed = place(world(as_of), client)
    place_account(client)
    tell_account(told(as_of), services.ports)
    place_repositories(as_of, services.stack.home / FOLDER)
    line.say(str(placed))


def _log_in(services: Running, line: ProgressLine) -> AirflowApi:
    airflow = services.stack.airflow
    services.wait_until(airflow.passwords.exists, "Airflow's login")
    api = AirflowApi(services.ports.url("airflow"), USER, airflow.password)
    services.wait_until(api.answers, "Airflow to answer")
    line.say(f"Airflow is up: {services.ports.url('airflow')}")
    return api


def _wait_for_dag(services: Running, api: AirflowApi, dag: str) -> None:
    def ready() -> bool:
        if errors := api.import_errors():
            raise DemoError("Airflow could not read its DAGs:\n" + "\n".join(errors))
        return api.has_dag(dag)

    services.wait_until(ready, f"Airflow to find {dag}", 90)


@contextmanager
def _unpaused(api: AirflowApi, dag: str) -> Iterator[None]:
    """Let the DAG's runs start, and leave it as it was found."""
    paused = api.paused(dag)
    if paused:
        api.pause(dag, False)
    try:
        yield
    finally:
        if paused:
            api.pause(dag, True)


def _show(services: Running, portfolio: Portfolio, as_of: str, run_id: str, out: Path) -> None:
    from quarterdeck.demo.outcome import copy_editions, mailed_twice, read_outcome, table
    from quarterdeck.steps.resources import Resources
    from quarterdeck.steps.sessions import connect_from_chain

    home = services.stack.home
    places = Places.from_environment({**os.environ, "QUARTERDECK_HOME": str(home)})
    resources = Resources(places, connect_from_chain(home))
    outcomes = read_outcome(resources, portfolio, as_of, run_id)
    if not outcomes:
        return
    folders = copy_editions(resources, portfolio, as_of, outcomes, out)
    print("\n" + table(outcomes, folders))
    due = [delivery for outcome in outcomes for delivery in outcome.deliveries]
    if due:
        now = sum(outcome.mailed_now for outcome in outcomes)
        known, twice = mailed_twice(portfolio, as_of, services.ports)
        print(
            f"\n{now} mailed by this run, {sum(d['already'] for d in due)} had their edition already. "
            f"On SES's own record of the day: {known} mailed, {twice or 'none'} of them twice."
        )


if __name__ == "__main__":
    sys.exit(main())
