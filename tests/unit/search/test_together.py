from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import discovery as bench
from functions.search.rules import together as rules
from functions.search.rules.together import Bought
from local.demo.orders import demo_orders
from tests.builders.discovery import NOON


def bought(*baskets: str) -> list[Bought]:
    return [Bought(NOON - timedelta(days=place), tuple(basket)) for place, basket in enumerate(baskets)]


def test_what_is_bought_with_it_more_often_comes_first():
    kept = rules.companions(bought("ab", "ab", "a"), 3, {"a": 3, "b": 2})
    assert [product for product, _ in kept] == ["a", "b"]


def test_what_everybody_buys_comes_after_what_belongs_to_it():
    kept = rules.companions(bought("fp", "fp", "fp"), 3, {"f": 3, "p": 3000})
    assert [product for product, _ in kept] == ["f", "p"]


def test_a_single_meeting_counts_less_than_many_of_the_same_share():
    [(_, once)] = rules.companions(bought("a"), 1, {"a": 1})
    [(_, often)] = rules.companions(bought(*"aaaaaaaaaa"), 10, {"a": 10})
    assert once < often / 3


def test_an_order_counts_once_however_often_a_product_is_in_it():
    assert rules.met(bought("aab")) == {"a": 1, "b": 1}


def test_of_what_sells_faster_than_we_look_all_sales_are_reckoned():
    newest = [Bought(NOON - timedelta(days=40) * place / rules.LOOKED_AT, ()) for place in range(rules.LOOKED_AT + 1)]
    all_year = rules.orders_in_all(newest[: rules.LOOKED_AT], NOON)
    assert all_year == pytest.approx(rules.LOOKED_AT * 10, rel=0.01)
    assert rules.orders_in_all(newest[:7], NOON) == 7


def test_what_is_in_the_basket_is_not_recommended_and_likenesses_add_up():
    lists = [[("b", 5), ("c", 4), ("d", 3)], [("a", 9), ("d", 3)]]
    assert rules.for_basket(lists, ["a", "b"], 10) == ["d", "c"]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=30))
def test_no_list_is_too_long_or_holds_anything_twice_or_unmet(baskets):
    rows = bought(*("".join(basket) for basket in baskets))
    kept = rules.companions(rows, max(len(rows), 1), {})
    products = [product for product, _ in kept]
    assert len(set(products)) == len(products) <= rules.COMPANIONS
    assert set(products) == set(rules.met(rows))
    assert all(0 < likeness <= rules.SCALE for _, likeness in kept)


def test_the_demos_orders_are_the_same_everywhere():
    first, again = (list(demo_orders(50)) for _ in range(2))
    assert first == again
    assert {len(order.goods) for order in first} > {1, 2, 3}
    assert all(len(set(order.goods)) == len(order.goods) for order in first)


def test_also_bought_beats_popularity_on_orders_it_has_not_seen():
    found = bench.measure()
    assert found.by_one.rate > found.by_popularity.rate * 1.1
    assert found.by_basket.rate > found.by_one.rate
