"""Hears of every journal: whose goods a payment paid, and what the books have of Metco's money at Stripe."""

from datetime import datetime

from functions.payments import reconciling
from functions.payments.consumers.app import consumer
from functions.payments.model.reconciliation import JournalPosted
from functions.payments.store.chargebacks import chargebacks
from kernel.events import Received


@consumer.on("metco.ledger", JournalPosted)
def journal_posted(event: Received[JournalPosted]) -> None:
    """A payment is of an order, and the books know which stores' goods were in it: they may contest a chargeback."""
    told = event.data
    if told.kind == "order_paid" and told.payment_id:
        chargebacks().sold(told.payment_id, told.store_ids)
    reconciling.hear(told, datetime.fromisoformat(event.metadata.occurred_at))
