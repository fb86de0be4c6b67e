"""Money back with the real books and the real stock: whatever is cancelled, given off and sent back, all adds up."""

import random
from datetime import timedelta

import pytest

from functions.inventory import steps as inventory
from functions.ledger import steps as ledger
from functions.ledger.model import accounts as on
from functions.orders.rules import refunds as rules
from functions.orders.store.orders import orders
from kernel.money import Money
from tests.builders import giving_back as g
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import selling as s
from tests.builders import settling as books
from tests.builders.http import Context
from tests.builders.whole import VARIANT, Checkouts, there

REAL = {
    **{f"Ledger__{task}": ledger.handler for task in ("refund", "freeze", "unfreeze")},
    **{f"Inventory__{task}": inventory.handler for task in ("take_back", "reserve", "commit")},
}


def carried_out(order_id: str) -> None:
    for one in g.refunds(order_id):
        if one["state"] == "asked":
            assert g.run("money_back", order_id, one["refund_id"], **REAL).execution.ended == "SUCCEEDED"


def sold(checkouts: Checkouts, quantity: int = 3, credits_minor: int = 10_00) -> str:
    order_id = checkouts.begin(quantity, credits_minor)
    checkouts.hear(order_id)
    return order_id


def test_all_of_it_comes_back_by_the_way_it_was_paid(checkouts):
    order_id = sold(checkouts)
    g.cancel(order_id, {s.LINE: 1})
    carried_out(order_id)
    assert there()[0] == (1, 0)
    g.cancel(order_id)
    carried_out(order_id)
    assert there() == ((3, 0), 10_00)
    back = [one["by_card"]["minor"] for one in g.refunds(order_id)]
    assert (sum(back), books.balance(on.REFUNDS_IN_TRANSIT, "EUR")) == (290_00, 290_00)
    assert books.balance(on.seller_order_pending(a.seller_order_of(order_id)), "EUR") == 0


def test_after_its_store_was_paid_the_rest_is_its_debt(checkouts, time):
    order_id = sold(checkouts)
    s.sent(order_id)
    s.received(order_id)
    assert (
        ledger.handler({"task": "release_funds", "seller_order_id": a.seller_order_of(order_id)}, None)["outcome"]
        == "released"
    )
    return_id = g.ask_return(order_id, {s.LINE: 3}).json["return_id"]
    g.run("return", order_id, return_id, **REAL)
    one = g.returned(order_id, return_id)
    assert (one["state"], one["frozen"]) == ("requested", False)
    g.by_store(order_id, return_id, "answer", {"answer": "approve"})
    g.by_store(order_id, return_id, "received")
    g.by_store(order_id, return_id, "inspection", {})
    carried_out(order_id)
    assert books.balance(on.available(a.STORE), "EUR") == 0
    assert there() == ((3, 0), 10_00)


def test_while_a_return_is_open_its_store_gets_nothing(checkouts):
    order_id = sold(checkouts)
    s.sent(order_id)
    s.received(order_id)
    return_id = g.ask_return(order_id).json["return_id"]
    g.run("return", order_id, return_id, **REAL)
    release = {"task": "release_funds", "seller_order_id": a.seller_order_of(order_id)}
    assert ledger.handler(release, Context())["code"] == "sale_frozen"
    g.by_store(order_id, return_id, "answer", {"answer": "reject"})
    g.run("return", order_id, return_id, **REAL)
    assert ledger.handler(release, Context())["outcome"] == "released"


def test_an_exchange_moves_stock_and_no_money(checkouts):
    order_id = sold(checkouts, 2)
    s.sent(order_id)
    s.received(order_id)
    before = books.balance(on.seller_order_pending(a.seller_order_of(order_id)), "EUR")
    return_id = g.ask_return(order_id, wanted="exchange").json["return_id"]
    g.run("return", order_id, return_id, **REAL)
    g.by_store(order_id, return_id, "answer", {"answer": "approve"})
    g.by_store(order_id, return_id, "received")
    g.by_store(order_id, return_id, "inspection", {})
    for _ in range(2):
        g.run("return", order_id, return_id, **REAL)
    assert (g.returned(order_id, return_id)["state"], stock.amounts(VARIANT)) == ("exchanged", (1, 0))
    assert books.balance(on.seller_order_pending(a.seller_order_of(order_id)), "EUR") == before
    g.cancel(order_id)
    carried_out(order_id)
    assert stock.amounts(VARIANT) == (2, 0)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_in_whatever_order_no_more_goes_back_than_was_paid(checkouts, time, seed):
    """The books refuse what they have not, and prove themselves when the fixture ends."""
    die, quantity = random.Random(seed), 3
    order_id = sold(checkouts, quantity, die.choice([0, 10_00]))
    store = a.STORE
    for _ in range(12):
        time(timedelta(minutes=1))
        match die.choice(["cancel", "send", "off", "return", "work", "work"]):
            case "cancel":
                g.cancel(order_id, {s.LINE: 1})
            case "send":
                s.send(order_id, lines={s.LINE: 1})
                s.received(order_id)
            case "off":
                g.give_back(order_id, {s.LINE: die.randint(1, 40_00)})
            case "return":
                answer = g.ask_return(order_id, wanted=die.choice(["refund", "exchange"]))
                if answer.status == 202:
                    return_id = answer.json["return_id"]
                    g.run("return", order_id, return_id, **REAL)
                    g.by_store(order_id, return_id, "answer", {"answer": "approve"})
                    g.by_store(order_id, return_id, "received")
                    g.by_store(order_id, return_id, "inspection", {})
                    g.run("return", order_id, return_id, **REAL)
            case "work":
                carried_out(order_id)
    carried_out(order_id)
    [line] = orders().whole(order_id).part(a.seller_order_of(order_id, store)).lines
    back = sum((Money(one["total"]["minor"], "EUR") for one in g.refunds(order_id)), Money.zero("EUR"))
    assert back == rules.given(line)
    assert back.minor <= rules.worth(line).minor
    gone = line.cancelled + line.returned
    assert stock.amounts(VARIANT) == (3 - (line.quantity - gone), 0)
    if gone == line.quantity:
        assert back == rules.worth(line)
