"""Every fault at every call of a checkout, tale by tale: `python -m tests.chaos.checkout_points [tale …]`.

Calls are those of AWS and of Stripe, and each hand-over of a task or of messages to a function. After one fault a tale
ends as it does undisturbed. Where a task is broken for good, its order is confirmed and right, or cancelled and clean.
"""

import sys
from typing import Any

from tests.chaos import checkout_wire
from tests.chaos.checkout_bugs import BUGS
from tests.chaos.checkout_checks import Ends, wrong
from tests.chaos.checkout_market import opened
from tests.chaos.checkout_tales import TALES
from tests.chaos.checkout_world import CheckoutWorld
from tests.chaos.faults import Call
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import a_world_of
from tests.chaos.points import Ended, Points


class Checkouts(Points):
    def told(self, tale: str, plan: OnePoint) -> Ended:
        with a_world_of(CheckoutWorld, plan) as world:
            market = opened(world)
            TALES[tale].tell(market)
            world.rest()
            ends = Ends(market)
            return dict(ends), list(wrong(ends))

    def kinds_of(self, call: Call) -> tuple[str, ...]:
        return checkout_wire.kinds_of(call)

    def strange(self, tale: str, left: dict[str, Any]) -> list[str]:
        return [] if TALES[tale].ends in left["order"] else [f"it is {left['order']}"]

    def ends_alike(self, kind: str) -> bool:
        return kind not in checkout_wire.FOR_GOOD


CHECKOUTS = Checkouts("checkout", TALES, BUGS)

if __name__ == "__main__":
    sys.exit(CHECKOUTS.main(sys.argv[1:]))
