"""Consumers of events: a queue of their own, their own tolerant view of each event, failures reported one by one."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from kernel import log
from kernel.events import Metadata, Received, Seen

View = TypeVar("View", bound=Seen)
Handle = Callable[[Received[View]], None]


class Consumer:
    """Declares what it listens to; infra makes the rule and the queue from `subscriptions`.

    Delivery is at least once and in any order, so every handler is idempotent by itself.
    """

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], tuple[type[Seen], Callable[[Received[Any]], None]]] = {}

    @property
    def subscriptions(self) -> list[tuple[str, str]]:
        return sorted(self._handlers)

    def on(self, source: str, view: type[View]) -> Callable[[Handle[View]], Handle[View]]:
        def register(handle: Handle[View]) -> Handle[View]:
            heard = (source, view.detail_type())
            if heard in self._handlers:
                raise RuntimeError(f"{heard} is handled already: the first handler would never hear of it again.")
            self._handlers[heard] = (view, handle)
            return handle

        return register

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        failures = [record["messageId"] for record in event["Records"] if not self._handled(record)]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failures]}

    def _handled(self, record: dict[str, Any]) -> bool:
        """False returns the message to its queue; after the last try it goes to the dead-letter queue and an alarm."""
        try:
            body = json.loads(record["body"])
            view, handle = self._handlers[body["source"], body["detail-type"]]
            metadata = Metadata.model_validate(body["detail"]["metadata"])
            received = Received(metadata, view.model_validate(body["detail"]["data"]))
        except Exception:
            with log.correlated():
                log.exception("message not understood", message_id=record["messageId"])
            return False
        with log.correlated(metadata.correlation_id, metadata.id):
            meter = log.Meter()
            attempt = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
            told = {"event_type": body["detail-type"], "event_id": metadata.id, "attempt": attempt}
            try:
                handle(received)
            except Exception:
                log.exception("event failed", **told)
                return False
            log.info("event handled", **told, **meter.read())
            return True
