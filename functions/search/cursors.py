"""Where the next page begins, sealed: a cursor belongs to the search that it came from, and nobody makes one up."""

from typing import Any

from functions.search.model.asked import After
from kernel import cursors
from kernel.errors import Invalid

KEY = "search-cursor"


class SearchCursorInvalid(Invalid):
    """This cursor does not belong to this search. Start again without one."""


def sealed(after: After | None, scope: str) -> str | None:
    return None if after is None else cursors.sealed(after, scope, KEY)


def opened(cursor: str | None, scope: str) -> After | None:
    if not cursor:
        return None
    try:
        return _tuples(cursors.opened(cursor, scope, KEY))
    except cursors.CursorInvalid:
        raise SearchCursorInvalid() from None


def _tuples(said: list[Any]) -> After:
    return tuple(tuple(one) if isinstance(one, list) else one for one in said)
