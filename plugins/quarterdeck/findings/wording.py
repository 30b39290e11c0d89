"""Jinja texts of rules: rendered over evidence, plain text, no names that aren't there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Plain text for HTML, text part and subject alike: HTML escapes it where it is shown.
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@lru_cache(maxsize=512)
def names_in(text: str) -> frozenset[str]:
    """The names that a text needs. Raises TemplateError where it is no Jinja."""
    return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(text)))


def say(text: str, names: Mapping[str, object], where: str) -> str:
    """The text on one line. Raises QuarterdeckError that names the rule for a text that can't be said."""
    try:
        return " ".join(_ENVIRONMENT.from_string(text).render(names).split())
    except TemplateError as error:
        raise QuarterdeckError(
            f"rule {where}: expected a text over its evidence, found: {error}; mend the text"
        ) from None
