"""Workflows in the local cloud: its gaps, and that the tests' own interpreter walks a file as it does."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.platform.context import ROOT
from local.cloud import Cloud
from local.home import ACCOUNT, REGION
from local.workarounds.workflows import HISTORIES_KEPT
from tests.builders.workflows import payment, screened
from tests.chaos.asl import Execution, read
from tests.local.conftest import TRUST, a_cloud, a_function, a_role, eventually

BROKEN = 'def handler(event, context):\n    raise ValueError("broken")\n'
BY_TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"


def a_workflow(cloud: Cloud, states: dict[str, Any], begin: str, name: str = "") -> str:
    role = cloud.client("iam").create_role(
        RoleName=f"workflow-{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    made = cloud.client("stepfunctions").create_state_machine(
        name=name or f"workflow-{uuid.uuid4().hex[:8]}",
        definition=json.dumps({"StartAt": begin, "States": states}),
        roleArn=role["Role"]["Arn"],
    )
    return str(made["stateMachineArn"])


def begun(cloud: Cloud, machine: str, given: dict[str, Any], **named: str) -> str:
    started = cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(given), **named)
    return str(started["executionArn"])


def stands(cloud: Cloud, execution: str) -> dict[str, Any]:
    return dict(cloud.client("stepfunctions").describe_execution(executionArn=execution))


def ended(cloud: Cloud, execution: str, within_s: float = 15) -> dict[str, Any]:
    found = eventually(lambda: (now := stands(cloud, execution))["status"] != "RUNNING" and now, within_s)
    return found or stands(cloud, execution)


def waiting(function: str, **more: Any) -> dict[str, Any]:
    asked = {"FunctionName": function, "Payload": {"token.$": "$$.Task.Token", **more.pop("asked", {})}}
    caught = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "Caught"}
    return {"Type": "Task", "Resource": BY_TOKEN, "Parameters": asked, "Catch": [caught], "End": True, **more}


CAUGHT = {"Type": "Pass", "End": True}


@pytest.fixture
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cloud]:
    with a_cloud(tmp_path, without=[request.param]) as started:
        yield started


def without(workaround: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bare", [workaround], indirect=True)


# a function that fails before its token is known


def a_broken_wait(cloud: Cloud) -> str:
    function = a_function(cloud, f"broken-{uuid.uuid4().hex[:6]}", BROKEN)
    states = {"Wait": waiting(function, TimeoutSeconds=20), "Caught": CAUGHT}
    return begun(cloud, a_workflow(cloud, states, "Wait"), {})


@without("waiting_tasks_fail_with_their_function")
def test_a_function_that_fails_would_be_waited_for(bare: Cloud):
    execution = a_broken_wait(bare)
    assert ended(bare, execution, within_s=3)["status"] == "RUNNING"


def test_a_waiting_task_fails_with_its_function(cloud: Cloud):
    found = ended(cloud, a_broken_wait(cloud))
    assert "broken" in json.loads(found["output"])["caught"]["Cause"]


# how long is waited


def a_wait_of_a_second(cloud: Cloud) -> str:
    function = a_function(cloud, f"patient-{uuid.uuid4().hex[:6]}", "def handler(event, context):\n    return {}\n")
    states = {"Wait": waiting(function, TimeoutSecondsPath="$.wait_s"), "Caught": CAUGHT}
    return begun(cloud, a_workflow(cloud, states, "Wait"), {"wait_s": 1})


@without("time_outs_are_read_from_the_data")
def test_a_time_out_in_the_data_would_be_passed_over(bare: Cloud):
    assert ended(bare, a_wait_of_a_second(bare), within_s=3)["status"] == "RUNNING"


def test_a_time_out_is_read_from_the_data(cloud: Cloud):
    assert json.loads(ended(cloud, a_wait_of_a_second(cloud))["output"])["caught"]["Error"] == "States.Timeout"


# a restart

REMEMBERS = """
import os
import boto3
def handler(event, context):
    boto3.client("ssm").put_parameter(Name="/token", Value=event["token"], Type="String", Overwrite=True)
    return {}
"""
MAY_WRITE = {
    "Effect": "Allow",
    "Action": "ssm:PutParameter",
    "Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/token",
}


def an_interrupted_wait(cloud: Cloud) -> dict[str, Any]:
    """Begun, waiting for a token; the cloud restarts; it is answered by the token that is known by then."""

    function = a_function(cloud, "remembers", REMEMBERS, role=a_role(cloud, "remembers-role", MAY_WRITE))
    states = {
        "Before": {"Type": "Pass", "Result": {"was": "here"}, "ResultPath": "$.before", "Next": "Wait"},
        "Wait": waiting(function, ResultPath="$.told", TimeoutSeconds=60),
        "Caught": CAUGHT,
    }
    execution = begun(cloud, a_workflow(cloud, states, "Before"), {"id": 1}, name="one")
    before = eventually(lambda: cloud.parameter("/token"))
    cloud.stop()
    cloud.start()
    token = eventually(lambda: (now := cloud.parameter("/token")) != before and now, within_s=8)
    if token:
        cloud.client("stepfunctions").send_task_success(taskToken=token, output='"done"')
    return ended(cloud, execution, within_s=5)


@without("workflows_survive_a_restart")
def test_a_restart_would_fail_what_was_running(bare: Cloud):
    assert an_interrupted_wait(bare)["status"] == "FAILED"


def test_a_workflow_goes_on_after_a_restart(tmp_path: Path):
    with a_cloud(tmp_path) as cloud:
        found = an_interrupted_wait(cloud)
    assert found["status"] == "SUCCEEDED"
    assert json.loads(found["output"]) == {"id": 1, "before": {"was": "here"}, "told": "done"}


# what an operator or a sweeper does

FAILS_AT_FIRST = """
import boto3
def handler(event, context):
    ssm = boto3.client("ssm")
    try:
        ssm.get_parameter(Name="/mended")
    except ssm.exceptions.ParameterNotFound:
        raise ValueError("broken")
    return {"is": "there"}
"""
MAY_READ = {
    "Effect": "Allow",
    "Action": "ssm:GetParameter",
    "Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/mended",
}


def a_redriven_workflow(cloud: Cloud) -> dict[str, Any]:
    """It fails in its second step; that is mended, and it goes on."""
    function = a_function(cloud, "at-first", FAILS_AT_FIRST, role=a_role(cloud, "at-first-role", MAY_READ))
    states = {
        "Before": {"Type": "Pass", "Result": {"was": "here"}, "ResultPath": "$.before", "Next": "Work"},
        "Work": {"Type": "Task", "Resource": function, "ResultPath": "$.work", "End": True},
    }
    execution = begun(cloud, a_workflow(cloud, states, "Before"), {"id": 1})
    assert ended(cloud, execution)["status"] == "FAILED"
    cloud.client("ssm").put_parameter(Name="/mended", Value="yes", Type="String")
    cloud.client("stepfunctions").redrive_execution(executionArn=execution)
    return ended(cloud, execution)


@without("what_failed_is_redriven")
def test_nothing_could_be_redriven(bare: Cloud):
    with pytest.raises(ClientError, match="InvalidAction"):
        a_redriven_workflow(bare)


def test_what_failed_goes_on_where_it_failed(tmp_path: Path):
    with a_cloud(tmp_path) as cloud:
        found = a_redriven_workflow(cloud)
        assert found["status"] == "SUCCEEDED"
        assert json.loads(found["output"]) == {"id": 1, "before": {"was": "here"}, "work": {"is": "there"}}
        states = cloud.client("stepfunctions")
        with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
            states.redrive_execution(executionArn=found["executionArn"])
        with pytest.raises(states.exceptions.ExecutionDoesNotExist):
            states.redrive_execution(executionArn=found["executionArn"] + "-other")


# who may answer by a token

TELLS = """
import boto3
def handler(event, context):
    states = boto3.client("stepfunctions")
    states.send_task_success(taskToken=event["token"], output='"done"')
    try:
        states.send_task_success(taskToken=event["token"], output='"again"')
    except (states.exceptions.TaskDoesNotExist, states.exceptions.TaskTimedOut):
        pass
    return {}
"""


def may_tell(machine: str) -> dict[str, Any]:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{machine}"
    return {"Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": arn}


def a_wait_that_is_answered_by(cloud: Cloud, granted: str) -> dict[str, Any]:
    name = f"asks-{uuid.uuid4().hex[:6]}"
    function = a_function(cloud, name, TELLS, role=a_role(cloud, f"{name}-role", may_tell(granted or name)))
    states = {"Wait": waiting(function, ResultPath="$.told", TimeoutSeconds=3), "Caught": CAUGHT}
    return ended(cloud, begun(cloud, a_workflow(cloud, states, "Wait", name=name), {}))


@without("tokens_are_granted_by_their_workflow")
def test_an_exact_grant_would_not_let_a_function_answer(bare: Cloud):
    assert "caught" in json.loads(a_wait_that_is_answered_by(bare, "")["output"])


@without("a_token_is_answered_once")
def test_the_last_answer_would_count(bare: Cloud):
    assert json.loads(a_wait_that_is_answered_by(bare, "")["output"])["told"] == "again"


def test_an_exact_grant_lets_a_function_answer_its_workflow_once_and_no_other(cloud: Cloud):
    assert json.loads(a_wait_that_is_answered_by(cloud, "")["output"])["told"] == "done"
    assert "caught" in json.loads(a_wait_that_is_answered_by(cloud, "another")["output"])


# histories


def history_of_the_oldest(cloud: Cloud) -> int:
    machine = a_workflow(cloud, {"One": {"Type": "Pass", "Next": "Two"}, "Two": {"Type": "Pass", "End": True}}, "One")
    executions = [begun(cloud, machine, {"n": number}) for number in range(HISTORIES_KEPT + 2)]
    assert all(ended(cloud, execution)["status"] == "SUCCEEDED" for execution in executions)
    oldest = cloud.client("stepfunctions").get_execution_history(executionArn=executions[0])["events"]
    assert (oldest[0]["type"], oldest[-1]["type"]) == ("ExecutionStarted", "ExecutionSucceeded")
    return len(oldest)


@without("histories_of_old_workflows_are_short")
def test_every_step_of_every_workflow_would_be_kept(bare: Cloud):
    assert history_of_the_oldest(bare) == 6


def test_of_old_workflows_the_beginning_and_the_end_are_kept(cloud: Cloud):
    assert history_of_the_oldest(cloud) == 2


# the checkout, in both

CHECKOUT = ROOT / "infra" / "workflows" / "checkout.asl.json"
DOMAINS = ("Baskets", "Catalog", "Inventory", "Ledger", "Orders", "Payments")
# All domains in one. The correlation id says which task is refused, fails once, or what the waiting hears. What failed
# is known by a file, for the local cloud starts another process then.
EVERYBODY = """
import json, pathlib, tempfile
import boto3
place = pathlib.Path(tempfile.gettempdir())
OUTCOMES = json.loads({outcomes!r})
def handler(event, context):
    said, task = json.loads(event["correlation_id"]), event["task"]
    failed = place / event["order_id"]
    if said.get("fails") == task and not failed.exists():
        failed.touch()
        raise ValueError("unreachable")
    if said.get("refused") == task:
        return {{"outcome": "refused", "code": "for_good", "detail": "No."}}
    if "token" in event:
        told = said["told"][0 if task == "park" or not event.get("patient") else 1]
        boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output=json.dumps(told))
    return OUTCOMES[task] | said.get("instead", {{}}).get(task, {{}})
"""
OUTCOMES = {
    "screen": screened("stock", "promotions", "credits", "payment"),
    "check_terms": {"outcome": "rated"},
    "check_offers": {"outcome": "checked"},
    "reserve": {"outcome": "reserved"},
    "reserve_promotions": {"outcome": "reserved"},
    "hold_credits": {"outcome": "held"},
    "create_payment": payment("created"),
    "cancel_payment": payment("cancelled"),
    **{
        task: {"outcome": "done"}
        for task in (
            *("await_payment", "record_paid", "confirm", "commit", "redeem_agreed_prices", "commit_promotions"),
            *("void", "release_promotions", "release", "release_agreed_prices", "cancel", "extend"),
        )
    },
}
STORIES: dict[str, dict[str, Any]] = {
    "all is well": {"told": [{"outcome": "paid"}]},
    "out of stock": {"refused": "reserve"},
    "a coupon is used up": {"refused": "reserve_promotions"},
    "the catalogue stumbles": {"fails": "check_offers", "told": [{"outcome": "paid"}]},
    "the waiting stumbles": {"fails": "await_payment", "told": [{"outcome": "paid"}]},
    "the buyer left": {"told": [{"outcome": "by_buyer"}]},
    "paid after all": {"told": [{"outcome": "by_buyer"}], "instead": {"cancel_payment": payment("succeeded")}},
    "a bank pays": {
        "told": [{"outcome": "by_buyer"}, {"outcome": "paid"}],
        "instead": {"cancel_payment": payment("processing")},
    },
}


@pytest.fixture(scope="module")
def checkout(cloud: Cloud) -> str:
    code = EVERYBODY.format(outcomes=json.dumps(OUTCOMES))
    everybody = a_function(cloud, "everybody", code, role=a_role(cloud, "everybody-role", may_tell("checkout")))
    file = CHECKOUT.read_text()
    for domain in DOMAINS:
        file = file.replace(f"${{{domain}}}", everybody)
    return a_workflow(cloud, json.loads(file)["States"], "Screen", name="checkout")


@pytest.mark.parametrize("story", STORIES)
def test_the_tests_interpreter_walks_the_checkout_as_the_local_cloud_does(
    cloud: Cloud, checkout: str, story: str, tmp_path: Path
):
    given = {
        "order_id": f"ord_{story.replace(' ', '_')}",
        "correlation_id": json.dumps(STORIES[story]),
        "causation_id": "",
    }
    in_the_cloud = begun(cloud, checkout, given)
    found = ended(cloud, in_the_cloud, within_s=30)
    here = walked_here(given, tmp_path)
    history = cloud.client("stepfunctions").get_execution_history(executionArn=in_the_cloud, maxResults=1000)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    assert (entered, found["status"]) == (here.entered, here.ended)
    assert json.loads(found["output"]) == here.data


def walked_here(given: dict[str, Any], place: Path) -> Execution:
    """The same function's code, whose tokens are answered here."""
    code: dict[str, Any] = {}
    exec(EVERYBODY.replace("import boto3", "").format(outcomes=json.dumps(OUTCOMES)), code)
    execution = Execution(read(CHECKOUT), given, lambda _, asked: code["handler"](asked, None))

    class Answers:
        def client(self, service: str) -> "Answers":
            return self

        def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803  # as boto3 has it
            assert taskToken == execution.token
            execution.succeed(json.loads(output))

    code |= {"boto3": Answers(), "place": place}
    return execution.run()
