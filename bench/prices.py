"""What AWS charges, in US dollars, us-east-1, on-demand, without free tiers. One place to correct when it changes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

AS_OF = "2026-11"
MILLION = 1_000_000

LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334  # arm64
MEMORY_GB = 0.5
VCPU = 512 / 1769  # the share of a core that 512 MB buys
HTTP_API_REQUEST = 1.00 / MILLION
DYNAMODB_WRITE_UNIT = 0.625 / MILLION
DYNAMODB_READ_UNIT = 0.125 / MILLION
EVENT_PUBLISHED = 1.00 / MILLION
SQS_REQUEST = 0.40 / MILLION
SQS_REQUESTS_PER_MESSAGE = 3  # sent, received, deleted
STATE_TRANSITION = 0.025 / 1000  # of a Standard workflow
MAIL = 0.10 / 1000
AWS_CALL_MS = 6.0  # what a function is billed for while it waits for one call


@dataclass(frozen=True, slots=True)
class Cost:
    """One use case: its invocations' CPU and calls, capacity units, messages."""

    cpu_ms: float = 0.0
    calls: Sequence[str] = ()
    read_units: float = 0.0
    write_units: float = 0.0
    invocations: int = 0
    http: int = 0
    events: int = 0
    messages: int = 0
    mails: int = 0
    transitions: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        numbers = [one.name for one in fields(self) if one.name != "calls"]
        both: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in numbers}
        return Cost(calls=(*self.calls, *other.calls), **both)

    def dollars(self) -> float:
        """Mail is left out: it is not Metco's to make cheaper."""
        billed_s = (self.cpu_ms / VCPU + len(self.calls) * AWS_CALL_MS) / 1000
        return (
            self.invocations * LAMBDA_REQUEST
            + billed_s * MEMORY_GB * LAMBDA_GB_SECOND
            + self.http * HTTP_API_REQUEST
            + self.read_units * DYNAMODB_READ_UNIT
            + self.write_units * DYNAMODB_WRITE_UNIT
            + self.events * EVENT_PUBLISHED
            + self.messages * SQS_REQUESTS_PER_MESSAGE * SQS_REQUEST
            + self.transitions * STATE_TRANSITION
        )
