"""What can go wrong at one call, and what the caller then sees: the vocabulary of every layer."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

CRASH_BEFORE = "crash before"  # the process dies; the call was never sent
CRASH_AFTER = "crash after"  # the process dies; the call took effect
LOST = "lost answer"  # it took effect, the SDK did not hear and sends it again
LATE = "late duplicate"  # the same, but the service has forgotten the idempotency token meanwhile
SILENT = "no answer"  # it took effect, and the SDK gives up without an answer
DUPLICATE = "duplicate"  # the network delivers the call twice, the caller sees the second answer
THROTTLE = "throttle"  # refused for its rate; nothing happened
CONFLICT = "conflict"  # refused because another transaction was under way; nothing happened
PARTIAL = "partial"  # a batch of which a part was left undone

READS = frozenset(
    {
        *("GetItem", "BatchGetItem", "Query"),
        *("GetObject", "GetParameter", "GetSecretValue", "AdminGetUser", "GetJwks", "Receive"),
    }
)
AGAIN = (LOST, LATE, DUPLICATE)


class Crash(BaseException):
    """The process is gone. Not an Exception: no handler in production code may survive its own death."""


class Call(NamedTuple):
    """One call on its way to a service."""

    service: str
    operation: str
    parameters: Mapping[str, Any]

    @property
    def is_write(self) -> bool:
        return self.operation not in READS

    @property
    def table(self) -> str:
        """A transaction stays within one table: a domain's own."""
        for operation in self.parameters.get("TransactItems", ()):
            return str(next(iter(operation.values()))["TableName"])
        return str(self.parameters.get("TableName", ""))


@cache
def kinds(operation: str) -> tuple[str, ...]:
    """The faults that make sense for an operation; those that would repeat another one's effect are left out."""
    if operation in READS:
        return (CRASH_BEFORE, THROTTLE, *((PARTIAL,) if operation == "BatchGetItem" else ()))
    common = (CRASH_BEFORE, CRASH_AFTER, LOST, SILENT, DUPLICATE, THROTTLE)
    if operation == "TransactWriteItems":
        return (*common, LATE, CONFLICT)
    if operation in ("PutItem", "UpdateItem", "DeleteItem"):
        return (*common, CONFLICT)
    return (*common, PARTIAL) if operation == "PutEvents" else common


class _Exceptions:
    """`client.exceptions.SomeCode`, made on demand: whatever code asks for exists."""

    def __getattr__(self, code: str) -> type[ClientError]:
        return error_class(code)


EXCEPTIONS = _Exceptions()


@cache
def error_class(code: str) -> type[ClientError]:
    return type(code, (ClientError,), {})


def client_error(
    code: str, message: str = "", *, operation: str = "", reasons: Sequence[Mapping[str, Any]] = (), **extra: Any
) -> ClientError:
    response: dict[str, Any] = {"Error": {"Code": code, "Message": message or code}, **extra}
    if reasons:
        codes = ", ".join(str(reason["Code"]) for reason in reasons)
        response["Error"]["Message"] = (
            f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        )
        response["CancellationReasons"] = [dict(reason) for reason in reasons]
    return error_class(code)(response, operation)  # type: ignore[arg-type]  # a real response has the same keys


def throttled(operation: str) -> ClientError:
    code = {
        "TransactWriteItems": "ThrottlingException",
        "PutEvents": "ThrottlingException",
        "SendEmail": "TooManyRequestsException",
        **dict.fromkeys(("GetObject", "PutObject", "CopyObject", "DeleteObject"), "SlowDown"),
    }.get(operation, "ProvisionedThroughputExceededException")
    return client_error(code if not operation.startswith("Admin") else "TooManyRequestsException", operation=operation)


def conflicting(operation: str, items: int) -> ClientError:
    if operation != "TransactWriteItems":
        return client_error("TransactionConflictException", operation=operation)
    reasons = [{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}]
    return client_error(
        "TransactionCanceledException", operation=operation, reasons=reasons + [{"Code": "None"}] * (items - 1)
    )
