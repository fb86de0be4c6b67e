"""From a table's stream to the event bus: every event row, at least once, in the order of its shard."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kernel import aws, events, log, settings

EVENT_PREFIX = "EVENT#"
ENTRIES, BYTES = 10, 240_000  # PutEvents takes ten entries, and 256 KB of them together


class Told(NamedTuple):
    """An event, as its row has it, and where the stream has the row."""

    number: str
    source: str
    kind: str
    text: str


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """No "sent" mark: the stream's position is the mark. The first entry that fails is where the stream resumes."""
    meter = log.Meter()
    told = [_read(record) for record in event["Records"] if _is_event(record)]
    sent = 0
    for batch in _batches(told):
        failed = _publish(batch)
        sent += len(batch) if failed is None else failed
        if failed is not None:
            log.warning("relay stopped", sent=sent, waiting=len(told) - sent, **meter.read())
            return {"batchItemFailures": [{"itemIdentifier": batch[failed].number}]}
    log.info("relay done", events=sent, **meter.read())
    return {"batchItemFailures": []}


def _batches(told: Iterable[Told]) -> Iterator[list[Told]]:
    """In their order. The largest events are a fifth of what one call takes, so none is too large by itself."""
    batch, size = list[Told](), 0
    for one in told:
        more = len(one.text.encode())
        if batch and (len(batch) == ENTRIES or size + more > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += more
    if batch:
        yield batch


def _is_event(record: dict[str, Any]) -> bool:
    key: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return record["eventName"] == "INSERT" and key.startswith(EVENT_PREFIX)


def _read(record: dict[str, Any]) -> Told:
    stream = record["dynamodb"]
    row = stream["NewImage"]
    text = events.text_in(row["envelope"])
    return Told(stream["SequenceNumber"], row["source"]["S"], row["type"]["S"], text)


def _publish(batch: list[Told]) -> int | None:
    """Put one batch on the bus; the index of the first entry that did not get there, or None."""
    bus = settings.env("BUS")
    answer = aws.client("events").put_events(
        Entries=[
            {"EventBusName": bus, "Source": one.source, "DetailType": one.kind, "Detail": one.text} for one in batch
        ]
    )
    for place, (one, entry) in enumerate(zip(batch, answer["Entries"], strict=True)):
        if entry.get("ErrorCode"):
            return place
        metadata = json.loads(one.text)["metadata"]
        with log.correlated(metadata["correlation_id"], metadata["causation_id"]):
            log.info("relayed", event_type=one.kind, event_id=metadata["id"])
    return None
