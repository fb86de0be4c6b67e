"""A part of an order from paid to settled: packed, sent in parcels, received, cancelled in part, paid to its store."""

from functools import partial
from typing import Any

import httpx

from tests.e2e import buying_walk as buying
from tests.e2e.deciding_walk import signed_in
from tests.e2e.ledger_walk import money, task
from tests.e2e.sending_walk import bought
from tests.e2e.store_walk import soon
from tests.e2e.walk import Person, StepFailed

SETTLE_S = 130  # on a laptop, two minutes are enough to object in
DAY_S = 86_400


def walk_fulfilling(person: Person) -> None:
    person.patience_s = max(person.patience_s, buying.PATIENCE_S)
    seller, buyer = signed_in(person), signed_in(person)
    store_id = buying.a_store(seller, f"fulfilling-{seller.user_id[-8:]}")
    lamps = {**buying.a_thing(seller, store_id, "Lamp", buying.LAMP), "quantity": 3}
    settled = send_and_settle(seller, buyer, store_id, lamps)
    change_their_minds(seller, buyer, store_id, lamps)
    be_kept_back(seller, buyer, store_id, lamps)
    let_time_pass(seller, buyer, store_id, lamps)
    look_up(seller, buyer, store_id, settled)


def send_and_settle(seller: Person, buyer: Person, store_id: str, lamps: buying.Line) -> str:
    """Another door, two parcels of which one comes back and goes out again, the buyer's word, and the money."""
    order_id = bought(buyer, lamps)
    there = f"/v1/stores/{store_id}/orders/{order_id}"
    buyer.mine("PUT", f"/v1/orders/{order_id}/address", json={**buying.HOME, "line1": "Torstraße 2"})
    buying.same(seller.mine("POST", f"{there}/begin").json()["state"], "processing")
    part = part_of(buyer, order_id)
    [line] = part["lines"]
    refused = f"/v1/orders/{order_id}/seller-orders/{part['seller_order_id']}"
    buyer.mine("POST", f"{refused}/cancel", expect=409, json={})
    one = sent(seller, there, {line["line_id"]: 1})
    move(seller, there, one, "lose")
    sent(seller, there, {line["line_id"]: 2})
    buying.same(part_of(buyer, order_id)["state"], "processing")
    last = sent(seller, there, None)
    buying.same(part_of(buyer, order_id)["state"], "shipped")
    move(seller, there, last, "deliver")
    buyer.mine("POST", f"{refused}/received")
    buying.same(part_of(buyer, order_id)["state"], "delivered")
    pass_by(seller, SETTLE_S)
    buying.became(buyer, order_id, "completed")
    soon(seller, partial(has_available, seller, store_id), "what is settled is not available")
    return order_id


def change_their_minds(seller: Person, buyer: Person, store_id: str, lamps: buying.Line) -> None:
    """Of three the buyer calls one off and the store another; the rest is cancelled, and all the money is back."""
    order_id = bought(buyer, lamps)
    there, part = f"/v1/stores/{store_id}/orders/{order_id}", part_of(buyer, order_id)
    one = {"lines": {part["lines"][0]["line_id"]: 1}}
    buyer.mine("POST", f"/v1/orders/{order_id}/seller-orders/{part['seller_order_id']}/cancel", json=one)
    seller.mine("POST", f"{there}/cancel", json=one)
    seller.mine("POST", f"{there}/cancel", json={})
    seller.mine("POST", f"{there}/parcels", expect=409, json={})

    def all_back() -> bool:
        refunds = buying.look(buyer, order_id)["refunds"]
        return len(refunds) == 3 and {one["state"] for one in refunds} == {"sent"}

    soon(buyer, all_back, "the money is not back")
    order = buying.look(buyer, order_id)
    back = sum(one["total"]["minor"] for one in order["refunds"])
    buying.same((order["state"], back), ("cancelled", order["totals"]["total"]["minor"]))
    stock = f"/v1/stores/{store_id}/stock/{lamps['variant_id']}"
    soon(seller, lambda: seller.mine("GET", stock).json()["available"] == 7, "the goods are not on the shelf again")


def be_kept_back(seller: Person, buyer: Person, store_id: str, lamps: buying.Line) -> None:
    """A sale that something freezes is not settled; the thaw has it tried again."""
    order_id = bought(buyer, lamps)
    there, part = f"/v1/stores/{store_id}/orders/{order_id}", part_of(buyer, order_id)
    move(seller, there, sent(seller, there, None), "deliver")
    named = {"seller_order_id": part["seller_order_id"], "cause": "walk"}
    task(seller.stack, "freeze", "frozen", **named)
    pass_by(seller, SETTLE_S)
    soon(seller, lambda: part_of(buyer, order_id)["settlement"]["state"] == "paused", "a frozen sale is not paused")
    task(seller.stack, "unfreeze", "unfrozen", **named)
    soon(seller, lambda: part_of(buyer, order_id)["settlement"]["state"] != "paused", "the thaw is not heard")
    pass_by(seller, 60)
    buying.became(buyer, order_id, "completed")


def let_time_pass(seller: Person, buyer: Person, store_id: str, lamps: buying.Line) -> None:
    """What is not sent is cancelled; of what was sent and never heard of, the buyer is asked, and then it counts."""
    forgotten, silent = bought(buyer, {**lamps, "quantity": 1}), bought(buyer, {**lamps, "quantity": 1})
    sent(seller, f"/v1/stores/{store_id}/orders/{silent}", None)
    pass_by(seller, 10 * DAY_S + 60)
    buying.same(buying.became(buyer, forgotten, "cancelled")["seller_orders"][0]["reason"], "not_sent")
    happened = [one["what"] for one in buyer.mine("GET", f"/v1/orders/{silent}/history").json()["items"]]
    if "DeliveryAsked" not in happened:
        raise StepFailed(f"nobody asked whether it came: {happened}")
    pass_by(seller, 4 * DAY_S + 60)
    delivered = buying.became(buyer, silent, "delivered")
    buying.same(delivered["seller_orders"][0]["received"], "time")


def look_up(seller: Person, buyer: Person, store_id: str, order_id: str) -> None:
    """Its buyer and its store see the same parcels, and what came of them."""
    mine = buying.look(buyer, order_id)["parcels"]
    theirs = seller.mine("GET", f"/v1/stores/{store_id}/orders/{order_id}").json()
    buying.same([one["state"] for one in theirs["parcels"]], [one["state"] for one in mine])
    buying.same(theirs["address"]["line1"], "Torstraße 2")
    kinds = [one["kind"] for one in seller.mine("GET", f"/v1/stores/{store_id}/statement").json()["items"]]
    if "sale_released" not in kinds:
        raise StepFailed(f"the statement has no release: {kinds}")


# What several of them need


def part_of(buyer: Person, order_id: str) -> dict[str, Any]:
    [part] = buying.look(buyer, order_id)["seller_orders"]
    return dict(part)


def sent(seller: Person, there: str, lines: dict[str, int] | None) -> str:
    said = {"lines": lines, "tracking_number": "W 1"}
    return str(seller.mine("POST", f"{there}/parcels", expect=201, json=said).json()["parcel_id"])


def move(seller: Person, there: str, parcel_id: str, how: str) -> None:
    seller.mine("POST", f"{there}/parcels/{parcel_id}/moves", json={"move": how})


def pass_by(person: Person, by_s: int, *sweeps: str) -> None:
    """Time is moved, and what is due then is done before the answer comes."""
    asked = {"by_s": by_s, "sweeps": list(sweeps or ("orders-sweep",))}
    told = httpx.post(f"{person.stack.url}/_clock", json=asked, timeout=120).json()
    failed = {name: what for name, what in told["sweeps"].items() if what != "done"}
    if failed or not told["sweeps"]:
        raise StepFailed(f"a sweep failed: {failed or told}")


def has_available(seller: Person, store_id: str) -> bool:
    funds = seller.mine("GET", f"/v1/stores/{store_id}/balance").json()["items"]
    return bool(funds) and funds[0]["available"] != money(0)
