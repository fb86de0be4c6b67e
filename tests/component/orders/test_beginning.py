import json
from typing import Any

import pytest

from functions.orders import consumers, workflow
from functions.orders.model.begun import CheckoutStarted
from kernel import aws, ids, log
from kernel.clock import now
from tests.builders import cloud

ROLE = "arn:aws:iam::123456789012:role/checkout"
ORDER = ids.derived_id("ord", "one")


@pytest.fixture
def states(world: cloud.World, monkeypatch: pytest.MonkeyPatch) -> Any:
    client = cloud.client("stepfunctions")
    made = client.create_state_machine(
        name="checkout", definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}', roleArn=ROLE
    )
    monkeypatch.setenv("CHECKOUT_ARN", made["stateMachineArn"])
    aws.use("stepfunctions", client)
    yield client
    aws.use("stepfunctions", None)


def executions(states: Any) -> list[dict[str, Any]]:
    [machine] = states.list_state_machines()["stateMachines"]
    return list(states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"])


def told(order_id: str) -> dict[str, Any]:
    metadata = {
        "id": ids.derived_id("evt", order_id),
        "type": CheckoutStarted.__name__,
        "version": 1,
        "occurred_at": now().isoformat(),
        "aggregate": order_id,
        "sequence": 1,
        "correlation_id": "cor_of_the_buyer",
        "causation_id": "",
    }
    body = {
        "source": "metco.orders",
        "detail-type": CheckoutStarted.detail_type(),
        "detail": {"metadata": metadata, "data": {"order_id": order_id, "buyer_id": "what others want to know"}},
    }
    return {"Records": [{"messageId": "one", "body": json.dumps(body)}]}


def test_a_placed_order_begins_one_workflow_however_often_it_is_told_of(states: Any):
    for _ in range(3):
        assert consumers.handler(told(ORDER), None) == {"batchItemFailures": []}
    [execution] = executions(states)
    assert execution["name"] == ORDER
    given = json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])
    assert given == {
        "order_id": ORDER,
        "correlation_id": "cor_of_the_buyer",
        "causation_id": ids.derived_id("evt", ORDER),
    }


def test_what_somebody_else_began_for_the_same_order_is_right_as_well(states: Any):
    with log.correlated("cor_first"):
        workflow.begin("checkout", ORDER, {"order_id": ORDER})
    with log.correlated("cor_second"):
        workflow.begin("checkout", ORDER, {"order_id": ORDER})
    [execution] = executions(states)
    assert "cor_first" in states.describe_execution(executionArn=execution["executionArn"])["input"]


def test_what_cannot_begin_is_told_again(states: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHECKOUT_ARN", "arn:aws:states:eu-west-1:123456789012:stateMachine:gone")
    assert consumers.handler(told(ORDER), None) == {"batchItemFailures": [{"itemIdentifier": "one"}]}


class Waits:
    """A token that is waited for once, which the emulator does not know."""

    exceptions = cloud.client("stepfunctions").exceptions

    def __init__(self, *tokens: str, error: str = "TaskDoesNotExist") -> None:
        self.tokens, self.error = set(tokens), error
        self.heard: list[Any] = []

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803  # as boto3 has it
        if taskToken not in self.tokens:
            raise getattr(self.exceptions, self.error)({"Error": {"Code": self.error}}, "SendTaskSuccess")
        self.tokens.remove(taskToken)
        self.heard.append(json.loads(output))


@pytest.mark.parametrize("error", ["TaskDoesNotExist", "TaskTimedOut"])
def test_a_token_is_told_once_and_nobody_minds_a_second_time(error: str):
    waits = Waits("token", error=error)
    aws.use("stepfunctions", waits)
    try:
        assert workflow.tell("token", {"outcome": "paid"})
        assert not workflow.tell("token", {"outcome": "paid"})
    finally:
        aws.use("stepfunctions", None)
    assert waits.heard == [{"outcome": "paid"}]
