"""Calls to those who pay out beside Stripe: JSON over HTTPS, with a deadline, a breaker each, and no blind repeats."""

import json
from datetime import timedelta
from typing import Any

from kernel import log, outside, settings
from kernel.errors import Unavailable
from kernel.outside import Breakers, Request

READ_S = 6.0
MAX_BYTES = 200_000
KEYS_FRESH_FOR = timedelta(minutes=5)  # whoever rotates one keeps both for so long

Body = dict[str, Any]
_breakers = Breakers()


class ProviderRefused(Exception):
    """An answer, and a no. `reason` is the provider's word for it, made one of ours."""

    def __init__(self, reason: str, said: Body) -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


class ProviderMisconfigured(Unavailable):
    """Payouts are not set up rightly. Whoever runs this Metco has been told; try again later."""


class NotYet(Exception):
    """Metco's own account there cannot pay it at the moment."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def place(way: str) -> Body | None:
    """Where this way's provider is, if Metco has one: the setting `payout_ways`."""
    found: Body | None = settings.setting("payout_ways", {}).get(way)
    return found


def key(way: str) -> Body:
    """By which that provider knows Metco."""
    found: Body = json.loads(settings.secret("PAYOUTS_SECRET_ID", fresh_for=KEYS_FRESH_FOR)).get(way, {})
    return found


def ask(way: str, request: Request) -> tuple[int, Body]:
    status, text = _breakers.ask(way, lambda: fetch(request))
    if status in (401, 403):
        log.warning("provider misconfigured", outside=way, status=status)
        raise ProviderMisconfigured()
    return status, outside.document(text)


def fetch(request: Request) -> tuple[int, bytes]:
    return outside.fetch(request, read_s=READ_S, max_bytes=MAX_BYTES)


def reason_of(word: Any) -> str:
    """A provider's word as a code of ours: what sellers and finance read, and nothing else that was said."""
    letters = (letter if letter.isascii() and letter.isalnum() else "_" for letter in str(word or "refused").lower())
    return "".join(letters).strip("_")[:60] or "refused"


def forget() -> None:
    """What was learned of who answers. For tests."""
    _breakers.clear()
