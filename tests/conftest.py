"""What holds for every test: no network and no real AWS where neither belongs, and one stack for all that share it."""

import socket
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
OFFLINE = {"unit", "component", "contract"}
TOGETHER = {"e2e": "stack", "local": "stack", "infra": "templates"}  # on one worker: their fixtures are dear


def layer(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if group := TOGETHER.get(layer(item.path)):
            item.add_marker(pytest.mark.xdist_group(group))


class NetworkBlocked(BaseException):
    """Not an Exception, so that no `except Exception` and no retry can hide the attempt."""


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if layer(request.path) not in OFFLINE or request.node.get_closest_marker("network"):
        return

    def refuse(*address: object, **options: object) -> None:
        raise NetworkBlocked(f"A test in tests/{layer(request.path)} opened a connection: {address[-2:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("PROFILE", "SESSION_TOKEN", "ENDPOINT_URL"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
