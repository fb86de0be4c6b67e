"""The catalogue for tests: say what matters to the test, the rest is filled in."""

from functions.catalog import api
from kernel.authz import Principal
from tests.builders.http import Caller

public = Caller(api.api)


def as_user(user_id: str, *, roles: tuple[str, ...] = ("customer",)) -> Caller:
    return Caller(api.api, Principal(user_id, "", frozenset(roles)))
