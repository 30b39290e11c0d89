"""The words that all settings are written in: ids, days, zones, addresses, and models strict about keys."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"expected an IANA time zone such as Europe/Amsterdam, found {name!r}") from None
    return name


def _a_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a day such as 2024-01-31, found {text!r}") from None
    return text


def _a_local_time(value: object) -> object:
    # YAML reads 05:30 as a number in base 60 where it isn't quoted: 330.
    if isinstance(value, int):
        raise ValueError(f'expected a local time in quotes such as "05:30", found the number {value}')
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:00)?", value):
        raise ValueError(f"expected a local time such as 05:30, found {value!r}")
    return value


def _a_schedule(text: str) -> str:
    if len(text.split()) != 5:
        raise ValueError(f"expected five cron fields such as '0 6 * * *', found {text!r}")
    return text


ID_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
ADDRESS_PATTERN = r"^[^@\s<>\"]+@[A-Za-z0-9.-]+$"
STORE_PATTERN = r"^(file|s3)://.+"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=64)]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY_PATTERN)]
Address = Annotated[str, StringConstraints(pattern=ADDRESS_PATTERN, max_length=254)]
# Long enough to stand in no report by chance.
Canary = Annotated[str, StringConstraints(min_length=8, max_length=200, strip_whitespace=True)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Day = Annotated[str, AfterValidator(_a_day)]
LocalTime = Annotated[time, BeforeValidator(_a_local_time)]
Schedule = Annotated[str, AfterValidator(_a_schedule)]
ColumnType = Literal["text", "integer", "decimal", "money", "day", "instant", "boolean", "choice"]
Mode = Literal["auto", "archive", "preview", "send"]
Scalar = str | int | float | bool


class Model(BaseModel):
    """Frozen, and strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
