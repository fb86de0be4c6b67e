"""Whether what is told arrives: the sweeper's own events come back, and no consumer has given up on any."""

from datetime import datetime, timedelta

from functions.orders.model.sweeps import Finding
from functions.orders.store.sweeps import sweeps
from kernel import aws, settings

SILENT = timedelta(minutes=5)  # from an event's commit until its consumer: seconds


def look(now: datetime) -> list[Finding]:
    return [*_relay(now), *_dead_letters()]


def _relay(now: datetime) -> list[Finding]:
    if sweeps().silent_for(now) < SILENT:
        return []
    return [Finding(what="relay_stuck", outcome="raised", subject_id="orders", done="runbooks/relay.md")]


def _dead_letters() -> list[Finding]:
    """They wait for a person, who mends what could not handle them and has them handled again."""
    found = []
    for name in settings.optional_env("DEAD_LETTERS").split():
        waiting = _depth(name)
        if waiting:
            told = f"{waiting} waiting: runbooks/dead-letters.md"
            found.append(Finding(what="dead_letters", outcome="raised", subject_id=name, done=told))
    return found


def _depth(name: str) -> int:
    queues = aws.client("sqs")
    url = queues.get_queue_url(QueueName=name)["QueueUrl"]
    asked = ["ApproximateNumberOfMessages"]
    return int(queues.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"][asked[0]])
