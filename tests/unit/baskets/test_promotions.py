"""What each kind of promotion takes off, whom it is for, and what it says of itself."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.money import Money
from tests.builders.promotions import (
    BELA,
    BORIS,
    CAMERAS,
    FILMS,
    NOON,
    a_line,
    a_promotion,
    a_shipping,
    applied,
    fixed,
    percent,
    prd,
    prm,
    reasons,
    taken_off,
)


def test_a_percentage_is_rounded_once_and_divided_to_the_unit():
    told = applied(a_promotion(), lines=[a_line("1", 333), a_line("2", 333), a_line("3", 339)])
    assert taken_off(told) == {"1": 34, "2": 33, "3": 34}  # of 10.05: 1.005 is 1.01
    assert sum(taken_off(told).values()) == told.uses[0].amount.minor


def test_a_percentage_stops_at_the_most_it_says():
    told = applied(
        a_promotion(benefit=percent(5000, at_most={"EUR": 700})), lines=[a_line("1", 3000), a_line("2", 500)]
    )
    assert taken_off(told) == {"1": 600, "2": 100}
    assert "at most 7.00 EUR" in told.lines[0].reductions[0].steps


def test_an_amount_is_divided_over_what_is_meant_and_never_exceeds_it():
    lines = [a_line("1", 300), a_line("2", 100)]
    assert taken_off(applied(a_promotion(benefit=fixed(200)), lines=lines)) == {"1": 150, "2": 50}
    assert taken_off(applied(a_promotion(benefit=fixed(900)), lines=lines)) == {"1": 300, "2": 100}


def test_an_amount_for_each_piece_leaves_no_piece_below_zero():
    told = applied(a_promotion(benefit=fixed(200, each=True)), lines=[a_line("1", 150, 2), a_line("2", 900, 3)])
    assert taken_off(told) == {"1": 300, "2": 600}


def test_shipping_is_free_for_the_stores_whose_goods_are_meant():
    free = a_promotion(store_id=None, benefit={"kind": "free_shipping"}, goods={"category_ids": [CAMERAS]})
    lines = [a_line("1"), a_line("2", store_id=BORIS, category_path=[FILMS])]
    told = applied(free, lines=lines, shipping=[a_shipping("s1"), a_shipping("s2", 700, BORIS)])
    assert taken_off(told) == {"1": 0, "2": 0, "s1": 500, "s2": 0}
    assert told.shipping[0].by_platform == Money(500, "EUR")


def test_free_shipping_waits_until_it_is_known_what_shipping_costs():
    told = applied(a_promotion(benefit={"kind": "free_shipping"}), lines=[a_line()])
    assert (reasons(told), list(told.uses)) == (["shipping_unknown"], [])


def test_free_shipping_may_have_an_end():
    free = a_promotion(benefit={"kind": "free_shipping", "at_most": {"EUR": 300}})
    assert taken_off(applied(free, lines=[a_line()], shipping=[a_shipping()]))["ship"] == 300


@pytest.mark.parametrize(("pieces", "off"), [(1, 0), (2, 0), (3, 900), (5, 900), (6, 1800)])
def test_three_for_two(pieces: int, off: int):
    told = applied(a_promotion(benefit={"kind": "buy_get", "buy": 2, "get": 1}), lines=[a_line("1", 900, pieces)])
    assert taken_off(told)["1"] == off


def test_the_dearest_pieces_are_put_together_as_a_buyer_would():
    lines = [a_line("cheap", 100, 3), a_line("dear", 1000, 3)]
    told = applied(a_promotion(benefit={"kind": "buy_get", "buy": 2, "get": 1}), lines=lines)
    assert taken_off(told) == {"cheap": 100, "dear": 1000}


def test_a_reward_may_be_something_else_and_half_its_price():
    benefit = {"kind": "buy_get", "buy": 1, "get": 2, "off_bps": 5000, "rewards": {"category_ids": [FILMS]}}
    lines = [a_line("camera", 90000), a_line("film", 1000, 3, category_path=[FILMS])]
    assert taken_off(applied(a_promotion(benefit=benefit), lines=lines)) == {"camera": 0, "film": 1000}
    assert reasons(applied(a_promotion(benefit=benefit), lines=lines[1:])) == ["not_enough_pieces"]


def test_ten_percent_off_when_you_buy_three():
    volume = a_promotion(benefit={"kind": "volume", "steps": [{"pieces": 3, "off_bps": 1000}]})
    two_kinds = [a_line("1", 1000, 2), a_line("2", 500, 1)]
    assert taken_off(applied(volume, lines=two_kinds)) == {"1": 200, "2": 50}
    assert reasons(applied(volume, lines=[a_line("1", 1000, 2)])) == ["not_enough_pieces"]


def test_volume_may_be_counted_line_by_line_and_rises_in_steps():
    steps = [{"pieces": 2, "off_bps": 500}, {"pieces": 4, "off_bps": 2000}]
    volume = a_promotion(benefit={"kind": "volume", "steps": steps, "each_line": True})
    told = applied(volume, lines=[a_line("1", 1000, 2), a_line("2", 100, 4), a_line("3", 100, 1)])
    assert taken_off(told) == {"1": 100, "2": 80, "3": 0}


def test_a_flash_sale_reduces_as_many_of_the_dearest_pieces_as_are_left():
    sale = a_promotion(benefit=percent(5000), limits={"counted": "pieces", "total": 100})
    told = applied(sale, lines=[a_line("1", 1000, 2), a_line("2", 3000, 2)], left={prm(1): 3})
    assert (taken_off(told), told.uses[0].uses) == ({"1": 500, "2": 3000}, 3)
    assert reasons(applied(sale, lines=[a_line()], left={prm(1): 0})) == ["used_up"]


def test_minimum_spend_counts_what_is_meant_at_its_price_and_says_what_is_missing():
    promotion = a_promotion(minimum_spend={"EUR": 2000}, goods={"category_ids": [CAMERAS]})
    lines = [a_line("1", 1500), a_line("2", 9000, category_path=[FILMS])]
    told = applied(promotion, lines=lines)
    assert (reasons(told), "5.00 EUR" in told.considered[0].why) == (["below_minimum"], True)
    assert taken_off(applied(promotion, a_promotion(2, benefit=percent(5000)), lines=[a_line("1", 2000)]))["1"] == 1200


def test_what_is_not_said_in_a_currency_is_no_promotion_there():
    lines = [a_line(currency="USD")]
    for said in ({"benefit": fixed(100)}, {"minimum_spend": {"EUR": 1}}, {"benefit": percent(at_most={"EUR": 100})}):
        assert reasons(applied(a_promotion(**said), lines=lines)) == ["other_currency"]


def test_a_schedule_holds_to_the_moment():
    def at(**said: Any) -> list[str]:
        return reasons(applied(a_promotion(**said), lines=[a_line()]))

    assert at(starts_at=NOON + timedelta(seconds=1)) == ["not_yet"]
    assert at(starts_at=NOON, ends_at=NOON + timedelta(seconds=1)) == ["taken"]
    assert at(ends_at=NOON) == ["over"]


def test_a_quote_is_valid_until_the_first_promotion_it_uses_ends():
    soon, later = NOON + timedelta(minutes=3), NOON + timedelta(hours=1)
    told = applied(a_promotion(1, ends_at=later), a_promotion(2, ends_at=soon), a_promotion(3), lines=[a_line()])
    assert told.valid_until == soon
    assert applied(a_promotion(3), lines=[a_line()]).valid_until is None


def test_some_promotions_are_for_some_people():
    first, lines = a_promotion(first_order=True), [a_line()]
    assert reasons(applied(first, lines=lines, first_order=True)) == ["taken"]
    assert reasons(applied(first, lines=lines)) == ["not_first_order"]
    assert reasons(applied(first, lines=lines, user_id=None, first_order=True)) == ["sign_in"]
    assert reasons(applied(a_promotion(customer_ids=[BELA]), lines=lines)) == ["taken"]
    assert reasons(applied(a_promotion(customer_ids=[f"usr_{9:026}"]), lines=lines)) == []  # nobody else hears of it
    told = applied(a_promotion(customer_ids=[f"usr_{9:026}"], code="NINE"), lines=lines, codes={"NINE"})
    assert reasons(told) == ["not_for_you"]


def test_a_code_works_for_whoever_says_it_and_is_not_told_to_others():
    coupon, lines = a_promotion(code="summer10"), [a_line()]
    assert coupon.code == "SUMMER10"
    assert reasons(applied(coupon, lines=lines)) == []
    told = applied(coupon, lines=lines, codes={"SUMMER10"})
    assert [(use.code, use.uses, use.amount) for use in told.uses] == [("SUMMER10", 1, Money(100, "EUR"))]


def test_a_store_reduces_its_own_goods_only_and_not_what_was_bargained_for():
    lines = [a_line("1"), a_line("2", store_id=BORIS), a_line("3", agreed=True)]
    assert taken_off(applied(a_promotion(), lines=lines)) == {"1": 100, "2": 0, "3": 0}
    assert taken_off(applied(a_promotion(store_id=None), lines=lines)) == {"1": 100, "2": 100, "3": 100}
    stores = a_promotion(store_id=None, goods={"store_ids": [BORIS]})
    assert taken_off(applied(stores, lines=lines)) == {"1": 0, "2": 100, "3": 0}


def test_goods_are_named_by_category_and_product_and_excepted():
    goods = {"category_ids": [CAMERAS], "except_product_ids": [prd(2)]}
    lines = [a_line("1"), a_line("2", product_id=prd(2)), a_line("3", category_path=[FILMS])]
    assert taken_off(applied(a_promotion(goods=goods), lines=lines)) == {"1": 100, "2": 0, "3": 0}


def test_the_store_gives_first_and_the_platform_pays_only_for_what_is_left():
    told = applied(a_promotion(9, benefit=percent(7000)), a_promotion(1, None, benefit=percent(5000)), lines=[a_line()])
    line = told.lines[0]
    assert (line.by_store, line.by_platform) == (Money(700, "EUR"), Money(300, "EUR"))
    assert "no more than 3.00 EUR was left of its price" in line.reductions[1].steps


def test_a_promotion_that_finds_nothing_left_is_not_used_up():
    told = applied(a_promotion(1, benefit=percent(10_000)), a_promotion(2, None), lines=[a_line()])
    assert [use.promotion_id for use in told.uses] == [prm(1)]
    assert reasons(told) == ["taken", "comes_to_nothing"]


def test_of_two_that_exclude_each_other_the_better_one_is_taken_on_that_line_only():
    alone = a_promotion(1, goods={"product_ids": [prd(1)]}, benefit=percent(3000), combines="never")
    coupon = a_promotion(2, None, benefit=fixed(50), code="FIFTY")
    lines = [a_line("1"), a_line("2", product_id=prd(2))]
    assert reasons(applied(alone, coupon, lines=lines, codes={"FIFTY"})) == ["taken", "another_is_better"]
    elsewhere = a_promotion(2, None, goods={"product_ids": [prd(2)]}, benefit=fixed(50))
    assert reasons(applied(alone, elsewhere, lines=lines)) == ["taken", "taken"]


def test_a_sale_may_stand_beside_sales_but_not_beside_codes():
    sale = a_promotion(1, benefit=percent(1000), combines="not_with_codes")
    open_one, coupon = a_promotion(2, None), a_promotion(3, None, code="MORE", benefit=percent(2500))
    assert reasons(applied(sale, open_one, lines=[a_line()])) == ["taken", "taken"]
    told = applied(sale, open_one, coupon, lines=[a_line()], codes={"MORE"})
    assert reasons(told) == ["another_is_better", "taken", "taken"]


def test_of_two_alike_the_one_without_a_code_is_used():
    coupon = a_promotion(1, code="TEN", combines="never")
    told = applied(coupon, a_promotion(2, combines="never"), lines=[a_line()], codes={"TEN"})
    assert [use.promotion_id for use in told.uses] == [prm(2)]


def test_what_a_promotion_reduces_is_sold_under_its_campaign():
    campaign = f"cmp_{1:026}"
    promotion = a_promotion(store_id=None, campaign_id=campaign, goods={"product_ids": [prd(1)]})
    told = applied(promotion, lines=[a_line("1"), a_line("2", product_id=prd(2))])
    assert [list(one.campaigns) for one in told.lines] == [[campaign], []]


def test_every_reduction_tells_how_it_came_about():
    told = applied(a_promotion(), lines=[a_line("1", 1000), a_line("2", 3000)])
    assert list(told.lines[0].reductions[0].steps) == ["10% of 40.00 EUR", "this line's part of 4.00 EUR is 1.00 EUR"]


def test_amounts_can_be_charged_in_a_currency_of_steps():
    lines = [a_line("1", 10_050, currency="KWD"), a_line("2", 20_020, currency="KWD")]
    told = applied(a_promotion(benefit=percent(3333)), lines=lines)
    assert all(part.chargeable() for one in told.lines for part in (one.by_store, one.by_platform))
    assert sum(taken_off(told).values()) == 10_020  # 33.33% of 30.070 are 10.022 331


def test_an_empty_basket_uses_nothing():
    assert list(applied(a_promotion(), lines=[]).uses) == []


@pytest.mark.parametrize(
    "said",
    [
        {"benefit": fixed(105, "KWD")},
        {"benefit": fixed(5, "XXX")},
        {"benefit": {"kind": "percent", "off_bps": 10_001}},
        {"benefit": {"kind": "percent", "off_bps": 500, "at_mots": {"EUR": 1}}},
        {"benefit": {"kind": "volume", "steps": [{"pieces": 3, "off_bps": 1}, {"pieces": 3, "off_bps": 2}]}},
        {"benefit": {"kind": "free_shipping"}, "limits": {"counted": "pieces", "total": 3}},
        {"code": "-no"},
        {"code": "ÜBER"},
    ],
)
def test_what_means_nothing_is_no_promotion(said: dict):
    with pytest.raises(ValidationError):
        a_promotion(**said)


def test_what_others_leave_of_a_price_decides_between_rivals():
    """Alone, the sale takes more off than the coupon; beside what makes the camera free, less."""
    camera, film = a_line("camera", 3000), a_line("film", 1000, product_id=prd(2))
    sale = a_promotion(1, benefit=fixed(1600), combines="not_with_codes")
    coupon = a_promotion(2, benefit=percent(9000), code="FILM", goods={"product_ids": [prd(2)]})
    free = a_promotion(3, None, benefit=percent(10_000), goods={"product_ids": [prd(1)]})
    told = applied(sale, coupon, lines=[camera, film], codes={"FILM"})
    assert [use.promotion_id for use in told.uses] == [prm(1)]
    told = applied(sale, coupon, free, lines=[camera, film], codes={"FILM"})
    assert [use.promotion_id for use in told.uses] == [prm(2), prm(3)]
