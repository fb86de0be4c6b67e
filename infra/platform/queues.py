"""Brings a consumer the events its code subscribes to: rule, queue, dead-letter queue, poller, alarms."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.platform.resource import allow

if TYPE_CHECKING:
    from infra.platform.domain import DomainStack

TRIES = 4  # of one message, before it waits in the dead-letter queue for a person
DELIVERY_TRIES = 185  # from bus to queue, the most AWS allows: within the day a person can mend the queue
LATE_S = 300
MINUTE = cdk.Duration.minutes(1)


def consume(
    stack: "DomainStack", function: lambda_.Function, module: str, *, timeout_s: int, batch: int, at_once: int
) -> None:
    """Visibility is six times the timeout, as Lambda asks, so that a slow batch is not handed out twice."""
    title = function.node.id
    dead = sqs.Queue(
        stack,
        f"{title}DeadLetters",
        queue_name=dead_letters(stack, stack.domain, module.rpartition(".")[2]),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
    )
    queue = sqs.Queue(
        stack,
        f"{title}Queue",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=cdk.Duration.seconds(6 * timeout_s),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=TRIES),
    )
    _subscribe(stack, title, module, queue, dead)
    allow(function, ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"), (queue.queue_arn,))
    lambda_.CfnEventSourceMapping(
        stack,
        f"{title}Source",
        function_name=function.function_arn,
        event_source_arn=queue.queue_arn,
        batch_size=batch,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config={"maximumConcurrency": at_once},
    )
    waiting = dead.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum")
    stack.alarm(
        f"{title}DeadLetters", waiting, 0, f"{stack.domain} could not handle events: docs/runbooks/dead-letters.md"
    )
    age = queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum")
    stack.alarm(f"{title}Late", age, LATE_S, f"{stack.domain} is behind with its events: it fails or is too slow.")


def dead_letters(stack: "DomainStack", domain: str, consumer: str) -> str:
    """By its name, so that whoever asks how many wait there waits for no other stack."""
    return f"{stack.context.prefix}-{domain}-{consumer}-dead-letters"


def look_into_dead_letters(stack: "DomainStack", function: lambda_.Function, consumers: Sequence[str]) -> None:
    """DEAD_LETTERS: of these consumers, each `<domain>.<consumer>`. How many wait there, not what they say."""
    names = [dead_letters(stack, *one.split(".")) for one in consumers]
    allow(function, ("sqs:GetQueueAttributes", "sqs:GetQueueUrl"), tuple(stack.arn("sqs", name) for name in names))
    function.add_environment("DEAD_LETTERS", " ".join(names))


def _subscribe(stack: "DomainStack", title: str, module: str, queue: sqs.Queue, dead: sqs.Queue) -> None:
    """A rule per source: one rule of all sources and all types would also match pairs the code does not handle."""
    subscriptions: list[tuple[str, str]] = importlib.import_module(module).consumer.subscriptions
    for source in sorted({source for source, _ in subscriptions}):
        events.Rule(
            stack,
            f"{title}From{source.removeprefix('metco.').capitalize()}",
            event_bus=stack.event_bus,
            event_pattern=events.EventPattern(
                source=[source], detail_type=sorted(name for listed, name in subscriptions if listed == source)
            ),
            targets=[
                targets.SqsQueue(
                    queue,
                    dead_letter_queue=dead,
                    retry_attempts=DELIVERY_TRIES,
                    max_event_age=cdk.Duration.hours(24),
                )
            ],
        )
