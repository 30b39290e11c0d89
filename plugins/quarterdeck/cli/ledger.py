"""``quarterdeck ledger``: the delivery ledger, for people."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quarterdeck.cli.conventions import check_format, command_line_resources, exit_codes, write_json

ledger = typer.Typer(no_args_is_help=True, help="What was mailed, what waits, and what a person must settle.")

PortfolioId = Annotated[str, typer.Argument(metavar="PORTFOLIO", help="The portfolio's id.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The delivery's id, as logs and `show` have it.")]
Account = Annotated[bool, typer.Option("--account", help="Every portfolio of the SES account and Region.")]
Format = Annotated[str, typer.Option(help="table or json")]


@ledger.command()
def show(
    portfolio: PortfolioId,
    key: Annotated[str | None, typer.Option(help="One delivery, with its history.")] = None,
    state: Annotated[str | None, typer.Option(help="Only this state.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only this day, in any state.")] = None,
    report: Annotated[str | None, typer.Option(help="Only this report.")] = None,
    format: Format = "table",  # noqa: A002 - the option's name
) -> None:
    """Deliveries that still wait for something; or those of a state or day; never an address."""
    from quarterdeck.steps.bookkeeping import sending_state, shown_row, shown_rows

    with exit_codes():
        check_format(format, "table", "json")
        here = command_line_resources()
        sending = sending_state(here, portfolio)
        if key is not None:
            rows = [shown_row(here, portfolio, key)]
        else:
            rows = shown_rows(here, portfolio, state=state, as_of=as_of, report=report)
    if format == "json":
        write_json({"portfolio": portfolio, "sending": sending, "deliveries": rows})
        return
    for line in (*map(_line, rows), *_sending_lines(sending)):
        typer.echo(line)


@ledger.command()
def settle(
    portfolio: PortfolioId,
    key: Key,
    verdict: Annotated[str, typer.Option("--as", help="delivered or not_sent")],
    reason: Annotated[str, typer.Option(help="How you know; it is kept in the ledger.")],
) -> None:
    """Say what became of a delivery that is unknown. It sends nothing."""
    from quarterdeck.steps.bookkeeping import settle_delivery

    with exit_codes():
        row = settle_delivery(command_line_resources(), portfolio, key, verdict=verdict, reason=reason)
    typer.echo(_line(row))


@ledger.command()
def pause(
    portfolio: PortfolioId,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the pause.")],
    account: Account = False,
) -> None:
    """Send nothing until `resume`: what is due is deferred."""
    from quarterdeck.steps.bookkeeping import pause_sending

    with exit_codes():
        pause_sending(command_line_resources(), portfolio, reason=reason, whole_account=account)
    typer.echo(f"{'the whole account' if account else portfolio}: paused")


@ledger.command()
def resume(portfolio: PortfolioId, account: Account = False) -> None:
    """Lift a pause; what was deferred goes out with the next dispatch."""
    from quarterdeck.steps.bookkeeping import resume_sending

    with exit_codes():
        resume_sending(command_line_resources(), portfolio, whole_account=account)
    typer.echo(f"{'the whole account' if account else portfolio}: resumed")


@ledger.command()
def rebuild(portfolio: PortfolioId) -> None:
    """Make a ledger that was lost again from the archive; what is in doubt becomes unknown."""
    from quarterdeck.steps.rebuilding import rebuild_ledger

    with exit_codes():
        counts = rebuild_ledger(command_line_resources(), portfolio)
    typer.echo(" ".join(f"{state}={count}" for state, count in sorted(counts.items())) or "no messages")


def _line(row: dict[str, Any]) -> str:
    head = (
        f"{row['delivery']}  {row['as_of']}  {row['report']:<24} {row['purpose']:<12} "
        f"{row['recipient_hash']}  {row['state']:<12} since {row['since'] or '-'}  {row['because'] or '-'}"
    )
    steps = (
        f"  {step['at']}  {step['state']:<12} attempt {step['attempt']}  {step['reason']}"
        for step in row.get("history", ())
    )
    return "\n".join([head, *steps])


def _sending_lines(sending: dict[str, Any]) -> list[str]:
    left = "no limit" if sending["quota_left"] is None else f"{sending['quota_left']:g} left of 24 hours"
    read = "quota not read yet" if sending["rate"] is None else f"{sending['rate']:g} recipients/s, {left}"
    stops = [f"stopped ({stop['of']}): {stop['code']} {stop['reason']}".rstrip() for stop in sending["stops"]]
    return [f"sending: {read}", *stops]
