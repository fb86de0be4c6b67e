"""Making an offer: a buyer proposes a price, both sides bargain, and what they agree on holds for a while."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog.api.app import api, shelf
from functions.catalog.model.names import StoreId
from functions.catalog.model.proposals import (
    Acceptance,
    Act,
    Counter,
    NewProposal,
    NoSuchProposal,
    Proposal,
    ProposalId,
    ProposalList,
    ProposalState,
    Side,
)
from functions.catalog.rules import proposals as rules
from functions.catalog.store.goods import goods
from functions.catalog.store.proposals import proposals
from kernel import authz, clock, ids, settings
from kernel.authz import require
from kernel.http import receipt


def terms() -> rules.Terms:
    return rules.Terms(
        answer=timedelta(hours=settings.setting("proposal_answer_hours", 48)),
        hold=timedelta(hours=settings.setting("agreed_price_hours", 24)),
    )


# The buyer


@api.post("/v1/me/proposals", permit="propose_price", status_code=201)
def propose_price(request: NewProposal) -> Proposal:
    """Name a price. The seller answers within two days, or it is over."""
    me, now = require("propose_price", owner=authz.principal().id), clock.now()
    product, offer = goods().offer(request.product_id, request.offer_id)
    rules.check_stranger(me.stores.get(offer.store_id))
    listed, rest = rules.listed(offer, request.variant_id, now), shelf(product.category_id)
    limits, proposal_id = rest.tree.limits(product.category_id, rest.limits), ids.new_id("prp")
    made = rules.proposed(
        proposal_id, me.id, offer.store_id, request, listed=listed, limits=limits, now=now, terms=terms()
    )
    tries, latest = proposals().tries(me.id, request.offer_id)
    proposals().propose(made, rules.tried(tries, latest, made, now), receipt(made, 201))
    return made


@api.get("/v1/me/proposals", permit="propose_price")
def list_my_proposals(
    limit: Annotated[int, Query(ge=1, le=50)] = 20, cursor: Annotated[str | None, Query(max_length=1000)] = None
) -> ProposalList:
    """The prices you have proposed, newest first."""
    me, now = require("propose_price", owner=authz.principal().id), clock.now()
    items, following = proposals().proposals_of_buyer(me.id, limit=limit, cursor=cursor)
    return ProposalList(items=[rules.seen(one, now) for one in items], cursor=following)


@api.get("/v1/me/proposals/<proposal_id>", permit="propose_price")
def read_my_proposal(proposal_id: Annotated[ProposalId, Path()]) -> Proposal:
    """How a proposal of yours stands."""
    return rules.seen(_mine(proposal_id), clock.now())


@api.post("/v1/me/proposals/<proposal_id>/counter", permit="propose_price")
def raise_proposal(proposal_id: Annotated[ProposalId, Path()], counter: Counter) -> Proposal:
    """Answer the seller's price with another one: more than you named before, less than they ask."""
    return _countered(_mine(proposal_id), "buyer", counter)


@api.post("/v1/me/proposals/<proposal_id>/accept", permit="propose_price")
def accept_counter(proposal_id: Annotated[ProposalId, Path()], acceptance: Acceptance) -> Proposal:
    """Agree to the seller's price. It holds for a day: buy at it within that time."""
    return _accepted(_mine(proposal_id), "buyer", acceptance)


@api.post("/v1/me/proposals/<proposal_id>/decline", permit="propose_price")
def decline_counter(proposal_id: Annotated[ProposalId, Path()]) -> Proposal:
    """Decline the seller's price. Nothing comes of it then."""
    return _ended(_mine(proposal_id), "buyer", "decline")


@api.post("/v1/me/proposals/<proposal_id>/withdraw", permit="propose_price")
def withdraw_proposal(proposal_id: Annotated[ProposalId, Path()]) -> Proposal:
    """Take your proposal back, or an agreed price that you do not want any more."""
    return _ended(_mine(proposal_id), "buyer", "withdraw")


# The seller


@api.get("/v1/stores/<store_id>/proposals", permit="answer_proposal")
def list_proposals(
    store_id: Annotated[StoreId, Path()],
    state: Annotated[ProposalState, Query()] = "awaiting_seller",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> ProposalList:
    """The prices that buyers propose to the store, newest first: those that wait for its answer, or another state's."""
    require("answer_proposal", store=store_id)
    items, following = proposals().proposals_of_store(store_id, state, limit=limit, cursor=cursor)
    now = clock.now()
    return ProposalList(items=[rules.seen(one, now) for one in items], cursor=following)


@api.get("/v1/stores/<store_id>/proposals/<proposal_id>", permit="answer_proposal")
def read_proposal(store_id: Annotated[StoreId, Path()], proposal_id: Annotated[ProposalId, Path()]) -> Proposal:
    """How a proposal to the store stands."""
    return rules.seen(_ours(store_id, proposal_id), clock.now())


@api.post("/v1/stores/<store_id>/proposals/<proposal_id>/counter", permit="answer_proposal")
def counter_proposal(
    store_id: Annotated[StoreId, Path()], proposal_id: Annotated[ProposalId, Path()], counter: Counter
) -> Proposal:
    """Answer the buyer's price with another one: less than you asked before, more than they named."""
    return _countered(_ours(store_id, proposal_id), "seller", counter)


@api.post("/v1/stores/<store_id>/proposals/<proposal_id>/accept", permit="answer_proposal")
def accept_proposal(
    store_id: Annotated[StoreId, Path()], proposal_id: Annotated[ProposalId, Path()], acceptance: Acceptance
) -> Proposal:
    """Agree to the buyer's price. It holds for a day, and the store cannot take it back."""
    return _accepted(_ours(store_id, proposal_id), "seller", acceptance)


@api.post("/v1/stores/<store_id>/proposals/<proposal_id>/decline", permit="answer_proposal")
def decline_proposal(store_id: Annotated[StoreId, Path()], proposal_id: Annotated[ProposalId, Path()]) -> Proposal:
    """Decline the buyer's price. Nothing comes of it then."""
    return _ended(_ours(store_id, proposal_id), "seller", "decline")


@api.post("/v1/stores/<store_id>/proposals/<proposal_id>/withdraw", permit="answer_proposal")
def withdraw_counter(store_id: Annotated[StoreId, Path()], proposal_id: Annotated[ProposalId, Path()]) -> Proposal:
    """Take the store's price back before the buyer has answered."""
    return _ended(_ours(store_id, proposal_id), "seller", "withdraw")


# Both


def _mine(proposal_id: str) -> Proposal:
    """The principal comes first: a stranger and a missing proposal are answered alike, and after one look."""
    proposal = proposals().proposal(proposal_id)
    require("propose_price", owner=proposal.buyer_id)
    return proposal


def _ours(store_id: str, proposal_id: str) -> Proposal:
    require("answer_proposal", store=store_id)
    proposal = proposals().proposal(proposal_id)
    if proposal.store_id != store_id:
        raise NoSuchProposal()
    return proposal


def _countered(proposal: Proposal, by: Side, counter: Counter) -> Proposal:
    return _kept(proposal, rules.countered(proposal, by, counter.price, counter.note, clock.now(), terms()))


def _accepted(proposal: Proposal, by: Side, acceptance: Acceptance) -> Proposal:
    return _kept(proposal, rules.accepted(proposal, by, acceptance.price, clock.now(), terms()))


def _ended(proposal: Proposal, by: Side, act: Act) -> Proposal:
    return _kept(proposal, rules.ended(proposal, by, act, clock.now()))


def _kept(before: Proposal, after: Proposal) -> Proposal:
    proposals().answer(before, after, receipt(after))
    return after
