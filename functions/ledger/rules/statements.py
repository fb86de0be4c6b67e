"""Whose money a journal moved, and the lines this adds to their statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.ledger.model.accounts import kind_of
from functions.ledger.model.statements import (
    BuyerFunds,
    BuyerLine,
    Credits,
    PeriodUpsideDown,
    StoreBalance,
    StoreFunds,
    StoreLine,
)
from functions.ledger.model.told.journals import JournalPosted
from kernel.money import Money

STORE, BUYER = "store", "buyer"
PLACES: Mapping[str, tuple[str, ...]] = {
    STORE: tuple(StoreFunds.model_fields),
    BUYER: tuple(BuyerFunds.model_fields),
}

Sums = dict[str, dict[str, int]]  # by currency, then by where it lies
Kept = Mapping[str, Any]


def store(store_id: str) -> str:
    return _of(STORE, store_id)


def buyer(buyer_id: str) -> str:
    return _of(BUYER, buyer_id)


@dataclass(frozen=True, slots=True)
class Totals:
    """Where a statement stands: how many lines it has, and what they add up to."""

    lines: int = 0
    at: str = ""
    sums: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def sales_to_place(posted: JournalPosted) -> list[str]:
    """Of which sales it has to be found out whose they are: one store's journal says that itself."""
    if len(posted.store_ids) < 2:
        return []
    parts = (leg.account.split(":") for leg in posted.legs)
    return [sale for kind, sale, *_ in (part for part in parts if len(part) > 2) if kind == "seller-order"]


def by_owner(posted: JournalPosted, store_of: Mapping[str, str]) -> dict[str, Sums]:
    """What changed for whom, each account on its normal side. The platform's own accounts are nobody's here."""
    found: dict[str, Sums] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for leg in posted.legs:
        owner, place = _placed(leg.account, posted, store_of)
        if owner:
            by = kind_of(leg.account).normal(leg.amount.minor)
            found[owner][leg.amount.currency][place] += by
    return {owner: {currency: dict(sums) for currency, sums in of.items()} for owner, of in found.items()}


def _placed(account: str, posted: JournalPosted, store_of: Mapping[str, str]) -> tuple[str, str]:
    """Whose account it is, and as what it is shown to them. What its name does not say, the whole journal does."""
    match account.split(":"):
        case ["store", store_id, place]:
            return _of(STORE, store_id), place
        case ["seller-order", sale, _]:
            return _of(STORE, store_of.get(sale) or _only(posted.store_ids)), "pending"
        case ["withdrawal", _] | ["payouts", "in_transit"]:
            return _of(STORE, _only(posted.store_ids)), "in_transit"
        case ["ad", _]:
            return _of(STORE, _only(posted.store_ids)), "advertising"
        case ["buyer", buyer_id, place]:
            return _of(BUYER, buyer_id), place
        case ["hold", _]:
            return _of(BUYER, _only(posted.buyer_ids)), "held"
    return "", ""


def _of(owner: str, owner_id: str) -> str:
    return f"{owner}:{owner_id}" if owner_id else ""


def _only(named: Sequence[str]) -> str:
    return named[0] if len(named) == 1 else ""


def added(before: Totals, sums: Sums, told_at: str) -> tuple[Totals, list[dict[str, Any]]]:
    """A line for each currency. Events come in any order: a line never lies before one that somebody may have read."""
    at, number = max(before.at, told_at), before.lines
    totals = {currency: dict(of) for currency, of in before.sums.items()}
    lines = []
    for currency, changes in sorted(sums.items()):
        number += 1
        of = totals.setdefault(currency, {})
        for place, by in changes.items():
            of[place] = of.get(place, 0) + by
        lines.append(
            {"number": number, "at": at, "currency": currency, "changes": dict(changes), "totals": dict(of)},
        )
    return Totals(number, at, totals), lines


# Showing


def funds(owner: str, of: Mapping[str, int], currency: str) -> dict[str, Money]:
    return {place: Money(of.get(place, 0), currency) for place in PLACES[owner]}


def store_shown(totals: Totals) -> StoreBalance:
    items = [StoreFunds(**funds(STORE, of, currency)) for currency, of in sorted(totals.sums.items())]
    return StoreBalance.model_validate({"items": items, "as_of": totals.at or None})


def credits_shown(totals: Totals) -> Credits:
    items = [BuyerFunds(**funds(BUYER, of, currency)) for currency, of in sorted(totals.sums.items())]
    return Credits.model_validate({"items": items, "as_of": totals.at or None})


def store_line(row: Kept) -> StoreLine:
    return StoreLine.model_validate(_line(row, STORE))


def buyer_line(row: Kept) -> BuyerLine:
    return BuyerLine.model_validate(_line(row, BUYER))


def _line(row: Kept, owner: str) -> dict[str, Any]:
    shown = {name: funds(owner, row[name], row["currency"]) for name in ("changes", "totals")}
    return {**row, **shown}


def check_period(begins: datetime | None, ends: datetime | None) -> None:
    if begins and ends and begins >= ends:
        raise PeriodUpsideDown()


def within(rows: Iterable[Kept], begins: str) -> list[Kept]:
    """Newest first: what is older than the period ends the list."""
    return [row for row in rows if row["at"] >= begins]
