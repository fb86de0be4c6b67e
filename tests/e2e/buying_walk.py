"""Buying on the deployed template: a guest's basket of three sellers' things, a coupon, credits, a card, the books."""

from collections import Counter
from functools import partial
from typing import Any

import httpx

from kernel import ids
from local.seed import FINANCE
from tests.e2e.deciding_walk import demo, done, signed_in
from tests.e2e.ledger_walk import money
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import soon
from tests.e2e.walk import STARTED, Person, StepFailed

PATIENCE_S = 40.0  # an order goes through six domains, and each function may be asked for the first time
CAMERA, FILM, BAG, LAMP = 129_00, 9_00, 79_00, 49_00
PARCEL = 4_90
OFF, CREDITS = 26_60, 10_00
TOTAL = CAMERA + FILM + BAG + LAMP + 3 * PARCEL - OFF
HOME = {
    "name": "Bela Buyer",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postcode": "10117",
    "country": "DE",
}
SHIP_TO = {"country": "DE", "postal_code": "10117"}
SHIPPING = {
    "origins": [{"name": "Workshop", "country": "DE", "city": "Berlin", "street": "Torstraße 1"}],
    "zones": [{"name": "Germany", "countries": ["DE"], "rates": [{"name": "Parcel", "price": money(PARCEL)}]}],
}
ASKS_THE_BANK = "pm_card_authenticationRequired"

Line = dict[str, Any]
Order = dict[str, Any]


def walk_buying(person: Person) -> None:
    """From a guest's basket to an order that stands, and every account that it touched."""
    person.patience_s = max(person.patience_s, PATIENCE_S)
    finance, buyer, guest = demo(person, FINANCE.email), signed_in(person), a_guest(person)
    sellers = [signed_in(person) for _ in range(3)]
    stores = [a_store(seller, f"buying-{seller.user_id[-8:]}") for seller in sellers]
    things = [(0, "Camera", CAMERA), (0, "Film", FILM), (1, "Bag", BAG), (2, "Lamp", LAMP)]
    lines = [a_thing(sellers[at], stores[at], title, minor) for at, title, minor in things]
    order_id = begun(finance, buyer, guest, lines)
    pay_by_card(buyer, to_be_paid(buyer, order_id))
    order = became(buyer, order_id, "confirmed")
    same(order["payment"]["card"], money(TOTAL - CREDITS))
    check_books(finance, order)
    check_what_follows(buyer, sellers, stores, order)


def begun(finance: Person, buyer: Person, guest: Person, lines: list[Line]) -> str:
    """A guest chooses, signs in, says a code, orders twice by a double click, and pays a part by credits."""
    for line in lines:
        into_basket(guest, line)
    absorb(buyer, guest, len(lines))
    code = a_coupon(finance)
    buyer.mine("PUT", f"/v1/basket/codes/{code}")
    told = buyer.mine("GET", "/v1/basket").json()
    same([one["works"] for one in told["codes"]], [True])
    same(told["totals"]["discounts"], money(OFF))
    grant(finance, buyer, CREDITS)
    quote = quoted(buyer)
    same(quote["details"]["totals"]["total"], money(TOTAL))
    asked = {"credits": money(CREDITS), "payment": {"method": "card"}}
    once, twice = (ordered(buyer, quote, **asked) for _ in range(2))
    same(once, twice)
    return once


def check_books(finance: Person, order: Order) -> None:
    """Nothing is created and nothing lost; what the card and the credits paid is all somebody's."""
    accounts = soon(finance, lambda: parties(finance, order["order_id"]), "the books know nothing of the order")
    same(sum(accounts.values()), 0)
    same(accounts["stripe:pending"], TOTAL - CREDITS)
    same(accounts["platform:promotions"], OFF)
    same(accounts["tax:payable"], -order["totals"]["tax"]["minor"])
    same([minor for name, minor in accounts.items() if name.startswith("buyer:")], [CREDITS])
    same([minor for name, minor in accounts.items() if name.startswith("hold:")], [0])
    pending = {f"seller-order:{part['seller_order_id']}:pending" for part in order["seller_orders"]}
    same({name for name in accounts if name.startswith("seller-order:")}, pending)


def check_what_follows(buyer: Person, sellers: list[Person], stores: list[str], order: Order) -> None:
    """The basket is empty, the stock is sold, and each store sees its own part under a number of its own."""
    soon(buyer, lambda: not buyer.mine("GET", "/v1/basket").json()["lines"], "what was bought is still in the basket")
    same(buyer.mine("GET", "/v1/me/orders").json()["items"][0]["order_id"], order["order_id"])
    happened = [one["what"] for one in buyer.mine("GET", f"/v1/orders/{order['order_id']}/history").json()["items"]]
    same((happened[0], "OrderPaid" in happened), ("CheckoutStarted", True))
    for seller, store_id in zip(sellers, stores, strict=True):
        part = soon(seller, partial(numbered, seller, store_id), "a store's part has no number")
        same((part["order_id"], part["number"], part["state"]), (order["order_id"], 1, "confirmed"))
        whole = seller.mine("GET", f"/v1/stores/{store_id}/orders/{order['order_id']}").json()
        same(whole["address"]["city"], HOME["city"])
        read_invoice(seller, f"/v1/stores/{store_id}/orders/{order['order_id']}/papers")
        for line in part["lines"]:
            stock = f"/v1/stores/{store_id}/stock/{line['variant_id']}"
            soon(seller, partial(sold_one, seller, stock), "of ten not just one is sold")


def read_invoice(who: Person, papers: str) -> None:
    [invoice] = who.mine("GET", papers).json()["items"]
    drawn = who.mine("GET", f"{invoice['url']}?language=hi")
    same((drawn.headers["Content-Type"], drawn.content[:5]), ("application/pdf", b"%PDF-"))


def sold_one(seller: Person, stock: str) -> bool:
    there = seller.mine("GET", stock).json()
    return (there["available"], there["reserved"]) == (9, 0)


def numbered(seller: Person, store_id: str) -> dict[str, Any] | None:
    items = seller.mine("GET", f"/v1/stores/{store_id}/orders").json()["items"]
    return next((one for one in items if one["number"]), None)


# Who sells


def a_store(seller: Person, slug: str) -> str:
    opening = {"name": slug, "slug": f"{slug}-{STARTED}", "country": "DE", "currency": "EUR"}
    store_id = str(seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])
    seller.mine("PUT", f"/v1/stores/{store_id}/shipping", json=SHIPPING)
    wait_for_the_keys(seller, store_id)
    return store_id


def a_thing(seller: Person, store_id: str, title: str, minor: int, **said: Any) -> Line:
    """Ten of it lie on the shelf. What is answered is a line for a basket."""
    thing = {"texts": {"en": {"title": title}}, "prices": {"EUR": minor}, "quantity": 10, **said}
    made = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()
    [offer] = made["offers"]
    return {
        "store_id": store_id,
        "offer_id": offer["offer_id"],
        "variant_id": offer["variants"][0]["variant_id"],
        "quantity": 1,
    }


def a_coupon(finance: Person) -> str:
    """A tenth off, once, at the platform's cost."""
    code = f"TEN-{ids.new_id('prm')[-10:]}".upper()
    said = {"title": "A tenth off", "code": code, "benefit": {"kind": "percent", "off_bps": 1000}}
    finance.mine("POST", "/v1/promotions", expect=201, json={**said, "limits": {"total": 1}})
    return code


def grant(finance: Person, buyer: Person, minor: int) -> None:
    body = {"buyer_id": buyer.user_id, "amount": money(minor), "why": "goodwill"}
    soon(finance, lambda: done(finance, "/v1/credits/grants", body, 201), "nothing can be granted")


# Who buys


def a_guest(person: Person) -> Person:
    told = person.ask("POST", "/v1/guests", expect=201).json()
    return Person(person.stack, patience_s=person.patience_s, user_id=told["guest_id"], session=told)


def into_basket(who: Person, line: Line) -> None:
    """Baskets hear of offers, and of how many there are, a moment later than they are there."""
    path = f"{who.stack.url}/v1/basket/lines"

    def put_in() -> bool:
        return httpx.post(path, json=line, headers=who.authorization, timeout=30).status_code == 201

    soon(who, put_in, "it cannot be put into the basket")


def absorb(buyer: Person, guest: Person, lines: int) -> None:
    buyer.mine("POST", "/v1/me/guests", json={"guest_token": guest.session["access_token"]})

    def merged() -> bool:
        return len(buyer.mine("GET", "/v1/basket").json()["lines"]) == lines

    soon(buyer, merged, "what the guest had chosen is not in the basket")


def quoted(buyer: Person, **said: Any) -> dict[str, Any]:
    """Where a store sends to, baskets hear a moment later."""
    body, path = {"ship_to": SHIP_TO, **said}, f"{buyer.stack.url}/v1/basket/quote"

    def given() -> dict[str, Any] | None:
        answer = httpx.post(path, json=body, headers=buyer.authorization, timeout=30)
        return dict(answer.json()) if answer.status_code == 200 else None

    return dict(soon(buyer, given, "there is no quote"))


def ordered(buyer: Person, quote: dict[str, Any], **said: Any) -> str:
    body = {"quote": quote["quote"], "address": HOME, **said}
    return str(buyer.mine("POST", "/v1/checkouts", expect=202, json=body).json()["order_id"])


def look(buyer: Person, order_id: str, **query: Any) -> Order:
    return dict(buyer.mine("GET", f"/v1/orders/{order_id}", params=query).json())


def became(buyer: Person, order_id: str, state: str) -> Order:
    def read() -> Order | None:
        found = look(buyer, order_id)
        if found["state"] == "cancelled" and state != "cancelled":
            raise StepFailed(f"the order was cancelled: {found['reason']}")
        return found if found["state"] == state else None

    return dict(soon(buyer, read, f"the order is not {state}"))


def to_be_paid(buyer: Person, order_id: str) -> Order:
    """Polled as a page does: the answer comes as soon as there is something to pay with."""

    def payable() -> Order | None:
        found = look(buyer, order_id)
        if found["state"] == "cancelled":
            raise StepFailed(f"the order was cancelled: {found['reason']}")
        if not found["payment"]["pay_url"]:
            found = look(buyer, order_id, wait_s=5, version=found["version"])
        return found if found["payment"]["pay_url"] else None

    return dict(soon(buyer, payable, "there is nothing to pay by"))


def pay_by_card(buyer: Person, order: Order, card: str = ASKS_THE_BANK) -> None:
    """As a browser does: the card's bank asks, and somebody says that it was them."""
    payment = buyer.mine("GET", f"/v1/payments/{order['payment']['payment_id']}").json()
    secret = order["payment"]["client_secret"]
    seen = {"key": payment["publishable_key"], "client_secret": secret, "payment_method": card}
    confirm = f"{buyer.stack.url}/_stripe/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
    told = httpx.post(confirm, data={**seen, "return_url": f"{buyer.stack.url}/v1/pay"}, timeout=30).json()
    if card != ASKS_THE_BANK:
        return
    bank = told["next_action"]["redirect_to_url"]["url"]
    address = bank if bank.startswith("http") else f"{buyer.stack.url}{bank}"
    answer = httpx.post(address, data={"outcome": "succeed"}, timeout=30)
    if answer.status_code != 303:
        raise StepFailed(f"the bank answered {answer.status_code} {answer.text[:300]}")


# The books


def parties(finance: Person, order_id: str) -> dict[str, int]:
    """What the order did to each account in all, debit above zero; nothing, until it is booked as paid."""
    found = finance.mine("GET", "/v1/ledger/journals", params={"order_id": order_id}).json()["items"]
    if "order_paid" not in [one["kind"] for one in found]:
        return {}
    accounts: Counter[str] = Counter()
    for one in found:
        for leg in finance.mine("GET", f"/v1/ledger/journals/{one['journal_id']}").json()["legs"]:
            accounts[leg["account"]] += leg["amount"]["minor"]
    return dict(accounts)


def same(found: Any, expected: Any) -> None:
    if found != expected:
        raise StepFailed(f"{found} is not {expected}")
