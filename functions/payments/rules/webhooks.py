"""Whether Stripe says it, just now, at this address; and which of all that it tells is of interest.

# docs.stripe.com/webhooks/signature
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pydantic import ValidationError

from functions.payments.model.webhooks import Endpoint, SignatureInvalid, Webhook, WebhookUnfit

TOLERANCE = timedelta(minutes=5)  # both ways: what is from the future was not signed by Stripe's clock
SCHEME = "v1"

# What each endpoint is registered for: the thing, and what happens to it.
_PLATFORM = {
    "cash_balance": ("funds_available",),
    "charge": ("updated",),
    "charge.dispute": ("created", "updated", "funds_withdrawn", "funds_reinstated", "closed"),
    "charge.refund": ("updated",),
    "customer_cash_balance_transaction": ("created",),
    "payment_intent": ("succeeded", "payment_failed", "processing", "requires_action", "canceled"),
    "payment_method": ("attached", "automatically_updated", "detached", "updated"),
    "refund": ("created", "failed", "updated"),
    "setup_intent": ("canceled", "setup_failed", "succeeded"),
}
_CONNECT = {
    "account": ("updated", "application.deauthorized"),
    "payout": ("canceled", "failed", "paid", "updated"),
}


def _kinds(things: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(f"{thing}.{what}" for thing, whats in things.items() for what in whats)


KINDS: Mapping[Endpoint, tuple[str, ...]] = {"platform": _kinds(_PLATFORM), "connect": _kinds(_CONNECT)}


def webhook(
    raw: bytes, signature: str, secrets: Iterable[str], now: datetime, *, endpoint: Endpoint, live: bool
) -> Webhook:
    """Signed over these very bytes. An endpoint of sellers' accounts says whose it is; the platform's own does not."""
    check_signed(raw, signature, secrets, now)
    try:
        told = Webhook.model_validate_json(raw)
    except ValidationError:
        raise WebhookUnfit() from None
    if told.livemode != live:
        raise WebhookUnfit("This is of Stripe's other mode: test and live are apart.")
    if bool(told.account) != (endpoint == "connect"):
        raise WebhookUnfit("This is for the other endpoint.")
    return told


def check_signed(raw: bytes, header: str, secrets: Iterable[str], now: datetime) -> None:
    parts = [part.strip().partition("=")[::2] for part in header.split(",")]
    moments = [value for name, value in parts if name == "t"]
    signatures = [value.encode() for name, value in parts if name == SCHEME]
    if len(moments) != 1 or not moments[0].isascii() or not moments[0].isdecimal() or len(moments[0]) > 12:
        raise SignatureInvalid()
    if abs(now.timestamp() - int(moments[0])) > TOLERANCE.total_seconds():
        raise SignatureInvalid("This was signed too long ago, or in the future.")
    signed = moments[0].encode() + b"." + raw
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode() for secret in secrets]
    if not any(hmac.compare_digest(one, known) for one in signatures for known in expected):
        raise SignatureInvalid()


def is_of_interest(kind: str, endpoint: Endpoint) -> bool:
    """Somebody may have registered the endpoint for more."""
    return kind in KINDS[endpoint]


def thing_of(kind: str) -> str:
    """What it happened to: "charge.dispute" of "charge.dispute.closed"."""
    things = sorted({*_PLATFORM, *_CONNECT}, key=len, reverse=True)
    return next((thing for thing in things if kind.startswith(f"{thing}.")), "")
