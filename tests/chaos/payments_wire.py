"""Calls of Stripe on the wire beside those of AWS, and how Stripe fails."""

from collections.abc import Mapping
from typing import Any

from local.stripe.client import InProcess
from local.stripe.faults import Fault, How
from local.stripe.stand_in import StandIn
from tests.chaos import faults
from tests.chaos.faults import Call, Crash
from tests.chaos.wire import Wire

# What Stripe does to one call, as often as its package asks again within it: docs.stripe.com/error-low-level
AT_STRIPE: Mapping[str, tuple[How, int]] = {
    "503": ("unavailable", 3),
    "key in use": ("in_use", 3),
    "stored 500": ("broken_before", 1),
    "stored 500 although done": ("broken_after", 1),
    "late": ("late", 1),
    "lost answer": ("lost", 1),
    "no answer": ("lost", 3),
    "never": ("never", 3),
}


def kinds_of(call: Call) -> tuple[str, ...]:
    if call.service != "stripe":
        return faults.kinds(call.operation)
    if call.operation.startswith("GET"):
        return (faults.CRASH_BEFORE, "503")
    return (faults.CRASH_BEFORE, faults.CRASH_AFTER, *AT_STRIPE)


class OnePoint:
    """One fault, at one numbered call; none at number 0. Calls are those between `on` and `off`."""

    def __init__(self, number: int = 0, kind: str = "") -> None:
        self._number, self._kind = number, kind
        self.calls: list[Call] = []
        self.on = False

    def __call__(self, call: Call) -> str | None:
        if not self.on:
            return None
        self.calls.append(call)
        return self._kind if len(self.calls) == self._number else None


class AtTheWire(InProcess):
    """The package's way to the stand-in, as payments has it. A call is counted once, however often it is sent."""

    def __init__(self, core: StandIn, wire: Wire) -> None:
        super().__init__(core)
        self.wire = wire

    def request_with_retries(self, method: str, url: str, *given: Any, **named: Any) -> Any:
        address = "/v1/" + url.partition("/v1/")[2].partition("?")[0]
        call = Call("stripe", f"{method.upper()} {address}", {})
        self.wire.switch()
        kind = self.wire.plan(call)
        if kind == faults.CRASH_BEFORE:
            raise Crash
        if kind and kind in AT_STRIPE:
            how, times = AT_STRIPE[kind]
            self.core.faults.plan(Fault(how, times=times))
        try:
            answer = super().request_with_retries(method, url, *given, **named)
        finally:
            self.core.faults.plan()
        if kind == faults.CRASH_AFTER:
            raise Crash
        return answer
