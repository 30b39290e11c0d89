"""Why a figure moved: the change between two days, split exactly into its parts. Pure arithmetic.

A figure is made of components; how, is its *form*:

* ``sum``: the sum of amounts. Where something is counted (quantity), a tenant's change is, in this order,
  volume (at the mean price of then), mix (at the prices of then), price (at the quantities of now).
* ``ratio``: amounts ÷ quantities, as in ADR. Of each group (tenant, channel, unit) rate: its share of now
  times the change of its rate; the rest is mix: the change of its share times its distance from the mean.
* ``yield``: amounts ÷ bases = (amounts ÷ quantities) x (quantities ÷ bases), as in RevPAR: first occupancy
  at the rate of then, then rate and mix at the occupancy of now.
* ``share``: quantities ÷ bases, per day, as in occupancy: first the bases one kind after the other, then
  the quantities of each channel on the bases of now.
* ``recurring``: amounts by client: new, lost, expansion, contraction, paused, resumed.

All in fractions; each part is rounded once, half away from zero, and what rounding leaves goes to the
largest part (of equals the first), so that the parts add up to the change that is shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.bridge_definition import DIMENSIONS, BridgeError
from quarterdeck.money import round_half_away

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from quarterdeck.metrics.bridge_definition import Form

_ZERO = Fraction(0)
MOST_PARTS = 12  # beyond these the smallest are one part: "other"
OTHER = "other"


@dataclass(frozen=True)
class Component:
    """One row of a bridge's query: money in minor units, all numbers exact. ``noun``: what is counted."""

    tenant: str | None
    kind: str
    dimensions: tuple[tuple[str, str], ...]  # of DIMENSIONS, those that the row has
    noun: str | None = None
    amount: Fraction = _ZERO
    quantity: Fraction | None = None
    base: Fraction = _ZERO

    def named(self, dimension: str) -> str | None:
        """Its place in a dimension."""
        return dict(self.dimensions).get(dimension)

    @property
    def label(self) -> str | None:
        """Its first dimension's word."""
        return self.dimensions[0][1] if self.dimensions else None


@dataclass(frozen=True)
class End:
    """The components of one of the two days, and how many days its figure is over."""

    components: tuple[Component, ...]
    days: int = 1


@dataclass(frozen=True)
class Share:
    """A part before it is rounded."""

    kind: str
    tenant: str | None
    of: str | None
    amount: Fraction
    quantity: Fraction | None = None


def total(form: Form, components: Iterable[Component]) -> Fraction | None:
    """The figure that components make; None where there is nothing to divide by."""
    amount = quantity = base = _ZERO
    for component in components:
        amount += component.amount
        quantity += component.quantity or _ZERO
        base += component.base
    if form in {"sum", "recurring"}:
        return amount
    above, below = {"ratio": (amount, quantity), "yield": (amount, base), "share": (quantity, base)}[form]
    return above / below if below else None


def shares_of(form: Form, then: End, now: End) -> list[Share]:
    """The parts of the change, exact, those of nothing left out; largest first.

    Both ends must have a value (``total``), else ZeroDivisionError.
    """
    found = [share for share in _SPLITS[form](then, now) if share.amount]
    return _largest_first(found)


def cuts_of(form: Form, then: End, now: End) -> dict[str, list[Share]]:
    """The same change by tenant and by each dimension that has more than one word; largest first."""
    cuts = {}
    for by in ("tenant", *DIMENSIONS):
        sums: dict[str | None, Fraction] = defaultdict(Fraction)
        for component, amount in _contributions(form, then, now):
            sums[component.tenant if by == "tenant" else component.named(by)] += amount
        if len(sums) > 1 and set(sums) != {None}:
            shares = [Share(by, None, word, amount) for word, amount in sums.items() if amount]
            cuts[by] = _largest_first(shares)
    return cuts


def apportion(shares: Sequence[Fraction], change: int) -> list[int]:
    """Each rounded half away from zero; the largest takes what is left of ``change``.

    Raises BridgeError where there is a change and no part.
    """
    rounded = [int(round_half_away(share, 0)) for share in shares]
    left = change - sum(rounded)
    if left and not shares:
        raise BridgeError(f"expected parts of a change of {change}, found none")
    if left:
        largest = max(range(len(shares)), key=lambda number: (abs(shares[number]), -number))
        rounded[largest] += left
    return rounded


def _largest_first(shares: list[Share]) -> list[Share]:
    ordered = sorted(shares, key=lambda s: (-abs(s.amount), s.kind, s.tenant or "", s.of or ""))
    if len(ordered) <= MOST_PARTS:
        return ordered
    rest = sum((share.amount for share in ordered[MOST_PARTS - 1 :]), _ZERO)
    return [*ordered[: MOST_PARTS - 1], Share(OTHER, None, None, rest)]


@dataclass
class _Pair:
    """What a group has at both ends."""

    amount: list[Fraction]
    quantity: list[Fraction]

    @property
    def counted(self) -> bool:
        """Something was counted at both ends, so that there are two prices."""
        return all(quantity > 0 for quantity in self.quantity)


def _paired(
    then: Iterable[Component], now: Iterable[Component], key: Callable[[Component], Hashable]
) -> dict[Any, _Pair]:
    pairs: dict[Any, _Pair] = {}
    for side, components in enumerate((then, now)):
        for component in components:
            pair = pairs.setdefault(key(component), _Pair([_ZERO, _ZERO], [_ZERO, _ZERO]))
            pair.amount[side] += component.amount
            pair.quantity[side] += component.quantity or _ZERO
    return pairs


def _total(pairs: Mapping[object, _Pair]) -> _Pair:
    sides = (0, 1)
    amount = [sum((pair.amount[side] for pair in pairs.values()), _ZERO) for side in sides]
    return _Pair(amount, [sum((pair.quantity[side] for pair in pairs.values()), _ZERO) for side in sides])


def _split_sum(then: End, now: End) -> list[Share]:
    plain = _paired(*_chosen(then, now, counted=False), lambda c: (c.kind, c.tenant, c.label))
    shares = [
        Share(kind, tenant, of, pair.amount[1] - pair.amount[0]) for (kind, tenant, of), pair in plain.items()
    ]
    counted = _chosen(then, now, counted=True)
    cells = _paired(*counted, lambda c: (c.tenant, c.noun))
    for tenant, noun in cells:
        before, after = ([c for c in side if (c.tenant, c.noun) == (tenant, noun)] for side in counted)
        groups = _paired(before, after, lambda c: (c.kind, c.dimensions))
        shares += _volume_mix_price(tenant, noun, cells[tenant, noun], groups)
    return shares


def _chosen(then: End, now: End, *, counted: bool) -> tuple[list[Component], list[Component]]:
    before, after = (
        [component for component in end.components if (component.quantity is not None) is counted]
        for end in (then, now)
    )
    return before, after


def _volume_mix_price(
    tenant: str | None, noun: str | None, whole: _Pair, groups: Mapping[object, _Pair]
) -> list[Share]:
    more = whole.quantity[1] - whole.quantity[0]
    change = whole.amount[1] - whole.amount[0]
    if not whole.counted:  # no price of then, or none of now: all of it began, or ended
        return [Share("volume", tenant, noun, change, more)]
    volume = more * whole.amount[0] / whole.quantity[0]
    price = sum((_rate_change(pair) * pair.quantity[1] for pair in groups.values()), _ZERO)
    return [
        Share("volume", tenant, noun, volume, more),
        Share("mix", tenant, noun, change - volume - price),
        Share("price", tenant, noun, price),
    ]


def _rate_change(pair: _Pair) -> Fraction:
    """Of the group's price; 0 where it has none at one of the ends: then all of it is mix."""
    if not pair.counted:
        return _ZERO
    return pair.amount[1] / pair.quantity[1] - pair.amount[0] / pair.quantity[0]


_Group = tuple[str | None, tuple[tuple[str, str], ...]]


def _group(component: Component) -> _Group:
    """Tenant, channel and unit: what has a rate of its own. A category is a part of its tenant's rate."""
    return component.tenant, tuple(d for d in component.dimensions if d[0] != "category")


def _split_ratio(then: End, now: End) -> list[Share]:
    mix, rates = _mix_and_rates(then, now)
    shares: dict[tuple[str, str | None, str | None], Fraction] = defaultdict(Fraction)
    for (tenant, _), amount in mix.items():
        shares["mix", tenant, None] += amount
    for component, amount in rates:
        shares["rate", component.tenant, component.named("category")] += amount
    return [Share(kind, tenant, of, amount) for (kind, tenant, of), amount in shares.items()]


def _mix_and_rates(then: End, now: End) -> tuple[dict[_Group, Fraction], list[tuple[Component, Fraction]]]:
    """Of each group the mix, and the changes of rates by component: now's positive, then's negative."""
    pairs = _paired(then.components, now.components, _group)
    whole = _total(pairs)
    mean = whole.amount[0] / whole.quantity[0]
    rates: list[tuple[Component, Fraction]] = []
    by_group: dict[_Group, Fraction] = defaultdict(Fraction)
    for sign, side, end in ((-1, 0, then), (1, 1, now)):
        for component in end.components:
            pair = pairs[_group(component)]
            if pair.counted:
                share = pair.quantity[1] / whole.quantity[1]
                amount = sign * share * component.amount / pair.quantity[side]
                rates.append((component, amount))
                by_group[_group(component)] += amount
    mix = {}
    for group, pair in pairs.items():
        parts = [pair.amount[side] / whole.quantity[side] for side in (0, 1)]
        share = pair.quantity[1] / whole.quantity[1] - pair.quantity[0] / whole.quantity[0]
        mix[group] = parts[1] - parts[0] - mean * share - by_group[group]
    return mix, rates


def _split_yield(then: End, now: End) -> list[Share]:
    whole = _total(_paired(then.components, now.components, lambda _: None))
    bases = [sum((c.base for c in end.components), _ZERO) for end in (then, now)]
    full = [quantity / base for quantity, base in zip(whole.quantity, bases, strict=True)]
    change = whole.amount[1] / bases[1] - whole.amount[0] / bases[0]
    if not whole.counted:  # nobody came at one of the ends: there is no rate to compare
        return [Share("occupancy", None, None, change)]
    occupancy = whole.amount[0] / whole.quantity[0] * (full[1] - full[0])
    sold = _split_ratio(*(End(tuple(c for c in end.components if not c.base)) for end in (then, now)))
    rates = [Share(share.kind, share.tenant, share.of, share.amount * full[1]) for share in sold]
    return [Share("occupancy", None, None, occupancy), *rates]


def _split_share(then: End, now: End) -> list[Share]:
    """Per day, so that days which have passed in the meantime are no change of what is listed."""
    nights = [sum((c.quantity or _ZERO for c in end.components), _ZERO) / end.days for end in (then, now)]
    bases: dict[str, list[Fraction]] = {}
    for side, end in enumerate((then, now)):
        for component in end.components:
            if component.base:
                bases.setdefault(component.kind, [_ZERO, _ZERO])[side] += component.base / end.days
    below = sum((pair[0] for pair in bases.values()), _ZERO)
    shares = []
    for kind in sorted(bases, reverse=True):  # listed, then closed
        after = below + bases[kind][1] - bases[kind][0]
        if after <= 0:
            return _split_share_at_once(then, now)
        shares.append(Share(kind, None, None, nights[0] / after - nights[0] / below))
        below = after
    for (tenant, of), pair in _paired(
        *_chosen(then, now, counted=True), lambda c: (c.tenant, c.label)
    ).items():
        more = pair.quantity[1] / now.days - pair.quantity[0] / then.days
        shares.append(Share("volume", tenant, of, more / below))
    return shares


def _split_share_at_once(then: End, now: End) -> list[Share]:
    """One part: where listed and closed nights changed so much that taken one by one they make no base."""
    before, after = total("share", then.components), total("share", now.components)
    if before is None or after is None:
        raise ZeroDivisionError("a share of nothing")
    return [Share("volume", None, None, after - before)]


def _split_recurring(then: End, now: End) -> list[Share]:
    pairs = _paired(then.components, now.components, lambda c: (c.tenant, c.named("client")))
    paused = [
        {(c.tenant, c.named("client")) for c in end.components if c.kind == "paused"} for end in (then, now)
    ]
    sums: dict[tuple[str, str | None], list[Fraction]] = defaultdict(lambda: [_ZERO, _ZERO])
    for client, pair in pairs.items():
        before, after = pair.amount
        if before == after:
            continue
        if before == 0:
            kind = "resumed" if client in paused[0] else "new"
        elif after == 0:
            kind = "paused" if client in paused[1] else "lost"
        else:
            kind = "expansion" if after > before else "contraction"
        found = sums[kind, client[0]]
        found[0] += after - before
        found[1] += 1
    return [Share(kind, tenant, "client", *found) for (kind, tenant), found in sums.items()]


_SPLITS: dict[str, Callable[[End, End], list[Share]]] = {
    "sum": _split_sum,
    "ratio": _split_ratio,
    "yield": _split_yield,
    "share": _split_share,
    "recurring": _split_recurring,
}


def _contributions(form: Form, then: End, now: End) -> list[tuple[Component, Fraction]]:
    """What each component brings to the change: now's, and then's with its sign turned."""
    if form == "ratio":
        mix, rates = _mix_and_rates(then, now)
        of_mix = [(Component(tenant, "mix", dims), amount) for (tenant, dims), amount in mix.items()]
        return rates + of_mix
    found = []
    for sign, end in ((-1, then), (1, now)):
        below = sum((c.base for c in end.components), _ZERO) if form in {"yield", "share"} else Fraction(1)
        for component in end.components:
            measure = component.quantity or _ZERO if form == "share" else component.amount
            if not component.base:
                found.append((component, sign * measure / below))
    return found
