"""Promotions' limits under faults and rivals: each fault at each call of a tale; buyers, orders and sellers at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from functions.baskets import steps
from functions.baskets.api import api
from functions.baskets.model.redemptions import Redemption
from functions.baskets.rules.promotions import redemptions as rules
from functions.baskets.store import redemptions as store
from functions.baskets.store.promotions import promotions
from kernel import clock
from kernel.changes import Change, decode
from tests.builders import promotions as a
from tests.builders.http import Context
from tests.chaos import tales
from tests.chaos.tales import Stage

MAY = {a.ALMA: frozenset({"edit_products"})}


def buyer(number: int) -> str:
    return f"usr_{number:026}"


def made(stage: Stage, **said: Any) -> dict[str, Any]:
    body = {"title": "Sale", "benefit": a.percent(), **said}
    return dict(stage.ask(a.BELA, "POST", f"/v1/stores/{a.ALMA}/promotions", body, stores=MAY).json)


def ended(stage: Stage, promotion: Mapping[str, Any]) -> None:
    path = f"/v1/stores/{a.ALMA}/promotions/{promotion['promotion_id']}/end"
    stage.ask(a.BELA, "POST", path, {}, stores=MAY)


def task(stage: Stage, name: str, number: int, *wanted: Mapping[str, Any], who: int = 0, pieces: int = 1) -> str:
    """Its outcome, or why it was refused."""
    uses = [{"promotion_id": one["promotion_id"], "uses": pieces} for one in wanted]
    event = {"task": f"{name}_promotions", "order_id": a.order(number), "buyer_id": buyer(who), "uses": uses}
    done = stage.until_done(lambda: steps.handler(event, Context()))
    return str(done.get("code") or done["outcome"])


# Tales


def used(stage: Stage) -> None:
    """Held in vain by one order, used up by another; what is refused on the way; and ended."""
    coupon = made(stage, code="ONLYONE", limits={"total": 1, "per_person": 1}, first_order=True)
    sale = made(stage, limits={"counted": "pieces", "total": 5})
    assert task(stage, "reserve", 1, coupon, sale, pieces=2) == "reserved"
    assert task(stage, "reserve", 2, coupon, who=2) == "promotion_used_up"
    assert task(stage, "release", 1) == "released"
    assert task(stage, "reserve", 2, coupon, who=2) == "reserved"
    assert task(stage, "commit", 2) == "committed"
    assert task(stage, "release", 3) == "released"
    assert task(stage, "reserve", 3, sale) == "promotions_released"
    ended(stage, sale)
    assert task(stage, "reserve", 4, sale) == "promotion_over"


def kept(stage: Stage) -> None:
    """Begun and ended by time, by hand, and by the store's closing; a code that is used again."""
    later = {"starts_at": told_at(stage, hours=1), "ends_at": told_at(stage, hours=3)}
    made(stage, **later)
    first = made(stage, code="AGAIN", **later)
    swept(stage, hours=2)
    ended(stage, first)
    made(stage, code="AGAIN", benefit={"kind": "free_shipping"})
    made(stage, code="AGAIN")
    swept(stage, hours=4)
    stage.until_done(lambda: promotions().close(a.ALMA))
    swept(stage, hours=5)


def told_at(stage: Stage, **by: int) -> str:
    return clock.rfc3339(stage.until_done(clock.now) + timedelta(**by))


def swept(stage: Stage, **later: int) -> None:
    """Until there is nothing to tell any more."""

    def sweep() -> None:
        now = clock.now() + timedelta(**later)
        with clock.frozen(now):
            for promotion_id, due in list(promotions().due(now)):
                promotions().settle(promotion_id, due)

    stage.until_done(sweep)


@pytest.mark.parametrize("tale", [used, kept])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


# Races


class Rush:
    """One promotion, and what became of it."""

    def __init__(self, **said: Any) -> None:
        self.said, self.promotion, self.outcomes = said, dict[str, Any](), Counter[str]()
        self.wrong: list[str] = []

    def before(self, stage: Stage) -> None:
        self.promotion = made(stage, **self.said)

    def order(self, number: int, who: int, end: str, pieces: int, stage: Stage) -> None:
        """It comes twice, as from two workers, and ends once."""
        outcome = task(stage, "reserve", number, self.promotion, who=who, pieces=pieces)
        self.outcomes[outcome] += 1
        if outcome == "reserved" and end:
            task(stage, end, number)

    def check(self, stage: Stage, rows: Mapping[Any, Any]) -> None:
        plain = {key: decode(row) for key, row in rows.items()}
        orders = [
            Redemption.model_validate_json(row["doc"]) for (pk, _), row in plain.items() if pk.startswith("USES#")
        ]
        held = [one for one in orders if one.state in ("reserved", "committed")]
        limits = self.said["limits"]
        taken = Counter[str]()
        for one in held:
            taken["all"] += one.takings[0].uses
            taken[one.buyer_id] += one.takings[0].uses
        if "total" in limits:
            left = sum(row["left"] for (pk, _), row in plain.items() if pk.startswith("LEFT#"))
            if left + taken["all"] != limits["total"] or left < 0:
                self.wrong.append(f"{taken['all']} taken and {left} left of {limits['total']}")
        for (pk, sk), row in plain.items():
            who = pk.removeprefix("PERSON#")
            if sk.startswith("PROMOTION#") and row["left"] + taken[who] != limits["per_person"]:
                self.wrong.append(f"{who} has {row['left']} left and took {taken[who]}")
            if sk == "FIRST" and row["order_id"] not in {one.order_id for one in held}:
                self.wrong.append(f"the first order of {who} holds nothing")
        if self.said.get("first_order") and max(Counter(one.buyer_id for one in held).values(), default=0) > 1:
            self.wrong.append("two first orders")


def race(rush: Rush, rivals: list[tales.Tale], seed: int) -> Rush:
    tales.race(api, rush.before, rivals, seed, rush.check)
    return rush


def everybody(seed: int) -> Rush:
    """One use and many buyers, each order twice."""
    rush = Rush(limits={"total": 1})
    rush = race(rush, [partial(rush.order, number % 6, number % 6, "", 1) for number in range(12)], seed)
    if rush.outcomes["reserved"] == 0:
        rush.wrong.append("nobody got it")
    return rush


def coming_and_going(seed: int) -> Rush:
    """Pieces from many shards; orders end either way, and each comes twice."""
    rush = Rush(limits={"counted": "pieces", "total": 9})
    ends = ("release", "commit", "")
    with patch.object(rules, "FEW", 5), patch.object(rules, "SHARDS", 3):
        return race(rush, [partial(rush.order, n % 6, n % 6, ends[n % 3], 2) for n in range(12)], seed)


def one_person(seed: int) -> Rush:
    """One person on many devices."""
    rush = Rush(limits={"per_person": 2}, first_order=False)
    return race(rush, [partial(rush.order, n % 5, 1, ("release", "")[n % 2], 1) for n in range(10)], seed)


def first_orders(seed: int) -> Rush:
    rush = Rush(limits={"total": 5}, first_order=True)
    return race(rush, [partial(rush.order, n % 5, n % 2, ("release", "commit", "")[n % 3], 1) for n in range(10)], seed)


@pytest.mark.parametrize("tale", [everybody, coming_and_going, one_person, first_orders])
@pytest.mark.parametrize("seed", range(12))
def test_never_is_more_used_than_there_is(tale, seed):
    assert tale(seed).wrong == []


@pytest.mark.parametrize("seed", range(12))
def test_enough_for_everybody_is_enough(seed):
    """However it is spread over shards, nobody is refused while there is something for them."""
    rush = Rush(limits={"counted": "pieces", "total": 12})
    with patch.object(rules, "FEW", 5), patch.object(rules, "SHARDS", 4):
        race(rush, [partial(rush.order, n, n, "", 2) for n in range(6)], seed)
    assert (rush.wrong, dict(rush.outcomes)) == ([], {"reserved": 6})


# Planted bugs


def unconditional(change: Change) -> Change:
    return replace(change, conditions=())


def taking_what_is_not_there(redemption: Redemption, sign: int) -> list[Change]:
    return [unconditional(change) for change in SHARED(redemption, sign)]


def giving_nothing_back(redemption: Redemption, sign: int) -> list[Change]:
    return SHARED(redemption, sign) if sign < 0 else []


def without_its_own_condition(redemption: Redemption) -> Any:
    return Blind(**{name: getattr(KEPT(redemption), name) for name in ("kind", "key", "item")})


class Blind(Change):
    """A change that takes no condition."""

    def _if(self, name: str, test: Any, value: Any = None) -> "Blind":
        return self


def forgetting_the_person(user_id: str, one: Any, limit: int, rows: Any) -> Change:
    return unconditional(MINE(user_id, one, limit, rows))


SHARED, KEPT, MINE, FIRST = store._shared, store._change, store._mine, store._first_row


@pytest.mark.parametrize(
    ("tale", "bug"),
    [
        (everybody, patch.object(store, "_shared", taking_what_is_not_there)),
        (coming_and_going, patch.object(store, "_shared", giving_nothing_back)),
        (coming_and_going, patch.object(store, "_change", without_its_own_condition)),
        (
            coming_and_going,
            patch.object(rules, "ended", lambda kept, order_id, how: kept and kept.model_copy(update={"state": how})),
        ),
        (one_person, patch.object(store, "_mine", forgetting_the_person)),
        (first_orders, patch.object(store, "_first_row", lambda who, order: Blind(**vars_of(FIRST(who, order))))),
    ],
)
def test_a_planted_bug_is_found(tale, bug):
    with bug:
        assert any(broken(tale, seed) for seed in range(60))


def vars_of(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("kind", "key", "item")}


def broken(tale: Any, seed: int) -> bool:
    """Wrong in the end, or unable to come to one."""
    try:
        return bool(tale(seed).wrong)
    except Exception:  # noqa: BLE001 - whatever a bug made of it
        return True
