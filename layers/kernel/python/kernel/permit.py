"""One line of the permission table: who may take an action."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: the thing's owner, anyone with one of the roles, or staff of its store with that store permission."""

    own: bool = False
    roles: frozenset[str] = frozenset()
    store: str = ""


def allow(*, own: bool = False, roles: tuple[str, ...] = (), store: str = "") -> Rule:
    return Rule(own, frozenset(roles), store)
