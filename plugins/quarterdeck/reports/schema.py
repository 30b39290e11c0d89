"""Checks a payload against its versioned JSON Schema before anything is made from it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import simplejson
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import extend

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_LISTED = 20


def check_payload(payload: dict[str, Any]) -> None:
    """Raises QuarterdeckError listing what is wrong with the payload, and where in it; else does nothing."""
    errors = sorted(_validator().iter_errors(payload), key=lambda error: list(map(str, error.absolute_path)))
    if not errors:
        return
    lines = [f"  {error.json_path}: {error.message[:300]}" for error in errors[:_LISTED]]
    if len(errors) > _LISTED:
        lines.append(f"  and {len(errors) - _LISTED} more")
    report, day = payload.get("report", "?"), payload.get("as_of", "?")
    raise QuarterdeckError(
        f"the payload of {report} as of {day} is not what payload.schema.json says:\n" + "\n".join(lines)
    )


def payload_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of payloads."""
    schema: dict[str, Any] = simplejson.loads(
        files(__package__).joinpath("payload.schema.json").read_text("utf-8")
    )
    return schema


@lru_cache
def _validator() -> Validator:
    def is_number(_: object, value: object) -> bool:
        if isinstance(value, Decimal):
            return value.is_finite()
        return isinstance(value, int) and not isinstance(value, bool)  # floats are no exact figures

    checker = Draft202012Validator.TYPE_CHECKER.redefine("number", is_number)
    make: type[Validator] = extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
    schema = payload_schema()
    make.check_schema(schema)
    return make(schema, format_checker=FormatChecker())
