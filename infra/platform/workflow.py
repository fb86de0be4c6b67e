"""A workflow: its file below infra/workflows, a role that may call the tasks it names, alarms on how it ends."""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as stepfunctions

from infra.platform.context import ROOT
from infra.platform.resource import Resource, accept, allow

if TYPE_CHECKING:
    from infra.platform.domain import DomainStack

FOLDER = ROOT / "infra" / "workflows"
ENDS_BADLY = {
    "ExecutionsFailed": "ended failed",
    "ExecutionsTimedOut": "ran out of time",
    "ExecutionsAborted": "was stopped by hand",
}


def workflow(stack: "DomainStack", name: str) -> Resource:
    """`${Ledger}` in the file is the function of ledger's tasks, known by its name: no stack waits for another."""
    definition = json.dumps(json.loads((FOLDER / f"{name}.asl.json").read_text()), separators=(",", ":"))
    functions = {domain: _steps_of(stack, domain.lower()) for domain in domains_in(definition)}
    title, machine_name = name.capitalize(), f"{stack.context.prefix}-{name}"
    role = iam.Role(stack, f"{title}Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
    _allow(role, ["lambda:InvokeFunction"], sorted(functions.values()))
    _allow(role, ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])
    accept(role, "AwsSolutions-IAM5[Resource::*]", "X-Ray's two writing actions know no resource.")
    made = stepfunctions.CfnStateMachine(
        stack,
        title,
        state_machine_name=machine_name,
        state_machine_type="STANDARD",
        role_arn=role.role_arn,
        definition_string=definition,
        definition_substitutions=functions,
        tracing_configuration=stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True),
    )
    made.node.add_dependency(role)  # and its policy: AWS asks at once whether the role may do what the file does
    accept(made, "AwsSolutions-SF1", "A standard execution keeps its whole history for 90 days by itself.")
    arn = stack.arn("states", f"stateMachine:{machine_name}")
    for metric, told in ENDS_BADLY.items():
        counted = cloudwatch.Metric(
            namespace="AWS/States",
            metric_name=metric,
            statistic="Sum",
            period=cdk.Duration.minutes(1),
            dimensions_map={"StateMachineArn": arn},
        )
        stack.alarm(
            f"{title}{metric}", counted, 0, f"A {name} {told}, which it never should: docs/runbooks/workflows.md"
        )
    return Resource((arn,), {f"{name.upper()}_ARN": arn})


def look_after(stack: "DomainStack", function: lambda_.Function, names: Sequence[str]) -> None:
    """See how executions of these workflows are, and have those go on that ended badly."""
    for name in names:
        executions = stack.arn("states", f"execution:{stack.context.prefix}-{name}:*")
        allow(function, ("states:DescribeExecution", "states:RedriveExecution"), (executions,))
        accept(
            function.role or function,
            f"AwsSolutions-IAM5[Resource::{executions}]",
            "Executions are named by orders that do not exist yet; the workflow's name is as exact as it can be.",
        )


def domains_in(definition: str) -> list[str]:
    return sorted(set(re.findall(r"\$\{([A-Z][a-z]+)\}", definition)))


def _steps_of(stack: "DomainStack", domain: str) -> str:
    return stack.arn("lambda", f"function:{stack.context.prefix}-{domain}-steps")


def _allow(role: iam.Role, actions: list[str], resources: list[Any]) -> None:
    role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
