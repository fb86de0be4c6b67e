"""A domain's table, and the relay that brings the events committed to it onto the bus."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_

from infra.platform.resource import Resource, accept, allow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.platform.domain import DomainStack

EVENT_ROWS = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "EVENT#"}]}}}}
TRIES = 20  # of a batch, halved each time; what is then left is kept in S3 for a replay
LATE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Table(Resource):
    stream_arn: str = ""

    def index(self, name: str) -> Resource:
        """Granted by itself: whoever queries an index need not be able to query the table, nor the other way round."""
        return Resource(tuple(f"{arn}/index/{name}" for arn in self.arns), self.environment)


def table(
    stack: "DomainStack", indexes: "Sequence[str]", *, streams: bool, slim: "Mapping[str, Sequence[str]] | None" = None
) -> Table:
    """An index is named by the prefix of its keys: `by_store` holds items that have `by_storepk` and `by_storesk`.

    A slim one holds the keys of its items and the attributes it names; the others hold all of each item.
    """
    made = dynamodb.Table(
        stack,
        "Table",
        partition_key=_text("pk"),
        sort_key=_text("sk"),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        stream=dynamodb.StreamViewType.NEW_IMAGE if streams else None,
        time_to_live_attribute="ttl",
        deletion_protection=stack.context.keep_data,
        removal_policy=stack.removal,
    )
    for index in indexes:
        made.add_global_secondary_index(
            index_name=index, partition_key=_text(f"{index}pk"), sort_key=_text(f"{index}sk")
        )
    for index, attributes in (slim or {}).items():
        made.add_global_secondary_index(
            index_name=index,
            partition_key=_text(f"{index}pk"),
            sort_key=_text(f"{index}sk"),
            projection_type=dynamodb.ProjectionType.INCLUDE if attributes else dynamodb.ProjectionType.KEYS_ONLY,
            non_key_attributes=list(attributes) or None,
        )
    return Table((made.table_arn,), {"TABLE": made.table_name}, made.table_stream_arn or "")


def relay(stack: "DomainStack", source: Table) -> lambda_.Function:
    """The kernel's own function and nothing else: its code is the kernel layer, so its asset is a single line."""
    code = lambda_.Code.from_inline('"""The relay lives in the kernel layer: kernel.relay."""\n')
    made = stack.function("kernel.relay", code=code, memory_mb=256, timeout_s=30)
    stack.bus().grant(made, "events:PutEvents")
    failures = stack.link("platform/failures-bucket-arn")
    reading = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
    allow(made, reading, (source.stream_arn,))
    allow(made, ("s3:ListBucket",), (failures,))
    allow(made, ("s3:PutObject",), (f"{failures}/aws/lambda/*",))
    accept(
        made.role or made,
        "AwsSolutions-IAM5[Resource::<PlatformFailuresBucketArn>/aws/lambda/*]",
        "Lambda chooses the keys of the batches it keeps, below this prefix.",
    )
    lambda_.CfnEventSourceMapping(
        stack,
        "RelaySource",
        function_name=made.function_arn,
        event_source_arn=source.stream_arn,
        starting_position="TRIM_HORIZON",
        batch_size=100,
        filter_criteria={"filters": [{"pattern": json.dumps(EVENT_ROWS)}]},
        function_response_types=["ReportBatchItemFailures"],
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=TRIES,
        destination_config={"onFailure": {"destination": failures}},
    )
    age = made.metric("IteratorAge", period=cdk.Duration.minutes(1), statistic="Maximum")
    stack.alarm("RelayLate", age, LATE_MS, f"Events of {stack.domain} reach the bus late: docs/runbooks/relay.md")
    return made


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
