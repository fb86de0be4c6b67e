"""Whatever moves money at Stripe is done once, however often it is begun, and whatever becomes of the answer."""

from collections.abc import Callable
from datetime import datetime, timedelta

from functions.payments.model.stripe import StoredFailure, StripeRefused
from functions.payments.store.attempts import attempts
from functions.payments.stripe_api import Item
from kernel import clock

KEYS_LIVE = timedelta(hours=23)  # Stripe may forget one after a day
SLACK = timedelta(minutes=5)  # between Stripe's clock and ours
TRIES = 2

Call = Callable[[str], Item]
Find = Callable[[datetime], Item | None]


def once(what: str, call: Call, find: Find) -> Item:
    """`call` is given the idempotency key, and asks the same under it every time.

    An answer that was lost is asked for again under its key, and Stripe repeats it. Where Stripe failed for good, or
    may have forgotten the key, `find` looks in a list of Stripe's for what may have been made since it was begun; only
    when there is nothing is it asked for under the next key. A refusal is an end: whoever asks again asks anew.
    """
    kept = attempts().begin(what)
    for _ in range(TRIES):
        if kept.doubted or clock.now() - kept.since > KEYS_LIVE:
            if found := find(kept.begun - SLACK):
                return found
            kept = attempts().again(kept)
        try:
            return call(kept.key)
        except StoredFailure:
            kept = attempts().doubt(kept)
        except StripeRefused:
            attempts().again(kept)
            raise
    raise StoredFailure()
