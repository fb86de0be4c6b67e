"""One purchase, however often it is asked for, from wherever and by whoever."""

from datetime import timedelta

import pytest

from kernel import aws
from tests.builders import ordering as a
from tests.builders import promotions, quoting, shopping
from tests.builders.buying import CAMERA, PARCEL, PRICE, Shop

KEY = {"idempotency-key": "one-click"}
BUYERS = 50
LEFT, PROMISED, SOLD = (3, 0), (2, 1), (2, 0)


def bought_once(shop: Shop, order_id: str) -> None:
    """One order, one workflow, one payment, one camera; paid, it stands, and what was bought is out of the basket."""
    assert (list(shop.machines.executions), shop.left()) == ([order_id], PROMISED)
    shop.pay(order_id)
    assert shop.stands(order_id) == ("confirmed", None)
    assert (shop.left(), shop.at_stripe(), shop.basket()) == (SOLD, PRICE, [])
    assert len(shop.stripe.client.v1.payment_intents.list({"limit": 100}).data) == 1


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
def test_a_double_click(shop: Shop, headers: dict[str, str]):
    shop.put_in()
    quote = shop.quote()
    once, twice = (shop.ordered(quote, headers=headers) for _ in range(2))
    shop.turn()
    assert once == twice
    bought_once(shop, once)


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
def test_a_double_click_of_which_both_are_under_way_at_once(shop: Shop, headers: dict[str, str]):
    """The second is answered in the moment in which the first is about to be written."""
    shop.put_in()
    quote = shop.quote()
    second: list[str] = []
    hooks = aws.client("dynamodb").meta.events

    def click(**_: object) -> None:
        hooks.unregister("before-call.dynamodb.TransactWriteItems", click)
        second.append(shop.ordered(quote, headers=headers))

    hooks.register("before-call.dynamodb.TransactWriteItems", click)
    first = shop.ordered(quote, headers=headers)
    shop.turn()
    assert [first] == second
    bought_once(shop, first)


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
def test_a_lost_response(shop: Shop, time, headers: dict[str, str]):
    """The order is there, its buyer has seen nothing and asks again, when the quote is over by then."""
    shop.put_in()
    quote = shop.quote()
    lost = shop.ordered(quote, headers=headers)
    shop.turn()
    time(timedelta(minutes=20))
    again = shop.ordered(quote, headers=headers)
    assert again == lost
    bought_once(shop, again)


def test_a_response_that_is_lost_between_the_table_and_us(shop: Shop):
    """What was written is there, and the caller is told that it failed; the repetition finds it."""
    shop.put_in()
    quote = shop.quote()
    hooks = aws.client("dynamodb").meta.events

    def lose(**_: object) -> None:
        hooks.unregister("after-call.dynamodb.TransactWriteItems", lose)
        raise ConnectionError

    hooks.register("after-call.dynamodb.TransactWriteItems", lose)
    assert shop.check_out(quote, headers=KEY).status >= 500
    order_id = shop.ordered(quote, headers=KEY)
    shop.turn()
    bought_once(shop, order_id)


def test_two_tabs(shop: Shop):
    """Each has a quote of its own. The second is told which order there is already; paid, it is no other one either."""
    shop.put_in()
    tabs = [shop.quote() for _ in range(2)]
    order_id = shop.ordered(tabs[0])
    refused = shop.check_out(tabs[1])
    shop.turn()
    assert (refused.status, refused.json["code"]) == (409, "checkout_under_way")
    assert order_id in refused.json["detail"]
    bought_once(shop, order_id)
    assert shop.check_out(tabs[1]).json["code"] == "checkout_under_way"
    shop.turn()
    assert (shop.left(), len(shop.machines.executions)) == (SOLD, 1)


def test_the_second_tab_may_order_when_the_first_order_came_to_nothing(shop: Shop):
    shop.put_in()
    tabs = [shop.quote() for _ in range(2)]
    first = shop.ordered(tabs[0])
    shop.turn()
    shop.cancel(first)
    shop.turn()
    assert (shop.stands(first), shop.left()) == (("cancelled", "by_buyer"), LEFT)
    second = shop.ordered(tabs[1])
    shop.turn()
    shop.pay(second)
    assert (shop.stands(second), shop.left(), shop.at_stripe()) == (("confirmed", None), SOLD, PRICE)


def test_two_devices_on_one_basket(shop: Shop):
    """What the telephone puts in is not bought by the computer that has not seen it, and not lost with what it buys."""
    film = shop.sells(9_00, 5)
    shop.put_in()
    with shop.at("baskets"):
        seen = shopping.read()["version"]
    shop.put_in(2, film)  # on the telephone
    with shop.at("baskets"):
        refused = quoting.quote(basket_version=seen)
    assert (refused.status, refused.json["code"]) == (409, "basket_other_than_seen")
    order_id = shop.ordered(shop.quote())
    shop.put_in(1, film)
    shop.turn()
    shop.pay(order_id)
    assert shop.stands(order_id) == ("confirmed", None)
    assert (shop.left(), shop.left(film), shop.basket()) == (SOLD, (3, 0), [1])
    assert shop.at_stripe() == CAMERA + 2 * 9_00 + PARCEL


def test_two_devices_that_order_what_each_has_seen(shop: Shop):
    """The basket was changed in between, so these are two orders; of what there is only once, only one becomes true."""
    shop.put_in(2)
    first = shop.ordered(shop.quote())
    with shop.at("baskets"):
        line_id = shopping.read()["lines"][0]["line_id"]
        assert shopping.by()("PATCH", f"/v1/basket/lines/{line_id}", {"quantity": 3}).status == 200
    second = shop.ordered(shop.quote())
    shop.turn()
    assert sorted([shop.stands(first), shop.stands(second)]) == [("cancelled", "out_of_stock"), ("pending", None)]
    stands = next(one for one in (first, second) if shop.stands(one)[0] == "pending")
    shop.pay(stands)
    assert shop.stands(stands) == ("confirmed", None)
    assert shop.left()[1] == 0
    assert shop.at_stripe() == shop.look(stands)["totals"]["total"]["minor"]


def test_a_coupon_with_one_use_by_fifty_buyers(shop: Shop):
    """All have seen it work, all order at once, in one step of the workflow after the other: one of them has it."""
    lamp = shop.sells(49_00, BUYERS + 10)
    with shop.at("baskets"):
        coupon = promotions.made(None, code="ONLYONE", limits={"total": 1})
    buyers = [a.an_id("usr", 100 + number) for number in range(BUYERS)]
    for who in buyers:
        shop.put_in(1, lamp, who)
        with shop.at("baskets"):
            assert shopping.by(who)("PUT", "/v1/basket/codes/ONLYONE").status == 200
    quotes = {who: shop.quote(who) for who in buyers}
    orders = {who: shop.ordered(quote, who) for who, quote in quotes.items()}
    shop.turn()
    stand = {who: shop.stands(order_id, who) for who, order_id in orders.items()}
    [winner] = [who for who, (state, _) in stand.items() if state == "pending"]
    assert list(stand.values()).count(("cancelled", "promotion_used_up")) == BUYERS - 1
    assert (shop.left(lamp), uses_left(shop, coupon)) == ((BUYERS + 9, 1), 0)
    shop.pay(orders[winner], who=winner)
    assert shop.stands(orders[winner], winner) == ("confirmed", None)
    assert (shop.left(lamp), shop.at_stripe()) == ((BUYERS + 9, 0), 49_00 - 4_90 + PARCEL)
    assert all(shop.basket(who) == ([] if who == winner else [1]) for who in buyers)


def test_a_coupon_that_its_holder_does_not_use_is_for_the_next(shop: Shop):
    with shop.at("baskets"):
        coupon = promotions.made(None, code="ONLYONE", limits={"total": 1})
    one, other = a.BUYER, a.an_id("usr", 6)
    orders = {}
    for who in (one, other):
        shop.put_in(who=who)
        with shop.at("baskets"):
            assert shopping.by(who)("PUT", "/v1/basket/codes/ONLYONE").status == 200
    quotes = {who: shop.quote(who) for who in (one, other)}
    orders[one] = shop.ordered(quotes[one], one)
    shop.turn()
    shop.cancel(orders[one])
    shop.turn()
    assert uses_left(shop, coupon) == 1
    orders[other] = shop.ordered(quotes[other], other)
    shop.turn()
    shop.pay(orders[other], who=other)
    assert shop.stands(orders[other], other) == ("confirmed", None)
    assert (uses_left(shop, coupon), shop.at_stripe()) == (0, PRICE - 12_90)


def uses_left(shop: Shop, coupon: dict) -> int | None:
    with shop.at("baskets"):
        return promotions.left(coupon)
