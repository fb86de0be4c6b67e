"""Hears of every journal, for the statements of those whose money it moved, and for those who want all of theirs."""

from functions.ledger import exports
from functions.ledger.consumers.app import consumer
from functions.ledger.model.told.journals import JournalPosted
from functions.ledger.rules import statements as rules
from functions.ledger.store.contesting import contesting
from functions.ledger.store.statements import statements
from kernel.events import Received
from kernel.people import DataExportRequested


@consumer.on("metco.ledger", JournalPosted)
def journal_posted(event: Received[JournalPosted]) -> None:
    statements().tell(event.data, event.metadata.occurred_at)
    if event.data.kind == "order_paid" and event.data.payment_id and event.data.order_id:
        contesting().freeze_late(event.data.payment_id, event.data.order_id)


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    """All that became of their credits. What a store of theirs has is the store's, and in its statement."""
    user_id = event.data.user_id
    exports.add(user_id, event.data.export_id, {"credits": list(statements().every_line(rules.buyer(user_id)))})
