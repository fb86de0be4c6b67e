"""What others do while somebody buys: before the order nothing comes of it, while they pay it stands as promised."""

from datetime import timedelta
from typing import Any

import pytest

from functions.ledger.model import accounts as on
from tests.builders import catalog as goods
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import paying, promotions, proposals, quoting, shopping
from tests.builders import payments as at
from tests.builders.buying import BY_TRANSFER, CAMERA, PARCEL, PRICE, Shop

LEFT, PROMISED, SOLD = (3, 0), (2, 1), (2, 0)
CREDITS = 10_00
OTHER = a.an_id("usr", 6)
AGREED = 100_00


def begun(shop: Shop) -> tuple[str, dict[str, Any]]:
    """Quoted with a coupon, to be paid by credits in part: everything that a checkout may hold is wanted."""
    with shop.at("baskets"):
        coupon = promotions.made(None, code="TENTH", limits={"total": 5})
    shop.grant(CREDITS)
    shop.put_in()
    with shop.at("baskets"):
        assert shopping.by()("PUT", "/v1/basket/codes/TENTH").status == 200
    return shop.quote(), coupon


def nothing_held(shop: Shop, coupon: dict[str, Any]) -> None:
    with shop.at("baskets"):
        uses = promotions.left(coupon)
    assert (shop.left(), uses, shop.credits(), shop.at_stripe(), shop.taken()) == (LEFT, 5, CREDITS, 0, 0)
    assert shop.basket() == [1]


def sold(shop: Shop, coupon: dict[str, Any], order_id: str) -> None:
    card = PRICE - 12_90 - CREDITS
    with shop.at("baskets"):
        uses = promotions.left(coupon)
    assert shop.stands(order_id) == ("confirmed", None)
    assert (shop.left(), uses, shop.credits(), shop.at_stripe(), shop.basket()) == (SOLD, 4, 0, card, [])
    assert shop.balance(on.PROMOTIONS) == 12_90 + CREDITS  # the coupon, and what was given before


def rises(shop: Shop) -> None:
    shop.reprice(shop.camera, CAMERA + 10_00)


def falls(shop: Shop) -> None:
    shop.reprice(shop.camera, CAMERA - 10_00)


def is_suspended(shop: Shop) -> None:
    shop.suspend()


def is_deleted(shop: Shop) -> None:
    shop.edit(shop.camera, status="archived")


HAPPENS = [rises, falls, is_suspended, is_deleted]


@pytest.mark.parametrize(
    ("happens", "basket"),
    [
        (rises, ("ok", CAMERA + 10_00)),
        (falls, ("ok", CAMERA - 10_00)),
        (is_suspended, ("withdrawn", None)),
        (is_deleted, ("withdrawn", None)),
    ],
)
def test_before_the_order_it_comes_to_nothing_and_the_basket_says_why(shop: Shop, happens, basket):
    """The price changed, the seller suspended, the item deleted between the quote and the click."""
    quote, coupon = begun(shop)
    happens(shop)
    order_id = shop.ordered(quote, credits=a.money(CREDITS))
    shop.turn()
    assert shop.stands(order_id) == ("cancelled", "quote_changed")
    nothing_held(shop, coupon)
    with shop.at("baskets"):
        [line] = shopping.read()["lines"]
        can_be_bought = quoting.quote().status == 200
    assert (line["state"], line["unit_price"] and line["unit_price"]["minor"]) == basket
    assert can_be_bought == (basket[0] == "ok")


@pytest.mark.parametrize("happens", HAPPENS)
def test_while_somebody_pays_the_order_stands_at_its_price(shop: Shop, happens):
    """Its goods were promised, its amount was shown: whoever pays gets it. The next buyer does not."""
    quote, coupon = begun(shop)
    order_id = shop.ordered(quote, credits=a.money(CREDITS))
    shop.turn()
    shop.put_in(who=OTHER)
    late = shop.quote(OTHER)
    happens(shop)
    shop.pay(order_id)
    sold(shop, coupon, order_id)
    refused = shop.ordered(late, OTHER)
    shop.turn()
    assert shop.stands(refused, OTHER) == ("cancelled", "quote_changed")
    assert shop.left() == SOLD


@pytest.mark.parametrize("happens", HAPPENS)
def test_and_if_nobody_pays_everything_goes_back(shop: Shop, happens):
    quote, coupon = begun(shop)
    order_id = shop.ordered(quote, credits=a.money(CREDITS))
    shop.turn()
    happens(shop)
    shop.cancel(order_id)
    shop.turn()
    assert shop.stands(order_id) == ("cancelled", "by_buyer")
    with shop.at("baskets"):
        assert promotions.left(coupon) == 5
    assert (shop.left()[1], shop.credits(), shop.at_stripe()) == (0, CREDITS, 0)


# Money


@pytest.fixture
def by_bank(shop: Shop) -> Shop:
    at.with_settings(payment_methods=["card", "customer_balance"])
    return shop


def to_transfer(shop: Shop) -> str:
    """Its buyer has seen where to send it."""
    order_id = shop.order(**BY_TRANSFER)
    asked: Any = {"payment_method_data": {"type": "customer_balance"}}
    shop.stripe.client.v1.payment_intents.confirm(paying.intent_of(shop.look(order_id)["payment"]), asked)
    shop.hear_stripe()
    assert (shop.stands(order_id), shop.left()) == (("pending", None), PROMISED)
    return order_id


def later(shop: Shop, time, **how_long: float) -> None:
    time(timedelta(**how_long))
    shop.hear_stripe()
    shop.sweep()
    shop.hear_stripe()


def test_a_payment_that_succeeds_after_the_cancellation(shop: Shop):
    """Asked to give up, Stripe says that the money is there: the order stands, and nothing went back on the way."""
    quote, coupon = begun(shop)
    order_id = shop.ordered(quote, credits=a.money(CREDITS))
    shop.turn()
    waits = shop.look(order_id)["payment"]
    shop.cancel(order_id)
    paying.pay(shop.stripe, waits)
    shop.turn()
    sold(shop, coupon, order_id)
    shop.hear_stripe()  # the news comes when all is done
    sold(shop, coupon, order_id)


def test_nobody_can_pay_what_was_cancelled(shop: Shop):
    quote, coupon = begun(shop)
    order_id = shop.ordered(quote, credits=a.money(CREDITS))
    shop.turn()
    waits = shop.look(order_id)["payment"]
    shop.cancel(order_id)
    shop.turn()
    assert shop.stripe.client.v1.payment_intents.retrieve(paying.intent_of(waits)).status == "canceled"
    with pytest.raises(Exception, match="status of canceled"):
        paying.pay(shop.stripe, waits)
    shop.hear_stripe()
    assert shop.stands(order_id) == ("cancelled", "by_buyer")
    nothing_held(shop, coupon)


def test_a_bank_transfer_that_comes_after_the_cancellation_goes_back(by_bank: Shop, time):
    shop, order_id = by_bank, to_transfer(by_bank)
    shop.cancel(order_id)
    shop.turn()
    assert (shop.stands(order_id), shop.left()) == (("cancelled", "by_buyer"), LEFT)
    shop.transfer(order_id, PRICE)
    for _ in range(3):
        later(shop, time, hours=13)
    assert shop.stands(order_id) == ("cancelled", "by_buyer")
    assert (shop.returned(), shop.at_stripe(), shop.left(), shop.basket()) == ([PRICE], 0, LEFT, [1])


def test_a_partial_bank_transfer_waits_for_the_rest(by_bank: Shop, time):
    shop, order_id = by_bank, to_transfer(by_bank)
    shop.transfer(order_id, 100_00)
    later(shop, time, days=2)
    assert (shop.stands(order_id), shop.left(), shop.at_stripe()) == (("pending", None), PROMISED, 0)
    shop.transfer(order_id, PRICE - 100_00)
    later(shop, time, hours=1)
    assert (shop.stands(order_id), shop.left(), shop.at_stripe()) == (("confirmed", None), SOLD, PRICE)
    assert shop.returned() == []


def test_a_partial_bank_transfer_goes_back_when_the_rest_does_not_come(by_bank: Shop, time):
    shop, order_id = by_bank, to_transfer(by_bank)
    shop.transfer(order_id, 100_00)
    for days in (3, 4, 2):
        assert shop.taken() == 0
        later(shop, time, days=days)
    for _ in range(3):
        later(shop, time, hours=13)
    assert shop.stands(order_id) == ("cancelled", "payment_failed")
    assert (shop.returned(), shop.at_stripe(), shop.left()) == ([100_00], 0, LEFT)


def test_what_a_bank_transfer_sends_in_excess_goes_back_once(by_bank: Shop, time):
    shop, order_id = by_bank, to_transfer(by_bank)
    shop.transfer(order_id, PRICE + 16_10)
    for _ in range(4):
        later(shop, time, hours=13)
    assert (shop.stands(order_id), shop.left(), shop.at_stripe()) == (("confirmed", None), SOLD, PRICE)
    assert shop.returned() == [16_10]


def test_a_payment_that_fails_and_then_succeeds_on_the_same_intent(shop: Shop):
    quote, coupon = begun(shop)
    order_id = shop.ordered(quote, credits=a.money(CREDITS))
    shop.turn()
    intent = paying.intent_of(shop.look(order_id)["payment"])
    for card in ("pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclined"):
        shop.pay(order_id, card)
        assert (shop.stands(order_id), shop.left(), shop.at_stripe()) == (("pending", None), PROMISED, 0)
        assert paying.intent_of(shop.look(order_id)["payment"]) == intent
    shop.pay(order_id)
    sold(shop, coupon, order_id)
    assert len(shop.stripe.client.v1.payment_intents.list({"limit": 100}).data) == 1


# Bundles


def bundled(shop: Shop) -> tuple[Any, Any]:
    """A set of a camera and two films, of which there are three."""
    film, outfit = shop.sells(9_00, 3), shop.sells(140_00, 0)
    parts = [
        {"variant_id": shop.camera.variants[0].variant_id},
        {"variant_id": film.variants[0].variant_id, "quantity": 2},
    ]
    path = f"/v1/stores/{goods.STORE}/stock/{outfit.variants[0].variant_id}/parts"
    with shop.at("inventory"):
        answer = stock.as_seller()("PUT", path, {"items": parts})
    assert answer.status == 200, answer.text
    shop.turn()
    assert shop.left(outfit)[0] == 1
    return film, outfit


def test_a_part_of_a_bundle_that_is_sold_meanwhile(shop: Shop):
    """Two of three films go to somebody else between the quote and the click: there is no whole bundle any more."""
    film, outfit = bundled(shop)
    shop.put_in(1, outfit)
    quote = shop.quote()
    rival = shop.order(2, film, OTHER)
    order_id = shop.ordered(quote)
    shop.turn()
    assert shop.stands(order_id) == ("cancelled", "out_of_stock")
    assert (shop.left(), shop.left(film), shop.left(outfit)[0]) == (LEFT, (1, 2), 0)
    shop.pay(rival, who=OTHER)
    assert shop.stands(rival, OTHER) == ("confirmed", None)
    assert (shop.left(film), shop.at_stripe()) == ((1, 0), 2 * 9_00 + PARCEL)


def test_the_parts_of_a_bundle_that_somebody_pays_are_nobody_elses(shop: Shop):
    film, outfit = bundled(shop)
    order_id = shop.order(1, outfit)
    assert (shop.left(), shop.left(film), shop.left(outfit)[0]) == (PROMISED, (1, 2), 0)
    rival = shop.order(2, film, OTHER)
    assert shop.stands(rival, OTHER) == ("cancelled", "out_of_stock")
    shop.pay(order_id)
    assert shop.stands(order_id) == ("confirmed", None)
    assert (shop.left(), shop.left(film), shop.at_stripe()) == (SOLD, (1, 0), 140_00 + PARCEL)


# Prices that were agreed on


def agreed(shop: Shop) -> tuple[Any, str]:
    """The camera's twin for 100.00 instead of 129.00, in a message each."""
    lens = shop.sells(CAMERA, 3, takes_proposals=True)
    asked = proposals.asked(lens, price=a.money(AGREED))
    with shop.at("catalog"):
        made = goods.as_user(a.BUYER)("POST", "/v1/me/proposals", asked).json
        path = f"/v1/stores/{lens.store_id}/proposals/{made['proposal_id']}/accept"
        answer = goods.as_seller(lens.store_id)("POST", path, {"price": a.money(AGREED)})
    assert (answer.status, answer.json["state"]) == (200, "agreed")
    shop.turn()
    return lens, made["proposal_id"]


def state_of(shop: Shop, proposal_id: str) -> str:
    with shop.at("catalog"):
        return str(goods.as_user(a.BUYER)("GET", f"/v1/me/proposals/{proposal_id}").json["state"])


def test_an_agreed_price_is_paid_once(shop: Shop):
    lens, proposal_id = agreed(shop)
    order_id = shop.order(1, lens)
    assert (state_of(shop, proposal_id), shop.left(lens)) == ("reserved", PROMISED)
    shop.pay(order_id)
    assert shop.stands(order_id) == ("confirmed", None)
    assert (state_of(shop, proposal_id), shop.left(lens), shop.at_stripe()) == ("redeemed", SOLD, AGREED + PARCEL)
    again = shop.order(1, lens)
    assert shop.look(again)["totals"]["total"]["minor"] == PRICE
    shop.pay(again)
    assert (shop.stands(again), shop.at_stripe()) == (("confirmed", None), AGREED + PRICE + PARCEL)


def test_an_agreed_price_is_nobody_elses(shop: Shop):
    lens, proposal_id = agreed(shop)
    order_id = shop.order(1, lens, OTHER)
    assert shop.look(order_id, OTHER)["totals"]["total"]["minor"] == PRICE
    assert state_of(shop, proposal_id) == "agreed"


def test_an_agreed_price_waits_for_another_order_if_the_first_comes_to_nothing(shop: Shop):
    lens, proposal_id = agreed(shop)
    first = shop.order(1, lens)
    shop.cancel(first)
    shop.turn()
    assert (shop.stands(first), state_of(shop, proposal_id), shop.left(lens)) == (
        ("cancelled", "by_buyer"),
        "agreed",
        LEFT,
    )
    second = shop.ordered(shop.quote())
    shop.turn()
    shop.pay(second)
    assert (shop.stands(second), state_of(shop, proposal_id)) == (("confirmed", None), "redeemed")
    assert (shop.left(lens), shop.at_stripe()) == (SOLD, AGREED + PARCEL)
