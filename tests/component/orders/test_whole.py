"""Whole checkouts: the workflow's own file over the tasks of orders, inventory and the ledger, in one world."""

from collections.abc import Iterator
from typing import Any

import pytest

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

    def begin(self, quantity: int = 1, credits_minor: int = 10_00) -> str:
        asked_for = {"credits": a.money(credits_minor)} if credits_minor else {}
        order_id = b.placed(a.a_quoted_line(1, quantity=quantity), asked_for=asked_for)
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


@pytest.fixture
def checkouts(world: World, time: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkouts]:
    monkeypatch.setenv("CHECKOUT_ARN", "arn:aws:states:eu-west-1:000000000000:stateMachine:checkout")
    yield Checkouts(world)
    aws.use("stepfunctions", None)
    assert books.proof(world).whole


def test_paid_with_credits_and_a_card(checkouts: Checkouts):
    order_id = checkouts.begin()
    assert (checkouts.stands(order_id), there()) == ((None, "pending", None), ((2, 1), 0))
    assert b.look(order_id)["payment"]["client_secret"] == b.SECRET
    checkouts.hear(order_id)
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "confirmed", None), ((2, 0), 0))
    assert books.balance(on.STRIPE_PENDING, "EUR") == 90_00


def test_out_of_stock(checkouts: Checkouts):
    order_id = checkouts.begin(quantity=4)
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "cancelled", "out_of_stock"), UNTOUCHED)


def test_more_credits_than_there_are(checkouts: Checkouts):
    order_id = checkouts.begin(credits_minor=11_00)
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "cancelled", "not_enough_credits"), UNTOUCHED)


def test_nobody_pays_in_time(checkouts: Checkouts):
    order_id = checkouts.begin()
    checkouts.pass_time(order_id)
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "cancelled", "expired"), UNTOUCHED)


def test_the_payment_ends_unpaid(checkouts: Checkouts):
    order_id = checkouts.begin()
    checkouts.hear(order_id, "Cancelled")
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "cancelled", "payment_failed"), UNTOUCHED)


def test_the_buyer_leaves_while_a_bank_pays(checkouts: Checkouts):
    checkouts.answers["cancel_payment"] = ELSEWHERE["cancel_payment"] | {"outcome": "processing"}
    order_id = checkouts.begin()
    b.by()("POST", f"/v1/orders/{order_id}/cancel")
    b.hear("CancellationAsked", order_id=order_id, buyer_id=a.BUYER)
    checkouts.machines.walk()
    assert (checkouts.stands(order_id), there()) == ((None, "pending", None), ((2, 1), 0))
    checkouts.hear(order_id)
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "confirmed", None), ((2, 0), 0))


def test_credits_pay_it_all(checkouts: Checkouts):
    books.recorded(CreditsGranted(at=a.NOON, grant_id="more", buyer_id=a.BUYER, amount=Money(90_00, "EUR")))
    order_id = checkouts.begin(credits_minor=100_00)
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "confirmed", None), ((2, 0), 0))


@pytest.mark.parametrize("task", ["record_paid", "confirm", "commit"])
def test_after_the_money_whatever_breaks_waits_for_a_person_and_then_goes_on(checkouts: Checkouts, task: str):
    checkouts.broken.add(task)
    order_id = checkouts.begin()
    checkouts.hear(order_id)
    assert checkouts.machines.executions[order_id].at == "ParkPaid"
    checkouts.broken.clear()
    decide(checkouts, order_id, "retry")
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "confirmed", None), ((2, 0), 0))


@pytest.mark.parametrize("task", ["record_paid", "confirm", "commit"])
def test_after_the_money_a_person_may_give_it_back(checkouts: Checkouts, task: str):
    checkouts.broken.add(task)
    order_id = checkouts.begin()
    checkouts.hear(order_id)
    checkouts.broken.clear()
    decide(checkouts, order_id, "refund")
    assert checkouts.stands(order_id)[:2] == ("SUCCEEDED", "cancelled")
    assert there() == UNTOUCHED
    assert books.balance(on.REFUNDS_IN_TRANSIT, "EUR") == 90_00


@pytest.mark.parametrize("task", ["void", "release", "cancel", "cancel_payment"])
def test_what_cannot_be_undone_waits_for_a_person_and_then_is(checkouts: Checkouts, task: str):
    order_id = checkouts.begin()
    checkouts.broken.add(task)
    checkouts.pass_time(order_id)
    assert checkouts.machines.executions[order_id].at == "ParkCancelling"
    checkouts.broken.clear()
    decide(checkouts, order_id, "retry")
    assert (checkouts.stands(order_id), there()) == (("SUCCEEDED", "cancelled", "expired"), UNTOUCHED)


def decide(checkouts: Checkouts, order_id: str, decision: str) -> None:
    answer = b.finance()("POST", f"/v1/parked/{b.parked_id(order_id)}/decision", {"decision": decision})
    assert answer.status < 300, answer.text
    b.hear("ParkedOrderDecided", **b.decided(order_id, decision))
    checkouts.machines.walk()


def test_two_orders_for_the_last_three_of_two_each(checkouts: Checkouts):
    first = checkouts.begin(quantity=2, credits_minor=0)
    line = a.a_quoted_line(1, quantity=2)
    second = b.placed(line, quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    workflow.begin("checkout", second, {"order_id": second})
    checkouts.machines.walk()
    assert checkouts.stands(second) == ("SUCCEEDED", "cancelled", "out_of_stock")
    checkouts.hear(first)
    assert (checkouts.stands(first), there()) == (("SUCCEEDED", "confirmed", None), ((1, 0), 10_00))
