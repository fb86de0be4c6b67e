"""What Stripe told of sellers' accounts, and of what buyers may pay with again."""

from functions.payments import customers, sellers
from functions.payments.consumers.stripe import hears
from functions.payments.model.webhooks import WebhookReceived
from functions.payments.store.sellers import sellers as kept_sellers


@hears("account")
def account_changed(told: WebhookReceived) -> None:
    """Whatever was told of it: the account as a whole is what is looked at."""
    store_id = kept_sellers().store_of(told.account or told.object_id)
    if store_id:
        sellers.look_again(store_id)


@hears("setup_intent")
def setup_changed(told: WebhookReceived) -> None:
    customers.settle(told.object_id)


@hears("payment_method")
def method_changed(told: WebhookReceived) -> None:
    customers.method_changed(told.object_id)
