"""``quarterdeck compose``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer resolves annotations at run time
from typing import Annotated

import typer

from quarterdeck.cli.conventions import AsOf, Verbose, command_line_resources, exit_codes, log_to_stderr


def compose(
    portfolio: Annotated[str, typer.Argument(help="The portfolio's id.")],
    report: Annotated[str, typer.Argument(help="The report's id, such as cfo.")],
    as_of: AsOf,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")],
    verbose: Verbose = False,
) -> None:
    """One report's payload, HTML, text, web page, attachments and message, archived and mailed nowhere."""
    from quarterdeck.steps.composing import compose_report

    log_to_stderr(verbose)
    with exit_codes():
        for name, data in compose_report(command_line_resources(), portfolio, report, as_of).items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            typer.echo(str(path))
