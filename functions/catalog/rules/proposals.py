"""Making an offer, decided by one table: who may do what in which state, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.catalog.model.categories import PriceLimit
from functions.catalog.model.offers import Offer
from functions.catalog.model.proposals import (
    Act,
    Actor,
    AlreadyRedeemed,
    AlreadyReleased,
    Checkout,
    CheckoutState,
    NewProposal,
    NoBargaining,
    NotReserved,
    NotYourTurn,
    OwnOffer,
    PriceBelowFloor,
    PriceNotBetween,
    PriceOutdated,
    Proposal,
    ProposalOpen,
    ProposalOver,
    ProposalState,
    Round,
    Side,
    TooManyProposals,
    TooManyRounds,
    Tries,
)
from functions.catalog.rules.prices import prices_at
from kernel.money import Money

MOVES: Mapping[tuple[ProposalState, Actor, Act], ProposalState] = {
    ("awaiting_seller", "seller", "accept"): "agreed",
    ("awaiting_seller", "seller", "counter"): "awaiting_buyer",
    ("awaiting_seller", "seller", "decline"): "declined",
    ("awaiting_seller", "buyer", "withdraw"): "withdrawn",
    ("awaiting_seller", "clock", "expire"): "expired",
    ("awaiting_buyer", "buyer", "accept"): "agreed",
    ("awaiting_buyer", "buyer", "counter"): "awaiting_seller",
    ("awaiting_buyer", "buyer", "decline"): "declined",
    ("awaiting_buyer", "buyer", "withdraw"): "withdrawn",
    ("awaiting_buyer", "seller", "withdraw"): "withdrawn",
    ("awaiting_buyer", "clock", "expire"): "expired",
    ("agreed", "buyer", "withdraw"): "withdrawn",
    ("agreed", "clock", "expire"): "expired",
    ("agreed", "checkout", "reserve"): "reserved",
    ("reserved", "checkout", "release"): "agreed",
    ("reserved", "checkout", "redeem"): "redeemed",
    ("reserved", "checkout", "give_back"): "agreed",
    ("redeemed", "checkout", "give_back"): "agreed",
}
OPEN: frozenset[ProposalState] = frozenset({"awaiting_seller", "awaiting_buyer"})
LIVE: frozenset[ProposalState] = OPEN | {"agreed", "reserved"}  # a buyer has at most one such proposal for an offer
TIMED: frozenset[ProposalState] = OPEN | {"agreed"}  # a checkout that has begun is not overtaken by the clock

ROUNDS = 10
TRIES = 3
TRIES_COUNT_FOR = timedelta(days=30)
A_DAY = 20


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a proposal waits for its answer, and how long an agreed price holds."""

    answer: timedelta = timedelta(hours=48)
    hold: timedelta = timedelta(hours=24)


# Proposing


def listed(offer: Offer, variant_id: str, now: datetime) -> Mapping[str, int]:
    """What visitors pay for one piece at this moment, by currency; nothing, where there is nothing to bargain about."""
    found = [one for one in offer.variants if one.variant_id == variant_id and one.active]
    return prices_at(found[0], now) if found and offer.listed and offer.takes_proposals else {}


def proposed(
    proposal_id: str,
    buyer_id: str,
    store_id: str,
    request: NewProposal,
    *,
    listed: Mapping[str, int],
    limits: Mapping[str, PriceLimit],
    now: datetime,
    terms: Terms,
) -> Proposal:
    """Whatever is agreed on in the end lies above this first price: so the floor is kept by keeping it here."""
    if request.price.currency not in listed:
        raise NoBargaining()
    asked = Money(listed[request.price.currency], request.price.currency)
    _check_between(request.price, Money.zero(asked.currency), asked)
    floor = limits.get(asked.currency, PriceLimit()).floor
    if floor is not None and request.price.minor < floor:
        raise PriceBelowFloor(f"The least that may be asked for this is {Money(floor, asked.currency)}.")
    return Proposal(
        proposal_id=proposal_id,
        store_id=store_id,
        product_id=request.product_id,
        offer_id=request.offer_id,
        variant_id=request.variant_id,
        buyer_id=buyer_id,
        quantity=request.quantity,
        listed=asked,
        price=request.price,
        state="awaiting_seller",
        rounds=[Round(by="buyer", price=request.price, note=request.note, at=now)],
        expires_at=now + terms.answer,
        created_at=now,
        version=1,
    )


def check_stranger(permissions: frozenset[str] | None) -> None:
    """`permissions` are the buyer's own in the store that sells; None for somebody who has no part in it."""
    if permissions is not None:
        raise OwnOffer()


def tried(tries: Tries, latest: Proposal | None, proposal: Proposal, now: datetime) -> Tries:
    """One at a time, and not again and again: a floor would be found by trying."""
    if latest and state_at(latest, now) in LIVE:
        raise ProposalOpen(f"Your proposal {latest.proposal_id} for this is not over. Go on with that one.")
    recent = [one for one in tries.made if now - one < TRIES_COUNT_FOR]
    if len(recent) >= TRIES:
        wait = recent[0] + TRIES_COUNT_FOR - now
        raise TooManyProposals(retry_after_s=int(wait.total_seconds()) + 1)
    return Tries(latest=proposal.proposal_id, made=[*recent, now], version=tries.version + 1)


# Answering


def state_at(proposal: Proposal, now: datetime) -> ProposalState:
    """What waits for too long is over at that moment, whether or not anybody has noted it yet."""
    return "expired" if proposal.state in TIMED and now >= proposal.expires_at else proposal.state


def seen(proposal: Proposal, now: datetime) -> Proposal:
    return proposal.model_copy(update={"state": state_at(proposal, now)})


def countered(proposal: Proposal, by: Side, price: Money, note: str, now: datetime, terms: Terms) -> Proposal:
    state = _after(proposal, by, "counter", now)
    if len(proposal.rounds) >= ROUNDS:
        raise TooManyRounds()
    bid, ask = (_last(proposal, side) for side in ("buyer", "seller"))
    _check_between(price, bid, ask)
    said = Round(by=by, price=price, note=note, at=now)
    rounds = [*proposal.rounds, said]
    return _next(proposal, state=state, price=price, rounds=rounds, expires_at=now + terms.answer)


def accepted(proposal: Proposal, by: Side, price: Money, now: datetime, terms: Terms) -> Proposal:
    state = _after(proposal, by, "accept", now)
    if price != proposal.price:
        raise PriceOutdated()
    return _next(proposal, state=state, expires_at=now + terms.hold)


def ended(proposal: Proposal, by: Side, act: Act, now: datetime) -> Proposal:
    """Declined or withdrawn."""
    return _next(proposal, state=_after(proposal, by, act, now))


def expired(proposal: Proposal, now: datetime) -> Proposal | None:
    """None, if it is not over, or was over already for another reason."""
    if proposal.state not in TIMED or now < proposal.expires_at:
        return None
    return _next(proposal, state=MOVES[proposal.state, "clock", "expire"])


def forgotten(proposal: Proposal, now: datetime) -> Proposal | None:
    """Without what the buyer wrote; None, if nothing is left to forget. The price stays: an order may rest on it."""
    silent = [one.model_copy(update={"note": ""}) if one.by == "buyer" else one for one in proposal.rounds]
    state = state_at(proposal, now)
    after = MOVES.get((state, "buyer", "withdraw"), state)
    if (silent, after) == (proposal.rounds, proposal.state):
        return None
    return _next(proposal, rounds=silent, state=after)


# Checkouts


def reserved(
    proposal: Proposal, order_id: str, buyer_id: str, variant_id: str, quantity: int, price: Money, now: datetime
) -> Proposal:
    """For the one who agreed on it, for what was agreed on, at that price."""
    if (proposal.buyer_id, proposal.variant_id) != (buyer_id, variant_id) or quantity > proposal.quantity:
        raise NotReserved("This agreed price is somebody else's, or for something else.")
    state = _after(proposal, "checkout", "reserve", now)
    if price != proposal.price:
        raise PriceOutdated()
    return _next(proposal, state=state, order_id=order_id)


def released(proposal: Proposal, now: datetime) -> Proposal:
    """Back to the buyer for what is left of the time; without any left it is over."""
    back = _next(proposal, state=_after(proposal, "checkout", "release", now), order_id="")
    return back.model_copy(update={"state": state_at(back, now)})


def redeemed(proposal: Proposal, now: datetime) -> Proposal:
    return _next(proposal, state=_after(proposal, "checkout", "redeem", now))


def given_back(proposal: Proposal, order_id: str, now: datetime) -> Proposal | None:
    """Its order was paid, and came to nothing. None: no time is left of it, or it is not that order's."""
    if proposal.order_id != order_id or (proposal.state, "checkout", "give_back") not in MOVES:
        return None
    if proposal.state == "redeemed" and now >= proposal.expires_at:
        return None
    back = _next(proposal, state=MOVES[proposal.state, "checkout", "give_back"], order_id="")
    return back.model_copy(update={"state": state_at(back, now)})


def to_reserve(checkout: Checkout | None) -> bool:
    """False: this order has them already. A release that came first is the order's last word."""
    if checkout and checkout.state in ("released", "returned"):
        raise AlreadyReleased()
    return checkout is None


def to_release(checkout: Checkout | None) -> bool:
    if checkout and checkout.state == "redeemed":
        raise AlreadyRedeemed()
    return checkout is None or checkout.state == "reserved"


def to_redeem(checkout: Checkout | None) -> bool:
    if checkout is None or checkout.state == "released":
        raise NotReserved()
    return checkout.state == "reserved"


def to_give_back(checkout: Checkout | None) -> bool:
    """Whether or not its prices were redeemed by then: a redemption that comes late finds that they are free."""
    return checkout is not None and checkout.state in ("reserved", "redeemed")


def settled(checkout: Checkout, state: CheckoutState) -> Checkout:
    return checkout.model_copy(update={"state": state, "version": checkout.version + 1})


def _after(proposal: Proposal, actor: Actor, act: Act, now: datetime) -> ProposalState:
    state = state_at(proposal, now)
    if (state, actor, act) in MOVES:
        return MOVES[state, actor, act]
    raise NotYourTurn() if state in OPEN and actor in ("buyer", "seller") else ProposalOver()


def _check_between(price: Money, low: Money, high: Money) -> None:
    if price.currency != high.currency or not low < price < high or not price.chargeable():
        raise PriceNotBetween()


def _last(proposal: Proposal, side: str) -> Money:
    """What this side has named last. Whoever lists a price has named that one."""
    named = [one.price for one in proposal.rounds if one.by == side]
    return named[-1] if named else proposal.listed


def _next(proposal: Proposal, **parts: Any) -> Proposal:
    return proposal.model_copy(update={**parts, "version": proposal.version + 1})
