"""What follows a purchase, at the wire: four workflows behind one client, which is asked how they are; and carriers."""

from collections.abc import Mapping
from typing import Any

from kernel.outside import Request
from local.carriers.faults import Fault, How
from local.carriers.stand_in import StandIn
from tests.builders.carriers import Line
from tests.chaos import checkout_wire, faults
from tests.chaos.asl import Call as AskTask
from tests.chaos.asl import State
from tests.chaos.faults import Call, Crash
from tests.chaos.state_machines import StateMachines
from tests.chaos.wire import Parameters, Wire

AT_CARRIERS: Mapping[str, How] = {
    "unavailable": "unavailable",
    "lost answer": "lost",
    "never": "never",
}


def kinds_of(call: Call) -> tuple[str, ...]:
    """A carrier's call is no call of AWS: it is done or not, and heard of or not."""
    if call.service == "carrier":
        return (faults.CRASH_BEFORE, faults.CRASH_AFTER, *AT_CARRIERS)
    if call.operation in LOOKS:
        return (faults.CRASH_BEFORE, faults.THROTTLE)
    return checkout_wire.kinds_of(call)


LOOKS = ("DescribeExecution",)


class Machines(StateMachines):
    """Executions of several workflows. Each name is one execution's, whatever it is of."""

    def __init__(self, files: Mapping[str, State], call: AskTask) -> None:
        super().__init__({}, call)
        self._files = files

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803  # as boto3 has it
        self._workflow = self._files[stateMachineArn.rpartition(":")[2]]
        super().start_execution(stateMachineArn=stateMachineArn, name=name, input=input)


class MemoryStates(checkout_wire.MemoryStates):
    def describe_execution(self, **parameters: Any) -> dict[str, Any]:
        return self._send("DescribeExecution", parameters, self._describe)

    def redrive_execution(self, **parameters: Any) -> dict[str, Any]:
        return self._send("RedriveExecution", parameters, self._redrive)

    def _describe(self, parameters: Parameters) -> dict[str, Any]:
        return dict(self._machines.describe_execution(**parameters))

    def _redrive(self, parameters: Parameters) -> dict[str, Any]:
        self._machines.redrive_execution(**parameters)
        return {}


class CarriersAtTheWire(Line):
    def __init__(self, core: StandIn, wire: Wire) -> None:
        super().__init__(core)
        self.wire = wire

    def fetch(self, request: Request) -> tuple[int, bytes]:
        address = request.url.partition("://")[2].partition("/")[2].partition("?")[0]
        self.wire.switch()
        kind = self.wire.plan(Call("carrier", f"{request.method} /{address}", {}))
        if kind == faults.CRASH_BEFORE:
            raise Crash
        if kind and kind in AT_CARRIERS:
            self.core.faults.plan(Fault(AT_CARRIERS[kind], ".*", times=1))
        try:
            answer = super().fetch(request)
        finally:
            self.core.faults.plan()
        if kind == faults.CRASH_AFTER:
            raise Crash
        return answer
