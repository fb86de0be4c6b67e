"""The demo's sale, as its people carry it out: three sellers, a buyer, and finance, over HTTP alone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from local.ask import ask
from local.demo.sale.checks import Checks, amount
from local.demo.sale.people import WITHIN_S, Person, form, soon
from local.demo.sale.reckoning import CREDITS, FIRST, SHIPPING, VASE, Figures, Sold, Thing
from local.home import Problem
from local.seed import FINANCE

DAY_S = 86_400
FOLLOW_S = 3
SWEEPS = ["orders-sweep", "payments-sweep"]  # what is due in this story; the others come when it is their time
ASKS_THE_BANK = "pm_card_authenticationRequired"
IS_DISPUTED = "pm_card_createDisputeProductNotReceived"
ADDRESS = {"name": "Bela Buyer", "line1": "Unter den Linden 1", "city": "Berlin", "postcode": "10117", "country": "DE"}
SENDS = {
    "origins": [{"name": "Workshop", "country": "DE", "city": "Berlin", "street": "Torstraße 1"}],
    "zones": [
        {
            "name": "Germany",
            "countries": ["DE"],
            "rates": [{"name": "Parcel", "price": {"minor": SHIPPING, "currency": "EUR"}}],
        }
    ],
}
PAID_BY = {
    "Alma": ("paypal", {"paypal_id": "5UXD2E8A7EBQJ"}),
    "Boris": ("crypto", {"chain": "ETH", "address": "0x8381470ED67C3802402dbbFa0058E8871F017A6F"}),
    "Carla": ("bank", {"iban": "DE89370400440532013000"}),
}

Json = dict[str, Any]


def eur(minor: int) -> Json:
    return {"minor": minor, "currency": "EUR"}


@dataclass
class Store:
    owner: Person
    store_id: str
    lines: dict[str, Json] = field(default_factory=dict)  # by title, as a basket takes it

    def of(self, order_id: str) -> str:
        return f"/stores/{self.store_id}/orders/{order_id}"


class Sale:
    def __init__(self, url: str, checks: Checks, figures: Figures, tell: Callable[[str], None]) -> None:
        self.url, self.checks, self.figures, self.tell = url, checks, figures, tell
        self.mark = f"{time.time_ns():x}"
        self.finance = Person(url, FINANCE.email)
        self.buyer = Person(url, f"bela-{self.mark}@metco.example")
        self.stores: dict[str, Store] = {}
        self.first = self.second = ""
        self.payments: list[str] = []

    def steps(self) -> Sequence[tuple[str, Callable[[], None]]]:
        return (
            ("Alma, Boris and Carla open their stores", self.open),
            ("Bela fills a basket, says a coupon, and pays by credits and a card whose bank asks back", self.buy),
            ("Bela buys a vase, and her bank takes that money back", self.buy_what_is_disputed),
            ("Carla cancels the shade and sends the lamp; Alma sends two parcels, Boris one", self.send),
            ("Bela has everything of Alma's and Boris's, and sends one bag back", self.give_back),
            ("Finance accepts that the vase is charged back", self.accept),
            ("Two weeks pass: what nobody objects to has arrived, and the sellers get their money", self.wait),
            ("The sellers are paid out: by PayPal, in USDC, by bank", self.pay_out),
        )

    # Who takes part

    def open(self) -> None:
        """One after the other: at once, each function would start as often."""
        self.buyer.sign_up("Bela")
        self.stores = {sold.store: self._open(sold) for sold in FIRST}

    def _open(self, sold: Sold) -> Store:
        owner = Person(self.url, f"{sold.store.lower()}-{self.mark}@metco.example").sign_up(sold.store)
        opening = {"name": sold.store, "slug": f"{sold.store}-{self.mark}".lower(), "country": "DE", "currency": "EUR"}
        store = Store(owner, str(owner("POST", "/stores", opening)["store_id"]))
        owner("PUT", f"/stores/{store.store_id}/shipping", SENDS)
        rule = {"scope": "store", "target": store.store_id, "tax_bps": 2_000}
        self.finance("POST", "/commission-rules", {**rule, "tiers": [{"rate_bps": int(sold.rate * 10_000)}]})
        things = sold.things + (VASE.things if sold.store == VASE.store else ())
        store.lines = {one.title: self._listed(store, one) for one in things}
        way, to = PAID_BY[sold.store]
        owner("PUT", f"/stores/{store.store_id}/payout-destinations/{way}", to)
        shelf = ", ".join(f"{one.title} {amount(one.price)}" for one in things)
        self.tell(f"{sold.store} sells: {shelf}. Commission {float(sold.rate):.0%}, paid out by {way}.")
        return store

    @staticmethod
    def _listed(store: Store, thing: Thing) -> Json:
        said = {"texts": {"en": {"title": thing.title}}, "prices": {"EUR": thing.price}, "quantity": 10}
        [offer] = store.owner("POST", f"/stores/{store.store_id}/items", said)["offers"]
        named = {"store_id": store.store_id, "offer_id": offer["offer_id"], "quantity": thing.pieces}
        return {**named, "variant_id": offer["variants"][0]["variant_id"]}

    # Buying

    def buy(self) -> None:
        code = f"SALE-{self.mark}".upper()[:20]
        tenth = {"kind": "percent", "off_bps": 1_000}
        self.finance("POST", "/promotions", {"title": "A tenth off", "code": code, "benefit": tenth})
        granted = {"buyer_id": self.buyer.user_id, "amount": eur(CREDITS), "why": "goodwill"}
        self.finance("POST", "/credits/grants", granted)
        for sold in FIRST:
            for thing in sold.things:
                self.buyer("POST", "/basket/lines", self.stores[sold.store].lines[thing.title])
        self.buyer("PUT", f"/basket/codes/{code}")
        quote = self._quoted()
        totals = quote["details"]["totals"]
        self.checks.equal("goods", totals["goods"]["minor"], self.figures.goods)
        self.checks.equal("the coupon", totals["discounts"]["minor"], self.figures.off)
        self.checks.equal("tax in it", totals["tax"]["minor"], self.figures.tax)
        self.checks.equal("to pay", totals["total"]["minor"], self.figures.to_pay)
        goods, off, sent, to_pay = (totals[one]["minor"] for one in ("goods", "discounts", "shipping", "total"))
        self.tell(f"Goods {amount(goods)}, a tenth off them, {amount(off)}, sending {amount(sent)}: {amount(to_pay)}.")
        self.first = self._ordered(quote, ASKS_THE_BANK, credits=eur(CREDITS))
        card = self.look(self.first)["payment"]["card"]["minor"]
        self.checks.equal("by card", card, self.figures.card)
        self.tell(f"Paid: {amount(CREDITS)} by credits, {amount(card)} by card. Her bank asked, and it was her.")

    def buy_what_is_disputed(self) -> None:
        soon(lambda: None if self.buyer("GET", "/basket")["lines"] else (True,), "an empty basket")
        self.buyer("POST", "/basket/lines", self.stores[VASE.store].lines[VASE.things[0].title])
        self.second = self._ordered(self._quoted(), IS_DISPUTED)
        self.tell(f"Paid: {amount(VASE.price)} by a card whose owner will say that nothing came.")

    def _quoted(self) -> Json:
        return dict(self.buyer("POST", "/basket/quote", {"ship_to": {"country": "DE", "postal_code": "10117"}}))

    def _ordered(self, quote: Json, card: str, **said: Any) -> str:
        asked = {"quote": quote["quote"], "address": ADDRESS, "payment": {"method": "card"}, **said}
        order_id = str(self.buyer("POST", "/checkouts", asked)["order_id"])
        order = self.became(order_id, lambda one: one["payment"]["client_secret"])
        self._pay(order["payment"], card)
        self.payments.append(order["payment"]["payment_id"])
        self.became(order_id, lambda one: one["state"] == "confirmed")
        return order_id

    def _pay(self, payment: Json, card: str) -> None:
        """As Stripe's form does in a browser, and the card's bank."""
        secret = payment["client_secret"]
        key = self.buyer("GET", f"/payments/{payment['payment_id']}")["publishable_key"]
        seen = {"key": key, "client_secret": secret, "payment_method": card, "return_url": f"{self.url}/v1/pay"}
        confirm = f"{self.url}/_stripe/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
        _, told = form(confirm, **seen)
        if card == ASKS_THE_BANK:
            bank = told["next_action"]["redirect_to_url"]["url"]
            status, _ = form(bank if bank.startswith("http") else f"{self.url}{bank}", outcome="succeed")
            self.checks.equal("the bank's answer", status, 303, figure=False)

    # What goes there, and what comes back

    def send(self) -> None:
        alma, boris, carla = (self.stores[name] for name in ("Alma", "Boris", "Carla"))
        titles = self.line_ids(self.first)
        carla.owner("POST", f"{carla.of(self.first)}/cancel", {"lines": {titles["Shade"]: 1}})
        alma.owner("POST", f"{alma.of(self.first)}/begin", {})
        for pieces in ({titles["Camera"]: 1, titles["Film"]: 1}, {titles["Film"]: 3}):
            alma.owner("POST", f"{alma.of(self.first)}/parcels", {"lines": pieces, "tracking_number": "A 1"})
        sent = boris.owner("POST", f"{boris.of(self.first)}/parcels", {"tracking_number": "B 1"})
        boris.owner("POST", f"{boris.of(self.first)}/parcels/{sent['parcel_id']}/moves", {"move": "deliver"})
        carla.owner("POST", f"{carla.of(self.first)}/parcels", {"tracking_number": "C 1"})
        carla.owner("POST", f"{carla.of(self.second)}/parcels", {"tracking_number": "C 2"})
        self._given_back("Carla")

    def give_back(self) -> None:
        self.buyer("POST", f"/orders/{self.first}/seller-orders/{self.part('Alma')}/received", {})
        boris, pieces = self.stores["Boris"], {self.line_ids(self.first)["Bag"]: 1}
        asked = {"lines": pieces, "why": "not_as_described"}
        path = f"/orders/{self.first}/seller-orders/{self.part('Boris')}/returns"
        return_id = self.buyer("POST", path, asked)["return_id"]
        self.became(self.first, lambda one: one["returns"][0]["state"] == "requested")
        at_boris = f"{boris.of(self.first)}/returns/{return_id}"
        boris.owner("POST", f"{at_boris}/answer", {"answer": "approve"})
        self.buyer("POST", f"/orders/{self.first}/returns/{return_id}/sent", {"tracking_number": "R 1"})
        boris.owner("POST", f"{at_boris}/received", {})
        boris.owner("POST", f"{at_boris}/inspection", {})
        self.became(self.first, lambda one: one["returns"][0]["state"] == "refunded")
        self._given_back("Boris")

    def _given_back(self, name: str) -> None:
        """By the card and as credits, each its share."""

        def done(order: Json) -> Json | None:
            mine = [one for one in order["refunds"] if one["store_id"] == self.stores[name].store_id]
            return mine[0] if mine and mine[0]["state"] == "sent" else None

        back = done(self.became(self.first, done))
        assert back, "became() has just seen it"
        to_card, as_credits = back["by_card"]["minor"], back["by_credits"]["minor"]
        self.checks.equal(f"back to the card, from {name}", to_card, self.figures.given_back[name])
        self.checks.equal(f"back as credits, from {name}", as_credits, self.figures.as_credits[name])
        self.tell(f"Back to Bela from {name}: {amount(to_card)} to her card, {amount(as_credits)} as credits.")

    def accept(self) -> None:
        def opened() -> tuple[str] | None:
            found = self.finance("GET", "/chargebacks?limit=50")["items"]
            return next(((one["chargeback_id"],) for one in found if one["payment_id"] == self.payments[1]), None)

        chargeback_id = soon(opened, "the chargeback")
        path = f"/stores/{self.stores['Carla'].store_id}/chargebacks/{chargeback_id}"
        stands = self.stores["Carla"].owner("GET", path)["chargeback"]
        self.checks.equal("charged back", stands["amount"]["minor"], VASE.price)
        self.tell(f"Her bank took {amount(stands['amount']['minor'])} from Metco, which takes it from Carla.")
        self.finance("POST", f"/chargebacks/{chargeback_id}/accept", {})
        self.move(1)  # Stripe is told by what runs every minute

        def lost() -> tuple[bool] | None:
            stands = self.finance("GET", f"/chargebacks/{chargeback_id}")["chargeback"]
            return (True,) if stands["state"] == "lost" else None

        soon(lost, "the chargeback to be lost")

    # Time, and money

    def wait(self) -> None:
        """Time is moved, not slept. What follows from it is told a moment later."""
        for by_s in (14 * DAY_S + 60, 300):
            self.move(by_s)
        for order_id in (self.first, self.second):
            self.became(order_id, lambda one: one["state"] == "completed")

    def move(self, by_s: int) -> None:
        body = {"by_s": by_s, "sweeps": SWEEPS}
        status, told = ask("POST", f"{self.url}/_clock", body, within_s=WITHIN_S)
        failed = {name: what for name, what in told.get("sweeps", {}).items() if what != "done"}
        if status != 200 or failed:
            raise Problem(f"The clock could not be moved: {status} {failed or told}")

    def pay_out(self) -> None:
        asked = {name: self._withdraw(name) for name in PAID_BY}
        by_hand = self.stores["Carla"].store_id

        def listed() -> tuple[bool] | None:
            items = self.finance("GET", "/payouts-by-hand?limit=50")["items"]
            return (True,) if any(one["withdrawal_id"] == asked["Carla"] for one in items) else None

        soon(listed, "what finance pays by hand")
        for became in ("sent", "paid"):
            self.finance("POST", f"/stores/{by_hand}/payouts/{asked['Carla']}/mark", {"became": became})
        self.move(120)  # the providers are asked how it stands
        for name, withdrawal_id in asked.items():
            self._arrived(self.stores[name], withdrawal_id)

    def _withdraw(self, name: str) -> str:
        """All that the store has, by its way."""
        store, due = self.stores[name], self.figures.paid_out[name]
        path = f"/stores/{store.store_id}"

        def available() -> tuple[int] | None:
            funds = store.owner("GET", f"{path}/balance")["items"]
            return (funds[0]["available"]["minor"],) if funds and not funds[0]["pending"]["minor"] else None

        there = soon(available, f"{name}'s money")
        self.checks.equal(f"{name} can withdraw", there, due)
        self.tell(f"{name} withdraws {amount(there)} by {PAID_BY[name][0]}.")
        body = {"amount": eur(due), "way": PAID_BY[name][0]}
        return str(store.owner("POST", f"{path}/withdrawals", body)["withdrawal_id"])

    @staticmethod
    def _arrived(store: Store, withdrawal_id: str) -> None:
        path = f"/stores/{store.store_id}/withdrawals/{withdrawal_id}"

        def paid() -> tuple[bool] | str:
            state = str(store.owner("GET", path)["state"])
            return (True,) if state == "paid" else state

        soon(paid, "a withdrawal to arrive")

    # What is known of an order

    def look(self, order_id: str, **query: int) -> Json:
        return dict(self.buyer("GET", f"/orders/{order_id}{'?' if query else ''}{urlencode(query)}"))

    def became(self, order_id: str, holds: Callable[[Json], Any]) -> Json:
        """Followed as a page does: the answer comes when there is news."""
        known = 0

        def found() -> tuple[Json] | str:
            nonlocal known
            order = self.look(order_id, wait_s=FOLLOW_S, version=known)
            if order["state"] == "cancelled":
                raise Problem(f"An order was cancelled: {order['reason']}")
            known = order["version"]
            return (order,) if holds(order) else f"It is {order['state']}."

        return dict(soon(found, "the order to become what it should"))

    def line_ids(self, order_id: str) -> dict[str, str]:
        parts = self.look(order_id)["seller_orders"]
        return {line["title"]: line["line_id"] for part in parts for line in part["lines"]}

    def part(self, name: str) -> str:
        parts = self.look(self.first)["seller_orders"]
        return str(next(one["seller_order_id"] for one in parts if one["store_id"] == self.stores[name].store_id))
