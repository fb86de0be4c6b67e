"""What comes back, and money that goes back: withdrawn, rejected, refunded, exchanged; by its store, by an operator."""

from typing import Any

from local.seed import FINANCE
from tests.e2e import buying_walk as buying
from tests.e2e.deciding_walk import demo, signed_in
from tests.e2e.fulfilling_walk import SETTLE_S, move, part_of, pass_by, sent
from tests.e2e.ledger_walk import money
from tests.e2e.sending_walk import bought
from tests.e2e.store_walk import soon
from tests.e2e.walk import Person, StepFailed

DAY_S = 86_400


def walk_returning(person: Person) -> None:
    person.patience_s = max(person.patience_s, buying.PATIENCE_S)
    finance, seller, buyer = demo(person, FINANCE.email), signed_in(person), signed_in(person)
    store_id = buying.a_store(seller, f"returning-{seller.user_id[-8:]}")
    lamps = {**buying.a_thing(seller, store_id, "Lamp", buying.LAMP), "quantity": 4}
    order_id = bought(buyer, lamps)
    there = f"/v1/stores/{store_id}/orders/{order_id}"
    move(seller, there, sent(seller, there, None), "deliver")
    keep_it(seller, buyer, there, order_id)
    give_it_back(seller, buyer, there, order_id)
    have_another(seller, buyer, there, order_id)
    answer_by_silence(seller, buyer, there, order_id)
    give_something_off(finance, seller, buyer, there, order_id)
    settle(finance, seller, buyer, order_id)


def keep_it(seller: Person, buyer: Person, there: str, order_id: str) -> None:
    """Asked for and withdrawn; asked for again and rejected."""
    first = opened(buyer, order_id)
    buyer.mine("POST", f"/v1/orders/{order_id}/returns/{first}/withdraw")
    second = opened(buyer, order_id)
    seller.mine("POST", f"{there}/returns/{second}/answer", json={"answer": "reject"})
    buying.same([state_of(buyer, order_id, one) for one in (first, second)], ["withdrawn", "rejected"])


def give_it_back(seller: Person, buyer: Person, there: str, order_id: str) -> None:
    return_id = opened(buyer, order_id)
    travel(seller, buyer, there, order_id, return_id)
    soon(buyer, lambda: state_of(buyer, order_id, return_id) == "refunded", "what came back is not paid back")
    [refund] = [one for one in buying.look(buyer, order_id)["refunds"] if one["return_id"] == return_id]
    buying.same((refund["cause"], refund["total"]), ("returned", money(buying.LAMP)))


def have_another(seller: Person, buyer: Person, there: str, order_id: str) -> None:
    """In exchange, which is sent as the first one was."""
    return_id = opened(buyer, order_id, wanted="exchange")
    travel(seller, buyer, there, order_id, return_id)
    soon(buyer, lambda: state_of(buyer, order_id, return_id) == "exchanged", "it is not exchanged")
    move(seller, there, sent(seller, there, None), "deliver")


def answer_by_silence(seller: Person, buyer: Person, there: str, order_id: str) -> None:
    """No answer is a yes, no look is contentment; what is lost on its way waits for a person."""
    return_id = opened(buyer, order_id)
    pass_by(seller, 3 * DAY_S + 60)
    buying.same(state_of(buyer, order_id, return_id), "approved")
    buyer.mine("POST", f"/v1/orders/{order_id}/returns/{return_id}/sent", json={"tracking_number": "R 2"})
    seller.mine("POST", f"{there}/returns/{return_id}/received")
    pass_by(seller, 5 * DAY_S + 60)
    soon(buyer, lambda: state_of(buyer, order_id, return_id) == "refunded", "silence is not contentment")


def give_something_off(finance: Person, seller: Person, buyer: Person, there: str, order_id: str) -> None:
    part = part_of(buyer, order_id)
    line_id = part["lines"][0]["line_id"]
    seller.mine("POST", f"{there}/refunds", expect=201, json={"lines": {line_id: money(5_00)}})
    path = f"/v1/orders/{order_id}/seller-orders/{part['seller_order_id']}/refunds"
    credited = {"lines": {"ship": money(buying.PARCEL)}, "as_credits": True}
    finance.mine("POST", path, expect=201, json=credited)

    def both() -> bool:
        states = {one["cause"]: one["state"] for one in buying.look(buyer, order_id)["refunds"]}
        return states.get("goodwill") == "sent" and states.get("operator") == "credited"

    soon(buyer, both, "what was given off is not back")


def settle(finance: Person, seller: Person, buyer: Person, order_id: str) -> None:
    """Of four lamps two went back and one was exchanged; something is off; the rest is the store's."""
    pass_by(seller, 7 * DAY_S + SETTLE_S)
    buying.became(buyer, order_id, "completed")
    accounts = buying.parties(finance, order_id)
    buying.same(sum(accounts.values()), 0)
    back = 2 * buying.LAMP + 5_00 + buying.PARCEL
    given = sum(one["total"]["minor"] for one in buying.look(buyer, order_id)["refunds"])
    buying.same(given, back)
    kept = [minor for name, minor in accounts.items() if name.startswith("seller-order:")]
    buying.same(kept, [0])


# A return


def opened(buyer: Person, order_id: str, **wanted: Any) -> str:
    """It counts once its money is kept back."""
    part = part_of(buyer, order_id)
    asked = {"lines": {part["lines"][0]["line_id"]: 1}, "why": "not_as_described", **wanted}
    path = f"/v1/orders/{order_id}/seller-orders/{part['seller_order_id']}/returns"
    return_id = str(buyer.mine("POST", path, expect=202, json=asked).json()["return_id"])
    soon(buyer, lambda: state_of(buyer, order_id, return_id) == "requested", "a return does not open")
    return return_id


def travel(seller: Person, buyer: Person, there: str, order_id: str, return_id: str) -> None:
    seller.mine("POST", f"{there}/returns/{return_id}/answer", json={"answer": "approve"})
    buyer.mine("POST", f"/v1/orders/{order_id}/returns/{return_id}/sent", json={"tracking_number": "R 1"})
    seller.mine("POST", f"{there}/returns/{return_id}/received")
    seller.mine("POST", f"{there}/returns/{return_id}/inspection", json={})


def state_of(buyer: Person, order_id: str, return_id: str) -> str:
    found = {one["return_id"]: one["state"] for one in buying.look(buyer, order_id)["returns"]}
    if return_id not in found:
        raise StepFailed(f"the order knows nothing of the return {return_id}")
    return str(found[return_id])
