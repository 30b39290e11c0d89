"""``quarterdeck audit``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer resolves annotations at run time
from typing import Annotated

import typer

from quarterdeck.cli.conventions import check_format, exit_codes, write_json


def audit(
    path: Annotated[Path, typer.Argument(help="A git repository, a folder, or a zip of code.")],
    format: Annotated[str, typer.Option(help="table or json")] = "table",  # noqa: A002 - the option's name
    history: Annotated[int, typer.Option(min=1, help="Commits in which secrets are looked for.")] = 100,
    salt_file: Annotated[
        Path | None, typer.Option(help="The salt of fingerprints, to compare them with another audit's.")
    ] = None,
) -> None:
    """Whether code parses, what it imports, and the secrets in it: their place, never their value.

    Exit code 0: nothing found; 1: a secret, or a file that does not parse; 2: it could not be audited.
    """
    from quarterdeck.steps.code_audit import audit_path

    with exit_codes():
        check_format(format, "table", "json")
        found = audit_path(path, history=history, salt=None if salt_file is None else salt_file.read_bytes())
        if format == "json":
            write_json(found.records)
        else:
            for name, value in found.summary.items():
                typer.echo(f"{name:<20} {'' if value is None else value}")
            for secret in found.records["code_secrets"]:
                line = "" if secret["line"] is None else f":{secret['line']}"
                typer.echo(f"secret: {secret['kind']} at {secret['path']}{line} ({secret['fingerprint']})")
            for file in found.records["code_files"]:
                if file["parses"] is False:
                    typer.echo(f"does not parse: {file['path']}: {file['problem']}")
    raise typer.Exit(found.code)
