"""How workflows are run: what fails them, how long they wait, what becomes of them when the local cloud restarts."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

HISTORIES_KEPT = 50  # of workflows that have ended: the whole state at every step of each
SETTLED_AFTER_S = 2.0  # until the functions that a workflow calls can in turn call the cloud
ALSO_TOLD_THE_EXECUTION = ("Task", "Map", "Parallel")


def waiting_tasks_fail_with_their_function() -> None:
    """A function that fails before anybody has its token is not heard: MiniStack waits for a token nobody will send."""
    from ministack.services import stepfunctions

    call, wait = stepfunctions._call_lambda, stepfunctions._invoke_with_callback
    here = threading.local()

    def called(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            waiting = stepfunctions._task_tokens.get(getattr(here, "token", None))
            if waiting and waiting["result"] is None:  # else it was answered before it failed
                waiting["error"] = {"Error": error.error, "Cause": error.cause}
                waiting["event"].set()
            raise

    def invoked(resource: str, asked: Any, token: str, state: Any) -> Any:
        here.token = token
        try:
            return wait(resource, asked, token, state)
        finally:
            here.token = None

    stepfunctions._call_lambda, stepfunctions._invoke_with_callback = called, invoked


def tokens_are_granted_by_their_workflow() -> None:
    """AWS asks for `states:SendTaskSuccess` on the workflow that waits by the token, MiniStack for it on everything.

    A token says here whose it is, so that one which nobody waits by any more is refused as such, and not as forbidden.
    """
    from ministack.core import iam_actions
    from ministack.services import stepfunctions

    execute, new, read = stepfunctions._execute_task, stepfunctions.new_uuid, iam_actions._safe_json_field
    here = threading.local()

    def executed(state: Any, given: Any, execution: Any, context: Any) -> Any:
        here.machine = context["StateMachine"]["Id"]
        try:
            return execute(state, given, execution, context)
        finally:
            here.machine = ""

    def token_or_id() -> str:
        machine = getattr(here, "machine", "")
        return f"{new()}/{machine}" if machine else str(new())

    def field(body: bytes, name: str) -> Any:
        found = read(body, name)
        if found or name != "stateMachineArn":
            return found
        return (read(body, "taskToken") or "").partition("/")[2] or found

    stepfunctions._execute_task, stepfunctions.new_uuid = executed, token_or_id
    iam_actions._safe_json_field = field


def a_token_is_answered_once() -> None:
    """In MiniStack a second answer takes the place of the first, if it comes before the workflow has woken up."""
    from ministack.services import stepfunctions

    def first_only(send: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        def sent(asked: dict[str, Any]) -> Any:
            waiting = stepfunctions._task_tokens.get(asked.get("taskToken"))
            if waiting and waiting["event"].is_set():
                return stepfunctions.error_response_json("TaskTimedOut", "It was answered before", 400)
            return send(asked)

        return sent

    stepfunctions._send_task_success = first_only(stepfunctions._send_task_success)
    stepfunctions._send_task_failure = first_only(stepfunctions._send_task_failure)


def time_outs_are_read_from_the_data() -> None:
    """MiniStack knows `TimeoutSeconds` and passes over `TimeoutSecondsPath`: an unpaid order would wait for a day."""
    from ministack.services import stepfunctions

    execute = stepfunctions._execute_task

    def executed(state: Any, given: Any, execution: Any, context: Any) -> Any:
        if path := state.get("TimeoutSecondsPath"):
            state = {**state, "TimeoutSeconds": stepfunctions._resolve_path_or_ctx(path, given, context)}
        return execute(state, given, execution, context)

    stepfunctions._execute_task = executed


def histories_of_old_workflows_are_short() -> None:
    """MiniStack keeps the whole state at each step of each workflow for ever, in memory and in what it saves."""
    from ministack.services import stepfunctions

    run = stepfunctions._run_execution
    ended: deque[Any] = deque()

    def ran(name: str) -> None:
        run(name)
        if execution := stepfunctions._executions.get(name):
            ended.append(execution)
        while len(ended) > HISTORIES_KEPT:
            oldest = ended.popleft()
            oldest["events"] = [oldest["events"][0], oldest["events"][-1]]

    stepfunctions._run_execution = ran


def workflows_survive_a_restart() -> None:
    """MiniStack fails what was running when it stopped. Step Functions is never stopped: it goes on where it was.

    The step it was in is done again, as it is in the cloud when a step's end was not heard.
    """
    from ministack.services import stepfunctions

    load = stepfunctions.load_persisted_state

    def loaded(data: dict[str, Any]) -> None:
        load(data)
        for execution in stepfunctions._executions.all_values():
            if execution.get("error") == "States.ServiceRestart":
                for told in ("error", "cause"):
                    execution.pop(told, None)
                execution.update(status="RUNNING", stopDate=None)
                threading.Thread(target=_go_on, args=(stepfunctions, execution), daemon=True).start()

    stepfunctions.load_persisted_state = loaded


def what_failed_is_redriven() -> None:
    """MiniStack knows no `RedriveExecution`: what ended badly goes on with the step that it ended in."""
    from ministack.services import stepfunctions

    handle = stepfunctions.handle_request

    async def handled(method: str, path: str, headers: Any, body: bytes, *more: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return _redriven(stepfunctions, str(json.loads(body)["executionArn"]))
        return await handle(method, path, headers, body, *more)

    stepfunctions.handle_request = handled


def _redriven(service: Any, name: str) -> Any:
    execution = service._executions.get(name)
    if execution is None:
        return service.error_response_json("ExecutionDoesNotExist", f"Execution {name} not found", 400)
    if execution["status"] in ("RUNNING", "SUCCEEDED"):
        return service.error_response_json("ExecutionNotRedrivable", f"It is {execution['status']}", 400)
    for told in ("error", "cause"):
        execution.pop(told, None)
    execution.update(status="RUNNING", stopDate=None)
    threading.Thread(target=_go_on, args=(service, execution, 0.0), daemon=True).start()
    return service.json_response({"redriveDate": time.time()})


def _go_on(service: Any, execution: dict[str, Any], after_s: float = SETTLED_AFTER_S) -> None:
    from ministack.core.responses import set_request_account_id, set_request_region

    time.sleep(after_s)
    _, _, _, region, account, *_ = execution["executionArn"].split(":")
    set_request_account_id(account)
    set_request_region(region)
    machine = service._state_machines[execution["stateMachineArn"]]
    states = json.loads(machine["definition"])["States"]
    entered = [
        event["stateEnteredEventDetails"] for event in execution["events"] if "stateEnteredEventDetails" in event
    ]
    at, data = json.loads(machine["definition"])["StartAt"], json.loads(execution["input"])
    if entered:
        at, data = entered[-1]["name"], json.loads(entered[-1]["input"])
    context = {
        "QueryLanguage": "JSONPath",
        "Execution": {"Id": execution["executionArn"], "Name": execution["name"], "Input": data},
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    try:
        _walk(service, execution, states, at, data, context)
    except service._ExecutionError as error:
        service._fail_execution(execution, error.error, error.cause)


def _walk(
    service: Any, execution: dict[str, Any], states: dict[str, Any], at: str | None, data: Any, context: dict[str, Any]
) -> None:
    while at and execution["status"] == "RUNNING":
        state = states[at]
        kind = state["Type"]
        context["State"] = {"Name": at, "EnteredTime": service.now_iso(), "RetryCount": 0}
        told = {"name": at, "input": json.dumps(data)}
        service._add_event(execution, f"{kind}StateEntered", {"stateEnteredEventDetails": told})
        if kind == "Succeed":
            break
        execute = getattr(service, f"_execute_{kind.lower()}")
        given = (state, data, execution, context) if kind in ALSO_TOLD_THE_EXECUTION else (state, data, context)
        data, at = execute(*given)
    if execution["status"] == "RUNNING":
        output = json.dumps(data)
        execution.update(status="SUCCEEDED", output=output, stopDate=service.now_iso())
        service._add_event(execution, "ExecutionSucceeded", {"executionSucceededEventDetails": {"output": output}})
