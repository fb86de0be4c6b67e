"""Who is calling, and may they? `require` is the only question code asks; the one table in `permissions` answers it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any

from kernel.errors import DomainError, Forbidden, NotFound, Unauthenticated
from kernel.permit import Rule
from permissions import PERMISSIONS

PUBLIC = "public"
GUEST = "guest"  # the one role of someone who has no account


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, as the authorizer hands it over. Small on purpose: it travels with every request."""

    id: str
    session: str = ""
    roles: frozenset[str] = frozenset()
    stores: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[str] | None = None  # what an API key was given; None for a person, who needs none

    def to_context(self) -> str:
        plain = asdict(self) | {
            "roles": sorted(self.roles),
            "stores": {store: sorted(may) for store, may in self.stores.items()},
            "scopes": None if self.scopes is None else sorted(self.scopes),
        }
        return json.dumps(plain, separators=(",", ":"))

    @classmethod
    def from_context(cls, text: str) -> "Principal":
        plain = json.loads(text)
        stores = {store: frozenset(may) for store, may in plain["stores"].items()}
        scopes = None if plain.get("scopes") is None else frozenset(plain["scopes"])
        return cls(plain["id"], plain["session"], frozenset(plain["roles"]), stores, scopes)


ANONYMOUS = Principal("anonymous")


@dataclass(slots=True)
class _Call:
    principal: Principal
    required: set[str] = field(default_factory=set)


_call: ContextVar[_Call | None] = ContextVar("call", default=None)


def principal() -> Principal:
    call = _call.get()
    return call.principal if call else ANONYMOUS


@contextmanager
def acting_as(who: Principal) -> Iterator[_Call]:
    token = _call.set(_Call(who))
    try:
        yield _call.get()  # type: ignore[misc]  # it was set one line above
    finally:
        _call.reset(token)


def require(action: str, *, owner: str = "", store: str = "") -> Principal:
    """Let the caller pass or raise. Without an owner or a store only roles count."""
    call = _call.get() or _Call(ANONYMOUS)
    call.required.add(action)
    refusal = decide(call.principal, action, owner=owner, store=store)
    if refusal:
        raise refusal
    return call.principal


def decide(who: Principal, action: str, *, owner: str = "", store: str = "") -> DomainError | None:
    """The decision as a value. Someone else's thing is not admitted to exist: 404, as if it were missing."""
    rule = PERMISSIONS[action]
    if refusal := _outside(who, rule):
        return refusal
    if rule.roles & who.roles or (rule.own and owner and owner == who.id):
        return None
    if rule.store and rule.store in who.stores.get(store, ()):
        return None
    return NotFound() if (rule.own and owner) or (rule.store and store) else Forbidden()


def hopeless(who: Principal, action: str) -> DomainError | None:
    """Refuse before anything is read or validated whoever could not pass for any owner or store."""
    rule = PERMISSIONS[action]
    if refusal := _outside(who, rule):
        return refusal
    if rule.own or rule.roles & who.roles or any(rule.store in may for may in who.stores.values()):
        return None
    return Forbidden()


def _outside(who: Principal, rule: Rule) -> DomainError | None:
    """What the kind of credential rules out, whoever it belongs to."""
    if who.id == ANONYMOUS.id:
        return Unauthenticated()
    if GUEST in who.roles and not rule.guest:
        return Unauthenticated("Sign in first: a guest cannot do this.")
    if who.scopes is not None and rule.scope not in who.scopes:
        needs = f"This API key lacks the scope {rule.scope}." if rule.scope else "No API key may do this: sign in."
        return Forbidden(needs)
    return None


def principal_of(event: Mapping[str, Any]) -> Principal | DomainError:
    """What the gateway's authorizer found out. A refused credential is told by the function, as problem+json."""
    context = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    if "principal" in context:
        return Principal.from_context(context["principal"])
    return Unauthenticated(context.get("refused", ""))
