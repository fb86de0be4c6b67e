"""What happened, in Stripe's words, kept for whoever asks and handed to the webhooks.

# docs.stripe.com/api/events, docs.stripe.com/connect/webhooks
"""

from typing import TYPE_CHECKING

from local.stripe import webhooks
from local.stripe.settings import API_VERSION
from local.stripe.wire import Document, shown

if TYPE_CHECKING:
    from local.stripe.call import Call


def happened(call: "Call", kind: str, body: Document, before: Document | None = None) -> Document:
    event: Document = {
        "id": call.id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": call.now,
        "data": {"object": shown(body)},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": call.request_id or None, "idempotency_key": call.idempotency_key or None},
        "type": kind,
    }
    if before is not None:
        old, new = shown(before), shown(body)
        event["data"]["previous_attributes"] = {name: old.get(name) for name in new if old.get(name) != new[name]}
    if call.account:
        event["account"] = call.account
    event["pending_webhooks"] = webhooks.queue(call, event)
    call.state.add(event, call.account)
    return event
