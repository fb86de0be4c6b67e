"""What was bought with what: each order counts once, whoever brings it how often, and the lists follow."""

from datetime import timedelta

import pytest

from functions.search import reckoning
from functions.search.events import OperatorActed
from functions.search.rules import together as rules
from functions.search.rules import trends as trend_rules
from functions.search.store.purchases import ReckonedElsewhere, purchases
from functions.search.store.trends import trends
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Event
from kernel.table import Table
from tests.builders import discovery as a
from tests.builders.cloud import World
from tests.builders.discovery import NOON, a_product


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON) as advance:
        yield advance


def rows(world: World, prefix: str) -> list[dict]:
    return [item for item in world.items() if item["pk"]["S"].startswith(prefix)]


def reckon() -> None:
    reckoning.handler({}, None)


def companions(name: str) -> list[str]:
    return purchases().companions(a_product(name))


def test_what_is_bought_together_is_recommended_once_it_is_reckoned(world: World):
    orders = [a.an_order(number, "camera", "film") for number in range(3)] + [a.an_order(9, "camera", "bag")]
    assert purchases().learn(orders, NOON) == 4
    assert companions("camera") == []
    reckon()
    assert companions("camera") == [a_product("film"), a_product("bag")]
    assert companions("film") == [a_product("camera")]
    assert companions("nothing") == []
    assert rows(world, "RECKON#") == []


def test_an_order_counts_once_however_often_it_is_brought(world: World):
    orders = [a.an_order(1, "camera", "film")]
    assert [purchases().learn(orders, NOON) for _ in range(3)] == [1, 0, 0]
    assert purchases().learn([a.an_order(1, "camera", "film", ordered_at=NOON)], NOON) == 0
    assert len(rows(world, "BOUGHT#")) == 2


def test_a_hundred_orders_of_a_call_take_as_few_transactions_as_they_fit(world: World, monkeypatch):
    commit, written = Table.commit, 0

    def counted(*given, **more):
        nonlocal written
        written += 1
        return commit(*given, **more)

    monkeypatch.setattr(Table, "commit", counted)
    many = [a.an_order(number, *(f"p{number % 7 + each}" for each in range(4))) for number in range(100)]
    assert purchases().learn(many, NOON) == 100
    assert written == 10
    assert len(rows(world, "BOUGHT#")) == 400


def test_the_largest_order_fits(world: World):
    acted = OperatorActed(operator_id=a.PERSON, action="bring_purchases", subject="purchases")
    told = [Event(acted, "purchases", 1)]
    assert purchases().learn([a.an_order(1, *(f"p{each}" for each in range(40)), ordered_at=NOON)], NOON, told) == 1


def test_of_orders_that_are_partly_known_the_rest_is_learned_from(world: World):
    purchases().learn([a.an_order(1, "camera", "film")], NOON)
    assert purchases().learn([a.an_order(number, "camera", "film") for number in range(5)], NOON) == 4
    assert len(rows(world, "PURCHASE#")) == 5


def test_brought_by_two_at_once_each_order_counts_once(world: World, monkeypatch):
    orders, commit = [a.an_order(number, "camera", "film") for number in range(3)], Table.commit
    rivals = iter([orders[:2]])

    def after_a_rival(*given, **more):
        if faster := next(rivals, None):
            assert purchases().learn(faster, NOON) == 2
        return commit(*given, **more)

    monkeypatch.setattr(Table, "commit", after_a_rival)
    assert purchases().learn(orders, NOON) == 1
    assert len(rows(world, "PURCHASE#")) == 3
    assert len(rows(world, "BOUGHT#")) == 6


def test_what_is_bought_while_its_companions_are_reckoned_stays_to_be_reckoned(world: World):
    purchases().learn([a.an_order(1, "camera", "film")], NOON)
    reckon()
    purchases().learn([a.an_order(2, "camera")], NOON)
    [(product, mark)] = purchases().to_reckon()
    purchases().learn([a.an_order(3, "camera", "bag")], NOON)
    with pytest.raises(ReckonedElsewhere):
        purchases().reckon(product, mark, NOON)
    reckon()
    assert set(companions("camera")) == {a_product("film"), a_product("bag")}


def test_cut_off_anywhere_reckoning_is_begun_again_and_finished(world: World, monkeypatch):
    purchases().learn([a.an_order(1, "camera", "film", "bag"), a.an_order(2, "camera", "film")], NOON)
    commit, crashes = Table.commit, iter([False, True, False, True, True])

    def cut_off(*given, **more):
        if next(crashes, False):
            raise Unavailable("cut off")
        return commit(*given, **more)

    monkeypatch.setattr(Table, "commit", cut_off)
    for _ in range(9):
        try:
            reckon()
        except Unavailable:
            continue
    assert companions("camera") == [a_product("film"), a_product("bag")]
    assert rows(world, "RECKON#") == []


def test_what_was_bought_too_long_ago_is_not_recommended_from(world: World):
    old = a.an_order(1, "camera", "film", ordered_at=NOON - rules.REMEMBERED)
    assert purchases().learn([old], NOON) == 1
    assert (rows(world, "BOUGHT#"), list(purchases().to_reckon())) == ([], [])
    assert purchases().learn([old], NOON) == 0


def test_what_was_bought_expires(world: World):
    purchases().learn([a.an_order(1, "camera", "film")], NOON)
    expires = clock.epoch_s(NOON - timedelta(days=30) + rules.REMEMBERED)
    assert {int(row["ttl"]["N"]) for row in rows(world, "BOUGHT#")} == {expires}
    assert all("ttl" not in row for row in rows(world, "PURCHASE#"))


def test_an_order_of_now_makes_its_goods_trend_and_one_of_last_month_does_not(world: World):
    purchases().learn([a.an_order(1, "camera", ordered_at=NOON), a.an_order(2, "bag")], NOON)
    reckon()
    assert trends().products() == [a_product("camera")]
    assert max(trend_rules.WEIGHTS.values()) < trend_rules.BOUGHT
