"""Walks a workflow's file as Step Functions would, in this process and step by step, so that tests may come in between.

It knows what Metco's files make use of (paths, tasks by function and by token, choices, maps one by one) and refuses
the rest. A path that leads nowhere is a defect of the file, which no `Catch` of its own may hide.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.chaos.asl_paths import Defect, filled, found, holds, placed

State = Mapping[str, Any]
Call = Callable[[str, dict[str, Any]], Any]  # a function's name and what it is asked; raises what it raises

BY_TOKEN = "lambda:invoke.waitForTaskToken"
COMMON = {"Type", "Comment", "Next", "End"}
DATA = {"Parameters", "ResultPath", "Retry", "Catch"}
KNOWN = {
    "Task": COMMON | DATA | {"Resource", "TimeoutSeconds", "TimeoutSecondsPath"},
    "Map": COMMON | {"ItemsPath", "ItemSelector", "ItemProcessor", "MaxConcurrency", "ResultPath", "Catch"},
    "Pass": COMMON | {"Result", "InputPath", "ResultPath"},
    "Choice": {"Type", "Comment", "Choices", "Default"},
    "Succeed": {"Type", "Comment"},
}


class Failed(Exception):
    """What a `Retry` and a `Catch` see."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """`how` tells the ways between two states apart: next, a choice by its number, default, or catch."""

    source: str
    how: str
    target: str


def read(path: Path) -> State:
    """Refuses whatever this interpreter would only seem to understand."""
    workflow: State = json.loads(path.read_text())
    for name, state in all_states(workflow):
        if unknown := set(state) - KNOWN.get(state["Type"], set()):
            raise Defect(f"{name} has {', '.join(sorted(unknown))}, which nobody has taught this interpreter.")
    return workflow


def all_states(workflow: State) -> Iterator[tuple[str, State]]:
    for name, state in workflow["States"].items():
        yield name, state
        if state["Type"] == "Map":
            yield from all_states(state["ItemProcessor"])


def edges(workflow: State) -> set[Edge]:
    return {edge for name, state in all_states(workflow) for edge in _ways(name, state)}


def _ways(name: str, state: State) -> Iterator[Edge]:
    if "Next" in state:
        yield Edge(name, "next", state["Next"])
    for number, rule in enumerate(state.get("Choices", ())):
        yield Edge(name, f"choice {number}", rule["Next"])
    if "Default" in state:
        yield Edge(name, "default", state["Default"])
    for catch in state.get("Catch", ()):
        yield Edge(name, "catch", catch["Next"])


@dataclass
class Execution:
    """`step` does the next thing. Where `token` is set, it waits for `succeed`, `fail` or `time_out`."""

    workflow: State
    data: Any
    call: Call
    name: str = "execution"
    at: str | None = ""  # None: nowhere any more
    token: str | None = None
    token_times_out_s: float | None = None
    ended: str | None = None  # how, as Step Functions says it
    entered: list[str] = field(default_factory=list)
    walked: set[Edge] = field(default_factory=set)
    waited_s: list[float] = field(default_factory=list)  # between tries; jitter takes its longest
    _tries: dict[int, int] = field(default_factory=dict)
    _begun: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.at = self.at or self.workflow["StartAt"]

    @property
    def may_step(self) -> bool:
        return self.ended is None and self.token is None

    def run(self) -> "Execution":
        while self.may_step:
            self.step()
        return self

    def step(self) -> None:
        """One try of one state."""
        assert self.at, "it has ended"
        assert not self.token, "it waits"
        name, state = self.at, self.workflow["States"][self.at]
        if not self._begun:
            self.entered.append(name)
            self._begun, self._tries = True, {}
        match state["Type"]:
            case "Task":
                self._task(name, state)
            case "Map":
                self._map(name, state)
            case "Pass":
                self.data = placed(self.data, state, copy.deepcopy(state.get("Result", _input(state, self.data))))
                self._leave(name, state)
            case "Choice":
                self._choose(name, state)
            case "Succeed":
                self.at, self.ended = None, "SUCCEEDED"

    # What comes by a token

    def succeed(self, output: Any) -> None:
        name, state = self._awaited()
        self.data = placed(self.data, state, json.loads(json.dumps(output)))
        self._leave(name, state)

    def fail(self, error: str = "Failed", cause: str = "") -> None:
        self._failed(*self._awaited(), Failed(error, cause))

    def time_out(self) -> None:
        self._failed(*self._awaited(), Failed("States.Timeout"))

    # What operators do

    def abort(self, how: str = "ABORTED") -> None:
        """By hand, or because its time is over: whoever waited by its token does so in vain."""
        assert self.at, "it has ended"
        self.ended, self.token = how, None

    def redrive(self) -> None:
        """It goes on with the step that it ended in, which is tried as often as at first."""
        assert self.at, "it ended well"
        self.ended, self.token, self._begun = None, None, False

    def _awaited(self) -> tuple[str, State]:
        assert self.at, "it has ended"
        assert self.token, "it waits for nothing"
        self.token = None
        return self.at, self.workflow["States"][self.at]

    def _context(self, name: str, token: str | None) -> dict[str, Any]:
        return {"Task": {"Token": token}, "State": {"Name": name}, "Execution": {"Name": self.name}}

    # Each type

    def _task(self, name: str, state: State) -> None:
        waits = BY_TOKEN in state["Resource"]
        token = f"{self.name}/{next(self._numbers)}" if waits else None
        asked = filled(state["Parameters"], self.data, self._context(name, token))
        function, asked = (asked["FunctionName"], asked["Payload"]) if waits else (state["Resource"], asked)
        if waits:  # its function may answer by the token before it returns
            self.token, self.token_times_out_s = token, _timeout_s(state, self.data)
        try:
            answer = self.call(function.strip("${}"), asked)
        except (AssertionError, Defect):
            raise  # of the test
        except Exception as error:  # noqa: BLE001  # whatever it is, Step Functions sees it by name
            if not waits or self.token == token:  # else it was answered already
                self.token = None
                seen = error if isinstance(error, Failed) else Failed(type(error).__name__, str(error))
                self._failed(name, state, seen)
            return
        if not waits:
            self.data = placed(self.data, state, json.loads(json.dumps(answer)))
            self._leave(name, state)

    def _map(self, name: str, state: State) -> None:
        """One item after the other. The first that fails fails them all."""
        for item in found(state["ItemsPath"], self.data):
            given = filled(state["ItemSelector"], self.data, {"Map": {"Item": {"Value": item}}})
            inner = Execution(state["ItemProcessor"], given, self.call, name=self.name)
            try:
                inner.run()
            except Failed as error:
                self._failed(name, state, error)
                return
            finally:
                self.entered += inner.entered
                self.walked |= inner.walked
                self.waited_s += inner.waited_s
        self._leave(name, state)

    def _choose(self, name: str, state: State) -> None:
        for number, rule in enumerate(state["Choices"]):
            if holds(rule, self.data):
                return self._go(Edge(name, f"choice {number}", rule["Next"]))
        return self._go(Edge(name, "default", state["Default"]))

    # Ways on

    def _leave(self, name: str, state: State) -> None:
        if state.get("End"):
            self.at, self.ended = None, "SUCCEEDED"
        else:
            self._go(Edge(name, "next", state["Next"]))

    def _go(self, edge: Edge) -> None:
        self.walked.add(edge)
        self.at, self._begun = edge.target, False

    def _failed(self, name: str, state: State, error: Failed) -> None:
        for number, retry in enumerate(state.get("Retry", ())):
            if _means(retry, error):
                tried = self._tries.get(number, 0)
                if tried < retry["MaxAttempts"]:
                    self._tries[number] = tried + 1
                    self.waited_s.append(
                        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** tried, retry["MaxDelaySeconds"])
                    )
                    return
                break  # the first that means it decides
        for catch in state.get("Catch", ()):
            if _means(catch, error):
                self.data = placed(self.data, catch, {"Error": error.error, "Cause": error.cause})
                self._go(Edge(name, "catch", catch["Next"]))
                return
        self.ended = "FAILED"
        raise error


def _means(handler: State, error: Failed) -> bool:
    named, timed_out = handler["ErrorEquals"], error.error == "States.Timeout"
    return "States.ALL" in named or error.error in named or ("States.TaskFailed" in named and not timed_out)


def _timeout_s(state: State, data: Any) -> float | None:
    said = state.get("TimeoutSecondsPath")
    return found(said, data) if said else state.get("TimeoutSeconds")


def _input(state: State, data: Any) -> Any:
    return found(state.get("InputPath", "$"), data)
