"""The rows of money on its way in.

PAYMENT#<id>      -              a payment
STRIPE#<id>       -              whose it is: of an intent or a charge that is known here
UNAPPLIED#<id>    <charge>       money of a payment that belongs to nothing, and goes back
FUNDS#<charge>    -              what Stripe keeps of a charge, and when the rest is at Metco's disposal
CASH#<customer>   -              a buyer who may have sent more by bank transfer than there was to pay
WEBHOOK#<id>      -              what Stripe told, once
ATTEMPT#<what>    -              what was asked of Stripe (attempts.py)

by_buyer: <buyer>, <time>#<payment> of each payment
by_day: PAYMENT#<day>, <time>#<payment> of each
by_due: PAYMENT#<bucket>, FUNDS#<bucket>, CASH#<bucket>, <time> of whatever Stripe has to be asked about (due.py)
"""

from datetime import datetime, timedelta

from functions.payments.model.payments import Payment, PaymentChanged
from functions.payments.store.due import due_keys
from kernel import clock
from kernel.table import Change, Item, put

Key = tuple[str, str]
WEBHOOKS_KEPT = timedelta(days=60)  # Stripe repeats one for three days; a person may send one again for thirty


def payment_key(payment_id: str) -> Key:
    return f"PAYMENT#{payment_id}", "-"


def stripe_key(stripe_id: str) -> Key:
    return f"STRIPE#{stripe_id}", "-"


def unapplied_pk(payment_id: str) -> str:
    return f"UNAPPLIED#{payment_id}"


def funds_key(charge_id: str) -> Key:
    return f"FUNDS#{charge_id}", "-"


def cash_key(customer_id: str) -> Key:
    return f"CASH#{customer_id}", "-"


def webhook_key(webhook_id: str) -> Key:
    return f"WEBHOOK#{webhook_id}", "-"


def payment_row(before: Payment | None, after: Payment, look_at: datetime | None) -> Change:
    """`look_at`: when Stripe is to be asked about it, should nothing be heard."""
    pk, sk = payment_key(after.payment_id)
    at = clock.rfc3339(after.opened_at)
    row: Item = {"pk": pk, "sk": sk, **after.model_dump(mode="json")}
    row |= {"by_buyerpk": after.buyer_id, "by_buyersk": f"{at}#{after.payment_id}"}
    row |= {"by_daypk": f"PAYMENT#{at[:10]}", "by_daysk": f"{at}#{after.payment_id}"}
    change = put(row | due_keys("PAYMENT", look_at, after.payment_id))
    return (change.when(version=before.version) if before else change.absent()).otherwise(PaymentChanged())


def stripe_row(stripe_id: str, payment_id: str) -> Change:
    """The same whoever writes it."""
    pk, sk = stripe_key(stripe_id)
    return put({"pk": pk, "sk": sk, "payment_id": payment_id})
