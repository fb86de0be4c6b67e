"""What stores tell of themselves: where they are, in which currency they sell, and that they closed."""

from pydantic import BaseModel

from functions.payments.consumers.app import consumer
from functions.payments.model.sellers import StoreHeard
from functions.payments.store.stores import stores
from kernel.events import Received, Seen


class Shown(BaseModel):
    """Of all that a store says of itself, what payments needs."""

    standing: str


class StoreOpened(Seen):
    store_id: str
    country: str
    currency: str


class StoreChanged(Seen):
    """Told with whatever else becomes of a store: that it closed, too."""

    store_id: str
    country: str
    currency: str
    profile: Shown | None = None


@consumer.on("metco.stores", StoreOpened)
def store_opened(event: Received[StoreOpened]) -> None:
    told = event.data
    heard = StoreHeard(store_id=told.store_id, country=told.country, currency=told.currency)
    stores().heard(heard, sequence=event.metadata.sequence)


@consumer.on("metco.stores", StoreChanged)
def store_changed(event: Received[StoreChanged]) -> None:
    told, closed = event.data, event.data.profile is not None and event.data.profile.standing == "closed"
    heard = StoreHeard(store_id=told.store_id, country=told.country, currency=told.currency, closed=closed)
    stores().heard(heard, sequence=event.metadata.sequence)
