"""``quarterdeck measure``."""

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

    log_to_stderr(verbose)
    with exit_codes():
        check_format(format, "table", "json")
        figures = measure_portfolio(command_line_resources(), portfolio, as_of, tenant=tenant, metrics=metric)
        if format == "json":
            write_json([figure.as_json() for figure in figures])
            return
        from quarterdeck.reports.format import format_value

        for figure in figures:
            what = f"{figure.missing}: {figure.because}"
            if figure.missing is None:
                what = format_value(figure.value, figure.unit, figure.currency, "en_US")
            typer.echo(f"{figure.tenant or '(portfolio)':<24} {figure.metric:<32} {what}")
