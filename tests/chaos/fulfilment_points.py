"""Every fault at every call of what follows a purchase: `python -m tests.chaos.fulfilment_points [tale …]`.

Shipping, deliveries, cancellations, returns, refunds, releases and payouts; calls are those of AWS, Stripe and a
carrier, and each hand-over of a task or of messages. Whatever goes wrong, all of it ends as it does undisturbed.
"""

import sys

from tests.chaos import fulfilment_wire
from tests.chaos.checkout_market import opened
from tests.chaos.faults import Call
from tests.chaos.fulfilment_bugs import BUGS
from tests.chaos.fulfilment_checks import Left, wrong
from tests.chaos.fulfilment_tales import TALES, Tale
from tests.chaos.fulfilment_world import FulfilmentWorld
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import a_world_of
from tests.chaos.points import Ended, Points


class Fulfilments(Points):
    def told(self, tale: str, plan: OnePoint) -> Ended:
        with a_world_of(FulfilmentWorld, plan) as world:
            market = opened(world)
            TALES[tale].tell(market)
            world.rest()
            left = Left(market)
            return dict(left), [*wrong(left), *meant(left, TALES[tale])]

    def kinds_of(self, call: Call) -> tuple[str, ...]:
        return fulfilment_wire.kinds_of(call)


def meant(left: Left, tale: Tale) -> list[str]:
    """As reckoned by hand."""
    found = {part["store_id"]: part["state"] for part in left.parts}
    states = tuple(found[store] for store in sorted(found))
    again = {what for what, (there, _) in left.goods.items() if what in left.bought and there == 5}
    seen = (states, left.back_minor, again)
    return [] if seen == (tale.parts, tale.back_minor, tale.again) else [f"it is {seen}"]


FULFILMENTS = Fulfilments("fulfilment", TALES, BUGS)

if __name__ == "__main__":
    sys.exit(FULFILMENTS.main(sys.argv[1:]))
