"""Buyers' money on its way in: begun, called off, and brought to what Stripe says now.

Whoever writes has read the payment before Stripe was asked: if it has changed in between, Stripe is asked again.
"""

from contextlib import suppress
from typing import Any

from functions.payments import intents, stripe_api
from functions.payments.model.funds import Funds, FundsChanged, UnappliedKnown
from functions.payments.model.intents import IntentSeen
from functions.payments.model.payments import AmountTooLarge, AmountTooSmall, Payment, PaymentBegun, PaymentChanged
from functions.payments.model.stripe import StripeRefused
from functions.payments.rules import funds as money
from functions.payments.rules import payments as rules
from functions.payments.rules.payments import Settled
from functions.payments.store.cash import LIES, cash_row
from functions.payments.store.funds import funds, funds_row, funds_told, unapplied_row
from functions.payments.store.payments import ReceiptOf, payments
from kernel import clock, log
from kernel.errors import DomainError, Unavailable
from kernel.events import Event

TRIES = 10
REFUSALS: dict[str, type[DomainError]] = {"amount_too_small": AmountTooSmall, "amount_too_large": AmountTooLarge}


def begin(made: Payment, receipt_of: ReceiptOf | None = None) -> Payment:
    """Once: whoever comes again goes on where the first was cut off, or hears that all of this was done."""
    stripe_api.client()  # where Stripe is not set up, nothing is begun that somebody had to end
    kept = payments().open(made)
    if kept.intent_id or kept.is_final or kept.given_up:
        raise PaymentBegun()
    try:
        intent = intents.make(kept)
    except StripeRefused as refused:
        with suppress(PaymentChanged):
            _write(kept, rules.ended(kept, refused.reason, clock.now()))
        if known := REFUSALS.get(refused.reason):
            raise known() from refused
        raise
    return _settle(kept, intent, receipt_of)


def bring_up_to_date(payment_id: str, intent_id: str = "") -> Payment:
    """`intent_id`: one that says it is of this payment, and may be another than the one it has."""
    kept = payments().one(payment_id)
    wanted = intent_id or kept.intent_id
    return _settle(kept, intents.read(wanted)) if wanted else kept


def heard(intent_id: str) -> None:
    """Stripe told something of an intent. One that another user of the same account made is none of ours."""
    if kept := payments().known_by(intent_id):
        _settle(kept, intents.read(intent_id))
        return
    named = intents.read(intent_id).payment_id
    if payments().find(named):
        bring_up_to_date(named, intent_id)
    else:
        log.warning("intent of nobody's", intent=intent_id)


def call_off(never_begun: Payment) -> Payment:
    """As `give_up`; and what was not begun by now, never will be."""
    kept = payments().open(never_begun)
    return give_up(kept.payment_id) if not kept.is_final else kept


def look(payment_id: str) -> Payment:
    """It is overdue: nothing was heard of it for long."""
    kept = payments().one(payment_id)
    if kept.state == "cancelled":
        return look_behind(kept)
    if kept.given_up or rules.is_to_give_up(kept, clock.now()):
        after = give_up(payment_id)
    else:
        after = bring_up_to_date(payment_id)
    if after.version == kept.version:
        payments().look_later(kept)
    return after


def look_at_charge(charge_id: str) -> None:
    """It is overdue, or Stripe told something of it: mostly that it has reckoned what that brought."""
    for _ in range(TRIES):
        kept = funds().find(charge_id)
        if not kept:
            return
        with suppress(FundsChanged):  # told of twice at once: what is known by now is looked at
            reckon(kept)
            return
    raise Unavailable("This money is being looked at again and again. Try again.")


def give_up(payment_id: str, receipt_of: ReceiptOf | None = None) -> Payment:
    """Cancelled, unless it was paid in the meantime or a bank is just carrying it out.

    It is marked first: whoever is just making its intent finds that out, and cancels it.
    """
    for _ in range(TRIES):
        kept = payments().one(payment_id)
        if kept.is_final:
            return kept
        with suppress(PaymentChanged):
            if marked := rules.given_up(kept):
                kept = payments().replace(kept, marked)
            intent = intents.read(kept.intent_id) if kept.intent_id else intents.look_for(kept)
            if intent:
                return _settle(kept, intent, receipt_of)
            return _write(kept, rules.ended(kept), receipt_of=receipt_of)
    raise Unavailable("This payment is being changed again and again. Try again.")


def look_behind(kept: Payment) -> Payment:
    """Of one that was over before Stripe was heard: a call that was under way then has ended by now."""
    intent = intents.look_for(kept)
    if intent:
        return _settle(kept, intent)
    return payments().replace(kept, kept.model_copy(update={"looked_behind": True, "version": kept.version + 1}))


def reckon(kept: Funds) -> Funds:
    """Asks Stripe what a charge brought."""
    found = money.reckoned(kept, intents.balance_of(kept.charge_id))
    if not found:
        funds().look_later(kept)
        return kept
    after, told = found
    funds().replace(kept, after, told)
    _tell_if_parked(after)
    return after


def _settle(kept: Payment, intent: IntentSeen, receipt_of: ReceiptOf | None = None) -> Payment:
    for _ in range(TRIES):
        seen = rules.settled(kept, intent, clock.now())
        if not seen:
            return kept
        try:
            if seen.after is not kept:
                kept, receipt_of = _write(kept, seen, intent, receipt_of), None
        except UnappliedKnown:
            return kept
        except PaymentChanged:
            kept, intent = payments().one(kept.payment_id), intents.read(intent.id)
            continue
        if not seen.abandon:
            return kept
        intent = intents.cancel(intent.id)
    raise Unavailable("This payment is being changed again and again. Try again.")


def _write(
    kept: Payment, seen: Settled, intent: IntentSeen | None = None, receipt_of: ReceiptOf | None = None
) -> Payment:
    changes: list[Any] = []
    more: list[Event] = []
    brought = None
    if seen.unapplied:
        changes.append(unapplied_row(seen.unapplied))  # first: that it is known already says more than what comes next
    charge = rules.charge_of(intent) if intent else None
    if seen.funds and charge:
        brought, told = money.reckoned(seen.funds, money.balance_of(charge)) or (seen.funds, [])
        changes.append(funds_row(None, brought))
        more = funds_told(brought, told)
    if seen.after.is_final and kept.customer_id and kept.method == "customer_balance":
        changes.append(cash_row(kept.customer_id, clock.now() + LIES))  # more may have come than was needed
    receipt = receipt_of(seen.after) if receipt_of else None
    payments().replace(kept, seen.after, changes, seen.told, more, receipt)
    _count(kept, seen)
    if brought:
        _tell_if_parked(brought)
    return seen.after


def _count(kept: Payment, seen: Settled) -> None:
    if seen.after.state != kept.state:
        log.count("payments_total", state=seen.after.state, purpose=kept.purpose)
    if seen.unapplied:
        log.warning("money unapplied", payment_id=kept.payment_id, why=seen.unapplied.why)
        log.count("money_unapplied_total", why=seen.unapplied.why)


def _tell_if_parked(brought: Funds) -> None:
    """Somebody has to look: the charge is in another currency or amount than what it brought."""
    if brought.state == "parked":
        log.warning("funds parked", charge=brought.charge_id, transaction=brought.transaction_id)
        log.count("funds_parked_total")
