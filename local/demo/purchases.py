"""The demo buyer's orders, made as people make them: a guest chooses, orders and pays, the buyer takes them along.

A guest each, so that nobody who is looking around as the demo's buyer finds things in the basket.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Protocol

import urllib3

from local.ask import ask
from local.demo.shelves import Tell, offers_of
from local.demo.shop import WITHIN_S, Shop
from local.home import Problem

PATIENCE_S = 40.0
HOME = {"name": "Bela Buyer", "line1": "Unter den Linden 1", "city": "Berlin", "postcode": "10117", "country": "DE"}
SHIP_TO = {"country": "DE", "postal_code": "10117"}
CARD = "pm_card_visa"

Stopped = Callable[[], bool]
State = dict[str, Any]


class Notes(Protocol):
    """How many are done, and of the next one its guest and quote, by which it is found."""

    def read(self) -> State: ...

    def keep(self, state: State) -> None: ...


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought, by store and SKU, and how it ends: what waits for its money does so until its time is over."""

    goods: tuple[tuple[str, str], ...]
    end: Literal["paid", "cancelled", "waiting"]
    currency: str = "EUR"


PURCHASES = (
    Purchase((("analog-cameras", "AC-01A"), ("analog-cameras", "AC-09C"), ("pedal-workshop", "PW-07A-1")), "paid"),
    Purchase((("paper-and-pixel", "PAP-01A"),), "paid", "USD"),
    Purchase((("norrsken-lamps", "NL-01A-1"),), "paid", "SEK"),
    Purchase((("pedal-workshop", "PW-03C-1"),), "cancelled"),
    Purchase((("pedal-workshop", "PW-09C-2"),), "waiting"),
)


def make_purchases(
    seller: Shop, buyer: Shop, opened: dict[str, str], notes: Notes, tell: Tell, *, stopped: Stopped
) -> bool:
    """Goes on where it was stopped, with the very order that it was at. False if it was stopped once more."""
    url, state = buyer.url, notes.read()
    if state["done"] == len(PURCHASES):
        return True
    for place in range(state["done"], len(PURCHASES)):
        if stopped():
            return False
        if "quote" in state:
            try:
                _carry_out(url, buyer, PURCHASES[place], state)
            except Problem:
                state = {"done": place}  # a quote that was never ordered is over by now
        if "quote" not in state:
            state |= _quoted(url, seller, opened, PURCHASES[place])
            notes.keep(state)
            _carry_out(url, buyer, PURCHASES[place], state)
        state = {"done": place + 1}
        notes.keep(state)
    tell(f"{len(PURCHASES)} orders are made for the demo's buyer.")
    return True


def _quoted(url: str, seller: Shop, opened: dict[str, str], purchase: Purchase) -> State:
    status, guest = ask("POST", f"{url}/v1/guests", within_s=WITHIN_S)
    if status != HTTPStatus.CREATED:
        raise Problem(f"The demo's orders could not be made: a guest was refused with {status}: {guest}")
    token = str(guest["access_token"])
    shop = _guest(url, token)
    for slug, sku in purchase.goods:
        _put_in(shop, _line(seller, opened[slug], sku, purchase))
    return {"guest": token, "quote": shop("POST", "/basket/quote", {"ship_to": SHIP_TO})["quote"]}


def _line(seller: Shop, store_id: str, sku: str, purchase: Purchase) -> dict[str, Any]:
    for offer in offers_of(seller, store_id):
        for variant in offer["variants"]:
            if variant["sku"] == sku:
                named = {"store_id": store_id, "offer_id": offer["offer_id"], "variant_id": variant["variant_id"]}
                return {**named, "quantity": 1, "currency": purchase.currency}
    raise Problem(f"The demo's orders could not be made: nothing has the SKU {sku}.")


def _carry_out(url: str, buyer: Shop, purchase: Purchase, state: State) -> None:
    """Every step of it can be taken once more: the same quote is the same order."""
    guest = _guest(url, state["guest"])
    asked = {"quote": state["quote"], "address": HOME, "email": "buyer@metco.example", "payment": {"method": "card"}}
    begun = guest("POST", "/checkouts", asked)
    order_id, secret = begun["order_id"], begun["claim_secret"]
    if any(one["order_id"] == order_id for one in buyer("GET", "/me/orders?limit=50")["items"]):
        return
    path = f"/orders/{order_id}"
    order = _until(guest, path, lambda one: one["state"] != "pending" or one["payment"]["client_secret"])
    if order["state"] == "pending" and purchase.end == "paid":
        _pay(guest, order["payment"])
    if order["state"] == "pending" and purchase.end == "cancelled":
        guest("POST", f"{path}/cancel")
    if purchase.end != "waiting":
        _until(guest, path, lambda one: one["state"] != "pending")
    buyer("POST", f"{path}/claim", {"secret": secret})


def _pay(guest: Shop, payment: dict[str, Any]) -> None:
    """As the page does it, with Stripe's own script."""
    key = guest("GET", f"/payments/{payment['payment_id']}")["publishable_key"]
    secret = payment["client_secret"]
    said = {"key": key, "client_secret": secret, "payment_method": CARD, "return_url": f"{guest.url}/v1/pay"}
    where = f"{guest.url}/_stripe/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
    with urllib3.PoolManager(retries=False, timeout=WITHIN_S) as http:
        answer = http.request("POST", where, fields=said, encode_multipart=False)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise Problem(f"The demo's orders could not be paid: {answer.status}: {answer.data!r}")


def _until(guest: Shop, path: str, holds: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    deadline, version = time.monotonic() + PATIENCE_S, 0
    while time.monotonic() < deadline:
        order: dict[str, Any] = guest("GET", f"{path}?wait_s=5&version={version}")
        if holds(order):
            return order
        version = order["version"]
    raise Problem(f"The demo's orders could not be made: {path} stands still.")


def _put_in(shop: Shop, line: dict[str, Any]) -> None:
    """Baskets hear of goods a moment after they are there."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            shop("POST", "/basket/lines", line)
        except Problem:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def _guest(url: str, token: str) -> Shop:
    return Shop(url, lambda: token)
