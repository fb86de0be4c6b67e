"""What a checkout is made of besides calls of AWS and Stripe: its workflow's client, and what AWS hands to functions.

A task or a message is delivered at least once: it may not arrive, may arrive twice, late, or fail in every try.
"""

from typing import Any

from tests.chaos import payments_wire
from tests.chaos.faults import Call
from tests.chaos.memory_services import Client
from tests.chaos.state_machines import StateMachines
from tests.chaos.wire import Parameters, Wire

# What may become of one delivery
NEVER_BEGUN = "never begun"  # it did not reach the function
UNHEARD = "unheard"  # it was done, and AWS did not hear of it
TWICE = "twice"  # done twice, one after the other
AGAIN_SOON = "again soon"  # once more, after what comes next
AGAIN_LATE = "again late"  # once more, when all is over
DIES = "the execution dies"  # after it was done; somebody redrives it
BROKEN_BEFORE = "broken, nothing done"  # no try of it reaches the function, until an operator looks
BROKEN_AFTER = "broken, all done"  # every try of it is done, and none is heard of

OF_MESSAGES = (NEVER_BEGUN, UNHEARD, TWICE, AGAIN_SOON, AGAIN_LATE)
OF_TASKS = (*OF_MESSAGES, DIES)
FOR_GOOD = (BROKEN_BEFORE, BROKEN_AFTER)
TASK, MESSAGES = "Invoke", "Deliver"
PARKS = "orders.park"  # looked for a thousand times, which takes longer than anything else may


def kinds_of(call: Call) -> tuple[str, ...]:
    if call.service == "lambda":
        return OF_TASKS if call.operation.endswith(PARKS) else (*OF_TASKS, *FOR_GOOD)
    return OF_MESSAGES if call.service == "sqs" else payments_wire.kinds_of(call)


class MemoryStates(Client):
    """Step Functions as its client is called, with calls that pass the wire."""

    service = "states"
    exceptions: Any = StateMachines.exceptions

    def __init__(self, wire: Wire, machines: StateMachines) -> None:
        super().__init__(wire)
        self._machines = machines

    def start_execution(self, **parameters: Any) -> dict[str, Any]:
        return self._send("StartExecution", parameters, self._start)

    def send_task_success(self, **parameters: Any) -> dict[str, Any]:
        return self._send("SendTaskSuccess", parameters, self._succeed)

    def _start(self, parameters: Parameters) -> dict[str, Any]:
        self._machines.start_execution(**parameters)
        return {}

    def _succeed(self, parameters: Parameters) -> dict[str, Any]:
        self._machines.send_task_success(**parameters)
        return {}


def task_call(name: str) -> Call:
    return Call("lambda", f"{TASK} {name}", {})


def message_call(name: str) -> Call:
    return Call("sqs", f"{MESSAGES} {name}", {})
