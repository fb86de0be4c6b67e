"""What is not sent, goes back or comes back: asked for over HTTP, and carried out as the workflows ask for it."""

from typing import Any

from functions.orders.store.orders import orders
from infra.platform.context import ROOT
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as s
from tests.builders.http import Answered, Context
from tests.chaos.asl import Execution, read

FOLDER = ROOT / "infra" / "workflows"
OPERATOR = a.an_id("usr", 9)
NONE_OWED = {"outcome": "refunded", "by_card": a.money(0), "by_credits": a.money(0), "owed": a.money(0)}
USUAL: dict[str, Any] = {
    "Payments.reverse_transfers": {"outcome": "reversed", "amount": a.money(0)},
    "Payments.refund": {"outcome": "sent"},
    "Inventory.take_back": {"outcome": "taken_back", "units": 1},
    "Inventory.reserve": {"outcome": "reserved"},
    "Inventory.commit": {"outcome": "committed"},
    "Catalog.revoke_downloads": {"outcome": "revoked"},
    "Ledger.freeze": {"outcome": "frozen", "freezes": 1},
    "Ledger.unfreeze": {"outcome": "unfrozen", "freezes": 0},
}


def cancel(order_id: str, lines: dict[str, int] | None = None, who: str = "store", store_id: str = a.STORE) -> Answered:
    """Without lines, all that is not sent."""
    body = {"lines": lines} if lines else {}
    if who == "store":
        return s.by_store("POST", f"{order_id}/cancel", body, store_id)
    part = a.seller_order_of(order_id, store_id)
    return b.by(who)("POST", f"/v1/orders/{order_id}/seller-orders/{part}/cancel", body)


def give_back(order_id: str, lines: dict[str, int], store_id: str = a.STORE) -> Answered:
    body = {"lines": {line_id: a.money(minor) for line_id, minor in lines.items()}}
    return s.by_store("POST", f"{order_id}/refunds", body, store_id)


def move_to(order_id: str, who: str = a.BUYER, **said: Any) -> Answered:
    return b.by(who)("PUT", f"/v1/orders/{order_id}/address", a.ADDRESS | said)


def refunds(order_id: str) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in orders().whole(order_id).refunds]


def refund(order_id: str) -> dict[str, Any]:
    [one] = refunds(order_id)
    return one


def amounts(one: dict[str, Any]) -> dict[str, int]:
    return {line_id: amount["minor"] for line_id, amount in one["lines"].items()}


# Returns


def ask_return(order_id: str, lines: dict[str, int] | None = None, who: str = a.BUYER, **said: Any) -> Answered:
    body = {"lines": lines or {s.LINE: 1}, "why": "no_longer_wanted"} | said
    part = a.seller_order_of(order_id, said.pop("store_id", a.STORE))
    return b.by(who)("POST", f"/v1/orders/{order_id}/seller-orders/{part}/returns", body)


def asked_return(order_id: str, lines: dict[str, int] | None = None, **said: Any) -> str:
    """The return's id, of one that is open."""
    answer = ask_return(order_id, lines, **said)
    assert answer.status == 202, answer.text
    return_id = str(answer.json["return_id"])
    run("return", order_id, return_id)
    return return_id


def by_buyer(order_id: str, return_id: str, what: str, body: dict[str, Any] | None = None) -> Answered:
    return b.by(a.BUYER)("POST", f"/v1/orders/{order_id}/returns/{return_id}/{what}", body)


def by_store(order_id: str, return_id: str, what: str, body: dict[str, Any] | None = None) -> Answered:
    return s.by_store("POST", f"{order_id}/returns/{return_id}/{what}", body)


def brought_back(order_id: str, lines: dict[str, int] | None = None, **said: Any) -> str:
    """With its store, not looked at yet."""
    return_id = asked_return(order_id, lines, **said)
    assert by_store(order_id, return_id, "answer", {"answer": "approve"}).status == 200
    assert by_store(order_id, return_id, "received").status == 200
    return return_id


def returned(order_id: str, return_id: str) -> dict[str, Any]:
    return orders().whole(order_id).returning(return_id).model_dump(mode="json")


# Workflows: orders' own tasks are the real ones, the others answer as usual unless it is said otherwise


class Ran:
    def __init__(self, name: str, given: dict[str, str], told: list[dict[str, Any]], instead: dict[str, Any]) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers = dict(USUAL) | instead
        given = {**given, "correlation_id": "cor_1", "causation_id": "evt_1"}
        self.execution = Execution(read(FOLDER / f"{name}.asl.json"), given, self._answer)
        while self.execution.ended is None:
            self.execution.run()
            if self.execution.token:
                self.execution.succeed(told.pop(0))

    def _answer(self, domain: str, asked: dict[str, Any]) -> Any:
        name = f"{domain}.{asked['task']}"
        self.asked.append((name, asked))
        if domain == "Orders":
            said = {key: value for key, value in asked.items() if key not in ("task", "order_id")}
            return b.task(asked["task"], asked["order_id"], **said)
        answer = self._answers.get(name) or self._booked(asked)
        if callable(answer):
            return answer(asked, Context())
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if asked.get("must") is True and answer["outcome"] == "refused":
            raise RuntimeError(answer["code"])
        return answer

    def _booked(self, asked: dict[str, Any]) -> dict[str, Any]:
        """As the ledger does of what a card has paid."""
        return NONE_OWED | {"by_card": a.money(sum(one["minor"] for one in asked["lines"].values()))}

    @property
    def tasks(self) -> list[str]:
        """Repeated tries count once."""
        names = [name for name, _ in self.asked]
        return [name for place, name in enumerate(names) if not place or names[place - 1] != name]

    def told_to(self, name: str) -> dict[str, Any]:
        return next(asked for named, asked in self.asked if named == name)


def run(name: str, order_id: str, subject_id: str, *told: dict[str, Any], **instead: Any) -> Ran:
    """`instead`: what a task answers, as Ledger__refund=…; `told`: what a person decides, in turn."""
    answers = {key.replace("__", "."): answer for key, answer in instead.items()}
    kind = "refund_id" if name == "money_back" else "return_id"
    return Ran(name, {"order_id": order_id, kind: subject_id}, list(told), answers)


def paid_back(order_id: str, **instead: Any) -> Ran:
    """The latest refund, carried out."""
    return run("money_back", order_id, refunds(order_id)[-1]["refund_id"], **instead)
