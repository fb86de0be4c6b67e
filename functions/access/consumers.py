"""Keeps the authorizer's read model up to date with what identity and stores tell."""

from datetime import datetime

from functions.access.model import ApiKey
from functions.access.store import store
from functions.access.store.keys import keys
from kernel.consume import Consumer
from kernel.events import Received, Seen
from kernel.people import GuestAbsorbed, UserErased

consumer = Consumer()
handler = consumer.handler


class UserRegistered(Seen):
    user_id: str
    roles: list[str]


class RolesChanged(Seen):
    user_id: str
    roles: list[str]


class UserLoggedOut(Seen):
    session_id: str
    expires_at: datetime


class ApiKeyCreated(Seen):
    user_id: str
    key_id: str
    key_hash: str
    scopes: list[str]
    expires_at: datetime


class ApiKeyRevoked(Seen):
    user_id: str
    key_id: str
    key_hash: str


class StaffJoined(Seen):
    store_id: str
    user_id: str
    permissions: list[str]


class StaffChanged(Seen):
    store_id: str
    user_id: str
    permissions: list[str]


class StaffLeft(Seen):
    store_id: str
    user_id: str


class StoreSuspended(Seen):
    store_id: str


class StoreRestored(Seen):
    store_id: str


class StoreClosed(Seen):
    store_id: str


@consumer.on("metco.identity", UserRegistered)
def registered(event: Received[UserRegistered]) -> None:
    store().roles_are(event.data.user_id, event.data.roles, sequence=event.metadata.sequence)


@consumer.on("metco.identity", RolesChanged)
def roles_changed(event: Received[RolesChanged]) -> None:
    store().roles_are(event.data.user_id, event.data.roles, sequence=event.metadata.sequence)


@consumer.on("metco.identity", UserLoggedOut)
def session_ended(event: Received[UserLoggedOut]) -> None:
    store().session_ended(event.data.session_id, event.data.expires_at)


@consumer.on("metco.identity", ApiKeyCreated)
def key_made(event: Received[ApiKeyCreated]) -> None:
    told = event.data
    key = ApiKey(told.key_id, told.user_id, frozenset(told.scopes), told.expires_at, revoked=False)
    keys().made(key, told.key_hash)


@consumer.on("metco.identity", ApiKeyRevoked)
def key_revoked(event: Received[ApiKeyRevoked]) -> None:
    keys().revoked(event.data.key_id, event.data.user_id, event.data.key_hash)


@consumer.on("metco.identity", GuestAbsorbed)
def guest_absorbed(event: Received[GuestAbsorbed]) -> None:
    store().guest_absorbed(event.data.guest_id)


@consumer.on("metco.identity", UserErased)
def person_erased(event: Received[UserErased]) -> None:
    store().erased(event.data.user_id)


@consumer.on("metco.stores", StaffJoined)
def staff_joined(event: Received[StaffJoined]) -> None:
    told = event.data
    store().may_in_store(told.user_id, told.store_id, told.permissions, sequence=event.metadata.sequence)


@consumer.on("metco.stores", StaffChanged)
def staff_changed(event: Received[StaffChanged]) -> None:
    told = event.data
    store().may_in_store(told.user_id, told.store_id, told.permissions, sequence=event.metadata.sequence)


@consumer.on("metco.stores", StaffLeft)
def staff_left(event: Received[StaffLeft]) -> None:
    store().may_in_store(event.data.user_id, event.data.store_id, [], sequence=event.metadata.sequence)


@consumer.on("metco.stores", StoreSuspended)
def store_suspended(event: Received[StoreSuspended]) -> None:
    store().store_is(event.data.store_id, suspended=True, sequence=event.metadata.sequence)


@consumer.on("metco.stores", StoreRestored)
def store_restored(event: Received[StoreRestored]) -> None:
    store().store_is(event.data.store_id, suspended=False, sequence=event.metadata.sequence)


@consumer.on("metco.stores", StoreClosed)
def store_closed(event: Received[StoreClosed]) -> None:
    """To whoever still works there it is a store that is suspended, and that nobody restores: no news comes later."""
    store().store_is(event.data.store_id, suspended=True, sequence=event.metadata.sequence)
