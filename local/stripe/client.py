"""The official package, wired to the core in this process: no socket, so that tests without a network can use it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from local.stripe.faults import NoAnswer
from local.stripe.stand_in import LATE, StandIn
from local.stripe.wire import Request

PATIENCE_S = 8.0  # as long as Metco's own client waits for an answer
SECRET_KEY = "sk_test_of_the_stand_in"
PUBLISHABLE_KEY = "pk_test_of_the_stand_in"

Watch = Callable[[Request], None]


class InProcess(stripe.HTTPClient):
    """`before` and `after` are called around each request: a test stops the world there, or counts."""

    name = "in process"

    def __init__(self, core: StandIn, before: Watch | None = None, after: Watch | None = None) -> None:
        super().__init__()
        self.core = core
        self.before, self.after = before, after
        self.patience_s = PATIENCE_S
        self.asked: list[tuple[str, str]] = []  # every request: method and path

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        address = urlsplit(url)
        path = f"{address.path}?{address.query}" if address.query else address.path
        body = post_data if isinstance(post_data, bytes) else (post_data or "").encode()
        request = Request(method.upper(), path, dict(headers or {}), body)
        self.asked.append((request.method, request.route))
        if self.before:
            self.before(request)
        try:
            response = self.core.respond(request)
        except NoAnswer as lost:
            raise _unreachable("Nothing came back.") from lost
        if self.after:
            self.after(request)
        if float(response.headers.get(LATE, 0)) > self.patience_s:
            raise _unreachable("The answer came too late.")
        return response.body.decode(), response.status, _Headers(response.headers)

    def _sleep_time_seconds(self, *_: Any, **__: Any) -> float:
        return 0.0  # tests do not wait

    def close(self) -> None:
        """Nothing is open."""


def _unreachable(told: str) -> Exception:
    return stripe.APIConnectionError(told, should_retry=True)  # type: ignore[no-untyped-call]  # it has no types


class _Headers(dict[str, str]):
    """Found whatever their case, as every HTTP library has them."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def client(core: StandIn, key: str = SECRET_KEY, **options: Any) -> stripe.StripeClient:
    """A client as its documentation describes it, that ends at this core."""
    return stripe.StripeClient(key, http_client=InProcess(core), **options)
