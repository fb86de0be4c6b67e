"""How a sale may go, each from the first look to where its people have done all that they do."""

from collections.abc import Sequence
from functools import partial

from tests.chaos.soak.people import Json
from tests.chaos.soak.trade import DECLINED, VISA, Story, Trade

OFF = {"minor": 5_00, "currency": "EUR"}
DISPUTED = "pm_card_createDisputeProductNotReceived"
LABELS = ("dhl", "fedex")  # by whom the stores send, if not by themselves


def all_is_well(trade: Trade) -> None:
    it_arrives(trade, trade.buys(DECLINED if trade.chance.random() < 0.2 else VISA))


def it_arrives(trade: Trade, order: Json) -> None:
    for part in order["seller_orders"]:
        trade.sends(part, apart=trade.chance.random() < 0.5)
        trade.receives(part)


def a_carrier_brings_it(trade: Trade) -> None:
    """Whether its calls arrive or not: else it is asked."""
    order = trade.buys()
    for part in order["seller_orders"]:
        with trade.known.timed("labelled"):
            number = trade.of_store(part, "parcels/label", {"carrier": trade.chance.choice(LABELS)})["tracking_number"]
        with trade.stack.carriers.turn:
            for move in ("collected", "delivered"):
                trade.stack.carriers.core.move(number, move)
    with trade.known.timed("delivered to known"):
        trade.sees(order["order_id"], lambda now: now["state"] in ("delivered", "completed"))


def a_store_has_none(trade: Trade) -> None:
    """Of one thing; and of what it has there is nothing else, or the rest is sent."""
    for at, part in enumerate(trade.chance.sample((order := trade.buys())["seller_orders"], 2)):
        if not at:
            trade.of_store(part, "cancel", {"lines": {part["lines"][0]["line_id"]: 1}})
        if at or len(part["lines"]) > 1:
            trade.sends(part)
            trade.receives(part)
    money_is_back(trade, order, 1)


def a_change_of_mind(trade: Trade) -> None:
    order = trade.buys()
    for part in order["seller_orders"]:
        trade.of_part(part, "cancel")
    money_is_back(trade, order, 2)


def a_part_of_the_price(trade: Trade) -> None:
    order = trade.buys()
    part = order["seller_orders"][0]
    trade.of_store(part, "refunds", {"lines": {part["lines"][0]["line_id"]: OFF}})
    it_arrives(trade, order)
    money_is_back(trade, order, 1)


def it_comes_back(trade: Trade) -> None:
    order = trade.buys()
    it_arrives(trade, order)
    sent_back(trade, order, "refund", "refunded")


def another_one_is_sent(trade: Trade) -> None:
    order = trade.buys()
    it_arrives(trade, order)
    sent_back(trade, order, "exchange", "exchanged")
    part = order["seller_orders"][0]
    trade.sends(part)
    trade.receives(part)


def sent_back(trade: Trade, order: Json, wanted: str, became: str) -> None:
    part = order["seller_orders"][0]
    asked = {"lines": {part["lines"][0]["line_id"]: 1}, "why": "damaged", "wanted": wanted}
    return_id = trade.of_part(part, "returns", asked)["return_id"]

    def is_(state: str, now: Json) -> bool:
        return any(one["return_id"] == return_id and one["state"] == state for one in now["returns"])

    with trade.known.timed("return asked to opened"):
        trade.sees(order["order_id"], partial(is_, "requested"))
    trade.of_store(part, f"returns/{return_id}/answer", {"answer": "approve"})
    trade.of_store(part, f"returns/{return_id}/received")
    trade.of_store(part, f"returns/{return_id}/inspection")
    with trade.known.timed(f"inspected to {became}"):
        trade.sees(order["order_id"], partial(is_, became))


def money_is_back(trade: Trade, order: Json, refunds: int) -> None:
    """Sent to the bank, which is as far as anybody sees."""

    def sent(now: Json) -> bool:
        return len(now["refunds"]) == refunds and {one["state"] for one in now["refunds"]} == {"sent"}

    with trade.known.timed("refund asked to sent"):
        trade.sees(order["order_id"], sent, over=())


def a_bank_takes_it_back(trade: Trade) -> None:
    """Of what arrived all the same. Finance accepts it."""
    order = trade.buys(DISPUTED)
    it_arrives(trade, order)
    payment_id = order["payment"]["payment_id"]
    with trade.known.timed("disputed to known"):
        chargeback_id = trade.waits(lambda: disputed(trade, payment_id), f"a chargeback of {payment_id}")
    trade.finance.ask("POST", f"/v1/chargebacks/{chargeback_id}/accept", json={})

    def lost() -> bool:
        return bool(trade.finance.ask("GET", f"/v1/chargebacks/{chargeback_id}")["chargeback"]["state"] == "lost")

    trade.waits(lost, f"{chargeback_id} to be lost")


def disputed(trade: Trade, payment_id: str) -> str:
    found = trade.finance.ask("GET", "/v1/chargebacks", params={"limit": 50})["items"]
    return next((str(one["chargeback_id"]) for one in found if one["payment_id"] == payment_id), "")


def nobody_pays(trade: Trade) -> None:
    """A buyer leaves, and says so."""
    order = trade.orders()
    trade.buyer.ask("POST", f"/v1/orders/{order['order_id']}/cancel", json={})
    with trade.known.timed("called off to cancelled"):
        trade.waits(lambda: trade.stands(order) == "cancelled", f"{order['order_id']} to be called off")


def nobody_sends(trade: Trade) -> None:
    """A store forgets a part: once its time is over, it is cancelled."""
    forgotten, part = trade.chance.sample(trade.buys()["seller_orders"], 2)
    trade.of_store(forgotten, "begin")
    trade.sends(part)
    trade.receives(part)


def nobody_says_that_it_came(trade: Trade) -> None:
    for part in trade.buys()["seller_orders"]:
        trade.sends(part)


# The more often a story is told, the more often it is here.
STORIES: Sequence[Story] = (
    *(all_is_well,) * 4,
    *(a_carrier_brings_it,) * 3,
    a_store_has_none,
    a_change_of_mind,
    a_part_of_the_price,
    it_comes_back,
    another_one_is_sent,
    a_bank_takes_it_back,
    nobody_pays,
    nobody_sends,
    nobody_says_that_it_came,
)
