"""Events on their way to a consumer, as the bus and its queue would bring them."""

import json
from typing import Any

from kernel.consume import Consumer
from kernel.events import Metadata, Received, Seen
from tests.builders.cloud import World
from tests.builders.http import Context


def everything(world: World, handler: Any, consumer: Consumer) -> None:
    """All that was ever committed and the consumer subscribes to, again and again what it has heard before."""
    told = [
        {"source": source, "detail-type": kind, "detail": envelope}
        for envelope in world.envelopes()
        for source, kind in consumer.subscriptions
        if kind == "{type}.v{version}".format(**envelope["metadata"])
    ]
    records = [{"messageId": f"m{place}", "body": json.dumps(body)} for place, body in enumerate(told)]
    assert handler({"Records": records}, Context()) == {"batchItemFailures": []}


def received(data: Seen) -> Received[Any]:
    kind = type(data).__name__
    return Received(
        Metadata(
            id="evt_1",
            type=kind,
            version=1,
            occurred_at="2030-01-01T12:00:00Z",
            aggregate="",
            sequence=1,
            correlation_id="cor_1",
        ),
        data,
    )
