"""What is there before an order: two stores, three things, a coupon, an agreed price, credits; and a basket of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.catalog.model.offers import Offer
from functions.catalog.model.proposals import NewProposal, Tries
from functions.catalog.rules import proposals as bargaining
from functions.catalog.store.proposals import proposals
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.store.books import books
from kernel import clock, ids
from kernel.authz import Principal
from kernel.money import Money
from tests.builders import catalog as goods
from tests.builders import deciding, ordering, promotions, quoting, shopping
from tests.builders.proposals import TERMS
from tests.chaos.checkout_world import CheckoutWorld
from tests.chaos.payments_tales import capital

CURRENCY = "USD"
BUYER = ordering.BUYER
THEM = Principal(BUYER, "session", frozenset({"customer"}))
OPERATOR = Principal(ordering.an_id("usr", 9), "session", frozenset({"customer", "finance"}))
CODE = "TENTH"
CREDITS = 300_00
COUPONS = 1
PRICES = {"camera": 129_00, "film": 100_00, "lens": 50_00}
AGREED = 80_00  # for a film
SHIPPING = 4_90
QUANTITY = 5


@dataclass
class Market:
    world: CheckoutWorld
    offers: Mapping[str, Offer]
    proposal_id: str
    promotion_id: str
    order_id: str = ""

    def variant(self, what: str) -> str:
        return self.offers[what].variants[0].variant_id

    def line(self, what: str, quantity: int = 1) -> dict[str, Any]:
        named = {"store_id": self.offers[what].store_id, "offer_id": self.offers[what].offer_id}
        return {**named, "variant_id": self.variant(what), "currency": CURRENCY, "quantity": quantity}


def opened(world: CheckoutWorld) -> Market:
    """All of it in place, and known to everybody."""
    capital(world)
    world.inside("ledger", _rates_and_credits)
    world.inside("baskets", _where_stores_send_to)
    made = world.inside("baskets", lambda: promotions.made(None, code=CODE, limits={"total": COUPONS}))
    offers = world.inside("catalog", _on_sale)
    world.carry()
    proposal_id = world.inside("catalog", lambda: _agreed(offers["film"]))
    world.carry()
    return Market(world, offers, proposal_id, str(made["promotion_id"]))


def _rates_and_credits() -> None:
    deciding.a_rule()
    granted = Money(CREDITS, CURRENCY)
    books().record(CreditsGranted(at=clock.now(), grant_id="g", buyer_id=BUYER, amount=granted))


def _where_stores_send_to() -> None:
    for store_id in (goods.STORE, goods.OTHER_STORE):
        rate = quoting.a_rate(price=shopping.money(SHIPPING, CURRENCY))
        quoting.sends(quoting.a_zone(rate), store_id=store_id)


def _on_sale() -> dict[str, Offer]:
    stores = {"camera": goods.STORE, "film": goods.STORE, "lens": goods.OTHER_STORE}
    return {
        what: goods.on_sale(
            store_id,
            takes_proposals=what == "film",
            variants=[
                goods.a_variant(variant_id=ids.new_id("var"), prices={CURRENCY: PRICES[what]}, quantity=QUANTITY)
            ],
        )
        for what, store_id in stores.items()
    }


def _agreed(offer: Offer) -> str:
    """The buyer proposed a price for one, and the seller took it."""
    now, price = clock.now(), Money(AGREED, CURRENCY)
    named = {"product_id": offer.product_id, "offer_id": offer.offer_id, "variant_id": offer.variants[0].variant_id}
    wanted = NewProposal.model_validate({**named, "price": {"minor": AGREED, "currency": CURRENCY}})
    listed = {CURRENCY: PRICES["film"]}
    proposal_id = ids.new_id("prp")
    begun = bargaining.proposed(
        proposal_id, BUYER, offer.store_id, wanted, listed=listed, limits={}, now=now, terms=TERMS
    )
    proposals().propose(begun, bargaining.tried(Tries(), None, begun, now), None)
    proposals().answer(begun, bargaining.accepted(begun, "seller", price, now, TERMS), None)
    return proposal_id


def quoted(market: Market, *whats: str, code: str = CODE) -> str:
    """What is in the buyer's basket now, and the quote for all of it."""

    def put_in() -> str:
        for what in whats:
            answer = shopping.by(BUYER)("POST", "/v1/basket/lines", market.line(what))
            assert answer.status == 201, answer.text
        if code:
            answer = shopping.by(BUYER)("PUT", f"/v1/basket/codes/{code}")
            assert answer.status == 200, answer.text
        return str(quoting.quoted(BUYER)["quote"])

    quote = market.world.inside("baskets", put_in)
    market.world.carry()
    return quote
