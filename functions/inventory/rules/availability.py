"""What buyers are told of stock."""

import re

from functions.inventory.model.items import Availability, VariantsInvalid
from functions.inventory.model.levels import Told
from functions.inventory.model.names import ItemId
from kernel import ids

MOST = 50
_NAMED = re.compile(rf"(sto_{ids.PATTERN}):(var_{ids.PATTERN})")


def asked(variants: str) -> list[ItemId]:
    found = [_NAMED.fullmatch(one.strip()) for one in variants.split(",")]
    items = [ItemId(one[1], one[2]) for one in found if one]
    if len(items) != len(found) or not 1 <= len(set(items)) <= MOST:
        raise VariantsInvalid()
    return list(dict.fromkeys(items))


def availability(told: Told) -> Availability:
    """What a buyer may know: exact numbers only where there are few, and never how many can be ordered beyond them."""
    here = Availability(store_id=told.store_id, variant_id=told.variant_id, state="unknown")
    if not told.version:
        return here
    if told.level == "ok":
        return here.model_copy(update={"state": "in_stock"})
    if told.level == "low":
        return here.model_copy(update={"state": "low", "left": told.available})
    if told.beyond and told.orderable:
        return here.model_copy(update={"state": told.beyond, "available_from": told.available_from})
    return here.model_copy(update={"state": "out"})
