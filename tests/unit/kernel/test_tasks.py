from typing import Literal

import pytest
from pydantic import ValidationError

from kernel import log
from kernel.errors import Conflict, Unavailable
from kernel.tasks import Asked, Outcome, Tasks, Unrefusable
from tests.builders.http import Context


class Reserve(Asked):
    order_id: str
    quantity: int = 1


class Reserved(Outcome):
    outcome: Literal["reserved"] = "reserved"
    order_id: str
    correlation: str
    cause: str


class SoldOut(Conflict):
    """There are fewer left than that."""


def tasks() -> Tasks:
    made = Tasks("things")

    @made.task("reserve", Reserve)
    def reserve(asked: Reserve) -> Reserved:
        if asked.quantity > 10:
            raise SoldOut(f"There are not {asked.quantity} left.")
        if asked.quantity == 10:
            raise Unavailable()
        if asked.quantity == 9:
            raise OSError("the disk is gone")
        return Reserved(order_id=asked.order_id, correlation=log.correlation_id(), cause=log.causation_id())

    @made.task("release", Reserve)
    def release(asked: Reserve) -> Outcome:
        return Outcome(outcome="released")

    return made


def answer(**event: object) -> dict[str, object]:
    return tasks().handler({"task": "reserve", "order_id": "ord_1", **event}, Context())


def test_an_outcome_is_data_and_the_rest_of_the_workflows_state_does_not_disturb():
    told = answer(correlation_id="cor_1", causation_id="exe_1", payment={"state": "open"})
    assert told == {"outcome": "reserved", "order_id": "ord_1", "correlation": "cor_1", "cause": "exe_1"}
    assert log.correlation_id() == ""


def test_a_task_without_a_correlation_id_begins_one():
    assert str(answer()["correlation"]).startswith("cor_")


def test_a_refusal_is_an_outcome_with_the_code_of_its_problem():
    assert answer(quantity=11) == {"outcome": "refused", "code": "sold_out", "detail": "There are not 11 left."}


@pytest.mark.parametrize(("quantity", "error"), [(10, Unavailable), (9, OSError)])
def test_what_may_succeed_another_time_is_raised_and_logged(quantity, error, caplog):
    with pytest.raises(error):
        answer(quantity=quantity)
    [line] = [record for record in caplog.records if record.message == "task failed"]
    assert line.__dict__["task"] == "things.reserve"


def test_where_nothing_may_be_refused_a_refusal_is_raised_and_says_its_code():
    with pytest.raises(Unrefusable, match=r"^sold_out: There are not 11 left"):
        answer(quantity=11, must=True)
    assert answer(quantity=11, must=False)["outcome"] == "refused"
    assert answer(quantity=1, must=True)["outcome"] == "reserved"


@pytest.mark.parametrize("event", [{"quantity": "many"}, {"order_id": None}])
def test_a_task_that_is_asked_wrongly_is_the_workflows_defect_not_a_refusal(event):
    with pytest.raises(ValidationError):
        answer(**event)


@pytest.mark.parametrize("name", ["", "steal", None])
def test_a_task_nobody_has_says_which_there_are(name):
    with pytest.raises(LookupError, match="but release, reserve"):
        answer(task=name)


def test_one_line_tells_what_a_task_took_and_how_it_ended(caplog):
    answer()
    [line] = [record.__dict__ for record in caplog.records if record.message == "task done"]
    assert (line["task"], line["outcome"], line["aws_calls"]) == ("things.reserve", "reserved", [])
    assert line["duration_ms"] >= 0 <= line["cpu_ms"]


def test_two_tasks_of_one_name_are_refused_at_once():
    made = tasks()
    with pytest.raises(ValueError, match="already"):
        made.task("reserve", Reserve)(lambda asked: Outcome(outcome="reserved"))
