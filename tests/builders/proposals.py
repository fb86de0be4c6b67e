"""Proposals for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime
from typing import Any

from functions.catalog.model.offers import Offer
from functions.catalog.model.proposals import NewProposal, Proposal, Tries
from functions.catalog.rules import proposals as rules
from functions.catalog.store.proposals import proposals
from kernel import clock, ids
from kernel.authz import Principal
from kernel.money import Money
from tests.builders import catalog as a

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TERMS = rules.Terms()
BUYER = "usr_00000000000000000000000007"
STORE = "sto_00000000000000000000000000"
PRODUCT = "prd_00000000000000000000000000"
OFFER = "ofr_00000000000000000000000000"
VARIANT = "var_00000000000000000000000000"
ORDER = "ord_00000000000000000000000000"


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def a_request(**said: Any) -> NewProposal:
    fields: dict[str, Any] = {"product_id": PRODUCT, "offer_id": OFFER, "variant_id": VARIANT, "price": euros(80_00)}
    return NewProposal(**fields | said)


def a_proposal(**said: Any) -> Proposal:
    """80 euros for what is listed at 100; the seller's turn."""
    made = rules.proposed(
        "prp_00000000000000000000000000",
        BUYER,
        STORE,
        a_request(),
        listed={"EUR": 100_00},
        limits={},
        now=NOON,
        terms=TERMS,
    )
    return made.model_copy(update=said)


def for_sale(store_id: str = STORE, **said: Any) -> Offer:
    """An offer in the table whose one variant costs 100 euros, or less for whoever asks."""
    variants = [a.a_variant(variant_id=ids.new_id("var"), prices={"EUR": 100_00, "USD": 110_00})]
    fields: dict[str, Any] = {"takes_proposals": True, "variants": variants}
    return a.on_sale(store_id, **fields | said)


def asked(offer: Offer, **said: Any) -> dict[str, Any]:
    """The body of a proposal for it."""
    variant_id = offer.variants[0].variant_id
    named = {"product_id": offer.product_id, "offer_id": offer.offer_id, "variant_id": variant_id}
    return named | {"price": {"minor": 80_00, "currency": "EUR"}} | said


def made(buyer_id: str = BUYER, store_id: str = STORE, *, countered: bool = False) -> Proposal:
    """A proposal in the table; countered, it is the buyer's turn and 90 euros are asked."""
    offer, now = for_sale(store_id), clock.now()
    listed = {"EUR": 100_00}
    request = NewProposal(**asked(offer))
    begun = rules.proposed(
        ids.new_id("prp"), buyer_id, store_id, request, listed=listed, limits={}, now=now, terms=TERMS
    )
    proposals().propose(begun, rules.tried(Tries(), None, begun, now), None)
    if not countered:
        return begun
    answered = rules.countered(begun, "seller", euros(90_00), "", now, TERMS)
    proposals().answer(begun, answered, None)
    return answered


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    return {"proposal_id": made(user_id).proposal_id}


BUYERS = {"raise_proposal": 85_00, "accept_counter": 90_00, "decline_counter": 0, "withdraw_proposal": 0}
SELLERS = {
    "read_proposal": 0,
    "counter_proposal": 90_00,
    "accept_proposal": 80_00,
    "decline_proposal": 0,
    "withdraw_counter": 0,
}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """A proposal that waits for this very answer, and the price that it can be answered with."""
    if operation == "propose_price":
        return things, asked(for_sale())
    minor = {**BUYERS, **SELLERS}.get(operation)
    if minor is None:
        return things, {}
    countered = operation in BUYERS or operation == "withdraw_counter"
    if operation in BUYERS:
        proposal = made(who.id, countered=countered)
    else:
        proposal = made(store_id=things["store_id"], countered=countered)
    price = {"price": {"minor": minor, "currency": "EUR"}} if minor else {}
    return things | {"proposal_id": proposal.proposal_id}, price
