"""Stripe on a laptop and in tests: a pure core that is asked and answers. Servers and clients are built around it."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.stripe import params, routes, shapes, webhooks
from local.stripe.call import Call
from local.stripe.clock import Clock
from local.stripe.expand import expanded
from local.stripe.faults import Faults, NoAnswer
from local.stripe.idempotency import Key
from local.stripe.settings import API_VERSION, Settings
from local.stripe.state import PLATFORM, State
from local.stripe.wire import Document, Refused, Request, Response, invalid, shown

KEYS = re.compile(r"(sk|rk|pk)_test_\w{8,}")
SENT_TOGETHER = 500

Send = Callable[[webhooks.Delivery], int]


@dataclass(frozen=True)
class Asker:
    account: str
    publishable: bool


class StandIn:
    """`respond` for one request, `deliver` for what waits to be told. It never opens a connection itself."""

    def __init__(
        self, state: State | None = None, clock: Callable[[], float] | None = None, settings: Settings | None = None
    ) -> None:
        routes.register_all()
        self.state = state or State()
        self.clock = Clock(self.state, clock)
        self.settings = settings or Settings()
        self.faults = Faults(self.state)

    # -- being asked

    def respond(self, request: Request) -> Response:
        """Raises NoAnswer where a fault keeps the answer from arriving."""
        with self.state.transaction():
            self.settle()
            fault = self.faults.meet(request.method, request.route)
            how = fault.how if fault else ""
            at_the_door = how in AT_THE_DOOR or how == "never"
            response = self._refused_at_the_door(how) if at_the_door else self._answered(request, how)
        if how in ("lost", "never"):
            raise NoAnswer(f"{request.method} {request.route}")
        if fault and how == "late":
            return Response(response.status, {**response.headers, LATE: str(fault.seconds)}, response.body)
        return response

    def _refused_at_the_door(self, how: str) -> Response:
        status, error = AT_THE_DOOR.get(how, AT_THE_DOOR["unavailable"])
        return _response(status, {"error": error}, self._new_request_id())

    def _answered(self, request: Request, how: str) -> Response:
        request_id = self._new_request_id()
        try:
            asker = self._asker(request)
            _check_version(request)
            key = Key(self.state, request, asker.account, self.clock.now())
            if replayed := key.replayed():
                return replayed
            route, names, asked = _found(request)
            if asker.publishable and not route.public:
                raise Refused(
                    403,
                    "invalid_request_error",
                    "This API call cannot be made with a publishable API key. Please use a secret API key.",
                    code="secret_key_required",
                )
        except Refused as refused:
            return _response(refused.status, {"error": refused.error}, request_id)
        call = self.call(asker.account)
        call.params, call.names, call.path = asked, names, request.route
        call.request_id, call.idempotency_key, call.publishable = request_id, key.value, asker.publishable
        headers = {"Idempotency-Key": key.value} if key.value else {}
        if how == "broken_before":
            response = _response(500, BROKEN, request_id, headers)
            key.keep(response)
            return response
        response = self._done(route, call, headers)
        if how == "broken_after":
            response = _response(500, BROKEN, request_id, headers)
        key.keep(response)
        return response

    def _done(self, route: routes.Route, call: Call, headers: dict[str, str]) -> Response:
        kept: Refused | None = None
        try:
            with self.state.transaction():
                try:
                    answer = shown(expanded(call, route.handler(call)))
                except Refused as refused:
                    if not refused.kept:
                        raise
                    kept = refused
                    answer = {}
        except Refused as refused:
            return _response(refused.status, {"error": refused.error}, call.request_id, headers)
        if kept:
            return _response(kept.status, {"error": shown(kept.error)}, call.request_id, headers)
        shapes.hold(answer)
        return _response(200, answer, call.request_id, headers)

    def _asker(self, request: Request) -> Asker:
        """Whose key it is, and for which account. # docs.stripe.com/api/authentication"""
        key = _key(request)
        if not key:
            raise Refused(
                401,
                "invalid_request_error",
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            )
        expected = [one for one in (self.settings.secret_key, self.settings.publishable_key) if one]
        if not KEYS.fullmatch(key) or (expected and key not in expected):
            told = f"{key[:7]}{'*' * 8}{key[-4:]}"
            raise Refused(401, "invalid_request_error", f"Invalid API Key provided: {told}")
        account = request.header("Stripe-Account")
        known = self.state.get("account", account) if account else None
        if account and account != self.settings.account and (not known or known.get("deleted")):
            raise Refused(
                403,
                "invalid_request_error",
                f"The provided key '{key[:7]}{'*' * 8}{key[-4:]}' does not have access to account '{account}' (or that "
                "account does not exist). Application access may have been revoked.",
                code="account_invalid",
            )
        return Asker(PLATFORM if account == self.settings.account else account, key.startswith("pk_"))

    def _new_request_id(self) -> str:
        return f"req_{self.state.drawn(14)}"

    # -- from inside: pages, tests and time

    def call(self, account: str = PLATFORM) -> Call:
        """To act inside, as a person at a hosted page or a bank does: within `state.transaction()`."""
        return Call(self.state, self.clock.now(), self.settings, account)

    def act(self, what: Callable[..., Any], *arguments: Any, account: str = PLATFORM, **more: Any) -> Any:
        """A transition that nobody asks for over the API: a bank that decides, a person who agrees at a page."""
        with self.state.transaction():
            return what(self.call(account), *arguments, **more)

    def advance(self, seconds: int) -> int:
        """Moves the clock, and lets everything happen that became due."""
        with self.state.transaction():
            moment = self.clock.advance(seconds)
            self.settle()
        return moment

    def settle(self) -> None:
        """What was to happen by itself until now: funds available, payouts that arrive, banks that decide."""
        if not self.state.first_due(self.clock.now()):
            return
        with self.state.transaction():
            while found := self.state.first_due(self.clock.now()):
                account, due = found
                self.state.remove("due", due["id"], account)
                call = self.call(account)
                call.now = due["at"]
                routes.LATER[due["what"]](call, due["told"])

    # -- telling

    def due_deliveries(self) -> list[webhooks.Delivery]:
        with self.state.transaction():
            return webhooks.due(self.state, self.clock.now(), self.clock.read(), SENT_TOGETHER)

    def delivered(self, delivery: webhooks.Delivery, status: int) -> None:
        """What the endpoint answered; 0 where it did not."""
        with self.state.transaction():
            now = self.clock.now()
            webhooks.answered(self.state, delivery.id, status, now, self.settings.resend_after_s)

    def deliver(self, send: Send) -> int:
        """Everything that is due, by `send`, which answers with the endpoint's status. A lost one looks like sent."""
        self.settle()
        carried = self.faults.carried(self.due_deliveries())
        for delivery, arrives in carried:
            self.delivered(delivery, send(delivery) if arrives else 200)
        return len(carried)


LATE = "X-Stand-In-Late-S"
AT_THE_DOOR: dict[str, tuple[int, Document]] = {
    "unavailable": (503, {"type": "api_error", "message": "Sorry, Stripe is not available at the moment."}),
    "limited": (
        429,
        {"type": "invalid_request_error", "code": "rate_limit", "message": "Request rate limit exceeded."},
    ),
    "in_use": (
        409,
        {
            "type": "idempotency_error",
            "code": "idempotency_key_in_use",
            "message": "There is currently another in-progress request using this Idempotency Key.",
        },
    ),
}
BROKEN = {"error": {"type": "api_error", "message": "An unknown error occurred."}}


def _found(request: Request) -> tuple[routes.Route, dict[str, str], Document]:
    for route, names in routes.found(request.method, request.route):
        return route, names, params.read(request.form(), route.params, route.more)
    raise Refused(
        404,
        "invalid_request_error",
        f"Unrecognized request URL ({request.method}: {request.route}). Please see https://stripe.com/docs or we can "
        "help at https://support.stripe.com/.",
    )


def _check_version(request: Request) -> None:
    """# docs.stripe.com/api/versioning"""
    asked = request.header("Stripe-Version")
    if asked and asked != API_VERSION:
        raise invalid(f"Invalid Stripe API version: {asked}. The stand-in speaks {API_VERSION}.")


def _key(request: Request) -> str:
    scheme, _, value = request.header("Authorization").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except ValueError:
            raise invalid("Invalid authorization header.") from None
    return ""


def _response(status: int, document: Document, request_id: str, more: dict[str, str] | None = None) -> Response:
    headers = {
        "Content-Type": "application/json",
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
        **(more or {}),
    }
    if status in (409, 429, 503):
        headers["Stripe-Should-Retry"] = "true"
    elif status >= 400:
        headers["Stripe-Should-Retry"] = "false"
    return Response(status, headers, json.dumps(document).encode())
