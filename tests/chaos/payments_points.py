"""Every fault at every call of AWS and of Stripe, tale by tale: `python -m tests.chaos.payments_points [tale …]`."""

import sys

from tests.chaos import payments_wire
from tests.chaos.faults import Call
from tests.chaos.payments_bugs import BUGS
from tests.chaos.payments_checks import stands, wrong
from tests.chaos.payments_tales import TALES, capital
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import a_world
from tests.chaos.points import Ended, Point, Points


class PaymentPoints(Points):
    def told(self, tale: str, plan: OnePoint) -> Ended:
        with a_world(plan) as world:
            capital(world)
            TALES[tale](world)
            world.rest()
            return stands(world), list(wrong(world))

    def kinds_of(self, call: Call) -> tuple[str, ...]:
        return payments_wire.kinds_of(call)

    def caught(self, bug: str) -> str:
        """Where Stripe fails comes first: there is least of it."""
        for tale in TALES:
            self.undisturbed(tale)
        with BUGS[bug]():
            every: list[tuple[str, Point]] = []
            for tale in TALES:
                if seen := self.tried(tale, 0, "nothing", "it is there"):
                    return seen[0]
                plan = OnePoint()
                self.told(tale, plan)  # with the bug there may be fewer calls, or more
                every += [(tale, point) for point in self.points(plan)]
            for tale, point in sorted(every, key=lambda one: not one[1][2].startswith("stripe")):
                if seen := self.tried(tale, *point):
                    return seen[0]
        return ""


PAYMENTS = PaymentPoints("payments", TALES, BUGS)

if __name__ == "__main__":
    sys.exit(PAYMENTS.main(sys.argv[1:]))
