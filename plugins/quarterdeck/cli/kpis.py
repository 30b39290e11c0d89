"""``quarterdeck kpis``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer resolves annotations at run time
from typing import Annotated

import typer

from quarterdeck.cli.conventions import exit_codes, places


def kpis(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write: docs/kpis.md; else it is printed."),
    ] = None,
) -> None:
    """The catalogue of all KPIs as a page, made from the headers of their SQL."""
    from quarterdeck.steps.kpi_page import kpi_page

    with exit_codes():
        page = kpi_page(places())
        if out is None:
            typer.echo(page, nl=False)
        else:
            out.write_text(page, encoding="utf-8")
            typer.echo(str(out))
