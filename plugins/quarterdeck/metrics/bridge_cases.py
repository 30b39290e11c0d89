"""Cases beside a bridge: rows by hand, two days, and the parts that the change must be split into."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.bridging import Bridging, Question
from quarterdeck.metrics.cases import case_scope, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quarterdeck.metrics.bridge_definition import Movement, Part
    from quarterdeck.metrics.cases import Case
    from quarterdeck.metrics.scope import Bench

_VALUES = ("value_then", "value_now", "currency")


def bridge_differences(case: Case, bench: Bench) -> list[str]:
    """Where the movement from ``then`` to ``as_of`` differs from what the case expects; empty when it holds.

    ``expect``: ``value_then value_now currency``, ``parts`` in their order (``kind of tenant quantity
    amount``, those that are named), ``cuts`` (``{channel: {direct: 10}}``), or ``missing``: why there is no
    bridge. Raises ValueError for rows that the datasets don't allow, MetricError for a query that fails.
    """
    bridge = bench.catalogue.bridges[case.subject]
    scope = case_scope(case, bridge, bench)
    tenant = None if case.data.get("grain") == "scope" else scope.tenants[0].id
    then, now = (date.fromisoformat(str(case.data[key])) for key in ("then", "as_of"))
    question = Question(case.subject, tenant, case.data.get("against", "month_before"), now, then)
    movements = Bridging(scope, bench.catalogue).answer([question])
    expected = case.data["expect"]
    expected = expected if isinstance(expected, list) else [expected]
    if len(movements) != len(expected):
        return [f"expected {len(expected)} movements, found {len(movements)}: {movements}"]
    return [
        difference
        for wanted, movement in zip(expected, movements, strict=True)
        for difference in _compared(wanted, movement)
    ]


def _compared(wanted: Mapping[str, Any], movement: Movement) -> Iterator[str]:
    if "missing" in wanted or movement.because is not None:
        if not same(wanted.get("missing"), movement.because):
            yield f"missing: expected {wanted.get('missing')!r}, found {movement.because!r} in {movement}"
        return
    for key in _VALUES:
        if key in wanted and not same(wanted[key], getattr(movement, key)):
            yield f"{key}: expected {wanted[key]!r}, found {getattr(movement, key)!r} in {movement}"
    yield from _parts(wanted.get("parts", ()), movement.parts)
    yield from _adds_up("parts", movement.parts, movement)
    cuts = dict(movement.cuts)
    for by, amounts in wanted.get("cuts", {}).items():
        found = {str(part.of): part.amount for part in cuts.get(by, ())}
        if {str(word): Decimal(str(amount)) for word, amount in amounts.items()} != found:
            yield f"cuts, {by}: expected {amounts}, found {found}"
    for by, parts in cuts.items():
        yield from _adds_up(by, parts, movement)


def _parts(wanted: Sequence[Mapping[str, Any]], parts: Sequence[Part]) -> Iterator[str]:
    found = [part.as_json() for part in parts]
    if len(wanted) != len(found):
        yield f"expected {len(wanted)} parts, found {len(found)}: {found}"
        return
    for number, (expected, part) in enumerate(zip(wanted, found, strict=True), start=1):
        for key, value in expected.items():
            if not same(value, part.get(key)):
                yield f"part {number}, {key}: expected {value!r}, found {part.get(key)!r} in {part}"


def _adds_up(name: str, parts: Sequence[Part], movement: Movement) -> Iterator[str]:
    change = Decimal(movement.value_now or 0) - Decimal(movement.value_then or 0)
    made = sum((part.amount for part in parts), Decimal(0))
    if made != change:
        yield f"{name}: expected a sum of {change}, found {made}"
