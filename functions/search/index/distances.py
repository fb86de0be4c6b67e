"""How far it is from one place to another."""

import math

from functions.search.model.documents import Place

RADIUS_KM = 6371.0


def kilometres(one: Place, other: Place) -> float:
    """Over the surface, rounded to ten metres: stores say where they are no more exactly than to a kilometre."""
    north, north_too = math.radians(one[0]), math.radians(other[0])
    up, aside = (north_too - north) / 2, math.radians(other[1] - one[1]) / 2
    part = math.sin(up) ** 2 + math.cos(north) * math.cos(north_too) * math.sin(aside) ** 2
    return round(2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(part))), 2)
