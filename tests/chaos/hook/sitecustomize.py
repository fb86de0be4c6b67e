"""Enters every function process of a throwaway stack: counts AWS calls, doubles events, and fails where it is told to.

Python imports a module of this name by itself. Without CHAOS_DIR in the environment it does nothing. Nothing of the
tests is at hand here: the kinds are those of `tests/chaos/faults.py`, which a test compares.
"""

import fcntl
import io
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEATH = 137
RETRIES = 3  # that the SDK makes of a call: whoever is to hear of a refusal has to be refused each time
DIES = ("crash before", "crash after", "lost answer", "no answer")  # at whichever call

NOT_SENT = ("throttle", "still throttled", "conflict", "partial", "still silent")
SIGNED = {"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "content-length"}
ROWS = {"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"}
BATCHES = {"BatchGetItem", "PutEvents"}
TOLD = {"PutEvents", "StartExecution", "SendTaskSuccess"}
# At which calls the others can be; all of these services speak JSON.
FITS = {
    "late duplicate": {"TransactWriteItems"},
    "duplicate": ROWS | TOLD,
    "throttle": ROWS | TOLD | {"GetItem", "Query", "BatchGetItem"},
    "conflict": ROWS,
    "partial": BATCHES,
}


def numbered(folder: Path, operation: str) -> int:
    """The call's number among those of all processes."""
    with (folder / "calls").open("a") as calls:
        fcntl.flock(calls, fcntl.LOCK_EX)
        with (folder / "number").open("ab") as count:  # as many bytes: whoever is killed here leaves no half number
            count.write(b".")
            number = count.tell()
        calls.write(f"{operation} {os.environ.get('AWS_LAMBDA_FUNCTION_NAME', '')}\n")
    return number


def planned(folder: Path, number: int, operation: str) -> str:
    """The fault of this call, once: whoever tries again must come through. The first call that it fits, from there."""
    try:
        plan = json.loads((folder / "plan.json").read_text())
        kind = str(plan["kind"])
        if number < plan["number"] or not (kind in DIES or operation in FITS[kind]):
            return ""
        (folder / "plan.json").unlink()  # of two who met it at once, one has it
    except FileNotFoundError:
        return ""
    with (folder / "struck").open("a") as struck:
        struck.write(f"{kind}: {operation} {os.environ.get('AWS_LAMBDA_FUNCTION_NAME', '')}\n")
    return kind


def tell_of(folder: Path, body: bytes) -> None:
    with (folder / "published").open("a") as published:
        for entry in json.loads(body)["Entries"]:
            published.write(json.loads(entry["Detail"])["metadata"]["id"] + "\n")


class Raw(io.BytesIO):
    """As botocore reads what came over the network."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


class Misfortune:
    """On the way of every call of this process. `network` is what really sends."""

    def __init__(self, folder: Path, network: Any) -> None:
        self.folder, self.network = folder, network
        self._more: list[tuple[str, str]] = []  # a kind and an operation: of the SDK's own tries that follow

    def __call__(self, event_name: str, request: Any, **_: Any) -> Any:
        operation = event_name.rsplit(".", 1)[1]
        kind = self._again(operation) or planned(self.folder, numbered(self.folder, operation), operation)
        self._repeat(kind, operation)
        if kind in NOT_SENT:
            return self._refused(kind, request, operation)
        if kind == "crash before":
            os._exit(DEATH)
        return self._after(kind, request, self._sent(request, operation))

    def _refused(self, kind: str, request: Any, operation: str) -> Any:
        match kind:
            case "throttle" | "still throttled":
                return answered(request, 400, {"__type": "ThrottlingException", "message": "planned"})
            case "conflict":
                return answered(request, 400, conflicting(request, operation))
            case "partial":
                return self._partially(request, operation)
        raise silence(request)

    def _after(self, kind: str, request: Any, answer: Any) -> Any:
        match kind:
            case "crash after":
                os._exit(DEATH)
            case "lost answer":
                raise loss(request)
            case "no answer":
                raise silence(request)
            case "duplicate":
                return self.network.send(request)
            case "late duplicate":
                return self.network.send(with_body(request, {"ClientRequestToken": str(uuid.uuid4())}))
        return answer

    def _again(self, operation: str) -> str:
        if self._more and self._more[0][1] == operation:
            return self._more.pop(0)[0]
        self._more.clear()
        return ""

    def _repeat(self, kind: str, operation: str) -> None:
        """The SDK tries again, and hears the same: of what has no answer, nothing more is done."""
        if kind in ("throttle", "no answer"):
            self._more = [("still throttled" if kind == "throttle" else "still silent", operation)] * RETRIES

    def _sent(self, request: Any, operation: str) -> Any:
        answer = self.network.send(request)
        if operation == "PutEvents":
            again = self.network.send(with_body(request, {"Entries": json.loads(request.body)["Entries"][::-1]}))
            if again.status_code == 200:
                tell_of(self.folder, request.body)
        return answer

    def _partially(self, request: Any, operation: str) -> Any:
        """The first of it is left undone, as the service says that."""
        asked = json.loads(request.body)
        if operation == "PutEvents":
            rest, refused = asked["Entries"][1:], {"ErrorCode": "InternalFailure", "ErrorMessage": "planned"}
            done = said(self._sent(with_body(request, {"Entries": rest}), operation))["Entries"] if rest else []
            return answered(request, 200, {"FailedEntryCount": 1, "Entries": [refused, *done]})
        ((table, wanted),) = asked["RequestItems"].items()
        first, *rest = wanted["Keys"]
        found: dict[str, Any] = {"Responses": {table: []}}
        if rest:
            less = with_body(request, {"RequestItems": {table: {**wanted, "Keys": rest}}})
            answer = self._sent(less, operation)
            if answer.status_code != 200:
                return answer
            found = said(answer)
        return answered(request, 200, {**found, "UnprocessedKeys": {table: {**wanted, "Keys": [first]}}})


def with_body(request: Any, changed: dict[str, Any]) -> Any:
    """The same with another body, signed anew: who is not whom they say they are is refused here as well."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    before = {name.lower(): text(value) for name, value in request.headers.items()}
    *_, region, service, _ = before["authorization"].partition("Credential=")[2].partition(",")[0].split("/")
    headers: Any = {name: value for name, value in before.items() if name not in SIGNED}
    who = Credentials(
        os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN")
    )
    body = json.dumps({**json.loads(request.body), **changed}).encode()
    other = AWSRequest(method=request.method, url=request.url, headers=headers, data=body)
    SigV4Auth(who, service, region).add_auth(other)
    return other.prepare()


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def said(answer: Any) -> dict[str, Any]:
    return dict(json.loads(answer.content))


def answered(request: Any, status: int, document: dict[str, Any]) -> Any:
    from botocore.awsrequest import AWSResponse

    headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, status, headers, Raw(json.dumps(document).encode()))


def conflicting(request: Any, operation: str) -> dict[str, Any]:
    if operation != "TransactWriteItems":
        return {"__type": "TransactionConflictException", "message": "planned"}
    others = [{"Code": "None"}] * (len(json.loads(request.body)["TransactItems"]) - 1)
    return {
        "__type": "TransactionCanceledException",
        "message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": [{"Code": "TransactionConflict", "Message": "planned"}, *others],
    }


def silence(request: Any) -> Exception:
    from botocore.exceptions import ReadTimeoutError

    return ReadTimeoutError(endpoint_url=request.url)


def loss(request: Any) -> Exception:
    from botocore.exceptions import ConnectionClosedError

    return ConnectionClosedError(endpoint_url=request.url)


def install(folder: Path) -> None:
    from botocore.handlers import BUILTIN_HANDLERS
    from botocore.httpsession import URLLib3Session

    BUILTIN_HANDLERS.append(("before-send", Misfortune(folder, URLLib3Session())))


if os.environ.get("CHAOS_DIR"):
    install(Path(os.environ["CHAOS_DIR"]))
