"""Step Functions for tests, in place of its client: workflows are walked in this process, one step after the other."""

import json
from types import SimpleNamespace

from botocore.exceptions import ClientError

from tests.chaos.asl import Call, Execution, State


class ExecutionAlreadyExists(Exception):
    pass


class TaskTimedOut(Exception):
    pass


class TaskDoesNotExist(Exception):
    pass


class ExecutionDoesNotExist(Exception):
    pass


class StateMachines:
    """All executions of a workflow, and of others by their names. Nothing happens until somebody walks them."""

    exceptions = SimpleNamespace(
        ExecutionAlreadyExists=ExecutionAlreadyExists,
        ExecutionDoesNotExist=ExecutionDoesNotExist,
        TaskTimedOut=TaskTimedOut,
        TaskDoesNotExist=TaskDoesNotExist,
    )

    def __init__(self, workflow: State, call: Call, **others: State) -> None:
        self._workflow, self._others, self._call = workflow, others, call
        self.executions: dict[str, Execution] = {}
        self.redrivable = True  # for a fortnight after they have ended

    # As the client calls them

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803  # as boto3 has it
        """AWS takes the same name for the same beginning only while it runs, so nobody may rely on that."""
        if name in self.executions:
            raise ExecutionAlreadyExists(name)
        workflow = self._others.get(stateMachineArn.rpartition(":")[2], self._workflow)
        self.executions[name] = Execution(workflow, json.loads(input), self._call, name=name)

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803  # as boto3 has it
        waits = next((one for one in self.executions.values() if one.token == taskToken), None)
        if not waits:
            raise TaskTimedOut(taskToken)
        waits.succeed(json.loads(output))

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803  # as boto3 has it
        return {"status": self._of(executionArn).ended or "RUNNING"}

    def redrive_execution(self, *, executionArn: str) -> None:  # noqa: N803  # as boto3 has it
        one = self._of(executionArn)
        if not self.redrivable or one.ended in (None, "SUCCEEDED"):
            raise ClientError({"Error": {"Code": "ExecutionNotRedrivable", "Message": "No."}}, "RedriveExecution")
        one.redrive()

    def _of(self, arn: str) -> Execution:
        name = arn.rpartition(":")[2]
        if name not in self.executions:
            raise ExecutionDoesNotExist(name)
        return self.executions[name]

    # For tests

    def walk(self) -> None:
        """Until all have ended or wait."""
        while able := [one for one in self.executions.values() if one.may_step]:
            for one in able:
                one.step()
