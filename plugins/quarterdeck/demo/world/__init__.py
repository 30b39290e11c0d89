"""The demo portfolio ``harbor``: six small businesses over 26 months, from a seed and an anchor day.

What the reports say of it follows from these rows; counts and prices hang on the calendar month alone, so
that any twelve full months hold the same, and who, when and by which channel come from the seed.
"""

from quarterdeck.demo.world.businesses import PORTFOLIO, TENANTS, World, world
from quarterdeck.demo.world.loading import Loaded, LoadError, Placed, load, place

__all__ = ["PORTFOLIO", "TENANTS", "LoadError", "Loaded", "Placed", "World", "load", "place", "world"]
