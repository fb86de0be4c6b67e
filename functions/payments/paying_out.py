"""Takes sellers' withdrawals to where they want them: step by step, each written down, from wherever it was left."""

from contextlib import suppress

from functions.payments import connected, fetching_back
from functions.payments.model.payouts import Payout, PayoutChanged, SendPayout, WithdrawalApproved
from functions.payments.model.stripe import StripeRefused
from functions.payments.rules import payouts as rules
from functions.payments.store.destinations import destinations
from functions.payments.store.payouts import payouts
from functions.payments.store.sellers import sellers
from functions.payments.stripe_api import Item
from functions.payments.ways import chosen, wire
from kernel import clock, log
from kernel.errors import Unavailable

STEPS = 10  # more than there are: so many at once only if somebody else goes on with it too
NOT_YET = frozenset({"balance_insufficient"})


def begin(approved: WithdrawalApproved | SendPayout) -> Payout:
    """Once for each withdrawal."""
    wanted = rules.asked(approved.withdrawal_id, approved.store_id, approved.amount, approved.way, clock.now())
    return go_on(payouts().begin(wanted))


def go_on(kept: Payout) -> Payout:
    """As far as it goes by now. Where nothing is new, it is looked at again later."""
    for _ in range(STEPS):
        after = _next(kept)
        if not after or after == kept:
            payouts().look_later(kept)
            return kept
        with suppress(PayoutChanged):
            payouts().replace(kept, after)
            if after.state != kept.state:
                log.count("payouts_total", way=after.way, became=after.state)
                if after.reason:
                    log.info("payout", state=after.state, way=after.way, reason=after.reason)
            if after.state in (kept.state, "sent") or after.state in rules.OVER:
                return after  # what comes then, others tell
        kept = payouts().one(kept.store_id, kept.withdrawal_id)
    raise Unavailable("This payout is being changed again and again. Try again.")


def look(store_id: str, withdrawal_id: str) -> None:
    """It is overdue: nothing was heard of it for long."""
    if kept := payouts().find(store_id, withdrawal_id):
        go_on(kept)


def refreshed(payout_id: str, account_id: str) -> None:
    """Stripe told something of a payout on a seller's account. What it is now, Stripe is asked."""
    named = _asked_about(payout_id, account_id).get("metadata") or {}
    kept = payouts().find(str(named.get("store_id")), str(named.get("withdrawal_id"))) if named else None
    if kept and kept.payout_id == payout_id:
        go_on(kept)
    else:
        log.warning("payout of nobody's", stripe_id=payout_id)


def _next(kept: Payout) -> Payout | None:
    if kept.way == "stripe":
        return _by_stripe(kept)
    return _by_hand(kept) if kept.way == "bank" else _by_provider(kept)


# Stripe: a transfer to the seller's account there, and a payout from it


def _by_stripe(kept: Payout) -> Payout | None:
    match kept.state:
        case "asked":
            return _transfer(kept)
        case "left":
            return _pay(kept)
        case "sent" | "paid":
            said = _asked_about(kept.payout_id or "", kept.account_id or "")
            return rules.stands(kept, str(said.get("status")), str(said.get("failure_code") or ""))
        case "returning":
            return rules.returned(kept) if fetching_back.of_payout(kept) else None
        case _:
            return None


def _asked_about(payout_id: str, account_id: str) -> Item:
    """Nothing, of an account that is the seller's alone by now: Stripe tells Metco no more of it."""
    try:
        return connected.payout(payout_id, account_id)
    except StripeRefused as refused:
        log.warning("payout not told of", stripe_id=payout_id, reason=refused.reason)
        return {}


def _transfer(kept: Payout) -> Payout:
    account = sellers().find(kept.store_id)
    if reason := rules.cannot_receive(kept, account):
        return rules.failed(kept, reason)
    account_id = account.account_id if account else ""
    try:
        made = connected.transfer(kept, account_id)
    except StripeRefused as refused:
        if refused.reason in NOT_YET:
            return rules.put_off(kept, refused.reason, clock.now())
        return rules.failed(kept, wire.reason_of(refused.reason))
    return rules.left(kept, account_id, made)


def _pay(kept: Payout) -> Payout | None:
    try:
        return rules.sent(kept, connected.pay(kept))
    except StripeRefused as refused:
        if refused.reason in NOT_YET and not rules.waits_too_long(kept, clock.now()):
            return None
        return rules.returning(kept, wire.reason_of(refused.reason))


# Others


def _by_hand(kept: Payout) -> Payout | None:
    """Finance does it, and says so: where it knows where to."""
    if kept.state == "asked" and not destinations().find(kept.store_id, kept.way):
        return rules.failed(kept, "no_destination")
    return None


def _by_provider(kept: Payout) -> Payout | None:
    way = chosen.of(kept.way)
    if kept.state != "asked":
        return rules.told_by_provider(kept, way.look(kept)) if way and kept.state not in rules.OVER else None
    to = destinations().find(kept.store_id, kept.way)
    if not way or not to:
        return rules.failed(kept, "no_destination" if way else "way_not_offered")
    try:
        return rules.told_by_provider(kept, way.pay(kept, to))
    except wire.NotYet as not_yet:
        return rules.put_off(kept, not_yet.reason, clock.now())
