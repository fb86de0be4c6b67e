"""Money that comes in on the deployed template: credits bought and called off, an order's payment, all looked up."""

from typing import Any

import httpx

from kernel import ids
from local.seed import FINANCE
from tests.e2e.deciding_walk import demo, signed_in
from tests.e2e.ledger_walk import money
from tests.e2e.paying_out_walk import PATIENCE_S, payments, swept
from tests.e2e.store_walk import soon
from tests.e2e.walk import Person, StepFailed

AMOUNT = 40_00


def walk_paying_in(person: Person) -> None:
    person.patience_s = max(person.patience_s, PATIENCE_S)
    buyer = signed_in(person)
    offered = buyer.ask("GET", f"/v1/payment-methods?minor={AMOUNT}&currency=EUR", expect=200).json()["items"]
    if "card" not in [one["method"] for one in offered]:
        raise StepFailed(f"no card is taken: {offered}")
    buyer.ask("GET", "/v1/pay", expect=200)
    payment = buy(buyer)
    call_off(buyer)
    of_an_order(person)
    look_up(buyer, demo(person, FINANCE.email), payment)


def buy(buyer: Person) -> dict[str, Any]:
    """A card that is declined, another that pays, and the credits."""
    payment = begun(buyer)
    declined = confirm(buyer, payment, "pm_card_visa_chargeDeclined")
    if declined.status_code != 402:
        raise StepFailed(f"a declined card: {declined.status_code} {declined.text}")
    soon(buyer, lambda: read(buyer, payment)["failure"], "nobody says why it was refused")
    confirm(buyer, payment, "pm_card_bypassPending").raise_for_status()
    soon(buyer, lambda: read(buyer, payment)["state"] == "succeeded", "what is paid does not succeed")
    soon(buyer, lambda: credits_of(buyer) == [money(AMOUNT)], "the credits do not come")
    swept(buyer)
    return payment


def call_off(buyer: Person) -> None:
    payment = begun(buyer)
    buyer.mine("POST", f"/v1/payments/{payment['payment_id']}/cancel")
    late = confirm(buyer, payment, "pm_card_visa")
    if late.status_code != 400:
        raise StepFailed(f"what was called off can be paid: {late.text}")


def of_an_order(person: Person) -> None:
    """As a checkout asks: begun, read, called off; and one that was never begun."""
    order = {"order_id": ids.new_id("ord"), "buyer_id": ids.new_id("usr"), "amount": money(AMOUNT)}
    never, later = ({**order, "order_id": ids.new_id("ord")} for _ in range(2))
    asked = [
        ("create_payment", order, "created"),
        ("read_payment", order, "created"),
        ("cancel_payment", order, "cancelled"),
        ("create_payment", order, "refused"),
        ("cancel_payment", never, "cancelled"),
        ("create_payment", {**later, "method": "customer_balance"}, "created"),  # by a transfer, which needs a customer
    ]
    for name, said, outcome in asked:
        if (told := payments(person.stack, name, **said))["outcome"] != outcome:
            raise StepFailed(f"{name}: {told}")


def look_up(buyer: Person, finance: Person, payment: dict[str, Any]) -> None:
    payment_id, intent = payment["payment_id"], payment["client_secret"].partition("_secret_")[0]
    mine = [one["payment_id"] for one in buyer.mine("GET", "/v1/me/payments").json()["items"]]
    if len(mine) != 2 or payment_id not in mine:
        raise StepFailed(f"the buyer's payments are {mine}")
    buyer.mine("GET", f"/v1/payments/{payment_id}/history")
    for by in ({"buyer_id": buyer.user_id}, {"stripe_id": intent}, {"limit": 50}):
        found = finance.mine("GET", "/v1/payments", params=by).json()["items"]
        if payment_id not in [one["payment_id"] for one in found]:
            raise StepFailed(f"finance does not find it by {by}")


def begun(buyer: Person) -> dict[str, Any]:
    body = {"amount": money(AMOUNT)}
    return dict(buyer.mine("POST", "/v1/credit-purchases", expect=201, json=body).json())


def read(buyer: Person, payment: dict[str, Any]) -> dict[str, Any]:
    return dict(buyer.mine("GET", f"/v1/payments/{payment['payment_id']}").json())


def confirm(buyer: Person, payment: dict[str, Any], card: str) -> httpx.Response:
    """As Stripe's form does in a browser: with what a browser may know."""
    intent = payment["client_secret"].partition("_secret_")[0]
    seen = {"key": payment["publishable_key"], "client_secret": payment["client_secret"]}
    asked = {**seen, "payment_method": card, "return_url": f"{buyer.stack.url}/v1/pay"}
    return httpx.post(f"{buyer.stack.url}/_stripe/v1/payment_intents/{intent}/confirm", data=asked, timeout=30)


def credits_of(buyer: Person) -> list[Any]:
    return [one["credits"] for one in buyer.mine("GET", "/v1/me/credits").json()["items"]]
