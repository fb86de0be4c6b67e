"""Workflows as orders speaks with them: each begun once for a thing, told by a token what it waits for, looked at."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from functions.orders.model.sweeps import Kind
from kernel import aws, log
from kernel.settings import env

Given = Mapping[str, Any]


def begin(kind: Kind, name: str, given: Given) -> bool:
    """Once for ever: an execution is named by what it is for, and what is there already is right (False)."""
    states = aws.client("stepfunctions")
    told = {**given, "correlation_id": log.correlation_id(), "causation_id": log.causation_id()}
    try:
        states.start_execution(stateMachineArn=_arn(kind), name=name, input=json.dumps(told))
    except states.exceptions.ExecutionAlreadyExists:
        log.info("begun before", workflow=kind, execution=name)
        return False
    return True


def tell(token: str, told: dict[str, Any]) -> bool:
    """False: nobody waits by this token any more. It was answered before, or its time is over."""
    states = aws.client("stepfunctions")
    try:
        states.send_task_success(taskToken=token, output=json.dumps(told))
    except (states.exceptions.TaskDoesNotExist, states.exceptions.TaskTimedOut):
        return False
    return True


def status(kind: Kind, name: str) -> str | None:
    """As Step Functions says it. None: there is no such execution."""
    states = aws.client("stepfunctions")
    try:
        return str(states.describe_execution(executionArn=_execution(kind, name))["status"])
    except states.exceptions.ExecutionDoesNotExist:
        return None


def redrive(kind: Kind, name: str) -> bool:
    """It goes on where it failed. False: it cannot be any more, which AWS allows for a fortnight."""
    try:
        aws.client("stepfunctions").redrive_execution(executionArn=_execution(kind, name))
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_ANY_MORE:
            return False
        raise
    return True


NOT_ANY_MORE = {"ExecutionNotRedrivable", "ExecutionDoesNotExist"}


def _arn(kind: Kind) -> str:
    return env(f"{kind.upper()}_ARN")


def _execution(kind: Kind, name: str) -> str:
    return f"{_arn(kind).replace(':stateMachine:', ':execution:')}:{name}"
