"""Bugs planted below every domain: what a table, a relay or a consumer may get wrong, whoever uses them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from unittest.mock import patch

import kernel.relay
import kernel.table
from kernel import aws, settings
from kernel.changes import Change
from kernel.consume import Consumer
from kernel.events import Event, encode
from kernel.table import Receipt, Table
from tests.chaos.planting import Bugs

BUGS = Bugs()


@BUGS
def write_then_publish() -> Iterator[None]:
    """The event goes straight to the bus once the state is written."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> Any:
        answer = commit(self, changes, (), receipt)
        for event in events:
            entry = {
                "EventBusName": "bus",
                "Source": f"metco.{settings.env('DOMAIN')}",
                "DetailType": event.data.detail_type(),
                "Detail": encode(event.envelope()),
            }
            aws.client("events").put_events(Entries=[entry])
        return answer

    with patch.object(Table, "commit", planted):
        yield


@BUGS
def two_writes_for_one_change() -> Iterator[None]:
    """First the state, then its events."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> Any:
        answer = commit(self, changes, (), receipt)
        if events:
            commit(self, [self._event_row(event) for event in events])
        return answer

    with patch.object(Table, "commit", planted):
        yield


@BUGS
def lost_receipt() -> Iterator[None]:
    """The command forgets what it answered."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> Any:
        return commit(self, changes, events)

    with patch.object(Table, "commit", planted):
        yield


@BUGS
def own_write_taken_for_a_conflict() -> Iterator[None]:
    """A repeated transaction meets its own items and believes that a rival wrote them."""
    refused = kernel.table._refused
    with patch.object(kernel.table, "_refused", lambda *given: [(error, "") for error, _ in refused(*given)]):
        yield


@BUGS
def acknowledged_before_the_effect() -> Iterator[None]:
    """A message is taken as handled although its handler failed."""
    handled = Consumer._handled

    def planted(self: Consumer, record: dict[str, Any]) -> bool:
        handled(self, record)
        return True

    with patch.object(Consumer, "_handled", planted):
        yield


@BUGS
def failed_entries_ignored() -> Iterator[None]:
    """PutEvents answers 200 with a failed entry inside."""
    publish = kernel.relay._publish

    def planted(batch: list[kernel.relay.Told]) -> None:
        publish(batch)

    with patch.object(kernel.relay, "_publish", planted):
        yield
