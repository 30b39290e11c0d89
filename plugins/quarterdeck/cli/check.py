"""``quarterdeck check``."""

from __future__ import annotations

import typer

from quarterdeck.cli.conventions import places


def check() -> None:
    """Every mistake in include/ and in the portfolios, each with its file and line."""
    from quarterdeck.steps.checking import all_mistakes

    mistakes = all_mistakes(places())
    for mistake in mistakes:
        typer.echo(str(mistake))
    if mistakes:
        typer.echo(f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}", err=True)
        raise typer.Exit(2)
    typer.echo("no mistakes")
