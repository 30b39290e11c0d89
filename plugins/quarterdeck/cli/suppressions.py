"""``quarterdeck suppressions``."""

from __future__ import annotations

from typing import Annotated

import typer

from quarterdeck.cli.conventions import check_format, command_line_resources, exit_codes, write_json


def suppressions(
    portfolio: Annotated[str, typer.Argument(help="The portfolio's id.")],
    lift: Annotated[str | None, typer.Option(help="An address to mail to again.")] = None,
    because: Annotated[str, typer.Option(help="Why it may be mailed to again; kept.")] = "",
    format: Annotated[str, typer.Option(help="table or json")] = "table",  # noqa: A002 - the option's name
) -> None:
    """Who is not mailed to any more, since mail came back or was complained of; or lift one address."""
    from quarterdeck.errors import RequestError
    from quarterdeck.steps import suppressing

    with exit_codes():
        check_format(format, "table", "json")
        resources = command_line_resources()
        if lift is not None:
            if not because.strip():
                raise RequestError("--lift: expected the reason as --because TEXT, found none")
            suppressing.lift(resources, portfolio, lift, because.strip())
        found = suppressing.suppressed_of(resources, portfolio)
    if format == "json":
        write_json({"portfolio": portfolio, "suppressed": found})
        return
    for one in found:
        state = f"lifted: {one['lifted_because']}" if one["lifted_because"] else "suppressed"
        where = ", ".join(one["places"]) or "no recipient any more"
        code = f" {one['code']}" if one["code"] else ""
        typer.echo(f"{one['recipient_hash']}  {one['since'][:10]}  {one['because']}{code}  {where}  {state}")
    if not found:
        typer.echo("nobody is suppressed")
