"""Hears of every journal, for the statements of those whose money it moved, and of who may decide about money."""

from functions.ledger import exports
from functions.ledger.model.people import RolesChanged, StaffJoined, StaffLeft, UserErased, UserRegistered
from functions.ledger.model.told import DataExportRequested, JournalPosted
from functions.ledger.rules import statements as rules
from functions.ledger.store.people import people
from functions.ledger.store.statements import statements
from kernel.consume import Consumer
from kernel.events import Received

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.ledger", JournalPosted)
def tell_owners(event: Received[JournalPosted]) -> None:
    statements().tell(event.data, event.metadata.occurred_at)


@consumer.on("metco.identity", UserRegistered)
def person_registered(event: Received[UserRegistered]) -> None:
    people().roles_are(event.data.user_id, event.data.roles, sequence=event.metadata.sequence)


@consumer.on("metco.identity", RolesChanged)
def roles_changed(event: Received[RolesChanged]) -> None:
    people().roles_are(event.data.user_id, event.data.roles, sequence=event.metadata.sequence)


@consumer.on("metco.identity", UserErased)
def person_erased(event: Received[UserErased]) -> None:
    people().erased(event.data.user_id)


@consumer.on("metco.stores", StaffJoined)
def staff_joined(event: Received[StaffJoined]) -> None:
    people().works(event.data.user_id, event.data.store_id, sequence=event.metadata.sequence)


@consumer.on("metco.stores", StaffLeft)
def staff_left(event: Received[StaffLeft]) -> None:
    told = event.data
    people().left(told.user_id, told.store_id, event.metadata.occurred_at, sequence=event.metadata.sequence)


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    """All that became of their credits. What a store of theirs has is the store's, and in its statement."""
    user_id = event.data.user_id
    exports.add(user_id, event.data.export_id, {"credits": list(statements().every_line(rules.buyer(user_id)))})
