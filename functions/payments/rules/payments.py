"""What Stripe's word makes of a payment: values in, values out. Success counts once, and only for what was asked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from functions.payments import events
from functions.payments.model.funds import Funds, Unapplied
from functions.payments.model.intents import ChargeSeen, ErrorSeen, IntentSeen, MethodSeen
from functions.payments.model.payments import (
    AlreadyPaid,
    Failure,
    PaidBy,
    Payment,
    PaymentOtherwise,
    PaymentProcessing,
    PaymentShown,
    PaymentStands,
)
from kernel.events import Data
from kernel.money import Money

SAME = ("purpose", "order_id", "buyer_id", "amount")
PAY_PAGE = "/v1/pay"
WITHOUT_INTENT = timedelta(minutes=10)  # whoever began it would have come again by then
LOST_BEHIND = timedelta(minutes=15)  # by when a call that was under way when its payment was given up has ended
LOOKS = ((timedelta(minutes=10), timedelta(minutes=2)), (timedelta(hours=1), timedelta(minutes=10)))
LOOKS_LATER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """`abandon`: nobody is to pay this intent any more, and Stripe has to be told."""

    after: Payment
    told: list[Data] = field(default_factory=list)
    unapplied: Unapplied | None = None
    funds: Funds | None = None
    abandon: bool = False


def check_same(kept: Payment, made: Payment) -> None:
    if any(getattr(kept, name) != getattr(made, name) for name in SAME):
        raise PaymentOtherwise()


def given_up(kept: Payment) -> Payment | None:
    """None, if it is over or was given up before."""
    return None if kept.is_final or kept.given_up else _next(kept, given_up=True)


def ended(kept: Payment, code: str = "", now: datetime | None = None) -> Settled:
    """Nothing of it is at Stripe, as far as anybody can see."""
    failure = Failure(code=code, at=now) if code and now else kept.failure
    after = _next(kept, state="cancelled", client_secret="", failure=failure)
    return Settled(after, [events.PaymentCancelled(**_said(after))])


def settled(kept: Payment, intent: IntentSeen, now: datetime) -> Settled | None:
    """None: it is known already."""
    if kept.intent_id and intent.id != kept.intent_id:
        return _twin(kept, intent, now)
    match intent.status:
        case "succeeded":
            return _succeeded(kept, intent, now)
        case "canceled":
            return None if kept.is_final else _cancelled(kept, intent)
        case "processing":
            return _known(kept, intent, state="processing")
        case _:
            return _unpaid(kept, intent, now)


# Each way that it can stand


def _succeeded(kept: Payment, intent: IntentSeen, now: datetime) -> Settled | None:
    charge = charge_of(intent)
    if kept.state == "succeeded" or not charge:
        return None
    if kept.state == "cancelled":
        return _unapplied(kept, intent, charge, "late", now)
    if intent.received != kept.amount:
        return _unapplied(kept, intent, charge, _why(intent.received, kept.amount), now)
    paid_by = shown_method(charge.payment_method_details)
    after = _next(
        kept,
        intent_id=intent.id,
        client_secret="",
        state="succeeded",
        charge_id=charge.id,
        paid_by=paid_by,
        failure=None,
    )
    told = events.PaymentSucceeded(**_said(after), method=paid_by.kind)
    return Settled(after, [told], funds=_funds(after, charge, intent.received, now))


def _unapplied(kept: Payment, intent: IntentSeen, charge: ChargeSeen, why: str, now: datetime) -> Settled:
    """It goes back whole. If it came by the payment's own intent, that is used up, and the payment over."""
    lasts = kept.is_final or intent.id != (kept.intent_id or intent.id)
    over = {} if lasts else {"state": "cancelled", "client_secret": ""}
    after = _next(kept, intent_id=kept.intent_id or intent.id, **over)
    money = intent.received
    returned = Unapplied.model_validate(
        {
            "payment_id": kept.payment_id,
            "charge_id": charge.id,
            "buyer_id": kept.buyer_id,
            "amount": money,
            "why": why,
        }
    )
    said = {"payment_id": kept.payment_id, "transaction_id": charge.id, "amount": money, "why": why}
    told: list[Data] = [events.MoneyUnapplied.model_validate(said)]
    if over:
        told.append(events.PaymentCancelled(**_said(after)))
    return Settled(after, told, unapplied=returned, funds=_funds(kept, charge, money, now))


def _cancelled(kept: Payment, intent: IntentSeen) -> Settled:
    after = _next(kept, intent_id=intent.id, client_secret="", state="cancelled")
    return Settled(after, [events.PaymentCancelled(**_said(after))])


def _unpaid(kept: Payment, intent: IntentSeen, now: datetime) -> Settled | None:
    """The buyer has yet to pay it. A payment that is given up, or over, is not to be paid by anybody."""
    if kept.state == "succeeded":
        return None
    if kept.state == "cancelled" or kept.given_up:
        after = kept if kept.intent_id else _next(kept, intent_id=intent.id)
        return Settled(after, abandon=True)
    failure, tried = _failure(intent.last_payment_error, now)
    if not failure or tried == kept.failed_try:
        return _known(kept, intent, state="open")
    known = {"intent_id": intent.id, "client_secret": intent.client_secret or ""}
    after = _next(kept, **known, state="open", failure=failure, failed_try=tried)
    return Settled(after, [events.PaymentFailed(**_said(after), code=failure.code)])


def _twin(kept: Payment, intent: IntentSeen, now: datetime) -> Settled | None:
    """Stripe had failed, and made it all the same: there is another intent for this payment."""
    charge = charge_of(intent)
    if intent.status == "succeeded" and charge:
        return _unapplied(kept, intent, charge, "excess", now)
    if intent.status in ("canceled", "processing"):
        return None
    return Settled(kept, abandon=True)


def _known(kept: Payment, intent: IntentSeen, **changed: object) -> Settled | None:
    if kept.is_final:
        return None
    changed |= {"intent_id": intent.id, "client_secret": intent.client_secret or ""}
    if all(getattr(kept, name) == value for name, value in changed.items()):
        return None
    return Settled(_next(kept, **changed))


def _next(kept: Payment, **changed: object) -> Payment:
    return kept.model_copy(update={**changed, "version": kept.version + 1})


def _said(one: Payment) -> dict[str, Any]:
    return one.model_dump(include={"payment_id", "purpose", "order_id", "buyer_id", "amount"})


def _why(received: Money, asked: Money) -> str:
    if received.currency != asked.currency:
        return "otherwise"
    return "partial" if received < asked else "excess"


def _funds(kept: Payment, charge: ChargeSeen, amount: Money, now: datetime) -> Funds:
    return Funds(charge_id=charge.id, payment_id=kept.payment_id, amount=amount, charged_at=now)


# What is shown


def charge_of(intent: IntentSeen) -> ChargeSeen | None:
    return intent.latest_charge if isinstance(intent.latest_charge, ChargeSeen) else None


def shown_method(seen: MethodSeen | None) -> PaidBy:
    if not seen:
        return PaidBy(kind="unknown")
    card = seen.card
    return PaidBy(kind=seen.type, brand=(card and card.brand) or "", last4=(card and card.last4) or "")


def _failure(error: ErrorSeen | None, now: datetime) -> tuple[Failure | None, str]:
    """Which try it was of is told by its charge; where the bank let it come to none, by the method."""
    if not error:
        return None, ""
    by = shown_method(error.payment_method)
    code = error.decline_code or error.code or "declined"
    tried = error.charge or f"{error.payment_method.id if error.payment_method else ''}/{code}"
    return Failure(code=code, brand=by.brand, last4=by.last4, at=now), tried


def shown(kept: Payment, publishable_key: str) -> PaymentShown:
    """Without the key, for those who are not to pay it."""
    payable = kept.state == "open" and kept.client_secret and not kept.given_up and publishable_key
    secret = kept.client_secret if payable else None
    more = {"publishable_key": publishable_key, "pay_url": f"{PAY_PAGE}#{secret}"} if payable else {}
    return PaymentShown.model_validate(kept.model_dump() | {"client_secret": secret} | more)


def stands(kept: Payment) -> PaymentStands:
    said = {
        "outcome": "created" if kept.state == "open" else kept.state,
        "payment_id": kept.payment_id,
        "client_secret": kept.client_secret or None,
        "failure": kept.failure.code if kept.failure else None,
    }
    return PaymentStands.model_validate(said)


def check_called_off(kept: Payment) -> None:
    if kept.state == "succeeded":
        raise AlreadyPaid()
    if kept.state != "cancelled":
        raise PaymentProcessing()


# When Stripe is asked, should nothing be heard


def look_again_at(kept: Payment, now: datetime) -> datetime | None:
    if kept.state == "succeeded" or (kept.state == "cancelled" and (kept.intent_id or kept.looked_behind)):
        return None
    if kept.state == "cancelled":
        return now + LOST_BEHIND
    if kept.given_up:
        return now + timedelta(minutes=1)
    if not kept.intent_id:
        return kept.opened_at + WITHOUT_INTENT
    wait = next((wait for age, wait in LOOKS if now - kept.opened_at < age), LOOKS_LATER)
    return min(now + wait, kept.expires_at) if kept.state == "open" and now < kept.expires_at else now + wait


def is_to_give_up(kept: Payment, now: datetime) -> bool:
    """Nobody has paid it in time, or nobody came back to finish its beginning."""
    if kept.state != "open":
        return False
    return now >= kept.expires_at or (not kept.intent_id and now >= kept.opened_at + WITHOUT_INTENT)
