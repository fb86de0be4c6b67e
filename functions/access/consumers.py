"""Keeps the authorizer's read model up to date with what identity tells."""

from datetime import datetime

from functions.access.store import store
from kernel.consume import Consumer
from kernel.events import Received, Seen

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


@consumer.on("metco.identity", UserRegistered)
def registered(event: Received[UserRegistered]) -> None:
    store().roles_are(event.data.user_id, event.data.roles, sequence=event.metadata.sequence)


@consumer.on("metco.identity", RolesChanged)
def roles_changed(event: Received[RolesChanged]) -> None:
    store().roles_are(event.data.user_id, event.data.roles, sequence=event.metadata.sequence)


@consumer.on("metco.identity", UserLoggedOut)
def session_ended(event: Received[UserLoggedOut]) -> None:
    store().session_ended(event.data.session_id, event.data.expires_at)
