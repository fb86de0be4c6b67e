"""Baskets under faults and rivals: each fault at each call of a tale; devices, guests and orders at once."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from functions.baskets import sweep
from functions.baskets.api import api
from functions.baskets.model.baskets import Basket
from functions.baskets.model.told import Listing
from functions.baskets.rules import contents as rules
from functions.baskets.store import baskets as store
from functions.baskets.store.baskets import baskets
from functions.baskets.store.known import known
from kernel import clock
from kernel.changes import Change, decode, put
from tests.builders import shopping as a
from tests.chaos import tales
from tests.chaos.tales import Stage

THINGS = 4


def listed(stage: Stage) -> None:
    for number in range(THINGS):
        listing = Listing.model_validate(a.a_listing(number, variant={"quantity": 1_000}))
        stage.until_done(partial(known().hear_listing, listing))


def add(stage: Stage, who: str, number: int = 1, quantity: int = 1, key: str = "") -> int:
    return stage.ask(who, "POST", "/v1/basket/lines", a.a_new_line(number, quantity), key=key).status


def bought(number: int, quantity: int) -> dict[tuple[str, str], int]:
    return {(a.an_id("ofr", number), a.an_id("var", number)): quantity}


def take_out(stage: Stage, who: str, order: str, number: int, quantity: int) -> None:
    stage.until_done(lambda: baskets().take_out(who, order, bought(number, quantity), clock.now()))


def absorb(stage: Stage) -> None:
    stage.until_done(lambda: baskets().absorb(a.VISITOR, a.BUYER))


# Tales


def shopping(stage: Stage) -> None:
    """Put in, changed, saved, taken along by a guest who signs in, bought."""
    listed(stage)
    add(stage, a.BUYER, 1, 2)
    add(stage, a.VISITOR, 1, 3)
    add(stage, a.VISITOR, 2)
    stage.ask(a.VISITOR, "PUT", "/v1/basket/codes/SUMMER10")
    stage.ask(a.BUYER, "PATCH", f"/v1/basket/lines/{a.line_of(1)}", {"quantity": 5})
    absorb(stage)
    assert add(stage, a.VISITOR, 3) == 409
    take_out(stage, a.VISITOR, "ord_1", 1, 4)
    take_out(stage, a.BUYER, "ord_2", 2, 1)
    stage.ask(a.BUYER, "PATCH", f"/v1/basket/lines/{a.line_of(1)}", {"saved": True})
    stage.ask(a.BUYER, "DELETE", "/v1/basket")


def leaving(stage: Stage) -> None:
    """Abandoned, told of, changed, and its owner erased."""
    listed(stage)
    add(stage, a.BUYER, 1)
    swept(stage, days=2)
    add(stage, a.BUYER, 2)
    swept(stage, days=4)
    stage.until_done(lambda: baskets().forget(a.BUYER, clock.now()))
    assert add(stage, a.BUYER, 3) == 409
    swept(stage, days=6)


def swept(stage: Stage, **later: int) -> None:
    def sweeping() -> None:
        now = clock.now() + timedelta(**later)
        changed_before = now - timedelta(seconds=sweep.ABANDONED_AFTER_S)
        with clock.frozen(now):
            for who, due in list(baskets().due(changed_before)):
                baskets().settle(who, due, changed_before)

    stage.until_done(sweeping)


@pytest.mark.parametrize("tale", [shopping, leaving])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


# Races


class Till:
    """What was put in and what was bought, piece by piece: the rest has to be in the basket."""

    def __init__(self) -> None:
        self.put, self.taken, self.wrong = Counter[int](), Counter[int](), list[str]()
        self.clicks = set[int]()

    def before(self, stage: Stage) -> None:
        listed(stage)
        for who in (a.BUYER, a.VISITOR):
            for number in range(THINGS - 1):
                self.adding(number, 4, who, stage)

    def adding(self, number: int, quantity: int, who: str, stage: Stage) -> None:
        if add(stage, who, number, quantity, key=f"key-of-{number}-{quantity}-{who}") == 201:
            self.put[number] += quantity

    def twice(self, number: int, quantity: int, stage: Stage) -> None:
        """One intention, from a button that was hit twice."""
        if add(stage, a.BUYER, number, quantity, key=f"double-click-{number}") == 201 and number not in self.clicks:
            self.clicks.add(number)
            self.put[number] += quantity

    def buying(self, number: int, quantity: int, order: str, stage: Stage) -> None:
        """Each order is told of twice."""
        take_out(stage, a.BUYER, order, number, quantity)
        self.taken[number] = quantity

    def check(self, _: Stage, rows: Mapping[Any, Any]) -> None:
        plain = [decode(row) for row in rows.values()]
        kept = {
            row["pk"]: Basket.model_validate_json(row["doc"]) for row in plain if row["sk"] == "BASKET" and "doc" in row
        }
        there = Counter[int]()
        for basket in kept.values():
            for line in basket.lines:
                there[int(line.variant_id[4:])] += line.quantity
        if there != self.put - self.taken:
            self.wrong.append(f"{dict(there)} are there of {dict(self.put)} less {dict(self.taken)}")
        if f"OWNER#{a.VISITOR}" in kept:
            self.wrong.append("the guest kept something")
        due = [row for row in plain if row["pk"].startswith("DUE#BASKET")]
        if len(due) != 1:
            self.wrong.append(f"{len(due)} due rows")


def race(seed: int) -> Till:
    """A person on two devices, the guest they were signing in, and two orders, each told of twice."""
    till = Till()
    rivals: list[Callable[[Stage], None]] = [
        partial(till.adding, 0, 1, a.BUYER),
        partial(till.adding, 1, 2, a.BUYER),
        partial(till.adding, 3, 1, a.VISITOR),
        partial(till.twice, 3, 5),
        partial(till.twice, 3, 5),
        absorb,
        absorb,
        partial(till.buying, 1, 3, "ord_1"),
        partial(till.buying, 1, 3, "ord_1"),
        partial(till.buying, 2, 2, "ord_2"),
    ]
    tales.race(api, till.before, rivals, seed, till.check)
    return till


@pytest.mark.parametrize("seed", range(25))
def test_nothing_is_lost_and_nothing_is_there_twice(seed):
    assert race(seed).wrong == []


# Planted bugs


def unconditional(change: Change) -> Change:
    return replace(change, conditions=())


CHANGES, BOUGHT = store.Baskets._changes, rules.without_bought


def without_its_condition(self: Any, who: str, before: Any, after: Any) -> list[Change]:
    first, *rest = CHANGES(self, who, before, after)
    return [unconditional(first), *rest]


class Blind(Change):
    """A change that takes no condition."""

    def _if(self, name: str, test: Any, value: Any = None) -> "Blind":
        return self


def forgetting_what_was_bought(row: Mapping[str, Any]) -> Change:
    change = put(row)
    return Blind("Put", change.key, item=row) if change.key[0].startswith("BOUGHT#") else change


def emptying(basket: Any, bought: Any, now: Any) -> Any:
    return BOUGHT(basket.model_copy(update={"lines": []}), bought, now)


@pytest.mark.parametrize(
    "bug",
    [
        patch.object(store.Baskets, "_changes", without_its_condition),
        patch(f"{store.__name__}.put", forgetting_what_was_bought),
        patch.object(rules, "merged", lambda person, guest, who, now: person),
        patch.object(rules, "without_bought", emptying),
    ],
)
def test_a_planted_bug_is_found(bug):
    with bug:
        assert any(broken(seed) for seed in range(40))


def broken(seed: int) -> bool:
    """Wrong in the end, or unable to come to one."""
    try:
        return bool(race(seed).wrong)
    except Exception:  # noqa: BLE001 - whatever a bug made of it
        return True
