"""The portfolio as a whole: the world of a seed and an anchor day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quarterdeck.demo.world import (
    dangerouscentaur,
    jada,
    queenofsandiego,
    quickdumpnow,
    rental,
    yacht_delivery,
)
from quarterdeck.demo.world.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from quarterdeck.demo.world.rows import Row, Tables

PORTFOLIO, SEED = "harbor", 1
_BUSINESSES: dict[str, Callable[[Span, int], Tables]] = {
    jada.TENANT: jada.jada,
    queenofsandiego.TENANT: queenofsandiego.queenofsandiego,
    quickdumpnow.TENANT: quickdumpnow.quickdumpnow,
    dangerouscentaur.TENANT: dangerouscentaur.dangerouscentaur,
    rental.TENANT: rental.rental,
    yacht_delivery.TENANT: yacht_delivery.yacht_delivery,
}
TENANTS = tuple(_BUSINESSES)


@dataclass(frozen=True)
class World:
    """All rows of the demo portfolio, as its sources hold them at the end of the anchor day."""

    anchor: date
    seed: int
    tenants: dict[str, dict[str, list[Row]]]

    def rows(self, tenant: str, dataset: str) -> list[Row]:
        """The rows of a dataset of a tenant; none where the tenant has no such dataset."""
        return self.tenants[tenant].get(dataset, [])


def world(anchor: date, *, seed: int = SEED) -> World:
    """The world of that anchor day and seed: the same two give the same rows, to the byte."""
    span = Span(anchor)
    return World(anchor, seed, {tenant: make(span, seed).rows for tenant, make in _BUSINESSES.items()})
