"""A payment that is about to begin: of what, by which way to pay, until when."""

from datetime import timedelta

from functions.payments import customers
from functions.payments.model.payments import CancelPayment, CreatePayment, CreditPurchase, Payment
from functions.payments.rules import methods
from kernel import clock, ids, settings
from kernel.money import Money

OFFERED = ("card",)  # unless an operator says what the platform's account has


def offered() -> list[str]:
    """The names of the ways to pay that are switched on, the first ones first."""
    return list(settings.setting("payment_methods", OFFERED))


def id_of_order(order_id: str) -> str:
    """One payment for an order, found by whoever knows the order."""
    return ids.derived_id("pay", order_id)


def for_credits(buyer_id: str, asked: CreditPurchase, payment_id: str) -> Payment:
    return _payment(payment_id, buyer_id, asked.amount, asked.method, asked.payment_method_id)


def for_order(asked: CreatePayment) -> Payment:
    made = _payment(id_of_order(asked.order_id), asked.buyer_id, asked.amount, asked.method, asked.payment_method_id)
    until = {"expires_at": asked.expires_at} if asked.expires_at else {}
    return made.model_copy(update={"purpose": "order", "order_id": asked.order_id, **until})


def never_begun(asked: CancelPayment) -> Payment:
    """What stands where nothing was begun, so that nothing is."""
    now = clock.now()
    return Payment.model_validate(
        {
            **asked.model_dump(),
            "payment_id": id_of_order(asked.order_id),
            "purpose": "order",
            "state": "cancelled",
            "looked_behind": True,
            "opened_at": now,
            "expires_at": now,
        }
    )


def _payment(payment_id: str, buyer_id: str, amount: Money, method: str | None, saved_id: str | None) -> Payment:
    methods.check_chargeable(amount)
    needs_customer = bool(method) and methods.check_offered(offered(), str(method), amount).needs_customer
    customer_id = None
    if saved_id:
        customer, saved = customers.method_of(buyer_id, saved_id)
        customer_id, method = customer.customer_id, saved.kind
    elif needs_customer:
        customer_id = customers.customer_of(buyer_id)[0].customer_id
    now = clock.now()
    return Payment.model_validate(
        {
            "payment_id": payment_id,
            "purpose": "credits",
            "buyer_id": buyer_id,
            "amount": amount,
            "method": method if method in methods.METHODS else None,
            "saved_method_id": saved_id,
            "customer_id": customer_id,
            "opened_at": now,
            "expires_at": now + timedelta(seconds=methods.pays_within_s(method)),
        }
    )
