"""That the domains have the tasks which workflows ask, and are told what each of them needs."""

from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel

from infra.platform.context import ROOT
from kernel.tasks import Tasks
from tests.chaos.asl import BY_TOKEN, State, all_states, read

WORKFLOWS = sorted((ROOT / "infra" / "workflows").glob("*.asl.json"))
EVERY_TASK = [
    pytest.param(state, id=name)
    for file in WORKFLOWS
    for name, state in all_states(read(file))
    if state["Type"] == "Task"
]
FOR_THE_KERNEL = {"task", "must", "correlation_id", "causation_id"}


def asked_by(state: State) -> tuple[str, dict[str, Any]]:
    by_token = BY_TOKEN in state["Resource"]
    parameters = state["Parameters"]
    domain = (parameters["FunctionName"] if by_token else state["Resource"]).strip("${}").lower()
    return domain, parameters["Payload"] if by_token else parameters


@pytest.mark.parametrize("state", EVERY_TASK)
def test_a_domain_has_the_task_and_is_told_what_it_needs_and_nothing_else(state: State):
    domain, asked = asked_by(state)
    tasks: Tasks = import_module(f"functions.{domain}.steps").tasks
    assert asked["task"] in tasks.names
    model: type[BaseModel] = tasks._tasks[asked["task"]][0]
    told = {name.removesuffix(".$") for name in asked} - FOR_THE_KERNEL
    needed = {name for name, field in model.model_fields.items() if field.is_required()}
    assert needed <= told
    assert told - set(model.model_fields) <= {"order_id"}
