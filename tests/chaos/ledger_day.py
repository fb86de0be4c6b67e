"""A day at the ledger, one thing after the other: for the layers that break one call at a time."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Any

from functions.ledger.model.facts.base import Fact
from tests.chaos.ledger_orders import STORES, Order
from tests.chaos.ledger_people import Checkout, Clerk, Office, Owners, Settlement, Worker
from tests.chaos.ledger_persons import FINN
from tests.chaos.ledger_sellers import Approver, Seller


class Day(Worker):
    """All that can be done."""

    name = "a day"

    def __init__(
        self, office: Office, owners: Owners, orders: Sequence[Order], affairs: Sequence[Sequence[Fact]]
    ) -> None:
        super().__init__(office)
        self.owners, self.orders, self.numbers = owners, orders, count(1)
        self.checkouts = [Checkout(office, order, ()) for order in orders]
        self.settlements = [Settlement(office, order, 0, self.numbers, to_the_end=True) for order in orders]
        self.sellers = [Seller(office, store, 0, self.numbers) for store in STORES]
        self.approver = Approver(office, FINN, 0, self.numbers)
        self.clerk = Clerk(office, affairs)

    def live(self) -> None:
        self.owners.live()
        first, second, third = self.checkouts
        for one in self.checkouts:
            one.do("hold_credits")
        first.do("record_paid")
        second.do("capture")
        second.do("record_paid")
        for settlement in self.settlements[:2]:
            settlement.freeze()
            settlement.refund()
            settlement.release()
        self.clerk.live()
        self.approver.make_a_rule()
        for task in ("freeze", "unfreeze"):
            for part in self.orders[0].parts:
                self.settlements[0].of_sale(task, part.seller_order_id, cause="dsp_1")
        for part in self.orders[0].parts:
            self.settlements[0].of_sale("release_funds", part.seller_order_id)
        for seller in self.sellers:
            seller.withdraw()
        self.settlements[0].give_all_back()
        self.office.later()
        self.office.sweep()
        self.office.prove()
        third.do("void")

    def steps(self) -> list[Callable[[], Any]]:
        """What could be done now."""
        if not self.office.opened:
            return [self.owners.live]
        tasks = ("hold_credits", "hold_credits", "record_paid", "record_paid", "capture", "void")
        steps: list[Callable[[], Any]] = [partial(one.do, task) for one in self.checkouts for task in tasks]
        for settlement in self.settlements:
            if settlement.order.paid:
                steps += [*settlement.steps(), settlement.give_all_back]
        for seller in self.sellers:
            steps.append(seller.withdraw)
        return [
            *steps,
            self.approver.look_through,
            self.clerk.live,
            self.office.later,
            self.office.sweep,
            self.office.prove,
        ]
