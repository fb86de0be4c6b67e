"""Every grant that a template gives, one action on one resource at a time, and which of them only AWS makes use of."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]

# AWS itself uses these in a function's name. Every other grant is one that code of ours must miss when it is gone,
# which `make chaos` tries grant by grant on the running stack.
USED_BY_AWS = {
    "dynamodb:DescribeStream": "Lambda's poller reads the table's stream",
    "dynamodb:GetRecords": "Lambda's poller reads the table's stream",
    "dynamodb:GetShardIterator": "Lambda's poller reads the table's stream",
    "dynamodb:ListStreams": "Lambda's poller reads the table's stream",
    "lambda:InvokeFunction": "Step Functions calls a workflow's tasks",
    "logs:CreateLogStream": "Lambda writes the function's log",
    "logs:PutLogEvents": "Lambda writes the function's log",
    "s3:ListBucket": "Lambda keeps the batches a relay gave up",
    "s3:PutObject": "Lambda keeps the batches a relay gave up",
    "sqs:DeleteMessage": "Lambda's poller empties the queue",
    "sqs:GetQueueAttributes": "Lambda's poller empties the queue",
    "sqs:ReceiveMessage": "Lambda's poller empties the queue",
    "xray:PutTelemetryRecords": "Lambda traces the call",
    "xray:PutTraceSegments": "Lambda traces the call",
}


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    policy: str  # logical ids within the template
    role: str
    action: str
    resource: str  # JSON: a text, or CloudFormation's reference to a resource

    def __str__(self) -> str:
        return f"{self.role}: {self.action} on {self.resource}"


def list_grants(template: Template) -> list[Grant]:
    found = [
        Grant(policy, role["Ref"], action, json.dumps(resource, sort_keys=True))
        for policy, properties in _policies(template)
        for role in properties["Roles"]
        for statement in properties["PolicyDocument"]["Statement"]
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    ]
    return sorted(found)


def _policies(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Policy":
            yield logical_id, resource["Properties"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
