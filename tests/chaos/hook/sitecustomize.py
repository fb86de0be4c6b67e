"""Enters every function process of a throwaway stack: counts AWS calls, doubles events, and dies where it is told to.

Python imports a module of this name by itself. Without CHAOS_DIR in the environment it does nothing.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

DEATH = 137


def numbered(folder: Path, operation: str) -> int:
    """The call's number among those of all processes."""
    with (folder / "calls").open("a+") as calls:
        fcntl.flock(calls, fcntl.LOCK_EX)
        calls.seek(0)
        number = len(calls.readlines()) + 1
        calls.write(f"{operation} {os.environ.get('AWS_LAMBDA_FUNCTION_NAME', '')}\n")
    return number


def planned(folder: Path, number: int) -> str:
    """The fault of this call, once: whoever tries again must come through."""
    try:
        plan = json.loads((folder / "plan.json").read_text())
    except FileNotFoundError:
        return ""
    if plan["number"] != number:
        return ""
    (folder / "plan.json").unlink()
    return str(plan["kind"])


def tell_of(folder: Path, body: bytes) -> None:
    with (folder / "published").open("a") as published:
        for entry in json.loads(body)["Entries"]:
            published.write(json.loads(entry["Detail"])["metadata"]["id"] + "\n")


def reversed_entries(body: bytes) -> bytes:
    parameters = json.loads(body)
    return json.dumps({**parameters, "Entries": parameters["Entries"][::-1]}).encode()


def install(folder: Path) -> None:
    from botocore.exceptions import ConnectionClosedError
    from botocore.handlers import BUILTIN_HANDLERS
    from botocore.httpsession import URLLib3Session

    network = URLLib3Session()

    def send(event_name: str, request: Any, **_: Any) -> Any:
        operation = event_name.rsplit(".", 1)[1]
        kind = planned(folder, numbered(folder, operation))
        if kind == "crash before":
            os._exit(DEATH)
        answer = network.send(request)
        if operation == "PutEvents":
            tell_of(folder, request.body)
            request.body = reversed_entries(request.body)
            network.send(request)
        if kind == "crash after":
            os._exit(DEATH)
        if kind == "lost answer":
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    BUILTIN_HANDLERS.append(("before-send", send))


if os.environ.get("CHAOS_DIR"):
    install(Path(os.environ["CHAOS_DIR"]))
