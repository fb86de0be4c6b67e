"""The demo's buyer has orders, made by the public API: once, wherever making them was stopped."""

from collections import Counter
from typing import Any

from local.demo.purchases import PURCHASES, make_purchases
from local.demo.stores import mine
from local.seed import BUYER, SELLER, Kept, shopping
from local.stack import Stack


class Remembering:
    """All that was ever kept, to go back to."""

    def __init__(self, kept: Kept) -> None:
        self._kept, self.states = kept, list[dict[str, Any]]()

    def read(self) -> dict[str, Any]:
        return self._kept.read()

    def keep(self, state: dict[str, Any]) -> None:
        self.states.append(state)
        self._kept.keep(state)


def test_orders_are_made_once_wherever_it_was_stopped(stack: Stack):
    seller, buyer, notes = shopping(stack.url, SELLER), shopping(stack.url, BUYER), Remembering(Kept(stack.cloud))
    opened, told = mine(seller), list[str]()
    before = {one["order_id"] for one in buyer("GET", "/me/orders?limit=50")["items"]}

    def made(*stops: bool) -> list[tuple[str, str]]:
        asked = iter(stops)
        make_purchases(seller, buyer, opened, notes, told.append, stopped=lambda: next(asked, False))
        orders = [one for one in buyer("GET", "/me/orders?limit=50")["items"] if one["order_id"] not in before]
        return sorted((one["order_id"], one["state"]) for one in orders)

    first = made(False, True)
    assert [state for _, state in first] == ["confirmed"]
    assert told == []
    notes.keep(notes.states[0])  # it died after the order, and before it could note that
    whole = made()
    assert set(first) < set(whole)
    assert Counter(state for _, state in whole) == {"confirmed": 3, "cancelled": 1, "pending": 1}
    assert len(told) == 1
    assert made() == whole
    assert (len(whole), len(told)) == (len(PURCHASES), 1)
