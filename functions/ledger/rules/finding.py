"""What finance can look for."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import unquote

from functions.ledger.model.accounts import Kind, NoSuchAccount, kind_of
from functions.ledger.model.books import AccountUnknown, OneSearch


def search(named: Mapping[str, str | date | None], today: date) -> tuple[str, str]:
    """By what, and which."""
    said = [(by, str(what)) for by, what in named.items() if what] or [("day", str(today))]
    if len(said) > 1:
        raise OneSearch()
    return said[0]


def account(told: str) -> tuple[str, Kind]:
    """Some clients write the colons in a path as they are, others as %3A."""
    name = unquote(told)
    try:
        return name, kind_of(name)
    except NoSuchAccount as unknown:
        raise AccountUnknown() from unknown
