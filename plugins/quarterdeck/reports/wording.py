"""Sentences of a report's YAML, over named figures: Jinja in a sandbox, where a wrong name is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.bridge_words import clause_of
from quarterdeck.reports.bridges import split_of
from quarterdeck.reports.format import format_day, format_money, format_ratio, rounded
from quarterdeck.reports.kpis import figures_of

if TYPE_CHECKING:
    from quarterdeck.reports.inputs import PayloadInputs


class Wording:
    """Renders the sentences of one report over its payload's parts.

    In a sentence: ``figure(metric, tenant)`` (tenant: none for the scope, ``"lead"``, or an id) with
    ``value text whole rough missing because period change note``; ``rows(table)``, the rows of a table that a
    section shows, as values by column; ``money(value, currency)`` and ``share(value)``, which put these into
    words; ``moved(metric, tenant, against)``, a sentence why it
    moved (against ``month_before``, ``year_before`` or ``previous_edition``; ``short=True``: without its
    subject; empty where it is not split);
    ``findings`` (the open ones), ``recommendations``, ``coverage``, ``as_of``; ``counted(n, noun)``,
    ``day(iso)``.
    """

    def __init__(
        self,
        inputs: PayloadInputs,
        kpis: list[dict[str, Any]],
        coverage: dict[str, Any],
        bridges: list[dict[str, Any]],
    ) -> None:
        self._inputs = inputs
        self._kpis = kpis
        self._bridges = bridges
        # A sentence is data for HTML and text alike; HTML escapes it where it is shown.
        self._environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._names = {
            "figure": self._figure,
            "moved": self._moved,
            "findings": [f for f in inputs.findings if f["status"] != "resolved"],
            "recommendations": inputs.recommendations,
            "coverage": coverage,
            "as_of": format_day(inputs.as_of, inputs.locale),
            "counted": inputs.words.counted,
            "day": lambda day: format_day(day, inputs.locale),
            "rows": self._rows,
            "money": lambda value, currency: format_money(value, currency, inputs.locale),
            "share": lambda value: format_ratio(value, inputs.locale),
        }

    def say(self, sentence: str, where: str) -> str:
        """The sentence on one line; empty where its conditions leave nothing.

        Raises QuarterdeckError naming ``where`` in the report's YAML for a wrong template or name.
        """
        try:
            said = self._environment.from_string(sentence).render(self._names)
        except TemplateError as error:
            raise QuarterdeckError(
                f"include/reports/{self._inputs.report.id}.yaml, {where}: expected a Jinja sentence over the "
                f"report's figures, found {error}; mend the sentence"
            ) from None
        return " ".join(said.split())

    def _figure(self, metric: str, tenant: str | None = None) -> dict[str, Any]:
        if tenant == "lead":
            tenant = self._inputs.config.portfolio.lead_tenant
        for kpi in self._kpis:
            if kpi["id"] == metric and kpi["tenant"] == tenant:
                return self._spoken(kpi)
        figures = figures_of(self._inputs, metric, tenant)
        if not figures:
            return self._spoken(
                {
                    "missing": "no_data",
                    "because": self._inputs.words.say("missing.no_figure", metric=metric),
                    "unit": "score",
                }
            )
        return self._spoken({**figures[0].as_json(), "change": None})

    def _rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table that a section shows; none where it is missing, which that section says."""
        result = self._inputs.tables.get(table)
        if result is None or result.missing is not None:
            return []
        own = {"currency": result.currency}  # a column of that name tells it by row
        return [own | dict(zip(result.columns, row, strict=True)) for row in result.rows]

    def _moved(
        self, metric: str, tenant: str | None = None, against: str = "month_before", *, short: bool = False
    ) -> str:
        if tenant == "lead":
            tenant = self._inputs.config.portfolio.lead_tenant
        found = split_of(self._bridges, metric, tenant, against)
        if short:
            return "; ".join(clause_of(bridge, self._inputs.words) for bridge in found)
        return " ".join(bridge["sentence"] for bridge in found)

    def _spoken(self, line: dict[str, Any]) -> dict[str, Any]:
        words, currency, unit = self._inputs.words, line.get("currency"), line["unit"]
        missing = line.get("missing")
        if missing is not None:
            because = words.missing(missing, line.get("because"))
            return {"value": None, "text": because, "whole": because, "rough": because, "missing": missing,
                    "because": because, "period": "", "change": "", "note": ""}  # fmt: skip
        value = line["value"]
        text = words.value(value, unit, currency, noun=line.get("unit_label"))
        whole = rough = text
        if unit == "money" and currency:
            whole = format_money(value, currency, words.locale, whole=True)
            rough = format_money(rounded(value, -3), currency, words.locale, whole=True)
        period = line.get("period") or {"start": None, "end": None}
        return {
            "value": value,
            "text": text,
            "whole": whole,
            "rough": rough,
            "missing": None,
            "because": None,
            "period": words.period(period["start"], period["end"]),
            "change": "" if line["change"] is None else words.change(line["change"], unit, currency),
            "note": line.get("note") or "",
        }
