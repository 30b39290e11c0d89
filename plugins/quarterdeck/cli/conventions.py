"""What all commands share: options, formats, exit codes, the log, and the resources of this machine."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quarterdeck.errors import ConfigError, QuarterdeckError, RequestError
from quarterdeck.settings.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quarterdeck.settings.definition import Aws

AsOf = Annotated[str, typer.Option("--as-of", help="The local day reported on, such as 2026-03-31.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what is read and decided, to stderr.")]


def check_format(found: str, *known: str) -> None:
    """Raises RequestError for a format that is not among the known ones."""
    if found not in known:
        raise RequestError(f"--format: expected one of {', '.join(known)}, found {found!r}")


def write_json(document: Any) -> None:
    """Canonical JSON to standard output."""
    from quarterdeck.lake.documents import to_bytes

    sys.stdout.buffer.write(to_bytes(document))


@contextmanager
def exit_codes() -> Iterator[None]:
    """Wrong input or config ends with 2, anything else of ours or of AWS with 1; both in one message."""
    try:
        yield
    except (ConfigError, RequestError, KeyError) as error:
        typer.echo(error.args[0] if error.args else str(error), err=True)
        raise typer.Exit(2) from error
    except Exception as error:
        if not isinstance(error, QuarterdeckError) and not _is_of_aws(error):
            raise
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _is_of_aws(error: Exception) -> bool:
    """Whether boto3 raised it; where nothing imported boto3, nothing did."""
    if "botocore" not in sys.modules:
        return False
    from botocore.exceptions import BotoCoreError, ClientError

    return isinstance(error, BotoCoreError | ClientError)


def log_to_stderr(verbose: bool) -> None:
    """Warnings, and with ``--verbose`` all that is read and decided."""
    handler = logging.StreamHandler(sys.stderr)
    # On the handler, because libraries set levels of their own loggers.
    handler.setLevel(logging.INFO if verbose else logging.WARNING)
    logging.basicConfig(level=logging.INFO, handlers=[handler], format="%(levelname)s %(message)s")


def places() -> Places:
    """Where definitions and lakes lie, as the environment says."""
    return Places.from_environment(os.environ)


def command_line_resources() -> Any:
    """The resources of a step; boto3 is imported when a client is first asked for."""
    from quarterdeck.steps.resources import Resources

    here = places()
    return Resources(here, _Connection(here.home))


class _Connection:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._connect: Any = None

    def __call__(self, aws: Aws, service: str) -> Any:
        if self._connect is None:
            from quarterdeck.steps.sessions import connect_from_chain

            self._connect = connect_from_chain(self._home)
        return self._connect(aws, service)
