"""Every grant that a template gives, one action on one resource at a time, and the same template without it.

`make chaos` deploys each of these poorer templates in turn: a grant that nothing misses is a grant too many.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]

# AWS itself uses these in a function's name: no code of ours, and no emulator, misses them.
USED_BY_AWS = {
    "dynamodb:DescribeStream": "Lambda's poller reads the table's stream",
    "dynamodb:GetRecords": "Lambda's poller reads the table's stream",
    "dynamodb:GetShardIterator": "Lambda's poller reads the table's stream",
    "dynamodb:ListStreams": "Lambda's poller reads the table's stream",
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

    @property
    def ours(self) -> bool:
        """Whether code of ours makes the call, so that taking the grant away must break something."""
        return self.action not in USED_BY_AWS

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


def remove(template: Template, grant: Grant) -> Template:
    """A copy that lacks the one grant and no other. A statement is split where it has to be."""
    poorer = copy.deepcopy(template)
    document = poorer["Resources"][grant.policy]["Properties"]["PolicyDocument"]
    document["Statement"] = [rest for statement in document["Statement"] for rest in _without(statement, grant)]
    if not document["Statement"]:
        _drop(poorer, grant.policy)
    return poorer


def _without(statement: dict[str, Any], grant: Grant) -> Iterator[dict[str, Any]]:
    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
    resource = json.loads(grant.resource)
    if grant.action not in actions or resource not in resources:
        yield statement
        return
    if others := [action for action in actions if action != grant.action]:
        yield {**statement, "Action": others}
    if elsewhere := [other for other in resources if other != resource]:
        yield {**statement, "Action": [grant.action], "Resource": elsewhere}


def _drop(template: Template, logical_id: str) -> None:
    del template["Resources"][logical_id]
    for resource in template["Resources"].values():
        if logical_id in _listed(resource.get("DependsOn", [])):
            resource["DependsOn"] = [other for other in _listed(resource["DependsOn"]) if other != logical_id]


def _policies(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Policy":
            yield logical_id, resource["Properties"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
