"""A sale sent by carriers, as its store and its driver do it: labels, call-backs, an order that follows."""

import httpx

from tests.e2e import buying_walk as buying
from tests.e2e.deciding_walk import signed_in
from tests.e2e.store_walk import soon
from tests.e2e.walk import Person, StepFailed

SENDER = {
    "name": "Sam Seller",
    "line1": "Torstrasse 1",
    "city": "Berlin",
    "postcode": "10119",
    "country": "DE",
    "phone": "+4930901820",
}


def walk_sending(person: Person) -> None:
    person.patience_s = max(person.patience_s, buying.PATIENCE_S)
    seller, buyer = signed_in(person), signed_in(person)
    store_id = buying.a_store(seller, f"sending-{seller.user_id[-8:]}")
    line = buying.a_thing(seller, store_id, "Lamp", buying.LAMP)
    for carrier in ("dhl", "fedex"):
        send(seller, buyer, store_id, line, carrier)
    look_for(seller, buyer, store_id, line)


def send(seller: Person, buyer: Person, store_id: str, line: buying.Line, carrier: str) -> None:
    """One label is given up, the next is used; then it is the driver's."""
    store = f"/v1/stores/{store_id}"
    choice = {"carriers": [carrier, "manual"], "sender": SENDER, "package": {"weight_g": 800}}
    buying.same(seller.mine("PUT", f"{store}/carriers", json=choice).json()["carriers"], [carrier, "manual"])
    seller.mine("GET", f"{store}/carriers")
    order_id = bought(buyer, line)
    order = f"{store}/orders/{order_id}"
    rates = seller.mine("GET", f"{order}/rates").json()["items"]
    buying.same({one["carrier"] for one in rates}, {carrier})
    given_up = seller.mine("POST", f"{order}/parcels/label", expect=201, json={}).json()
    seller.mine("POST", f"{order}/parcels/{given_up['parcel_id']}/moves", json={"move": "void"})
    parcel = seller.mine("POST", f"{order}/parcels/label", expect=201, json={}).json()
    link = seller.mine("GET", f"{order}/parcels/{parcel['parcel_id']}/label").json()["url"]
    if not httpx.get(link, timeout=30).content.startswith(b"%PDF-"):
        raise StepFailed("the label cannot be printed")
    drive(seller, parcel["tracking_number"], "collected")
    buying.became(buyer, order_id, "shipped")
    drive(seller, parcel["tracking_number"], "delivered")
    arrived = buying.became(buyer, order_id, "delivered")
    states = {one["parcel_id"]: one["state"] for one in arrived["parcels"]}
    buying.same(states, {given_up["parcel_id"]: "void", parcel["parcel_id"]: "delivered"})
    if carrier != "dhl":  # who takes nothing back
        soon(seller, lambda: shown(seller, given_up["tracking_number"], "Void"), "a label was not taken back")


def look_for(seller: Person, buyer: Person, store_id: str, line: buying.Line) -> None:
    """All that the carrier says is lost: after a while Metco asks."""
    order_id = bought(buyer, line)
    label = f"/v1/stores/{store_id}/orders/{order_id}/parcels/label"
    number = seller.mine("POST", label, expect=201, json={}).json()["tracking_number"]
    press(seller, "calls", drop="100", duplicate="0")
    drive(seller, number, "delivered")
    press(seller, "well")
    httpx.post(f"{seller.stack.url}/_clock", json={"by_s": 70}, timeout=120)
    buying.became(buyer, order_id, "delivered")


def bought(buyer: Person, line: buying.Line) -> str:
    buying.into_basket(buyer, line)
    order_id = buying.ordered(buyer, buying.quoted(buyer))
    buying.pay_by_card(buyer, buying.to_be_paid(buyer, order_id), "pm_card_visa")
    buying.became(buyer, order_id, "confirmed")
    return order_id


def drive(seller: Person, number: str, move: str) -> None:
    """As a person does on the page."""
    press(seller, "move", number=number, move=move)


def press(seller: Person, button: str, **form: str) -> None:
    answer = httpx.post(f"{seller.stack.url}/_carriers/do/{button}", data=form, timeout=30)
    buying.same((answer.status_code, answer.headers.get("Location")), (303, "/_carriers"))


def shown(seller: Person, number: str, what: str) -> bool:
    page = httpx.get(f"{seller.stack.url}/_carriers", timeout=30).text
    return f"{number} · {what}" in page
