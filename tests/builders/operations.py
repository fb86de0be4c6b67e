"""Every operation of every domain, ready to be called by a person with the document's own example as its body."""

import importlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.stores.rules.stores import ALL_PERMISSIONS
from kernel import settings
from kernel.authz import PUBLIC, Principal
from tests.builders import identity
from tests.builders.http import Answered, Caller
from tests.builders.kept import keep
from tools.contracts import domains, openapi
from tools.contracts.openapi import answers

_DOMAINS = {domain.name: domain for domain in domains()}
_DOCUMENT = openapi.document(list(_DOMAINS.values()), version="test")
OPERATIONS = {op["operationId"]: (path, method.upper(), op) for path, method, op in openapi.operations(_DOCUMENT)}
ANSWERS = {name: answers.of(_DOCUMENT, operation) for name, (_, _, operation) in OPERATIONS.items()}
GUARDED = sorted(name for name, (_, _, op) in OPERATIONS.items() if op["x-permission"] != PUBLIC)
OPEN = sorted(OPERATIONS.keys() - set(GUARDED))
KEYED = sorted(name for name in GUARDED if "IdempotencyKey" in str(OPERATIONS[name][2]["parameters"]))


@dataclass(frozen=True)
class Person:
    """Someone with an account and a session, and the things of theirs that a path can name."""

    user_id: str
    session_id: str
    others: Mapping[str, str] = field(default_factory=dict)

    def as_a(self, role: str) -> Principal:
        """With all that the person's own store gives, where a domain has made them one."""
        stores = {self.others["store_id"]: frozenset(ALL_PERMISSIONS)} if "store_id" in self.others else {}
        return Principal(self.user_id, self.session_id, frozenset({"customer", role}), stores)

    def things(self) -> dict[str, str]:
        return {"user_id": self.user_id, "session_id": self.session_id, **self.others}


def a_person(email: str) -> Person:
    """Each domain's builder adds what its own paths name, by its `things_of(user_id)`.

    Where an example of the document does not do for every caller, its `body_of(operation, who)` says what does.
    """
    user_id, others = identity.an_account(email), dict[str, str]()
    for domain in (name for name, domain in _DOMAINS.items() if domain.api):
        builder = importlib.import_module(f"tests.builders.{domain}")
        if hasattr(builder, "things_of"):
            others |= builder.things_of(user_id)
    return Person(user_id, identity.sign_in(email).json["session_id"], others)


KEPT_S = 120.0  # a fraction of what the shortest of the codes and links in it live
_kept: tuple[float, tuple[Person, Person], Callable[[], None]] | None = None


def two_people() -> tuple[Person, Person]:
    """Somebody and somebody else, alone in the world: whatever was in it is forgotten.

    They come by all they have over HTTP, which takes most of the time of a test that calls one route; so they are made
    once in a while, and every test of that while finds them as they were then.
    """
    global _kept
    if _kept and time.monotonic() - _kept[0] < KEPT_S:
        _, people, restore = _kept
        restore()
        settings.forget()
    else:
        people = a_person("owner@example.com"), a_person("stranger@example.com")
        _kept = time.monotonic(), people, keep()
    return people


def ready(name: str, who: Principal | None, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What one call needs that can be done only once: a domain's `ready_for` makes it anew."""
    own = importlib.import_module(f"tests.builders.{OPERATIONS[name][2]['tags'][0]}")
    return own.ready_for(name, who, things) if who and hasattr(own, "ready_for") else (things, {})


def call(
    name: str, who: Principal | None, things: dict[str, str], *, headers: dict[str, str] | None = None, **body: Any
) -> Answered:
    path, method, operation = OPERATIONS[name]
    api = next(one for one in _DOMAINS[operation["tags"][0]].apis if name in one.operations)
    return Caller(api, who)(method, path.format(**things), body_of(name, who, **body), headers=headers)


def elsewhere(name: str, who: Principal | None, things: dict[str, str]) -> list[int]:
    """How the same call is answered wherever else it can be made: a domain's `elsewhere` knows."""
    own = importlib.import_module(f"tests.builders.{OPERATIONS[name][2]['tags'][0]}")
    return list(own.elsewhere(name, who, things, body_of(name, who))) if hasattr(own, "elsewhere") else []


def body_of(name: str, who: Principal | None, **said: Any) -> dict[str, Any] | None:
    """The document's own example, or what does for this caller."""
    operation = OPERATIONS[name][2]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    own = importlib.import_module(f"tests.builders.{operation['tags'][0]}")
    fitting = own.body_of(name, who) if hasattr(own, "body_of") else {}
    return {**content["example"], **fitting, **said} if content else None
