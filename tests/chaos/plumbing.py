"""What AWS does between functions: streams to relays, rules to queues, queues to consumers, at least once."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel import clock
from tests.chaos.expressions import Item
from tests.chaos.faults import Crash
from tests.chaos.memory_services import Published

Answer = dict[str, Any]
Invoke = Callable[[Mapping[str, Any]], Answer]  # a function as AWS calls it; Crash means that its process died

FAILURES = (Exception, Crash)  # the two ways an invocation fails: it raised, or its process died
STREAM_BATCH = 4
QUEUE_BATCH = 3


class Stuck(Exception):
    """Something could not be handled although nothing goes wrong any more: it would end in a dead-letter queue."""


@dataclass
class Stream:
    """A table's stream with its relay: in order, resumed at the first record that was not handled."""

    inserted: Sequence[Item]
    relay: Invoke
    position: int = 0

    @property
    def waiting(self) -> int:
        return len(self.inserted) - self.position

    def pump(self, size: int = STREAM_BATCH) -> bool:
        """Handle the next batch; False when it has to be handled again, in whole or in part."""
        batch = [record(item, self.position + at) for at, item in enumerate(self.inserted[self.position :][:size])]
        if not batch:
            return True
        try:
            failures = self.relay({"Records": batch})["batchItemFailures"]
        except FAILURES:
            return False
        failed = [int(failure["itemIdentifier"]) for failure in failures]
        self.position = min([*failed, self.position + len(batch)])
        return not failed


def record(item: Item, sequence: int) -> dict[str, Any]:
    keys = {name: item[name] for name in ("pk", "sk")}
    return {
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": keys, "NewImage": dict(item), "SequenceNumber": str(sequence)},
    }


@dataclass
class Message:
    id: str
    body: str
    received: int = 0


@dataclass
class Queue:
    """A consumer's queue. `chance` decides what is delivered next, and what twice."""

    name: str
    subscriptions: Sequence[tuple[str, str]]
    consumer: Invoke
    repeat: float = 0.2
    messages: list[Message] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return len(self.messages)

    def offer(self, event: Published, number: int) -> None:
        if (event.source, event.detail_type) in self.subscriptions:
            body = {
                "version": "0",
                "id": str(number),
                "source": event.source,
                "detail-type": event.detail_type,
                "detail": event.detail,
            }
            self.messages.append(Message(f"{self.name}-{number}", json.dumps(body)))

    def pump(self, chance: random.Random, repeat: float | None = None) -> bool:
        """Deliver some messages in any order; what succeeded is deleted, unless its deletion comes too late."""
        batch = chance.sample(self.messages, min(len(self.messages), chance.randint(1, QUEUE_BATCH)))
        if not batch:
            return True
        for message in batch:
            message.received += 1
        try:
            answer = self.consumer({"Records": [delivery(message) for message in batch]})
        except FAILURES:
            return False
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        again = self.repeat if repeat is None else repeat
        for message in batch:
            if message.id not in failed and chance.random() >= again and message in self.messages:
                self.messages.remove(message)
        return not failed


def delivery(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "eventSource": "aws:sqs",
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.received)},
    }


class Plumbing:
    """All streams and queues of a world."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.streams: list[Stream] = []
        self.queues: list[Queue] = []
        self.published: list[Published] = []

    def publish(self, event: Published) -> None:
        self.published.append(event)
        for queue in self.queues:
            queue.offer(event, len(self.published))

    @property
    def waiting(self) -> int:
        return sum(stream.waiting for stream in self.streams) + sum(queue.waiting for queue in self.queues)

    def pump(self) -> None:
        """A little of everything."""
        for stream in self.streams:
            stream.pump()
        for queue in self.queues:
            queue.pump(self.chance)

    def drain(self, patience: int = 12) -> None:
        """Until nothing waits. `patience` is the receive limit: what fails more often is stuck."""
        failures = 0
        while self.waiting:
            went_well = [stream.pump() for stream in self.streams]
            went_well += [queue.pump(self.chance, repeat=0) for queue in self.queues]
            failures += not all(went_well)
            if failures > patience:
                raise Stuck([f"{queue.name}: {message.body}" for queue in self.queues for message in queue.messages])


@dataclass
class LambdaContext:
    """The second argument of every handler."""

    function_name: str
    aws_request_id: str = "request"
    memory_limit_in_mb: int = 512

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:eu-central-1:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def http_event(  # the parts of a request
    method: str,
    path: str,
    route: str,
    *,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    authorizer: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the HTTP API hands to a function: payload format 2.0."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "user-agent": "chaos", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "c"},
            "requestId": "request",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": int(clock.now().timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if body is not None:
        event["body"] = json.dumps(body)
    if parameters:
        event["pathParameters"] = dict(parameters)
    if authorizer is not None:
        event["requestContext"]["authorizer"] = {"lambda": dict(authorizer)}
    return event
