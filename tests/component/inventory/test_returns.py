from datetime import timedelta

import pytest

from functions.inventory import sweep
from functions.inventory.model.returns import TakeBack
from functions.inventory.store.returns import Returns
from kernel import clock
from kernel.errors import Unavailable
from kernel.table import Table
from tests.builders import inventory as a
from tests.builders.http import Context
from tests.component.inventory.test_reservations import moves, recomputed

CAUSE = f"rfd_{1:026}"
OTHER = f"ret_{2:026}"
SPARE = a.variant(1)


def sold(*lines: dict, order_id: str = a.ORDER) -> None:
    assert a.reserve(*lines, order_id=order_id)["outcome"] == "reserved"
    assert a.task("commit", order_id)["outcome"] == "committed"


def back(*lines: dict, cause: str = CAUSE, order_id: str = a.ORDER, **said) -> int:
    answer = a.task("take_back", order_id, reference=cause, lines=list(lines), must=True, **said)
    assert answer["outcome"] == "taken_back"
    return answer["units"]


def test_what_was_sold_comes_back_once_for_each_cause(world):
    a.received(10)
    sold(a.a_line(3))
    assert back(a.a_line(2)) == 2
    before = world.items()
    assert back(a.a_line(2)) == 2
    assert world.items() == before
    assert a.amounts() == recomputed() == (9, 0)
    assert [(one["kind"], one["available"], one["reference"]) for one in moves()[3:]] == [("returned", 2, CAUSE)]


def test_never_more_comes_back_than_was_sold(world):
    a.received(10)
    sold(a.a_line(3))
    assert back(a.a_line(2)) == 2
    assert back(a.a_line(2), cause=OTHER) == 1
    assert a.amounts() == recomputed() == (10, 0)


def test_what_was_never_sold_moves_nothing(world):
    a.received(10)
    before = world.items()
    assert back(a.a_line(1)) == 0
    assert world.items() == before
    a.reserve(a.a_line(3))
    a.task("release")
    before = world.items()
    assert back(a.a_line(1)) == 0
    assert world.items() == before


def test_what_is_just_being_sold_comes_back_when_it_is(world):
    """An order is confirmed while its commit is tried again: whoever cancels a line at once is earlier than that."""
    a.received(10)
    a.reserve(a.a_line(3))
    before = world.items()
    with pytest.raises(Unavailable):
        back(a.a_line(1))
    assert world.items() == before
    assert a.task("commit")["outcome"] == "committed"
    assert back(a.a_line(1)) == 1
    assert a.amounts() == recomputed() == (8, 0)


def test_it_goes_back_to_where_it_was_taken_from(world):
    shop = a.a_location("Shop", priority=1)
    a.received(5)
    a.received(2, location_id=shop)
    sold(a.a_line(6))
    taken = {one["location_id"]: one["available"] for one in a.stock()["locations"]}
    assert back(a.a_line(6)) == 6
    there = {one["location_id"]: one["available"] for one in a.stock()["locations"]}
    assert (sum(taken.values()), there) == (1, {a.HOME: 5, shop: 2})


def test_it_goes_to_a_shard_that_is_still_there(world):
    a.settings(shards=3)
    a.received(9)
    sold(a.a_line(9))
    taken = {row["pk"]["S"] for row in world.items() if row["pk"]["S"].startswith("SHARD#")}
    a.settings(shards=1)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        sweep.handler({}, Context())
    left = {row["pk"]["S"] for row in world.items() if row["pk"]["S"].startswith("SHARD#")}
    assert (len(taken), len(left)) == (3, 1)
    assert back(a.a_line(9)) == 9
    assert a.amounts() == recomputed() == (9, 0)


def test_what_was_a_bundle_meanwhile_has_a_place_again(world):
    a.received(2)
    sold(a.a_line(2))
    parts = f"/v1/stores/{a.STORE}/stock/{a.VARIANT}/parts"
    assert a.as_seller()("PUT", parts, {"items": [{"variant_id": SPARE}]}).status == 200
    assert a.as_seller()("PUT", parts, {"items": []}).status == 200
    assert back(a.a_line(2)) == 2
    assert a.amounts() == recomputed() == (2, 0)


def test_a_bundle_comes_back_as_its_parts(world):
    a.received(5)
    a.received(9, SPARE)
    bundle = a.variant(2)
    parts = {"items": [{"variant_id": a.VARIANT}, {"variant_id": SPARE, "quantity": 3}]}
    assert a.as_seller()("PUT", f"/v1/stores/{a.STORE}/stock/{bundle}/parts", parts).status == 200
    sold(a.a_line(2, bundle))
    assert back(a.a_line(1, bundle)) == 4
    assert (a.amounts(), a.amounts(SPARE)) == ((4, 0), (6, 0))


def test_what_is_not_counted_any_more_stays_where_it_is(world):
    a.received(5)
    sold(a.a_line(2))
    assert a.settings(tracked=False).status == 200
    assert back(a.a_line(2)) == 0


def test_what_was_sent_in_exchange_comes_back_to_its_own_place(world):
    a.received(5)
    a.received(5, SPARE)
    sold(a.a_line(2))
    sold(a.a_line(1, SPARE), order_id=a.order(7))
    assert back(a.a_line(1), a.a_line(1, SPARE), instead=[a.order(7)]) == 2
    assert (a.amounts(), a.amounts(SPARE)) == ((4, 0), (5, 0))
    assert back(a.a_line(1, SPARE), cause=OTHER, instead=[a.order(7)]) == 0


def test_goods_that_come_back_are_told_of(world):
    a.received(2)
    sold(a.a_line(2))
    back(a.a_line(1))
    told = [row for row in world.items() if row["pk"]["S"] == f"EVENT#{CAUSE}"]
    assert [row["type"]["S"] for row in told] == ["StockMoved.v1"]


@pytest.mark.parametrize("between", ["the same", "another"])
def test_two_at_once_take_back_what_there_is_and_no_more(world, monkeypatch, between):
    """Whoever is second looks again."""
    a.received(5)
    sold(a.a_line(2))
    whole, done = Table.commit, list[int]()

    def meanwhile(self, changes, events=(), receipt=None):
        changes = list(changes)
        if not done:
            done.append(1)
            Returns().take_back(_asked(CAUSE if between == "the same" else OTHER))
        return whole(self, changes, events, receipt)

    monkeypatch.setattr(Table, "commit", meanwhile)
    assert back(a.a_line(2)) == (2 if between == "the same" else 0)
    assert a.amounts() == recomputed() == (5, 0)


def _asked(cause: str) -> TakeBack:
    return TakeBack.model_validate({"order_id": a.ORDER, "reference": cause, "lines": [a.a_line(2)]})
