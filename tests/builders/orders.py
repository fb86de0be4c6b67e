"""Orders over HTTP, as tasks and as what is told: say what matters to the test, the rest is filled in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from functions.orders import consumers, ordering, steps
from functions.orders.api import api
from kernel import aws, clock, ids
from kernel.authz import GUEST, Principal
from tests.builders import carriers
from tests.builders import ordering as a
from tests.builders.http import Answered, Caller, Context

PAYMENT = a.an_id("pay", 1)
SECRET = "pi_1_secret_2"
OPERATOR = a.an_id("usr", 9)


class TaskDoesNotExist(Exception):
    pass


class TaskTimedOut(Exception):
    pass


class ExecutionAlreadyExists(Exception):
    pass


class Workflows:
    """What is begun and told, by name and token; a token is answered once."""

    exceptions = SimpleNamespace(
        TaskDoesNotExist=TaskDoesNotExist, TaskTimedOut=TaskTimedOut, ExecutionAlreadyExists=ExecutionAlreadyExists
    )

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}
        self.begun: dict[str, dict[str, Any]] = {}
        self.fails = False

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803  # as the client calls them
        if name in self.begun:
            raise ExecutionAlreadyExists
        self.begun[name] = json.loads(input)

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803  # as the client calls them
        if self.fails:
            raise ConnectionError
        if taskToken in self.told:
            raise TaskTimedOut
        self.told[taskToken] = json.loads(output)


def workflows() -> Workflows:
    made = Workflows()
    aws.use("stepfunctions", made)
    return made


@contextmanager
def counting() -> Iterator[list[str]]:
    """The calls to the table, one after the other."""
    made: list[str] = []
    hooks = aws.client("dynamodb").meta.events
    hooks.register("before-call", lambda model, **_: made.append(model.name), unique_id="counting")
    try:
        yield made
    finally:
        hooks.unregister("before-call", unique_id="counting")


# Who calls


def by(who: str = a.BUYER, *roles: str, stores: dict[str, frozenset[str]] | None = None) -> Caller:
    held = {GUEST} if who.startswith("gst_") else {"customer", *roles}
    return Caller(api, Principal(who, "", frozenset(held), stores or {}))


def of_store(store_id: str = a.STORE, *may: str) -> Caller:
    return by(a.an_id("usr", 7), "seller", stores={store_id: frozenset(may or ("view_orders",))})


def finance() -> Caller:
    return by(OPERATOR, "finance")


# What buyers do


def token(*lines: dict[str, Any], **said: Any) -> str:
    """A quote of this moment, as baskets sign it."""
    return a.signed(a.quoted(*lines, **{"now": clock.now()} | said), ordering.quotes_key())


def check_out(
    quote: str | None = None, who: str = a.BUYER, headers: dict[str, str] | None = None, **said: Any
) -> Answered:
    if who.startswith("gst_"):
        said = {"email": "ada@example.com"} | said
    body = {"quote": quote or token(buyer_id=who), "address": a.ADDRESS, **said}
    return by(who)("POST", "/v1/checkouts", body, headers=headers or {})


def placed(*lines: dict[str, Any], who: str = a.BUYER, asked_for: dict[str, Any] | None = None, **said: Any) -> str:
    """The order's id."""
    answer = check_out(token(*lines, buyer_id=who, **said), who, **asked_for or {})
    assert answer.status == 202, answer.text
    return str(answer.json["order_id"])


def look(order_id: str, who: str = a.BUYER, **query: Any) -> dict[str, Any]:
    answer = by(who)("GET", f"/v1/orders/{order_id}", query={name: str(of) for name, of in query.items()})
    assert answer.status == 200, answer.text
    return dict(answer.json)


def history(order_id: str, who: str = a.BUYER) -> list[str]:
    answer = by(who)("GET", f"/v1/orders/{order_id}/history")
    assert answer.status == 200, answer.text
    return [one["what"] for one in answer.json["items"]]


# What the workflow asks, and what is told


def task(name: str, order_id: str, **said: Any) -> dict[str, Any]:
    return steps.handler({"task": name, "order_id": order_id, **said}, Context())


def awaiting(order_id: str, waits_by: str = "token-1", outcome: str = "created", **said: Any) -> None:
    begun = {"outcome": outcome, "payment_id": PAYMENT, "client_secret": SECRET, "failure": None}
    assert task("await_payment", order_id, token=waits_by, payment=begun, **said) == {"outcome": "awaiting"}


def confirmed(order_id: str) -> None:
    assert task("confirm", order_id, payment_id=PAYMENT)["outcome"] == "confirmed"


def parked_id(order_id: str) -> str:
    """Of its checkout."""
    return ids.derived_id("prk", "checkout", order_id)


def decided(order_id: str, decision: str = "retry") -> dict[str, str]:
    """As the event tells it."""
    named = {"order_id": order_id, "subject_id": order_id, "parked_id": parked_id(order_id)}
    return {**named, "workflow": "checkout", "step": "paid", "decision": decision}


def parked(order_id: str, waits_by: str = "token-p") -> None:
    trouble = {"Error": "RuntimeError", "Cause": "reservation_over"}
    assert task("park", order_id, execution=order_id, token=waits_by, step="paid", trouble=trouble) == {
        "outcome": "parked"
    }


def hear_at(sequence: int, kind: str, source: str, **data: Any) -> None:
    assert hears(kind, source, sequence, **data), kind


def hears(kind: str, source: str = "metco.orders", sequence: int = 1, /, **data: Any) -> bool:
    """False: it will be told again."""
    metadata = {
        "id": ids.new_id("evt"),
        "type": kind,
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": "a",
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    return answer == {"batchItemFailures": []}


def hear(kind: str, source: str = "metco.orders", **data: Any) -> None:
    assert hears(kind, source, **data), kind


def payment_ended(order_id: str | None, how: str = "Succeeded") -> None:
    hear(f"Payment{how}", "metco.payments", order_id=order_id, payment_id=PAYMENT)


def numbered(order_id: str, store_id: str = a.STORE) -> str:
    """The part's id, which is its invoice's."""
    seller_order_id = a.seller_order_of(order_id, store_id)
    part = {"seller_order_id": seller_order_id, "store_id": store_id}
    hear("OrderPaid", order_id=order_id, seller_orders=[part])
    return seller_order_id


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    """An order of this person's, of the store that everybody in these tests has."""
    order_id = _ordered(user_id, "things")
    part = a.seller_order_of(order_id)
    beside = {"parked_id": parked_id(order_id), "seller_order_id": part, "parcel_id": a.an_id("pcl"), "paper_id": part}
    beside |= {"return_id": a.an_id("ret")}
    return {"order_id": order_id, **beside}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    if ready := OF_PARTS.get(operation):
        return ready(operation, who, things)
    match operation:
        case "check_out":
            return things, _body(who.id, ids.new_id("qte"))
        case "claim_order":
            guest = ids.new_id("gst")
            begun = check_out(token(buyer_id=guest, **_named(ids.new_id("qte"))), guest).json
            return things | {"order_id": begun["order_id"]}, {"secret": begun["claim_secret"]}
        case "cancel_order":
            return things | {"order_id": _ordered(who.id, ids.new_id("qte"))}, {}
        case "decide_parked":
            order_id = _ordered(who.id, ids.new_id("qte"))
            parked(order_id)
            return things | {"parked_id": parked_id(order_id)}, {}
        case "read_store_order":
            order_id = _ordered(who.id, ids.new_id("qte"), things["store_id"])
            confirmed(order_id)
            return things | {"order_id": order_id}, {}
        case "list_papers" | "read_paper" | "list_store_papers" | "read_store_paper":
            order_id = _ordered(who.id, ids.new_id("qte"), things["store_id"])
            confirmed(order_id)
            return things | {"order_id": order_id, "paper_id": numbered(order_id, things["store_id"])}, {}
        case "choose_store_carriers" | "label_parcel" | "list_carrier_rates" | "read_label":
            return _by_carrier(operation, who, things)
    return things, {}


def _by_carrier(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Of a paid order, by a store that sends with DHL; with a label where that is asked for."""
    carriers.here()
    store_id = things.get("store_id", a.STORE)
    if operation == "choose_store_carriers":
        return things, {}
    made, _ = _fulfilled("label_parcel", who, things)
    chosen = {"carriers": ["dhl"], "sender": carriers.BERLIN, "package": {"weight_g": 800}}
    assert of_store(store_id)("PUT", f"/v1/stores/{store_id}/carriers", chosen).status == 200
    if operation == "read_label":
        path = f"/v1/stores/{store_id}/orders/{made['order_id']}/parcels/label"
        made |= {"parcel_id": of_store(store_id)("POST", path, {}).json["parcel_id"]}
    return made, {"lines": None, "carrier": "dhl", "service": "N"} if operation == "label_parcel" else {}


def _given_back(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    made, _ = _fulfilled(operation, who, things)
    match operation:
        case "cancel_seller_order" | "cancel_store_lines":
            return made, {"lines": None}
        case "change_address":
            return made, {"line1": "Unter den Linden 2"}
    return made, {"lines": {a.an_id("lin", 1): a.money(1_00)}}


def _coming_back(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Of a part that has arrived, as far on its way back as is needed for what is asked."""
    made, _ = _fulfilled("receive_order", who, things)
    part = f"/v1/orders/{made['order_id']}/seller-orders/{made['seller_order_id']}"
    assert by(who.id)("POST", f"{part}/received").status == 200
    wanted = {"lines": {a.an_id("lin", 1): 1}, "why": "no_longer_wanted", "wanted": "refund"}
    if operation == "request_return":
        return made, wanted
    return_id = by(who.id)("POST", f"{part}/returns", wanted).json["return_id"]
    steps.handler(
        {"task": "return_opened", "order_id": made["order_id"], "return_id": return_id, "froze": {"outcome": "frozen"}},
        Context(),
    )
    here = f"/v1/stores/{things.get('store_id', a.STORE)}/orders/{made['order_id']}/returns/{return_id}"
    store = of_store(things.get("store_id", a.STORE), "view_orders")
    if operation in ("send_return", "receive_return", "inspect_return"):
        assert store("POST", f"{here}/answer", {"answer": "approve"}).status == 200
    if operation == "inspect_return":
        assert store("POST", f"{here}/received").status == 200
    bodies: dict[str, dict[str, Any]] = {
        "answer_return": {"answer": "approve"},
        "inspect_return": {"accepted": None, "to_shelf": None},
    }
    return made | {"return_id": return_id}, bodies.get(operation, {})


def _fulfilled(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """A paid order, sent already where that is asked for."""
    store_id = things.get("store_id", a.STORE)
    order_id = _ordered(who.id, ids.new_id("qte"), store_id)
    confirmed(order_id)
    made = {"order_id": order_id, "seller_order_id": a.seller_order_of(order_id, store_id)}
    if operation in ("move_parcel", "receive_order"):
        parcels = f"/v1/stores/{store_id}/orders/{order_id}/parcels"
        made |= {"parcel_id": of_store(store_id)("POST", parcels, {}).json["parcel_id"]}
    return things | made, {"lines": None} if operation == "send_parcel" else {}


OF_PARTS = {
    **dict.fromkeys(("begin_store_order", "send_parcel", "move_parcel", "receive_order"), _fulfilled),
    **dict.fromkeys(("cancel_seller_order", "cancel_store_lines", "change_address"), _given_back),
    **dict.fromkeys(("give_back", "give_back_as_operator"), _given_back),
    **dict.fromkeys(("request_return", "withdraw_return", "send_return"), _coming_back),
    **dict.fromkeys(("answer_return", "receive_return", "inspect_return"), _coming_back),
}


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    return _body(who.id if who else a.BUYER, ids.new_id("qte")) if operation == "check_out" else {}


def _ordered(user_id: str, seed: str, store_id: str = a.STORE) -> str:
    line = a.a_quoted_line(store_id=store_id)
    return placed(line, who=user_id, **_named(ids.derived_id("qte", user_id, seed)))


def _body(user_id: str, quote_id: str) -> dict[str, Any]:
    return {"quote": token(buyer_id=user_id, **_named(quote_id)), "address": a.ADDRESS, "payment": {}}


def _named(quote_id: str) -> dict[str, Any]:
    return {"quote_id": quote_id, "basket_id": ids.derived_id("bsk", quote_id)}
