"""Proposals for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime
from typing import Any

from functions.catalog.model.proposals import NewProposal, Proposal
from functions.catalog.rules import proposals as rules
from kernel.money import Money

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
        "prp_00000000000000000000000000", BUYER, STORE, a_request(), listed={"EUR": 100_00}, now=NOON, terms=TERMS
    )
    return made.model_copy(update=said)
