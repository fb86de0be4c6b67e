"""Cards that a buyer saves, pays with and removes, an account that a seller opens: on the deployed template."""

from typing import Any

import httpx

from local.seed import FINANCE
from tests.e2e.deciding_walk import demo, signed_in
from tests.e2e.ledger_walk import money
from tests.e2e.paying_out_walk import PATIENCE_S, at_stripe, swept
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import exported_file, soon, tell
from tests.e2e.walk import STARTED, Person, StepFailed

METHODS = "/v1/me/payment-methods"


def walk_saving(person: Person) -> None:
    person.patience_s = max(person.patience_s, PATIENCE_S)
    buyer = signed_in(person)
    first, second = save(buyer, "pm_card_visa"), save(buyer, "pm_card_mastercard")
    if buyer.mine("PUT", f"{METHODS}/{second}/default").json()["items"][0]["is_default"] is not True:
        raise StepFailed("the newest card is not preferred")
    pay_at_once(buyer, demo(person, FINANCE.email), first)
    buyer.mine("DELETE", f"{METHODS}/{first}", expect=204)
    if [card["payment_method_id"] for card in cards(buyer)] != [second]:
        raise StepFailed("the removed card is still there")
    take_along(buyer)
    begin_to_be_paid(signed_in(person))
    be_forgotten(buyer)


def save(buyer: Person, card: str) -> str:
    """Stripe tells that it was saved; a second one nobody is told of, the sweep and the buyer find it all the same."""
    setup = buyer.mine("POST", f"{METHODS}/setups", expect=201).json()["setup_id"]
    said: Any = {"payment_method": card, "return_url": buyer.stack.url}
    saved = str(at_stripe(buyer.stack).v1.setup_intents.confirm(setup, said).payment_method)
    soon(buyer, lambda: saved in [one["payment_method_id"] for one in cards(buyer)], "the card is not saved")
    if buyer.mine("GET", f"{METHODS}/setups/{setup}").json()["state"] != "saved":
        raise StepFailed("what is saved is not told as saved")
    swept(buyer)
    return saved


def cards(buyer: Person) -> list[Any]:
    return list(buyer.mine("GET", METHODS).json()["items"])


def pay_at_once(buyer: Person, finance: Person, card: str) -> None:
    body = {"amount": money(25_00), "payment_method_id": card}
    payment = buyer.mine("POST", "/v1/credit-purchases", expect=201, json=body).json()["payment_id"]
    path = f"/v1/payments/{payment}"
    soon(buyer, lambda: buyer.mine("GET", path).json()["state"] == "succeeded", "a saved card does not pay")
    if buyer.mine("GET", f"{path}/history").json()["refunds"] != []:
        raise StepFailed("something was given back of what was just paid")

    def listed(who: Person, path: str, **query: str) -> list[str]:
        return [one["payment_id"] for one in who.mine("GET", path, params=query).json()["items"]]

    soon(buyer, lambda: listed(buyer, "/v1/me/payments") == [payment], "the buyer does not see the payment")
    soon(finance, lambda: listed(finance, "/v1/payments", buyer_id=buyer.user_id) == [payment], "nor does finance")
    if payment not in listed(finance, "/v1/payments"):
        raise StepFailed("finance does not find it by its day")


def take_along(buyer: Person) -> None:
    export = buyer.mine("POST", "/v1/me/exports", expect=202).json()["id"]
    part = f"exports/{buyer.user_id}/{export}.payments.json"
    told = soon(buyer, lambda: exported_file(buyer.stack, part), "an export lacks what payments knows")
    if b"4444" not in told or b"_secret_" in told:
        raise StepFailed("an export tells too little of payments, or too much")


def begin_to_be_paid(seller: Person) -> None:
    opening = {"name": "Film", "slug": f"payable-{STARTED}-{seller.user_id[-6:]}", "country": "DE", "currency": "EUR"}
    store = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    wait_for_the_keys(seller, store)
    account = f"/v1/stores/{store}/payout-account"
    soon(seller, lambda: opened(seller, account), "no payout account is opened")
    link = seller.mine("POST", f"{account}/links", expect=201, json={"return_to": "/"}).json()["url"]
    if not link.startswith("http"):
        raise StepFailed(f"onboarding leads to {link}")
    seller.mine("POST", f"{account}/dashboard-links", expect=409)
    stands = seller.mine("POST", f"{account}/refresh").json()
    if stands["state"] != "incomplete" or seller.mine("GET", account).json() != stands:
        raise StepFailed(f"a new account stands at {stands['state']}")
    seller.mine("GET", f"/v1/stores/{store}/payouts")


def opened(seller: Person, account: str) -> bool:
    """As soon as payments has heard of the store."""
    answer = httpx.post(f"{seller.stack.url}{account}", headers=seller.authorization, timeout=30)
    return answer.status_code == 201


def be_forgotten(buyer: Person) -> None:
    """Here and at Stripe: nobody has such a customer any more."""
    at = at_stripe(buyer.stack).v1
    tell(buyer, "UserErased")

    def gone() -> bool:
        known = at.customers.list({"limit": 100}).data
        return not [one for one in known if buyer.user_id in str(one.metadata)]

    soon(buyer, gone, "Stripe still knows somebody erased")
