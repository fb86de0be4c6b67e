"""Where Stripe tells that something happened. It is written down, and answered, before anything else is done."""

import base64

from functions.payments import stripe_api
from functions.payments.api.app import api
from functions.payments.model.webhooks import Endpoint, WebhookTaken
from functions.payments.rules import webhooks as rules
from functions.payments.store.inbox import inbox
from kernel import clock, log
from kernel.authz import PUBLIC


@api.post("/v1/webhooks/stripe", permit=PUBLIC)
def hear_stripe() -> WebhookTaken:
    """Take what Stripe tells of the platform's own account. The signature over the body is the credential."""
    return _taken("platform", "webhook_secret")


@api.post("/v1/webhooks/stripe-connect", permit=PUBLIC)
def hear_stripe_connect() -> WebhookTaken:
    """Take what Stripe tells of sellers' accounts. The signature over the body is the credential."""
    return _taken("connect", "connect_webhook_secret")


def _taken(endpoint: Endpoint, secret: str) -> WebhookTaken:
    event = api.resolver.current_event
    body = event.body or ""
    raw = base64.b64decode(body) if event.is_base64_encoded else body.encode()
    signature = event.headers.get("stripe-signature", "")
    told = rules.webhook(
        raw,
        signature,
        stripe_api.webhook_secrets(secret),
        clock.now(),
        endpoint=endpoint,
        live=stripe_api.live(),
    )
    new = rules.is_of_interest(told.type, endpoint) and inbox().take(told)
    log.info("webhook", webhook=told.id, kind=told.type, new=new)
    return WebhookTaken()
