"""What holds for every test: no network and no real AWS where neither belongs, and one stack for all that share it."""

import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

# How fast examples are drawn says more of the machine, and of who else is at it, than of the code.
settings.register_profile("metco", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("metco")

TESTS = Path(__file__).parent
OFFLINE = {"unit", "component", "contract"}
# On one worker each: their fixtures are dear.
TOGETHER = {
    "tests/e2e/": "stack",
    "tests/local/": "stack",
    "tests/infra/": "templates",
    "tests/contract/search/": "opensearch",
}


def layer(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


class ByLayer(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Work is handed out test by test, but for layers that share a fixture: those stay together, and begin first.

    xdist's own groups would say the same by marks, which it writes where pytest 9 no longer reads them.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((scope for folder, scope in TOGETHER.items() if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByLayer:
    return ByLayer(config, log)


class AtOnce:
    """A run of a quarter of an hour tells at once what failed; why, it says in the end."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self.terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.terminal.write_line(f" {report.nodeid}")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if terminal := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(AtOnce(terminal), "at-once")


def with_room(run: Callable[[], object]) -> object:
    return run()


# Python keeps its frames in pieces of 16 KB, and whatever calls on at the end of one maps and unmaps another
# with every call: a hundred thousand times in a test of the emulator, two fifths of its time. A frame that claims half
# a megabyte gets a piece of one, and the other half is for all that it calls.
with_room.__code__ = with_room.__code__.replace(co_stacksize=2**16)


def pytest_itemcollected(item: pytest.Item) -> None:
    item.runtest = partial(with_room, item.runtest)  # type: ignore[assignment]  # as plugins do it


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
