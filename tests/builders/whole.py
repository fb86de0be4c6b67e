"""Whole checkouts: the workflow's own file over the tasks of orders, inventory, the ledger and whoever is named."""

from typing import Any

from functions.inventory import steps as inventory
from functions.ledger import steps as ledger
from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsGranted
from functions.orders import steps as orders
from functions.orders import workflow
from infra.platform.context import ROOT
from kernel import aws
from kernel.money import Money
from tests.builders import deciding
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import settling as books
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.chaos.asl import read
from tests.chaos.state_machines import StateMachines

FILE = read(ROOT / "infra" / "workflows" / "checkout.asl.json")
TASKS = {"Orders": orders.handler, "Inventory": inventory.handler, "Ledger": ledger.handler}
# Of the others, what they would answer: each has tests of its own.
ELSEWHERE: dict[str, dict[str, Any]] = {
    "check_offers": {"outcome": "checked"},
    "redeem_agreed_prices": {"outcome": "redeemed"},
    "release_agreed_prices": {"outcome": "released"},
    "release_promotions": {"outcome": "released"},
    "create_payment": {"outcome": "created", "payment_id": b.PAYMENT, "client_secret": b.SECRET, "failure": None},
    "cancel_payment": {"outcome": "cancelled", "payment_id": b.PAYMENT, "client_secret": None, "failure": None},
    "refund": {"outcome": "sent"},
}
VARIANT = a.an_id("var", 1)
CHECKOUT_ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:checkout"


class Checkouts:
    """Orders of one camera for 100.00, of which there are three, by somebody who has 10.00 of credits."""

    def __init__(self, world: World) -> None:
        self.answers = dict(ELSEWHERE)
        self.broken: set[str] = set()
        self.machines = StateMachines(FILE, self._call)
        aws.use("stepfunctions", self.machines)
        deciding.a_rule()
        stock.received(3, VARIANT)
        granted = CreditsGranted(at=a.NOON, grant_id="g", buyer_id=a.BUYER, amount=Money(10_00, "EUR"))
        books.recorded(granted)

    def _call(self, domain: str, asked: dict[str, Any]) -> Any:
        if asked["task"] in self.broken:
            raise ConnectionError
        return TASKS[domain](asked, Context()) if domain in TASKS else self.answers[asked["task"]]

    def begin(self, quantity: int = 1, credits_minor: int = 10_00, **said: Any) -> str:
        asked_for = {"credits": a.money(credits_minor)} if credits_minor else {}
        order_id = b.placed(a.a_quoted_line(1, quantity=quantity), asked_for=asked_for, **said)
        workflow.begin("checkout", order_id, {"order_id": order_id})
        self.machines.walk()
        return order_id

    def hear(self, order_id: str, how: str = "Succeeded") -> None:
        b.payment_ended(order_id, how)
        self.machines.walk()

    def pass_time(self, order_id: str) -> None:
        self.machines.executions[order_id].time_out()
        self.machines.walk()

    def stands(self, order_id: str) -> tuple[str | None, str, str | None]:
        """Its workflow, its state, and why."""
        order = b.look(order_id)
        return self.machines.executions[order_id].ended, order["state"], order["reason"]


def there() -> tuple[tuple[int, int], int]:
    """Cameras that are left and reserved; credits."""
    return stock.amounts(VARIANT), books.balance(on.credits_of(a.BUYER), "EUR")


UNTOUCHED = ((3, 0), 10_00)
