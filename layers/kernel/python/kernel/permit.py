"""One line of the permission table: who may take an action."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: the thing's owner, anyone with one of the roles, or staff of its store with that store permission.

    An API key acts for its owner, but only within the scopes it was given: an action without a scope is never a key's.
    """

    own: bool = False
    roles: frozenset[str] = frozenset()
    store: str = ""
    scope: str = ""
    guest: bool = False  # whether someone without an account may own such a thing


def allow(
    *, own: bool = False, roles: tuple[str, ...] = (), store: str = "", scope: str = "", guest: bool = False
) -> Rule:
    return Rule(own, frozenset(roles), store, scope, guest)
