"""When AWS ends its support of a Lambda runtime, by the table in ``include/aws/lambda_runtimes.yaml``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml

TABLE = Path(__file__).resolve().parents[4] / "include" / "aws" / "lambda_runtimes.yaml"


def ends_of_life(table: Path = TABLE) -> dict[str, date]:
    """The last day of support by runtime identifier. Raises ValueError for a table that has no dates."""
    read = yaml.safe_load(table.read_text(encoding="utf-8"))
    ends = read.get("end_of_life") if isinstance(read, dict) else None
    if not isinstance(ends, dict) or not all(isinstance(day, date) for day in ends.values()):
        raise ValueError(
            f"{table}: expected `end_of_life` with a date for each runtime, found {ends!r}; restore the file"
        )
    return {str(runtime): day for runtime, day in ends.items()}
