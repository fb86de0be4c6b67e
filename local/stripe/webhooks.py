"""Who is told of events: endpoints, signatures, and deliveries that are tried again until they are taken.

Two kinds of endpoint: the platform's own events, and (made with `connect`) those of the accounts connected to it.
# docs.stripe.com/webhooks, docs.stripe.com/webhooks/signature, docs.stripe.com/connect/webhooks
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.stripe.state import PLATFORM, State
from local.stripe.wire import Document, shown

if TYPE_CHECKING:
    from local.stripe.call import Call


@dataclass(frozen=True)
class Delivery:
    """What is posted to an endpoint. Signed when it is sent, since the signature holds the time."""

    id: str
    url: str
    headers: dict[str, str]
    body: bytes


def queue(call: "Call", event: Document) -> int:
    wanted = [one for one in call.state.find("webhook_endpoint") if _wants(one, event)]
    for endpoint in wanted:
        call.state.add(
            {
                "id": call.id("whd"),
                "event": event["id"],
                "account": call.account,
                "endpoint": endpoint["id"],
                "at": call.now,
                "attempts": 0,
                "status": "waiting",
            },
            PLATFORM,
            "delivery",
        )
    return len(wanted)


def _wants(endpoint: Document, event: Document) -> bool:
    if endpoint["status"] != "enabled" or endpoint["_connect"] is not bool(event.get("account")):
        return False
    return "*" in endpoint["enabled_events"] or event["type"] in endpoint["enabled_events"]


def due(state: State, now: int, signed_at: int, most: int) -> list[Delivery]:
    return [made for one in state.waiting(now, most) if (made := _made(state, one, now, signed_at))]


def _made(state: State, delivery: Document, now: int, signed_at: int) -> Delivery | None:
    endpoint = state.get("webhook_endpoint", delivery["endpoint"])
    event = state.get("event", delivery["event"], delivery["account"])
    if not endpoint or not event:
        state.save(delivery | {"status": "dropped"}, PLATFORM, "delivery")
        return None
    body = json.dumps(shown(event), indent=2).encode()
    secrets = [one for one in endpoint["_secrets"] if one["until"] is None or one["until"] > now]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(body, signed_at, [one["secret"] for one in secrets]),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    return Delivery(delivery["id"], endpoint["url"], headers, body)


def signature(body: bytes, moment: int, secrets: list[str]) -> str:
    """While a secret is being rotated there is one signature for each that is still good."""
    signed = f"{moment}.".encode() + body
    each = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={one}" for one in each)])


def answered(state: State, id: str, status: int, now: int, after_s: tuple[int, ...]) -> None:
    """Anything but a 2xx is tried again, later and later, and given up in the end."""
    delivery = state.get("delivery", id)
    if not delivery or delivery["status"] != "waiting":
        return
    attempts = delivery["attempts"] + 1
    delivery |= {"attempts": attempts, "answer": status}
    if 200 <= status < 300:
        delivery["status"] = "taken"
    elif attempts > len(after_s):
        delivery["status"] = "given up"
    else:
        delivery["at"] = now + after_s[attempts - 1]
    state.save(delivery, PLATFORM, "delivery")
    event = state.get("event", delivery["event"], delivery["account"])
    if event and delivery["status"] != "waiting":
        state.save(event | {"pending_webhooks": max(0, event["pending_webhooks"] - 1)}, delivery["account"])


def resend(state: State, event_id: str, now: int) -> int:
    """By hand, from the dashboard: to every endpoint that was told of it."""
    again = {one["endpoint"]: one for one in state.find("delivery", event=event_id)}
    for one in again.values():
        state.add(
            one | {"id": state.new_id("whd"), "at": now, "attempts": 0, "status": "waiting"}, PLATFORM, "delivery"
        )
    if found := state.anywhere("event", event_id):
        account, event = found
        state.save(event | {"pending_webhooks": event["pending_webhooks"] + len(again)}, account)
    return len(again)


def roll(state: State, endpoint_id: str, now: int, keep_s: int = 0) -> str:
    """A new secret; the old one goes on signing for `keep_s`. # docs.stripe.com/webhooks#roll-endpoint-secrets"""
    endpoint = state.get("webhook_endpoint", endpoint_id)
    if not endpoint:
        raise LookupError(f"There is no endpoint {endpoint_id}.")
    secret = new_secret(state)
    old = [one | {"until": min(one["until"] or now + keep_s, now + keep_s)} for one in endpoint["_secrets"]]
    state.save(endpoint | {"_secrets": [*old, {"secret": secret, "until": None}]})
    return secret


def new_secret(state: State) -> str:
    return f"whsec_{state.drawn(32)}"
