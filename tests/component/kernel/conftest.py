"""A table of its own, and a client whose every call a test can make fail before or after it takes effect."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from kernel import aws, table
from kernel.table import Table
from tests.builders import cloud

Fault = Callable[[Callable[[], Any]], Any]


def refused(code: str, *reasons: str) -> Fault:
    """AWS answers with an error, and nothing has happened."""

    def fault(_: Callable[[], Any]) -> Any:
        response: dict[str, Any] = {"Error": {"Code": code, "Message": code}}
        if reasons:
            response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
        raise ClientError(response, "Call")  # type: ignore[arg-type]  # the part of a response that the kernel reads

    return fault


def answer_lost(call: Callable[[], Any]) -> Any:
    """It has happened, and nobody was told."""
    call()
    raise ReadTimeoutError(endpoint_url="dynamodb")


class Faulty:
    """The real client; each call first takes the next planned fault, if there is one."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.plan: list[Fault | None] = []
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)

        def call(**arguments: Any) -> Any:
            self.calls.append(name)
            fault = self.plan.pop(0) if self.plan else None
            return fault(lambda: real(**arguments)) if fault else real(**arguments)

        return call


@pytest.fixture
def client(world: cloud.World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    monkeypatch.setattr(table, "sleep", lambda _: None)
    faulty = Faulty(cloud.client("dynamodb"))
    aws.use("dynamodb", faulty)
    yield faulty
    assert not faulty.plan, "a planned fault was never met"


@pytest.fixture
def things(client: Faulty) -> Table:
    return Table()
