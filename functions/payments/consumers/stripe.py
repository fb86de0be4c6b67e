"""What Stripe told: each kind of thing is asked for again, and what Stripe says of it now is what counts.

So neither order nor repetition matters, and nothing that a webhook says is believed.
"""

from collections.abc import Callable

from functions.payments import cash, taking
from functions.payments.consumers.app import consumer
from functions.payments.model.webhooks import WebhookReceived
from functions.payments.rules.webhooks import thing_of
from kernel import log
from kernel.events import Received

Hear = Callable[[WebhookReceived], None]
HEARD: dict[str, Hear] = {}


def hears(*things: str) -> Callable[[Hear], Hear]:
    """For `payment_intent.succeeded` the thing is `payment_intent`: rules/webhooks.py has all that there are."""

    def register(hear: Hear) -> Hear:
        for thing in things:
            if thing in HEARD:
                raise ValueError(f"Two hear of {thing}.")
            HEARD[thing] = hear
        return hear

    return register


@consumer.on("metco.payments", WebhookReceived)
def webhook_received(event: Received[WebhookReceived]) -> None:
    thing = thing_of(event.data.kind)
    if thing in HEARD:
        HEARD[thing](event.data)
    else:
        log.info("webhook of no interest", kind=event.data.kind)


@hears("payment_intent")
def payment_changed(told: WebhookReceived) -> None:
    taking.heard(told.object_id)


@hears("cash_balance", "customer_cash_balance_transaction")
def cash_moved(told: WebhookReceived) -> None:
    cash.heard(told.object_id)


@hears("charge")
def charge_changed(told: WebhookReceived) -> None:
    taking.look_at_charge(told.object_id)
