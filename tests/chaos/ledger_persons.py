"""Who may do what at the ledger, what it hears of them, and which of its routes they take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import CreditsConverted, CreditsGifted, CreditsGranted
from kernel import clock, ids
from kernel.authz import Principal
from tests.chaos.ledger_orders import BUYERS, STORES, minor
from tests.chaos.memory_services import Published

FINN, GRETA, HUGO = FINANCE = tuple(ids.derived_id("usr", name) for name in ("Finn", "Greta", "Hugo"))
SELLERS = {store: ids.derived_id("usr", store) for store in STORES}
FORMER = ids.derived_id("usr", "somebody who left")
INSIDE = {(HUGO, STORES[0]), *((seller, store) for store, seller in SELLERS.items())}  # who works where


class Request(NamedTuple):
    """`key` makes it this request and no other, however often it is sent."""

    who: Principal
    method: str
    path: str
    body: Mapping[str, Any] | None
    key: str


@dataclass
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(self.body["code"]) if self.status >= 300 else ""


class Busy(Exception):
    """It could not be answered at this moment: try again."""


def in_finance(person: str) -> Principal:
    return Principal(person, "session", frozenset({"customer", "finance"}))


def seller_of(store: str) -> Principal:
    may = frozenset({"withdraw_funds", "view_sales"})
    return Principal(SELLERS[store], "session", frozenset({"customer"}), {store: may})


def a_buyer(person: str) -> Principal:
    return Principal(person, "session", frozenset({"customer"}))


def news() -> Iterator[Published]:
    """As identity and stores tell it."""
    numbers = count(1)
    for person in (*FINANCE, *BUYERS, *SELLERS.values()):
        roles = ["customer", "finance"] if person in FINANCE else ["customer"]
        said = {"user_id": person, "roles": roles, "locale": "en", "currency": "USD"}
        yield _told("metco.identity", "UserRegistered", person, said, next(numbers))
    for person, store in sorted(INSIDE):
        yield _told("metco.stores", "StaffJoined", store, {"store_id": store, "user_id": person}, next(numbers))
    yield _told("metco.identity", "UserErased", FORMER, {"user_id": FORMER}, next(numbers))


def _told(source: str, kind: str, aggregate: str, data: Mapping[str, Any], number: int) -> Published:
    metadata = {
        "id": ids.derived_id("evt", str(number)),
        "type": kind,
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": aggregate,
        "sequence": number,
        "correlation_id": ids.derived_id("cor", str(number)),
    }
    return Published(source, f"{kind}.v1", {"metadata": metadata, "data": data})


def request_of(fact: Fact, name: str) -> Request:
    """What people decide about money, as they decide it."""
    match fact:
        case CreditsGranted():
            body = {"buyer_id": fact.buyer_id, "amount": minor(fact.amount), "why": "goodwill"}
            return Request(in_finance(FINN), "POST", "/v1/credits/grants", body, name)
        case CreditsGifted():
            body = {"receiver_id": fact.receiver_id, "amount": minor(fact.amount)}
            return Request(a_buyer(fact.giver_id), "POST", "/v1/me/credits/gifts", body, name)
        case CreditsConverted():
            body = {"given": minor(fact.given), "to": fact.received.currency}
            return Request(a_buyer(fact.buyer_id), "POST", "/v1/me/credits/conversions", body, name)
        case _:
            raise ValueError(f"nobody decides about {fact.kind()}")
