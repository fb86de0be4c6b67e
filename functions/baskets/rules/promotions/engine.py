"""Which promotions reduce which lines of a basket, by how much, at whose cost, and why."""

from collections.abc import Sequence
from datetime import datetime

from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import Buyer, LineToReduce, Reductions, ShippingToReduce


def reduced(
    lines: Sequence[LineToReduce],
    shipping: Sequence[ShippingToReduce],
    promotions: Sequence[Promotion],
    buyer: Buyer,
    now: datetime,
) -> Reductions:
    """The best that these promotions can do for the buyer, to the unit.

    Every promotion is reckoned from the prices, none from what another one left: so their order means nothing, one
    more never makes a basket dearer, and each amount can be explained by itself. What they come to together stops at
    a line's price; there the stores' reductions count first, and the platform pays only for what is left. Amounts are
    rounded once for a promotion and divided over its lines by largest remainder, in steps that a card can be charged.
    Of promotions that exclude each other on a line, the set is taken that takes most off the basket.

    All prices are in one currency. `line_id`s differ, also between lines and shipping.
    """
    raise NotImplementedError
