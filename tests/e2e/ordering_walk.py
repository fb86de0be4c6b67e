"""All else that baskets and orders may do, done once: changes of mind, claims, what waits, people who go."""

from functools import partial

from kernel import ids
from local.home import ACCOUNT, REGION, STAGE
from local.seed import FINANCE
from tests.e2e import buying_walk as buying
from tests.e2e.deciding_walk import demo, signed_in
from tests.e2e.store_walk import exported_file, hand, invoke, soon, tell
from tests.e2e.walk import Person, StepFailed

WORKFLOW = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:metco-{STAGE}-checkout"


def walk_ordering(person: Person) -> None:
    person.patience_s = max(person.patience_s, buying.PATIENCE_S)
    finance, seller, buyer = demo(person, FINANCE.email), signed_in(person), signed_in(person)
    store_id = buying.a_store(seller, f"ordering-{seller.user_id[-8:]}")
    line = buying.a_thing(seller, store_id, "Lamp", buying.LAMP)
    change_the_basket(buyer, line)
    give_off(seller, finance, buyer, store_id)
    be_refused(buyer)
    call_off(buyer)
    order_id = order_as_a_guest(person, buyer, line)
    be_parked(finance, seller, store_id, order_id)
    leave(seller, buyer, f"/v1/stores/{store_id}/orders/{order_id}", order_id)
    close_up(person, store_id, line)


def change_the_basket(buyer: Person, line: buying.Line) -> None:
    buying.into_basket(buyer, line)
    [kept] = buyer.mine("GET", "/v1/basket").json()["lines"]
    path = f"/v1/basket/lines/{kept['line_id']}"
    for change in ({"quantity": 2}, {"saved": True}, {"saved": False, "quantity": 1}):
        buyer.mine("PATCH", path, json=change)
    buyer.mine("PATCH", "/v1/basket", json={"currency": "EUR"})
    shown = {name: kept[name] for name in ("line_id", "state", "unit_price")}
    buyer.mine("POST", "/v1/basket/shown", json={"lines": [shown]})
    invoke(buyer, "baskets-sweep")


def give_off(seller: Person, finance: Person, buyer: Person, store_id: str) -> None:
    """A store's promotion with a limit, said, taken back and ended; and the platform's are listed."""
    own = f"/v1/stores/{store_id}/promotions"
    code = f"OWN-{store_id[-8:]}".upper()
    said = {"title": "Own", "code": code, "benefit": {"kind": "fixed", "off": {"EUR": 5_00}}, "limits": {"total": 3}}
    made = seller.mine("POST", own, expect=201, json=said).json()
    buyer.mine("PUT", f"/v1/basket/codes/{code}")
    buying.same(buyer.mine("GET", "/v1/basket").json()["totals"]["discounts"]["minor"], 5_00)
    buyer.mine("DELETE", f"/v1/basket/codes/{code}", expect=204)
    buying.same(seller.mine("GET", own).json()["items"][0]["promotion_id"], made["promotion_id"])
    buying.same(seller.mine("GET", f"{own}/{made['promotion_id']}").json()["left"], 3)
    seller.mine("POST", f"{own}/{made['promotion_id']}/end", json={})
    finance.mine("GET", "/v1/promotions")
    invoke(buyer, "baskets-sweep")


def be_refused(buyer: Person) -> None:
    """A saved card that is not the buyer's: nobody waits for a payment that could not begin."""
    order_id = buying.ordered(buyer, buying.quoted(buyer), payment={"payment_method_id": "pm_notTheirs"})
    buying.same(buying.became(buyer, order_id, "cancelled")["reason"], "payment_failed")


def call_off(buyer: Person) -> None:
    """Before anything is paid, all of it goes back, and the basket can be ordered again."""
    order_id = buying.ordered(buyer, buying.quoted(buyer))
    buying.to_be_paid(buyer, order_id)
    buyer.mine("POST", f"/v1/orders/{order_id}/cancel", expect=202)
    buying.same(buying.became(buyer, order_id, "cancelled")["reason"], "by_buyer")
    buyer.mine("DELETE", "/v1/basket", expect=204)


def order_as_a_guest(person: Person, buyer: Person, line: buying.Line) -> str:
    """Paid by a card that asks nobody, and taken into an account afterwards."""
    guest = buying.a_guest(person)
    buying.into_basket(guest, line)
    quote = buying.quoted(guest)["quote"]
    asked = {"quote": quote, "address": buying.HOME, "email": person.email}
    begun = guest.mine("POST", "/v1/checkouts", expect=202, json=asked).json()
    order_id = str(begun["order_id"])
    buying.pay_by_card(guest, buying.to_be_paid(guest, order_id), "pm_card_visa")
    buying.became(guest, order_id, "confirmed")
    claim = {"secret": begun["claim_secret"]}
    buyer.mine("POST", f"/v1/orders/{order_id}/claim", expect=204, json=claim)
    items = buyer.mine("GET", "/v1/me/orders", params={"limit": 1}).json()["items"]
    buying.same([one["order_id"] for one in items], [order_id])
    buyer.mine("GET", f"/v1/orders/{order_id}/history")
    return order_id


def be_parked(finance: Person, seller: Person, store_id: str, order_id: str) -> None:
    """As a workflow asks that cannot go on; nobody waits by this token any more, so a decision is told to nobody."""
    buying.same(len(seller.mine("GET", f"/v1/stores/{store_id}/orders").json()["items"]), 1)
    seller.mine("GET", f"/v1/stores/{store_id}/orders/{order_id}")
    trouble = {"Error": "Unavailable", "Cause": "reservation_over"}
    named = {"order_id": order_id, "execution": order_id, "token": f"nobody/{WORKFLOW}"}
    asked = {"task": "park", **named, "step": "paid", "trouble": trouble}
    buying.same(invoke(finance, "orders-steps", **asked), {"outcome": "parked"})

    def parked() -> dict[str, str]:
        waits = finance.mine("GET", "/v1/parked", params={"limit": 50}).json()["items"]
        return {one["order_id"]: one["parked_id"] for one in waits}

    if order_id not in parked():
        raise StepFailed(f"{order_id} is not among the parked")
    finance.mine("POST", f"/v1/parked/{parked()[order_id]}/decision", json={"decision": "confirm"})
    soon(finance, lambda: order_id not in parked(), "what is decided is still parked")
    finance.mine("GET", "/v1/sweeps")


def leave(seller: Person, buyer: Person, part: str, order_id: str) -> None:
    """What is known is taken along; what was personal goes, and the order stays."""
    export_id = ids.new_id("exp")
    tell(buyer, "DataExportRequested", export_id=export_id)
    files = {name: f"exports/{buyer.user_id}/{export_id}.{name}.json" for name in ("baskets", "orders")}
    for name, file in files.items():
        soon(buyer, partial(exported_file, buyer.stack, file), f"{name} added nothing to the export")
    if order_id.encode() not in exported_file(buyer.stack, files["orders"]):
        raise StepFailed("the order is not in the export")
    tell(buyer, "UserErased")
    soon(seller, lambda: seller.mine("GET", part).json()["address"] is None, "an erased person's address is still kept")


def close_up(person: Person, store_id: str, line: buying.Line) -> None:
    """A store that closes takes its words along, out of everybody's baskets too."""
    guest = buying.a_guest(person)
    buying.into_basket(guest, line)
    hand(person.stack, "baskets-consumers", "metco.stores", "StoreClosed", store_id=store_id)
    buying.same([one["title"] for one in guest.mine("GET", "/v1/basket").json()["lines"]], [""])
