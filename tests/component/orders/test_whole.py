"""Whole checkouts: the workflow's own file over the tasks of orders, inventory and the ledger, in one world."""

import pytest

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsGranted
from functions.orders import workflow
from kernel.money import Money
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import settling as books
from tests.builders.whole import ELSEWHERE, UNTOUCHED, Checkouts, there


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
