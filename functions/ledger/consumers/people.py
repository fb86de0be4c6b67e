"""Hears who may decide about money: who is in finance, who works where, who is gone."""

from functions.ledger.consumers.app import consumer
from functions.ledger.model.people import RolesChanged, StaffJoined, StaffLeft, UserRegistered
from functions.ledger.store.people import people
from kernel.events import Received
from kernel.people import UserErased


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
