"""From a table's stream to the event bus: every event row, at least once, in the order of its shard."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kernel import aws, events, log, settings

EVENT_PREFIX = "EVENT#"
ENTRIES, BYTES = 10, 240_000  # PutEvents takes ten entries, and 256 KB of them together


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """No "sent" mark: the stream's position is the mark. The first entry that fails is where the stream resumes."""
    meter = log.Meter()
    records = [record for record in event["Records"] if _is_event(record)]
    sent = 0
    for batch in _batches(records):
        failed = _publish(batch)
        sent += len(batch) if failed is None else failed
        if failed is not None:
            log.warning("relay stopped", sent=sent, waiting=len(records) - sent, **meter.read())
            return {"batchItemFailures": [{"itemIdentifier": batch[failed]["dynamodb"]["SequenceNumber"]}]}
    log.info("relay done", events=sent, **meter.read())
    return {"batchItemFailures": []}


def _batches(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """In their order. The largest events are a fifth of what one call takes, so none is too large by itself."""
    batch, size = list[dict[str, Any]](), 0
    for record in records:
        told = len(events.text_in(record["dynamodb"]["NewImage"]["envelope"]).encode())
        if batch and (len(batch) == ENTRIES or size + told > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += told
    if batch:
        yield batch


def _is_event(record: dict[str, Any]) -> bool:
    key: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return record["eventName"] == "INSERT" and key.startswith(EVENT_PREFIX)


def _publish(batch: list[dict[str, Any]]) -> int | None:
    """Put one batch on the bus; the index of the first entry that did not get there, or None."""
    bus = settings.env("BUS")
    rows = [record["dynamodb"]["NewImage"] for record in batch]
    texts = [events.text_in(row["envelope"]) for row in rows]
    answer = aws.client("events").put_events(
        Entries=[
            {
                "EventBusName": bus,
                "Source": row["source"]["S"],
                "DetailType": row["type"]["S"],
                "Detail": text,
            }
            for row, text in zip(rows, texts, strict=True)
        ]
    )
    for place, (row, text, entry) in enumerate(zip(rows, texts, answer["Entries"], strict=True)):
        if entry.get("ErrorCode"):
            return place
        metadata = json.loads(text)["metadata"]
        with log.correlated(metadata["correlation_id"], metadata["causation_id"]):
            log.info("relayed", event_type=row["type"]["S"], event_id=metadata["id"])
    return None
