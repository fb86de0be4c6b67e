"""Whole purchases with nothing stood in for but AWS and Stripe: every domain's own tasks, consumers and events."""

from functions.catalog.store.standing import standings
from kernel import clock
from tests.builders import catalog as goods
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import paying
from tests.builders.buying import Shop


def test_from_the_basket_to_a_numbered_order(shop: Shop):
    shop.grant(10_00)
    order_id = shop.order(credits=a.money(10_00))
    waits = shop.look(order_id)
    assert (waits["state"], waits["payment"]["card"]) == ("pending", a.money(123_90))
    assert shop.left() == (2, 1)
    shop.pay(order_id)
    paid = shop.look(order_id)
    assert (paid["state"], paid["seller_orders"][0]["number"]) == ("confirmed", 1)
    assert (shop.left(), shop.at_stripe(), shop.basket()) == ((2, 0), 123_90, [])
    with shop.at("orders"):
        assert b.history(order_id) == ["CheckoutStarted", "OrderPaid"]
    assert shop.machines.executions[order_id].ended == "SUCCEEDED"
    shop.tell_again()
    assert shop.look(order_id) == paid
    assert (shop.left(), shop.at_stripe(), shop.basket(), shop.credits()) == ((2, 0), 123_90, [], 0)


def test_a_card_that_is_refused_and_another_one_on_the_same_payment(shop: Shop):
    order_id = shop.order()
    shop.pay(order_id, "pm_card_visa_chargeDeclinedInsufficientFunds")
    assert shop.stands(order_id) == ("pending", None)
    shop.pay(order_id)
    assert shop.stands(order_id) == ("confirmed", None)


def test_a_buyer_who_leaves_pays_nothing_and_everything_is_free_again(shop: Shop):
    order_id = shop.order()
    known = shop.look(order_id)["payment"]
    shop.cancel(order_id)
    shop.turn()
    shop.hear_stripe()
    assert shop.stands(order_id) == ("cancelled", "by_buyer")
    assert (shop.left(), shop.at_stripe(), shop.basket()) == ((3, 0), 0, [1])
    assert shop.stripe.client.v1.payment_intents.retrieve(paying.intent_of(known)).status == "canceled"


def test_somebody_pays_in_the_moment_in_which_the_order_is_called_off(shop: Shop):
    """Stripe has the money, and nobody has heard of it: asked to give up, payments finds it paid."""
    order_id = shop.order()
    known = shop.look(order_id)["payment"]
    shop.cancel(order_id)
    paying.pay(shop.stripe, known)
    shop.turn()
    assert shop.stands(order_id) == ("confirmed", None)
    assert (shop.left(), shop.at_stripe()) == ((2, 0), 133_90)


def test_more_than_there_are_at_the_moment_of_ordering(shop: Shop):
    with shop.at("inventory"):
        stock.reserve(stock.a_line(2, shop.camera.variants[0].variant_id), order_id=a.an_id("ord", 9))
    order_id = shop.order(2)
    assert shop.stands(order_id) == ("cancelled", "out_of_stock")
    assert (shop.left(), shop.at_stripe()) == ((1, 2), 0)


def test_a_seller_who_is_suspended_between_the_quote_and_the_order(shop: Shop):
    with shop.at("catalog"):
        standings().stands(goods.STORE, "suspended", 9, clock.now())
    order_id = shop.order()
    assert shop.stands(order_id) == ("cancelled", "quote_changed")
    assert shop.left() == (3, 0)
