"""Bugs planted in identity and access: the mistakes that their rules invite."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import functions.access.rules
import functions.access.store
import functions.identity.accounts
import functions.identity.rules
import functions.identity.store
from functions.access.model import Standing
from functions.identity.model import CodeRefused
from kernel import log
from kernel.changes import put, update
from kernel.table import Table
from tests.chaos.planting import Bugs, careless, put_without_conditions

BUGS = Bugs()


@BUGS
def missing_condition() -> Iterator[None]:
    """Whoever comes last gets the address."""
    with patch.object(functions.identity.store, "put", put_without_conditions("EMAIL#")):
        yield


@BUGS
def unconditional_overwrite() -> Iterator[None]:
    """A profile is written over whatever version is there, and its event over another's."""
    event_row = Table._event_row
    with (
        patch.object(functions.identity.store, "put", put_without_conditions("USER#")),
        patch.object(Table, "_event_row", lambda self, event: careless(event_row(self, event))),
    ):
        yield


@BUGS
def read_modify_write() -> Iterator[None]:
    """Attempts are read, compared in the function, and written back."""

    def planted(self: Any, challenge: Any) -> None:
        attempts = (self._table.get(f"CHALLENGE#{challenge.id}", "-") or {}).get("attempts", 0)
        if attempts >= functions.identity.rules.CODE_ATTEMPTS:
            raise CodeRefused()
        self._table.commit([update(f"CHALLENGE#{challenge.id}", "-").set(attempts=attempts + 1)])

    with patch.object(functions.identity.store.Store, "count_attempt", planted):
        yield


@BUGS
def count_after_the_guess() -> Iterator[None]:
    """A wrong code is counted once it has been compared."""
    count, compare = functions.identity.store.Store.count_attempt, functions.identity.rules.check_code

    def planted(challenge: Any, *rest: Any) -> None:
        try:
            compare(challenge, *rest)
        except CodeRefused:
            count(functions.identity.store.store(), challenge)
            raise

    with (
        patch.object(functions.identity.store.Store, "count_attempt", lambda *_: None),
        patch.object(functions.identity.rules, "check_code", planted),
    ):
        yield


@BUGS
def effect_before_dedupe() -> Iterator[None]:
    """A consumer counts first, and then remembers that it has."""

    def planted(self: Any, user_id: str, roles: list[str], *, sequence: int) -> None:
        seen = f"SEEN#{user_id}#{sequence}"
        if sequence > 1:
            original(self, user_id, roles, sequence=sequence)
        elif not self._table.get(seen, "-"):
            self._table.commit([update(f"USER#{user_id}", "ROLES").set(roles=roles).add(sequence=1)])
            self._table.commit([put({"pk": seen, "sk": "-"})])

    original = functions.access.store.Store.roles_are
    with patch.object(functions.access.store.Store, "roles_are", planted):
        yield


@BUGS
def order_assumed() -> Iterator[None]:
    """A consumer writes what it hears last."""

    def planted(self: Any, user_id: str, roles: list[str], *, sequence: int) -> None:
        item = {"pk": f"USER#{user_id}", "sk": "ROLES", "roles": roles, "sequence": sequence}
        self._table.commit([put(item)])

    with patch.object(functions.access.store.Store, "roles_are", planted):
        yield


@BUGS
def revocation_forgotten() -> Iterator[None]:
    """The authorizer knows roles, but not that the session is over."""
    admit = functions.access.rules.admit

    def planted(caller: Any, standing: Standing) -> Any:
        return admit(caller, Standing(standing.roles))

    with patch.object(functions.access.rules, "admit", planted):
        yield


@BUGS
def password_logged() -> Iterator[None]:
    """Somebody debugs a sign-in."""
    sign_in = functions.identity.accounts.sign_in

    def planted(user_id: str | None, password: Any) -> Any:
        log.info("signing in", password=password.get_secret_value())
        return sign_in(user_id, password)

    with patch.object(functions.identity.accounts, "sign_in", planted):
        yield
