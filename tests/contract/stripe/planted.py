"""Ways in which a fake of Stripe usually lies, planted in the stand-in: the suite is good for what it finds of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from local.stripe import events, idempotency, params, routes, shapes, stand_in, webhooks
from local.stripe.call import Call
from local.stripe.idempotency import Key
from local.stripe.objects import (
    payment_intents,
)
from local.stripe.state import State
from local.stripe.wire import Document, Refused, shown

FAULTS: dict[str, Callable[[], AbstractContextManager[None]]] = {}
PLENTY = 10**12


def fault(plant: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    FAULTS[plant.__name__.replace("_", " ")] = contextmanager(plant)
    return plant


class Instead:
    """A module with some of its names meaning something else, for whoever holds it by this name."""

    def __init__(self, module: Any, **otherwise: Any) -> None:
        self.module, self.otherwise = module, otherwise

    def __getattr__(self, name: str) -> Any:
        return self.otherwise[name] if name in self.otherwise else getattr(self.module, name)


@contextmanager
def answered_by(
    method: str, path: str, otherwise: Callable[[Callable[[Call], Document], Call], Document]
) -> Iterator[None]:
    """What a route does, done otherwise."""
    routes.register_all()
    [(place, known)] = [(n, one) for n, one in enumerate(routes.ROUTES) if (one.method, one.path) == (method, path)]
    routes.ROUTES[place] = replace(known, handler=lambda call: otherwise(known.handler, call))
    try:
        yield
    finally:
        routes.ROUTES[place] = known


@contextmanager
def written_as(lie: Callable[[Any], Any]) -> Iterator[None]:
    """Every answer, changed on its way out; the stand-in does not look at itself meanwhile."""
    with patch.object(stand_in, "shown", lambda value: lie(shown(value))), patch.object(shapes, "hold", lambda _: None):
        yield


def everywhere(value: Any, lie: Callable[[str, Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: everywhere(lie(name, held), lie) for name, held in value.items()}
    return [everywhere(one, lie) for one in value] if isinstance(value, list) else value


# ------------------------------------------------------------------------------------ what is asked, and twice


@fault
def idempotency_ignored() -> Iterator[None]:
    with patch.object(Key, "replayed", lambda self: None):
        yield


@fault
def a_key_serves_for_other_parameters() -> Iterator[None]:
    with patch.object(idempotency, "_meant", lambda request: ""):
        yield


@fault
def a_key_is_everybodys() -> Iterator[None]:
    made = Key.__init__
    with patch.object(Key, "__init__", lambda self, state, request, _, now: made(self, state, request, "", now)):
        yield


@fault
def mistakes_are_remembered_under_their_key() -> Iterator[None]:
    answered = stand_in.StandIn._answered

    def planted(self: stand_in.StandIn, request: Any, how: str) -> Any:
        answer = answered(self, request, how)
        Key(self.state, request, "", self.clock.now()).keep(answer)
        return answer

    with patch.object(stand_in.StandIn, "_answered", planted):
        yield


@fault
def a_declined_card_is_not_remembered_under_its_key() -> Iterator[None]:
    with patch.object(idempotency, "NEVER_KEPT", frozenset([401, 402, 409, 429])):
        yield


@fault
def unknown_parameters_accepted() -> Iterator[None]:
    read = params.read

    def planted(form: Document, name: str, more: tuple[str, ...] = ()) -> Document:
        try:
            return read(form, name, more)
        except Refused as refused:
            if refused.error.get("code") != "parameter_unknown":
                raise
            top, _, below = str(refused.error["param"]).partition("[")
            inside = {key: value for key, value in form[top].items() if key != below.rstrip("]")} if below else None
            left = {key: value for key, value in form.items() if key != top}
            return planted(left | {top: inside} if below else left, name, more)

    with patch.object(params, "read", planted):
        yield


@fault
def amounts_rounded_to_whole_numbers() -> Iterator[None]:
    with patch.object(params, "_integer", lambda value, path: int(float(value))):
        params._typed_dict.cache_clear()
        yield
    params._typed_dict.cache_clear()


@fault
def any_amount_will_do() -> Iterator[None]:
    with patch.object(payment_intents, "check_amount", lambda amount, currency, param="": amount):
        yield


@fault
def a_page_is_the_whole_list() -> Iterator[None]:
    listed = Call.listed

    def planted(self: Call, *given: Any, **equal: Any) -> Document:
        return listed(self, *given, **equal) | {"has_more": False}

    with patch.object(Call, "listed", planted):
        yield


@fault
def lists_begin_with_the_oldest() -> Iterator[None]:
    find = State.find
    with patch.object(State, "find", lambda self, *given, **equal: find(self, *given, **equal)[::-1]):
        yield


# ---------------------------------------------------------------------------------------------------- what is answered


@fault
def a_status_that_stripe_does_not_have() -> Iterator[None]:
    def lie(name: str, value: Any) -> Any:
        return "paid" if name == "status" and value == "succeeded" else value

    with written_as(lambda answer: everywhere(answer, lie)):
        yield


@fault
def amounts_in_floats() -> Iterator[None]:
    def lie(name: str, value: Any) -> Any:
        return float(value) if name == "amount" and isinstance(value, int) else value

    with written_as(lambda answer: everywhere(answer, lie)):
        yield


@fault
def a_field_that_is_forgotten() -> Iterator[None]:
    def lie(answer: Any) -> Any:
        return {name: value for name, value in answer.items() if name != "livemode"}

    with written_as(lie):
        yield


@fault
def metadata_replaced_as_a_whole() -> Iterator[None]:
    with patch.object(Call, "metadata", lambda self, known=None: self.params.get("metadata") or {}):
        yield


# ------------------------------------------------------------------------------------------ what is told of it


@fault
def events_unsigned() -> Iterator[None]:
    with patch.object(webhooks, "signature", lambda body, moment, secrets: f"t={moment},v1={'0' * 64}"):
        yield


@fault
def each_endpoint_hears_everything() -> Iterator[None]:
    with patch.object(webhooks, "_wants", lambda endpoint, event: True):
        yield


@fault
def a_webhook_is_sent_once_and_forgotten() -> Iterator[None]:
    answered = webhooks.answered
    with patch.object(webhooks, "answered", lambda state, id, status, *more: answered(state, id, 200, *more)):
        yield


@fault
def an_event_shows_what_became_of_it_since() -> Iterator[None]:
    def planted(handler: Callable[[Call], Document], call: Call) -> Document:
        told = handler(call)
        for event in told["data"]:
            event["data"]["object"] = call.state.any(event["data"]["object"]["id"]) or event["data"]["object"]
        return told

    with answered_by("GET", "/v1/events", planted):
        yield


@fault
def nothing_is_told() -> Iterator[None]:
    with patch.object(events, "happened", lambda *_: {}):
        yield
