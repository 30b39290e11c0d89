"""Why figures moved, for a payload: the movements of the KPI lines, against what was printed, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.bridge_words import label_of, sentence_of
from quarterdeck.reports.change import line_before

if TYPE_CHECKING:
    from quarterdeck.reports.inputs import PayloadInputs


def bridges_of(inputs: PayloadInputs, kpis: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The payload's ``bridges``: of each KPI line one per comparison, in the order of the lines.

    ``parts`` add up to ``change`` exactly, and so does each of ``cuts``. Against the last edition
    ``value_then`` is what it printed; what today's data say otherwise of its day is the part ``restated``.
    Where there is no split, ``because`` says why.
    """
    return [
        _entry(inputs, line, movement)
        for line in kpis
        for movement in inputs.movements
        if (movement["metric"], movement["tenant"]) == (line["id"], line["tenant"])
        and line["currency"] in {movement["currency"], None}
    ]


def _entry(inputs: PayloadInputs, line: dict[str, Any], movement: dict[str, Any]) -> dict[str, Any]:
    movement = {**movement, "because": movement["because"] or _refusal(inputs, line, movement)}
    if movement["because"] is None and movement["against"] == "previous_edition":
        movement = _from_printed(movement, _printed(inputs, movement))
    told = movement["because"] is None
    change = Decimal(movement["value_now"]) - Decimal(movement["value_then"]) if told else None
    entry: dict[str, Any] = {
        "metric": line["id"],
        "title": line["title"],
        "tenant": line["tenant"],
        "unit": line["unit"],
        "currency": line["currency"],
        "against": movement["against"],
        "now": _end(movement, "now"),
        "then": _end(movement, "then"),
        "value_now": movement["value_now"],
        "value_then": movement["value_then"],
        "change": change,
        "parts": [_part(inputs, line, part) for part in movement["parts"]] if told else [],
        "cuts": [_cut(inputs, cut) for cut in movement["cuts"]] if told else [],
        "note": movement["note"],
        "because": movement["because"],
    }
    entry["sentence"] = sentence_of(entry, _title(inputs, line["tenant"]), inputs.words) if told else None
    return entry


def _end(movement: dict[str, Any], end: str) -> dict[str, Any]:
    first, last = movement[f"period_{end}"]
    return {"as_of": movement[end], "period": {"start": first, "end": last}}


def _refusal(inputs: PayloadInputs, line: dict[str, Any], movement: dict[str, Any]) -> str | None:
    """Why the movement does not explain the figure that the reader sees."""
    if movement["now"] == inputs.as_of.isoformat() and line.get("value") != movement["value_now"]:
        return inputs.words.say("moves.not_this_day")
    if movement["against"] != "previous_edition":
        return None
    if line["tenant"] is None and inputs.previous is not None:
        before = {tenant["id"] for tenant in inputs.previous["scope"]["tenants"]}
        if before != set(inputs.said):
            return inputs.words.say("moves.other_businesses")
    if _printed(inputs, movement) is None:
        return inputs.words.say("moves.no_value_before")
    return None


def _printed(inputs: PayloadInputs, movement: dict[str, Any]) -> Any:
    if inputs.previous is None:
        return None
    subject = (movement["metric"], movement["tenant"], movement["currency"])
    line = line_before(inputs.previous["kpis"], *subject)
    return None if line is None else line.get("value")


def _from_printed(movement: dict[str, Any], printed: Any) -> dict[str, Any]:
    """The movement from what was printed: today's data of that day less it is a part of its own."""
    restated = Decimal(movement["value_then"]) - Decimal(printed)
    if not restated:
        return movement
    part = {"kind": "restated", "tenant": None, "of": None, "quantity": None, "amount": restated}
    parts = sorted([*movement["parts"], part], key=lambda each: -abs(Decimal(each["amount"])))
    cuts = [{**cut, "parts": [*cut["parts"], part]} for cut in movement["cuts"]]
    return {**movement, "value_then": printed, "parts": parts, "cuts": cuts}


def _part(inputs: PayloadInputs, line: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    label = label_of(line["id"], part, inputs.words)
    if line["tenant"] is None and part["tenant"] is not None and len(inputs.tenants) > 1:
        label = inputs.words.say("value.titled", title=label, of=_title(inputs, part["tenant"]))
    return {**part, "label": label}


def _cut(inputs: PayloadInputs, cut: dict[str, Any]) -> dict[str, Any]:
    by = cut["by"]
    return {
        "by": by,
        "parts": [{"label": _cut_label(inputs, by, part), "amount": part["amount"]} for part in cut["parts"]],
    }


def _cut_label(inputs: PayloadInputs, by: str, part: dict[str, Any]) -> str:
    if part["kind"] != by:  # restated, or what is left of many
        return str(part["kind"])
    if part["of"] is None:
        return inputs.words.say("moves.without", by=by)
    return (_title(inputs, part["of"]) or part["of"]) if by == "tenant" else str(part["of"])


def _title(inputs: PayloadInputs, tenant: str | None) -> str | None:
    return None if tenant is None else inputs.config.portfolio.tenant(tenant).title


def split_of(
    bridges: list[dict[str, Any]], metric: str, tenant: str | None, against: str
) -> list[dict[str, Any]]:
    """One metric's bridges against one baseline that are split: one per currency, maybe none."""
    subject = (metric, tenant, against)
    return [
        bridge
        for bridge in bridges
        if (bridge["metric"], bridge["tenant"], bridge["against"]) == subject and bridge["because"] is None
    ]
