"""What Stripe told, once: ids alone, and the event by which payments hears of it, in one transaction."""

from contextlib import suppress
from functools import cache

from functions.payments import events
from functions.payments.model.webhooks import Webhook
from functions.payments.store.rows import WEBHOOKS_KEPT, webhook_key
from kernel import clock
from kernel.errors import Conflict
from kernel.events import Event
from kernel.table import Table, put


class WebhookKnown(Conflict):
    """This was told before."""


class Inbox:
    def __init__(self) -> None:
        self._table = Table()

    def take(self, told: Webhook) -> bool:
        """False, if it was told before."""
        thing = told.data.object
        said = events.WebhookReceived(webhook_id=told.id, kind=told.type, object_id=thing.named, account=told.account)
        pk, sk = webhook_key(told.id)
        expires = clock.epoch_s(clock.now() + WEBHOOKS_KEPT)
        row = {"pk": pk, "sk": sk, **said.model_dump(), "ttl": expires}
        with suppress(WebhookKnown):
            self._table.commit([put(row).absent().otherwise(WebhookKnown())], [Event(said, told.id, 1)])
            return True
        return False


@cache
def inbox() -> Inbox:
    return Inbox()
