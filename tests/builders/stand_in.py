"""Stripe for tests, in this process: a core with a clock that stands still, and the official client wired to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe

from local.stripe.client import SECRET_KEY, InProcess
from local.stripe.settings import Settings
from local.stripe.stand_in import StandIn
from local.stripe.state import State
from local.stripe.webhooks import Delivery
from tests.builders.ledger import NOON

RETURN_URL = "https://metco.example/back"


@dataclass
class AtStripe:
    """`client` to ask it; `transport` is what a client of one's own is given; `core` to act as banks and people do."""

    core: StandIn
    transport: InProcess
    client: stripe.StripeClient

    def advance(self, **how_long: float) -> None:
        from datetime import timedelta

        self.core.advance(int(timedelta(**how_long).total_seconds()))

    def webhooks(self, send: Callable[[Delivery], int]) -> int:
        """Everything that waits to be told, by `send`, which answers with a status."""
        return self.core.deliver(send)

    def endpoint(self, url: str = "https://metco.example/v1/webhooks/stripe", *, connect: bool = False) -> Any:
        """A registered webhook endpoint; its `secret` is told this once."""
        return self.client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"], "connect": connect})


def at_stripe(at: datetime = NOON, seed: str = "test", **settings: Any) -> AtStripe:
    core = StandIn(State(seed=seed), at.timestamp, Settings(**settings))
    transport = InProcess(core)
    return AtStripe(core, transport, stripe.StripeClient(SECRET_KEY, http_client=transport, max_network_retries=2))
