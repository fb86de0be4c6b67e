"""One buyer and one seller, who do business again and again, each time with another end."""

import random
from collections.abc import Callable, Collection, Sequence
from typing import Any

import httpx

from bench.buying import HOME, SHIP_TO, Line
from local.seed import FINANCE, SELLER
from local.stack import Stack
from tests.chaos.soak.people import CalledOff, Json, Known, NotDone, a_guest, pauses, signed_in

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
GOODS = ("store_id", "offer_id", "variant_id", "quantity")
OVER = ("cancelled",)

Story = Callable[["Trade"], None]


class Trade:
    """What its people can do. Which of it they do, stories say."""

    def __init__(self, stack: Stack, lines: Sequence[Line], chance: random.Random, known: Known) -> None:
        self.stack, self.lines, self.chance, self.known = stack, lines, chance, known
        self.seller, self.finance = signed_in(stack.url, SELLER), signed_in(stack.url, FINANCE)

    def goes_on(self, stories: Sequence[Story], over: Callable[[], bool]) -> None:
        while not over():
            story = self.chance.choice(stories)
            self.buyer = a_guest(self.stack.url)
            try:
                with self.known.timed("a whole sale"):
                    story(self)
                self.known.stories[story.__name__] += 1
            except CalledOff as reason:
                self.known.called_off[str(reason)] += 1
            except (NotDone, httpx.HTTPError, LookupError, TypeError, ValueError) as broken:
                self.known.failed.append(f"{story.__name__}: {broken!r}"[:500])

    # The buyer

    def buys(self, card: str = VISA) -> Json:
        order = self.orders()
        self.pays(order, card)
        with self.known.timed("paid to confirmed"):
            return self.sees(order["order_id"], lambda now: now["state"] != "pending")

    def orders(self) -> Json:
        """As far as that it can be paid."""
        with self.known.timed("into the basket, quoted"):
            for line in self.lines:
                self.buyer.ask("POST", "/v1/basket/lines", json={name: line[name] for name in GOODS})
            quote = self.buyer.ask("POST", "/v1/basket/quote", json={"ship_to": SHIP_TO})["quote"]
        asked = {"quote": quote, "address": HOME, "email": "guest@example.com", "payment": {"method": "card"}}
        with self.known.timed("ordered"):
            order_id = str(self.buyer.ask("POST", "/v1/checkouts", json=asked)["order_id"])
        self.known.ordered(order_id)
        with self.known.timed("ordered to payable"):
            return self.sees(order_id, lambda order: (order["payment"] or {}).get("client_secret"))

    def pays(self, order: Json, card: str = VISA) -> None:
        """As Stripe's form does in a browser. One that is declined is tried again, with another card."""
        payment = order["payment"]
        key = self.buyer.ask("GET", f"/v1/payments/{payment['payment_id']}")["publishable_key"]
        path = f"/_stripe/v1/payment_intents/{payment['client_secret'].partition('_secret_')[0]}/confirm"
        said = {"key": key, "client_secret": payment["client_secret"], "return_url": f"{self.stack.url}/v1/pay"}
        told = "nothing"
        for _ in pauses():
            answer = self.buyer.form(path, **said, payment_method=card)
            if answer is not None:
                told = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code < 300 or "payment_intent_unexpected_state" in answer.text:
                    return
                if answer.status_code == 402:
                    card = VISA
        raise NotDone(f"the bank took no card: {told}")

    def sees(self, order_id: str, holds: Callable[[Json], Any], *, over: Collection[str] = OVER) -> Json:
        """`over`: then nothing of it comes any more. Asked again and again: of those who wait for a long poll's answer,
        a laptop has only four.
        """
        order: Json = {"state": "unknown"}
        for _ in pauses():
            order = self.buyer.ask("GET", f"/v1/orders/{order_id}")
            if holds(order):
                if order["state"] in over and not order["confirmed_at"]:
                    break
                return order
            if order["state"] in over:
                break
        if order["state"] in over:
            raise CalledOff(order["reason"])
        raise NotDone(f"{order_id} is {order['state']}")

    def stands(self, order: Json) -> str:
        return str(self.buyer.ask("GET", f"/v1/orders/{order['order_id']}")["state"])

    def waits(self, find: Callable[[], Any], what: str) -> Any:
        for _ in pauses():
            if found := find():
                return found
        raise NotDone(f"waited for {what}")

    def of_part(self, part: Json, what: str, body: Json | None = None) -> Any:
        path = f"/v1/orders/{part['order_id']}/seller-orders/{part['seller_order_id']}/{what}"
        return self.buyer.ask("POST", path, json=body or {})

    def receives(self, part: Json) -> None:
        with self.known.timed("received"):
            self.of_part(part, "received")

    # The store

    def of_store(self, part: Json, what: str, body: Json | None = None) -> Any:
        return self.seller.ask(
            "POST", f"/v1/stores/{part['store_id']}/orders/{part['order_id']}/{what}", json=body or {}
        )

    def sends(self, part: Json, *, apart: bool = False) -> None:
        with self.known.timed("sent"):
            for line in part["lines"] if apart else ():
                self.of_store(part, "parcels", {"lines": {line["line_id"]: 1}})
            if not apart:
                self.of_store(part, "parcels")
