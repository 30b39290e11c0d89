"""The command ``quarterdeck``: for data engineers, without Airflow, on the same functions as the tasks.

Exit codes: 0 done, 1 a check fell short, 2 wrong input or config. One file per command; each imports what it
needs when it runs, so that the others stay quick.
"""

from __future__ import annotations

import typer

from quarterdeck.cli.audit import audit
from quarterdeck.cli.check import check
from quarterdeck.cli.compose import compose
from quarterdeck.cli.explain import explain
from quarterdeck.cli.kpis import kpis
from quarterdeck.cli.ledger import ledger
from quarterdeck.cli.measure import measure
from quarterdeck.cli.suppressions import suppressions
from quarterdeck.cli.verify import verify

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Executive reports for portfolios of small businesses: check, measure, compose, without Airflow.",
)
for command in (check, measure, explain, compose, audit, verify, suppressions, kpis):
    app.command()(command)
app.add_typer(ledger, name="ledger")
