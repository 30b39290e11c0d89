"""``quarterdeck explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from quarterdeck.cli.conventions import (
    AsOf,
    Verbose,
    check_format,
    command_line_resources,
    exit_codes,
    log_to_stderr,
    write_json,
)


def explain(
    portfolio: Annotated[str, typer.Argument(help="The portfolio's id: its folder's name.")],
    metric: Annotated[str, typer.Argument(help="The metric's id, such as gross_burn.")],
    as_of: AsOf,
    tenant: Annotated[str | None, typer.Option(help="Of this tenant, not of the whole portfolio.")] = None,
    format: Annotated[str, typer.Option(help="text or json")] = "text",  # noqa: A002 - the option's name
    verbose: Verbose = False,
) -> None:
    """Where a figure comes from: formula, SQL, inputs with their counts, and the rows that count in it."""
    from quarterdeck.steps.explaining import explain_figure

    log_to_stderr(verbose)
    with exit_codes():
        check_format(format, "text", "json")
        explained = explain_figure(command_line_resources(), portfolio, metric, as_of, tenant=tenant)
        if format == "json":
            write_json(explained)
            return
        from quarterdeck.cli.explanation import explanation_lines

        for line in explanation_lines(explained):
            typer.echo(line)
