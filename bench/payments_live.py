"""How soon a webhook is taken: signed as Stripe signs, each another event, at a steady rate while they are heard."""

import asyncio
import json
import time

from bench.load import Result, open_posts
from local.home import STAGE
from local.stack import Stack
from local.stripe import webhooks
from tools.stripe_setup.place import Place

RATE_PER_S, SECONDS = 20.0, 5.0
WARM_UP = 16
MAX_P95_MS = 50.0
TAKEN = f"webhook, {RATE_PER_S:.0f}/s"


def loads(stack: Stack) -> dict[str, Result]:
    secret = Place(STAGE, stack.client("ssm"), stack.client("secretsmanager")).keys()["webhook_secret"]
    url = f"{stack.url}/v1/webhooks/stripe"
    asyncio.run(open_posts(url, [_told(secret, "warm", n) for n in range(WARM_UP)], per_s=RATE_PER_S))
    told = [_told(secret, "load", n) for n in range(int(RATE_PER_S * SECONDS))]
    return {TAKEN: asyncio.run(open_posts(url, told, per_s=RATE_PER_S))}


def _told(secret: str, what: str, number: int) -> tuple[dict[str, str], bytes]:
    """Of a payment that Stripe then knows nothing about: hearing it is quick, and so no other work is in the way."""
    body = {
        "id": f"evt_1{what}{time.time_ns()}{number}",
        "object": "event",
        "type": "payment_intent.processing",
        "livemode": False,
        "data": {"object": {"id": f"pi_1{what}{number}", "object": "payment_intent"}},
    }
    raw = json.dumps(body).encode()
    signed = webhooks.signature(raw, int(time.time()), [secret])
    return {"Content-Type": "application/json", "Stripe-Signature": signed}, raw
