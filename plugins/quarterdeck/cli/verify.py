"""``quarterdeck verify``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from quarterdeck.cli.conventions import check_format, command_line_resources, exit_codes, write_json

if TYPE_CHECKING:
    from quarterdeck.lake.verification import Walk


def verify(
    portfolio: Annotated[str, typer.Argument(help="The portfolio's id.")],
    report: Annotated[str | None, typer.Option(help="Only this report.")] = None,
    format: Annotated[str, typer.Option(help="table or json")] = "table",  # noqa: A002 - the option's name
) -> None:
    """Walk the chain of archived editions and mails: a changed byte, a missing edition, a broken link."""
    from quarterdeck.steps.verifying import verify_archive

    with exit_codes():
        check_format(format, "table", "json")
        walks = verify_archive(command_line_resources(), portfolio, report)
    if format == "json":
        write_json({"portfolio": portfolio, "reports": [asdict(walk) for walk in walks]})
    else:
        for walk in walks:
            typer.echo(_line(walk))
    faults = [fault for walk in walks for fault in walk.faults]
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        raise typer.Exit(1)


def _line(walk: Walk) -> str:
    state = f"{len(walk.faults)} not as archived" if walk.faults else "whole"
    days = f"{walk.first} to {walk.last}" if walk.first else "no edition"
    return (
        f"{walk.report:<24} {days:<24} editions {walk.editions:>5}  mails {walk.messages:>5}  "
        f"head {walk.head or '-':.16}  {state}"
    )
