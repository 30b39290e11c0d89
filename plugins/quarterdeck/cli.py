"""The command ``quarterdeck``: for data engineers, without Airflow, on the same functions as the tasks.

Exit codes: 0 done, 1 a check fell short, 2 wrong input or config.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator  # noqa: TC003 - typer resolves annotations at run time
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003
from typing import Annotated, Any

import typer

from quarterdeck.errors import QuarterdeckError, RequestError
from quarterdeck.settings.places import Places

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Executive reports for portfolios of small businesses: check, measure, compose, without Airflow.",
)

AsOf = Annotated[str, typer.Option("--as-of", help="The local day reported on, such as 2026-03-31.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what is read and decided, to stderr.")]
FORMATS = ("table", "json")


@app.command()
def check() -> None:
    """Every mistake in include/ and in the portfolios, each with its file and line."""
    from quarterdeck.steps.checking import all_mistakes

    places = Places.from_environment(os.environ)
    mistakes = all_mistakes(places)
    for mistake in mistakes:
        typer.echo(str(mistake))
    if mistakes:
        typer.echo(f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}", err=True)
        raise typer.Exit(2)
    typer.echo("no mistakes")


@app.command()
def measure(
    portfolio: Annotated[str, typer.Argument(help="The portfolio's id: its folder's name.")],
    as_of: AsOf,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Only this metric; may be repeated.")] = None,
    format: Annotated[str, typer.Option(help="table or json")] = "table",  # noqa: A002 - the option's name
    verbose: Verbose = False,
) -> None:
    """Each metric of each tenant, and of the whole portfolio, as of a day."""
    from quarterdeck.steps.measuring import measure_portfolio

    _log_to_stderr(verbose)
    with _exit_codes():
        if format not in FORMATS:
            raise RequestError(f"--format: expected one of {', '.join(FORMATS)}, found {format!r}")
        figures = measure_portfolio(
            _command_line_resources(), portfolio, as_of, tenant=tenant, metrics=metric
        )
        if format == "json":
            from quarterdeck.lake.documents import to_bytes

            sys.stdout.buffer.write(to_bytes([figure.as_json() for figure in figures]))
        else:
            from quarterdeck.reports.format import format_figure

            for figure in figures:
                what = (
                    format_figure(figure, "en_US")
                    if figure.missing is None
                    else f"{figure.missing}: {figure.because}"
                )
                typer.echo(f"{figure.tenant or '(portfolio)':<24} {figure.metric:<32} {what}")


@app.command()
def compose(
    portfolio: Annotated[str, typer.Argument(help="The portfolio's id.")],
    report: Annotated[str, typer.Argument(help="The report's id, such as cfo.")],
    as_of: AsOf,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")],
    verbose: Verbose = False,
) -> None:
    """One report's payload.json, report.html, report.txt and message.eml, archived and mailed nowhere."""
    from quarterdeck.steps.composing import compose_report

    _log_to_stderr(verbose)
    with _exit_codes():
        for name, data in compose_report(_command_line_resources(), portfolio, report, as_of).items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            typer.echo(str(path))


@app.command()
def audit(
    path: Annotated[Path, typer.Argument(help="A git repository, a folder, or a zip of code.")],
    format: Annotated[str, typer.Option(help="table or json")] = "table",  # noqa: A002 - the option's name
    history: Annotated[int, typer.Option(min=1, help="Commits in which secrets are looked for.")] = 100,
    salt_file: Annotated[
        Path | None, typer.Option(help="The salt of fingerprints, to compare them with another audit's.")
    ] = None,
) -> None:
    """Whether code parses, what it imports, and the secrets in it: their place, never their value.

    Exit code 0: nothing found; 1: a secret, or a file that does not parse; 2: it could not be audited.
    """
    from quarterdeck.steps.code_audit import audit_path

    with _exit_codes():
        if format not in FORMATS:
            raise RequestError(f"--format: expected one of {', '.join(FORMATS)}, found {format!r}")
        found = audit_path(path, history=history, salt=None if salt_file is None else salt_file.read_bytes())
        if format == "json":
            from quarterdeck.lake.documents import to_bytes

            sys.stdout.buffer.write(to_bytes(found.records))
        else:
            for name, value in found.summary.items():
                typer.echo(f"{name:<20} {'' if value is None else value}")
            for secret in found.records["code_secrets"]:
                line = "" if secret["line"] is None else f":{secret['line']}"
                typer.echo(f"secret: {secret['kind']} at {secret['path']}{line} ({secret['fingerprint']})")
            for file in found.records["code_files"]:
                if file["parses"] is False:
                    typer.echo(f"does not parse: {file['path']}: {file['problem']}")
    raise typer.Exit(found.code)


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Wrong input or config ends with 2, anything else of ours with 1; both in one readable message."""
    from botocore.exceptions import BotoCoreError, ClientError

    from quarterdeck.errors import ConfigError

    try:
        yield
    except (ConfigError, RequestError, KeyError) as error:
        typer.echo(error.args[0] if error.args else str(error), err=True)
        raise typer.Exit(2) from error
    except (QuarterdeckError, BotoCoreError, ClientError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _log_to_stderr(verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    # On the handler, because libraries set levels of their own loggers.
    handler.setLevel(logging.INFO if verbose else logging.WARNING)
    logging.basicConfig(level=logging.INFO, handlers=[handler], format="%(levelname)s %(message)s")


def _command_line_resources() -> Any:
    from quarterdeck.steps.resources import Resources
    from quarterdeck.steps.sessions import connect_from_chain

    places = Places.from_environment(os.environ)
    return Resources(places, connect_from_chain(places.home))
