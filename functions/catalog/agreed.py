"""Agreed prices of an order that is over: paid once, or free for another one. As a workflow asks, or orders tells."""

from functools import partial

from functions.catalog.delivering import until_settled
from functions.catalog.model.proposals import Checkout, CheckoutChanged, ProposalChanged
from functions.catalog.rules import proposals as rules
from functions.catalog.store.proposals import proposals
from kernel import clock


def redeem(order_id: str) -> None:
    until_settled(partial(_redeem, order_id), ProposalChanged, CheckoutChanged)


def release(order_id: str) -> None:
    """Also before it has reserved anything: then it will not any more."""
    until_settled(partial(_release, order_id), ProposalChanged, CheckoutChanged)


def final(order_id: str, *, paid: bool) -> None:
    """Orders says what became of it. Of whatever it does not hold any more nothing is to be done."""
    kept = proposals().checkout(order_id)
    if kept and kept.state == "reserved":
        (redeem if paid else release)(order_id)


def give_back(order_id: str) -> None:
    """It was paid, and came to nothing before any of it was sent: what is left of their time is the buyer's again."""
    until_settled(partial(_give_back, order_id), ProposalChanged, CheckoutChanged)


def _redeem(order_id: str) -> None:
    before, now = proposals().checkout(order_id), clock.now()
    if rules.to_redeem(before) and before:
        found = proposals().wanted(before.proposals)
        paid = [(one, rules.redeemed(one, now)) for one in found]
        proposals().settle(before, rules.settled(before, "redeemed"), paid)


def _release(order_id: str) -> None:
    before, now = proposals().checkout(order_id), clock.now()
    if not rules.to_release(before):
        return
    found = proposals().wanted(before.proposals) if before else []
    after = rules.settled(before or Checkout(order_id=order_id, version=0), "released")
    proposals().settle(before, after, [(one, rules.released(one, now)) for one in found])


def _give_back(order_id: str) -> None:
    """Not to somebody who has left meanwhile: nothing of theirs begins anew."""
    before, now = proposals().checkout(order_id), clock.now()
    if not rules.to_give_back(before) or not before:
        return
    found = [one for one in proposals().wanted(before.proposals) if proposals().is_with_buyer(one)]
    back = [(one, after) for one in found if (after := rules.given_back(one, order_id, now))]
    proposals().settle(before, rules.settled(before, "returned"), back, with_buyer=True)
