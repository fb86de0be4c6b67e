"""Fetches money back from sellers' accounts at Stripe: for a refund as far as there is any, after a payout that failed
all of it.
"""

from contextlib import suppress

from functions.payments import connected
from functions.payments.model.payouts import Payout, PayoutChanged, Reversal, ReverseTransfers
from functions.payments.model.stripe import StripeRefused
from functions.payments.rules import reversals as rules
from functions.payments.store.payouts import payouts
from functions.payments.store.sellers import sellers
from kernel import log
from kernel.money import Money

OPEN_TRANSFERS = 100  # as many of a seller's newest transfers are looked at for a refund


def for_refund(asked: ReverseTransfers) -> Money:
    """What was found. Nothing is taken of what is just on its way to the seller's bank."""
    kept = payouts().reversal(asked.store_id, asked.reference)
    if not kept:
        account = sellers().find(asked.store_id)
        if not account:
            return Money.zero(asked.amount.currency)
        kept = payouts().plan(_planned(asked, account.account_id))
    return rules.found(_carried_out(kept, for_refund=True))


def of_payout(failed: Payout) -> bool:
    """Whether all of it is back. Its own transfer gives it, as far as a refund did not take of that already."""
    kept = payouts().reversal(failed.store_id, failed.withdrawal_id)
    if not kept:
        transfers = dict(connected.transfers_to(failed.account_id or "", failed.amount.currency))
        own = failed.transfer_id or ""
        first = [(own, transfers.pop(own, Money.zero(failed.amount.currency)))]
        planned = rules.planned(
            failed.withdrawal_id, failed.store_id, failed.amount, [*first, *transfers.items()], failed.amount
        )
        kept = payouts().plan(planned)
    done = _carried_out(kept, for_refund=False)
    if rules.found(done) == failed.amount:
        return True
    log.warning("payout not fetched back", withdrawal_id=failed.withdrawal_id)
    log.count("payouts_not_fetched_back_total")
    return False


def _planned(asked: ReverseTransfers, account_id: str) -> Reversal:
    currency = asked.amount.currency
    on_their_way = [one for one in payouts().every(asked.store_id) if one.state in ("left", "returning")]
    reserved = sum((one.amount for one in on_their_way if one.amount.currency == currency), Money.zero(currency))
    there = max(connected.available(account_id, currency) - reserved, Money.zero(currency))
    spared = {one.transfer_id for one in on_their_way}
    transfers = [one for one in connected.transfers_to(account_id, currency) if one[0] not in spared]
    return rules.planned(asked.reference, asked.store_id, asked.amount, transfers[:OPEN_TRANSFERS], there)


def _carried_out(kept: Reversal, *, for_refund: bool) -> Reversal:
    """Part by part, each written down. A part that Stripe refuses is short for a refund; a payout's is tried again."""
    for part in rules.still_open(kept):
        try:
            reversal_id = connected.reverse(kept.reference, part.transfer_id, part.amount)
        except StripeRefused as refused:
            log.info("transfer not reversed", transfer_id=part.transfer_id, reason=refused.reason)
            if not for_refund:
                continue
            after = rules.fell_short(kept, part)
        else:
            after = rules.came_back(kept, part, reversal_id)
        with suppress(PayoutChanged):
            kept = payouts().carry_out(kept, after, part.transfer_id, for_refund=for_refund)
            continue
        return payouts().reversal(kept.store_id, kept.reference) or kept  # somebody else carries it out too
    return kept
