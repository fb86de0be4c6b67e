"""Where every call of a run passes: a switch point, perhaps a fault, then the checker."""

import random
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.exceptions import ReadTimeoutError

from tests.chaos import faults
from tests.chaos.faults import Call, Crash

Parameters = Mapping[str, Any]
Do = Callable[[Parameters], dict[str, Any]]


class Plan(Protocol):
    def __call__(self, call: Call) -> str | None:
        """The fault of this call, if any."""


def no_faults(call: Call) -> str | None:
    return None


class RandomPlan:
    """At least one fault, early, and more at a rate, until calmed: a run must be able to end."""

    def __init__(self, chance: random.Random, rate: float) -> None:
        self._chance, self._rate, self.made, self._calm = chance, rate, 0, False
        self._until_first = chance.randint(1, 30)

    def calm(self) -> None:
        self._calm = True

    def __call__(self, call: Call) -> str | None:
        if self._calm:
            return None
        self._until_first -= 1
        if self._chance.random() >= self._rate and self._until_first:
            return None
        self.made += 1
        return self._chance.choice(faults.kinds(call.operation))


class PointPlan:
    """One fault, at one numbered call."""

    def __init__(self, number: int, kind: str) -> None:
        self._number, self._kind = number, kind
        self.calls: list[Call] = []
        self.fired = False

    def __call__(self, call: Call) -> str | None:
        self.calls.append(call)
        if len(self.calls) != self._number or self._kind not in faults.kinds(call.operation):
            return None
        self.fired = True
        return self._kind


class Wire:
    """`switch` lets rivals run, `after_write` checks the instant, `forget_tokens` ends a service's memory of tokens."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.trace: list[str] = []
        self.who: Callable[[], str] = lambda: ""
        self.switch: Callable[[], None] = lambda: None
        self.after_write: Callable[[Call], None] = lambda _: None
        self.forget_tokens: Callable[[], None] = lambda: None

    def __call__(self, call: Call, do: Do) -> dict[str, Any]:
        self.switch()
        kind = self.plan(call)
        self.trace.append(f"{self.who()} {call.operation}{f' {kind}' if kind else ''}")
        match kind:
            case None:
                return self._done(call, do, call.parameters)
            case faults.CRASH_BEFORE:
                raise Crash
            case faults.THROTTLE:
                raise faults.throttled(call.operation)
            case faults.CONFLICT:
                raise faults.conflicting(call.operation, len(call.parameters.get("TransactItems", ())))
            case faults.PARTIAL:
                return partially(call, lambda parameters: self._done(call, do, parameters))
        answer = self._done(call, do, call.parameters)
        if kind == faults.CRASH_AFTER:
            raise Crash
        if kind == faults.SILENT:
            raise ReadTimeoutError(endpoint_url=call.service)
        if kind == faults.LATE:
            self.forget_tokens()
        if kind in faults.AGAIN:
            self.switch()
            answer = self._done(call, do, call.parameters)
        return answer

    def _done(self, call: Call, do: Do, parameters: Parameters) -> dict[str, Any]:
        answer = do(parameters)
        if call.is_write:
            self.after_write(call)
        return answer


def partially(call: Call, do: Do) -> dict[str, Any]:
    """A batch of which one entry was left undone, told in the way of the service."""
    if call.operation == "BatchGetItem":
        ((table, request),) = call.parameters["RequestItems"].items()
        *kept, left = request["Keys"]
        answer = do({"RequestItems": {table: {**request, "Keys": kept}}}) if kept else {"Responses": {table: []}}
        return {**answer, "UnprocessedKeys": {table: {**request, "Keys": [left]}}}
    _, *kept = call.parameters["Entries"]
    done = do({**call.parameters, "Entries": kept})["Entries"] if kept else []
    refused = {"ErrorCode": "InternalFailure", "ErrorMessage": "planned"}
    return {"FailedEntryCount": 1, "Entries": [refused, *done]}
