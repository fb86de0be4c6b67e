"""Hears of every journal, and writes it into the statements of those whose money it moved."""

from functions.ledger.model.told import JournalPosted
from functions.ledger.store.statements import statements
from kernel.consume import Consumer
from kernel.events import Received

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.ledger", JournalPosted)
def tell_owners(event: Received[JournalPosted]) -> None:
    statements().tell(event.data, event.metadata.occurred_at)
