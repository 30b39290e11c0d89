"""The fixed phrases of the reports: one file for each language, read by key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml
from babel import Locale

from quarterdeck.errors import QuarterdeckError
from quarterdeck.metrics.definition import GAPS
from quarterdeck.reports.format import (
    NOTHING,
    format_month,
    format_number,
    format_ratio,
    format_short_day,
    format_value,
    is_whole_months,
    rounded,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from quarterdeck.metrics.definition import Figure

FALLBACK = "en"
_NOUNS = "nouns."
_ENDINGS = "nouns.endings"


@dataclass(frozen=True)
class Words:
    """The phrases of one language, and the locale in which figures within them are written.

    ``phrases``: by dotted key (``changes.title_reader``) a text with ``{names}``, for a noun its forms by
    CLDR's plural category, for ``nouns.endings`` pairs of pattern and ending.
    """

    locale: str
    phrases: Mapping[str, Any]

    def say(self, key: str, **names: object) -> str:
        """The phrase with its names filled in. Raises QuarterdeckError where one is not there."""
        try:
            return str(self.phrases[key]).format(**names)
        except KeyError as error:
            raise QuarterdeckError(
                f"templates/words: expected the phrase {key!r} with the names {sorted(names)}, found none of "
                f"{error}; add it to the file of the language ({self.locale})"
            ) from None

    def plural(self, noun: str, count: Decimal | int) -> str:
        """The noun for that many: one of the catalogue by its key, else one of a portfolio's own."""
        category = self._category(count)
        forms = self.phrases.get(f"{_NOUNS}{noun}")
        if forms is not None:
            return str(forms.get(category, forms["other"]))
        if category == "one":
            return noun
        for pattern, ending in self.phrases[_ENDINGS]:
            if re.search(pattern, noun):
                return re.sub(pattern, ending, noun, count=1)
        return noun

    def counted(self, count: Decimal | int, noun: str) -> str:
        """A count with its noun: ``1 row``, ``1,204 rows``."""
        shown = rounded(count, 0)
        return f"{format_number(shown, self.locale)} {self.plural(noun, shown)}"

    def value(
        self, value: Any, unit: str, currency: str | None, *, noun: str | None = None, whole: bool = False
    ) -> str:
        """A value in its unit; ``noun`` is what ``units`` are units of, ``whole`` leaves minor units out."""
        if unit == "units" and noun and value is not None:
            return self.counted(value, noun)
        return format_value(value, unit, currency, self.locale, whole=whole)

    def period(self, start: str | None, end: str | None) -> str:
        """Days from ``start`` to ``end`` (its last): whole months by their names, else days; may be empty."""
        if end is None:
            return ""
        if start is None:
            return self.say("value.up_to", last=format_short_day(end, self.locale))
        if is_whole_months(start, end):
            first, last = format_month(start[:7], self.locale), format_month(end[:7], self.locale)
        else:
            first, last = format_short_day(start, self.locale), format_short_day(end, self.locale)
        return first if first == last else self.say("value.months_to", first=first, last=last)

    def change(self, change: Mapping[str, Any] | None, unit: str, currency: str | None) -> str:
        """A change in words and sign: ``up 5.9%``, ``down 1.2 points``, ``up $40.00``, ``unchanged``."""
        if change is None:
            return NOTHING
        direction, absolute, relative = change["direction"], change["absolute"], change["relative"]
        if direction == "flat":
            return self.say("change.flat")
        if relative is None and unit == "day":
            when = "later" if absolute > 0 else "earlier"
            return self.say(f"change.{when}", days=self.counted(abs(absolute), "day"))
        if relative is not None:
            amount = format_ratio(abs(Decimal(relative)), self.locale)
        elif unit == "ratio":
            points = format_number(abs(Decimal(absolute)) * 100, self.locale, least=1, most=1)
            amount = self.say("change.points", points=points)
        else:
            amount = format_value(abs(Decimal(absolute)), unit, currency, self.locale)
        return self.say(f"change.{direction}", amount=amount)

    def missing(self, missing: str, because: str | None) -> str:
        """Why there is no value: ``not burning``; for a gap ``no data (what it lacks)``."""
        words = self.say(f"missing.{missing}")
        if because is None:
            return words
        return self.say("missing.gap", words=words, because=because) if missing in GAPS else because

    def figure(self, figure: Figure) -> str:
        """A figure's value in words, or why it has none."""
        if figure.missing is not None:
            return self.missing(figure.missing, figure.because)
        return self.value(figure.value, figure.unit, figure.currency)

    def short_day(self, day: str | date) -> str:
        """A day without its weekday."""
        return format_short_day(day, self.locale)

    def _category(self, count: Decimal | int) -> str:
        size: Decimal = abs(Decimal(count)).normalize()  # 1.0 is one
        return str(Locale.parse(self.locale).plural_form(size))


def read_words(templates: Path, locale: str) -> Words:
    """The words for a locale from ``templates/words``; where its language has no file, the English ones.

    Raises QuarterdeckError for a file that is no YAML of phrases.
    """
    folder = templates / "words"
    own = folder / f"{Locale.parse(locale).language}.yaml"
    path = own if own.exists() else folder / f"{FALLBACK}.yaml"
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        return Words(locale, dict(_flat(document)))
    except (OSError, yaml.YAMLError, AttributeError) as error:
        raise QuarterdeckError(f"{path}: expected phrases by group and key, found: {error}") from None


def _flat(document: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Any]]:
    return [(f"{group}.{key}", text) for group, texts in document.items() for key, text in texts.items()]
