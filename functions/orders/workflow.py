"""The checkout's workflow as orders speaks with it: begun once for an order, told by a token what it waits for."""

import json
from typing import Any

from kernel import aws, log
from kernel.settings import env


def begin(order_id: str) -> None:
    """Once for ever: an execution is named by its order, and what is there already is right."""
    states = aws.client("stepfunctions")
    given = {"order_id": order_id, "correlation_id": log.correlation_id(), "causation_id": log.causation_id()}
    try:
        states.start_execution(stateMachineArn=env("CHECKOUT_ARN"), name=order_id, input=json.dumps(given))
    except states.exceptions.ExecutionAlreadyExists:
        log.info("checkout begun before", order_id=order_id)


def tell(token: str, told: dict[str, Any]) -> bool:
    """False: nobody waits by this token any more. It was answered before, or its time is over."""
    states = aws.client("stepfunctions")
    try:
        states.send_task_success(taskToken=token, output=json.dumps(told))
    except (states.exceptions.TaskDoesNotExist, states.exceptions.TaskTimedOut):
        return False
    return True
