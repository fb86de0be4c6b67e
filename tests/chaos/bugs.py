"""Bugs planted on purpose: the mistakes this kind of system invites. A harness that misses one proves nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Self
from unittest.mock import patch

import functions.access.rules
import functions.access.store
import functions.identity.accounts
import functions.identity.rules
import functions.identity.store
import kernel.relay
import kernel.table
from functions.access.model import Standing
from functions.identity.model import CodeRefused
from kernel import aws, log, settings
from kernel.changes import Change, Item, put, update
from kernel.consume import Consumer
from kernel.events import Event, encode
from kernel.table import Receipt, Table

Planted = Callable[[], AbstractContextManager[Any]]
BUGS: dict[str, Planted] = {}


def bug(function: Callable[[], Iterator[None]]) -> Planted:
    """Registered under its own name; applied as a context."""
    BUGS[function.__name__.replace("_", " ")] = planted = contextmanager(function)
    return planted


class Careless(Change):
    """A change whose conditions are forgotten."""

    def _if(self, name: str, test: Any, value: Any = None) -> Self:
        return self


def careless(change: Change) -> Careless:
    return Careless(change.kind, change.key, item=change.item)


def put_without_conditions(prefix: str) -> Callable[[Item], Change]:
    return lambda item: careless(put(item)) if item["pk"].startswith(prefix) else put(item)


@bug
def write_then_publish() -> Iterator[None]:
    """The event goes straight to the bus once the state is written."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> None:
        commit(self, changes, (), receipt)
        for event in events:
            entry = {
                "EventBusName": "bus",
                "Source": f"metco.{settings.env('DOMAIN')}",
                "DetailType": event.data.detail_type(),
                "Detail": encode(event.envelope()),
            }
            aws.client("events").put_events(Entries=[entry])

    with patch.object(Table, "commit", planted):
        yield


@bug
def two_writes_for_one_change() -> Iterator[None]:
    """First the state, then its events."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> None:
        commit(self, changes, (), receipt)
        if events:
            commit(self, [self._event_row(event) for event in events])

    with patch.object(Table, "commit", planted):
        yield


@bug
def missing_condition() -> Iterator[None]:
    """Whoever comes last gets the address."""
    with patch.object(functions.identity.store, "put", put_without_conditions("EMAIL#")):
        yield


@bug
def unconditional_overwrite() -> Iterator[None]:
    """A profile is written over whatever version is there, and its event over another's."""
    event_row = Table._event_row
    with (
        patch.object(functions.identity.store, "put", put_without_conditions("USER#")),
        patch.object(Table, "_event_row", lambda self, event: careless(event_row(self, event))),
    ):
        yield


@bug
def read_modify_write() -> Iterator[None]:
    """Attempts are read, compared in the function, and written back."""

    def planted(self: Any, challenge: Any) -> None:
        attempts = (self._table.get(f"CHALLENGE#{challenge.id}", "-") or {}).get("attempts", 0)
        if attempts >= functions.identity.rules.CODE_ATTEMPTS:
            raise CodeRefused()
        self._table.commit([update(f"CHALLENGE#{challenge.id}", "-").set(attempts=attempts + 1)])

    with patch.object(functions.identity.store.Store, "count_attempt", planted):
        yield


@bug
def count_after_the_guess() -> Iterator[None]:
    """A wrong code is counted once it has been compared."""
    count, compare = functions.identity.store.Store.count_attempt, functions.identity.rules.check_code

    def planted(challenge: Any, *rest: Any) -> None:
        try:
            compare(challenge, *rest)
        except CodeRefused:
            count(functions.identity.store.store(), challenge)
            raise

    with (
        patch.object(functions.identity.store.Store, "count_attempt", lambda *_: None),
        patch.object(functions.identity.rules, "check_code", planted),
    ):
        yield


@bug
def lost_receipt() -> Iterator[None]:
    """The command forgets what it answered."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> None:
        commit(self, changes, events)

    with patch.object(Table, "commit", planted):
        yield


@bug
def own_write_taken_for_a_conflict() -> Iterator[None]:
    """A repeated transaction meets its own items and believes that a rival wrote them."""
    refused = kernel.table._refused
    with patch.object(kernel.table, "_refused", lambda *given: [(error, "") for error, _ in refused(*given)]):
        yield


@bug
def effect_before_dedupe() -> Iterator[None]:
    """A consumer counts first, and then remembers that it has."""

    def planted(self: Any, user_id: str, roles: list[str], *, sequence: int) -> None:
        seen = f"SEEN#{user_id}#{sequence}"
        if sequence > 1:
            original(self, user_id, roles, sequence=sequence)
        elif not self._table.get(seen, "-"):
            self._table.commit([update(f"USER#{user_id}", "ROLES").set(roles=roles).add(sequence=1)])
            self._table.commit([put({"pk": seen, "sk": "-"})])

    original = functions.access.store.Store.roles_are
    with patch.object(functions.access.store.Store, "roles_are", planted):
        yield


@bug
def order_assumed() -> Iterator[None]:
    """A consumer writes what it hears last."""

    def planted(self: Any, user_id: str, roles: list[str], *, sequence: int) -> None:
        item = {"pk": f"USER#{user_id}", "sk": "ROLES", "roles": roles, "sequence": sequence}
        self._table.commit([put(item)])

    with patch.object(functions.access.store.Store, "roles_are", planted):
        yield


@bug
def acknowledged_before_the_effect() -> Iterator[None]:
    """A message is taken as handled although its handler failed."""
    handled = Consumer._handled

    def planted(self: Consumer, record: dict[str, Any]) -> bool:
        handled(self, record)
        return True

    with patch.object(Consumer, "_handled", planted):
        yield


@bug
def failed_entries_ignored() -> Iterator[None]:
    """PutEvents answers 200 with a failed entry inside."""
    publish = kernel.relay._publish

    def planted(batch: list[dict[str, Any]]) -> None:
        publish(batch)

    with patch.object(kernel.relay, "_publish", planted):
        yield


@bug
def revocation_forgotten() -> Iterator[None]:
    """The authorizer knows roles, but not that the session is over."""
    admit = functions.access.rules.admit

    def planted(caller: Any, standing: Standing) -> Any:
        return admit(caller, Standing(standing.roles))

    with patch.object(functions.access.rules, "admit", planted):
        yield


@bug
def password_logged() -> Iterator[None]:
    """Somebody debugs a sign-in."""
    sign_in = functions.identity.accounts.sign_in

    def planted(user_id: str | None, password: Any) -> Any:
        log.info("signing in", password=password.get_secret_value())
        return sign_in(user_id, password)

    with patch.object(functions.identity.accounts, "sign_in", planted):
        yield


@contextmanager
def applied(name: str | None) -> Iterator[None]:
    with ExitStack() as stack:
        if name:
            stack.enter_context(BUGS[name]())
        yield
