import pytest

from functions.catalog.model.categories import PriceLimit
from functions.catalog.model.items import Assortment, NewVariant, NoSuchVariant, VariantChange
from functions.catalog.model.offers import ScheduledPrice, VariantsRefused
from functions.catalog.model.products import Option
from functions.catalog.rules import variants
from kernel import ids
from tests.builders.catalog import NOON, OFFER, VARIANT, a_variant

COLOURS = Option(code="colour", values=["Black", "Silver"])
SIZES = Option(code="size", values=["S", "M", "L"])


def test_a_combination_has_one_id_in_whatever_order_it_is_told():
    one = variants.variant_id_of(OFFER, {"colour": "Black", "size": "S"})
    assert variants.variant_id_of(OFFER, {"size": "S", "colour": "Black"}) == one
    assert variants.variant_id_of(OFFER, {"colour": "Black", "size": "M"}) != one
    assert variants.variant_id_of(ids.new_id("ofr"), {"colour": "Black", "size": "S"}) != one


def test_every_combination_is_made_and_what_is_said_of_all_holds_but_for_what_can_be_ones_alone():
    said = Assortment(prices={"EUR": 5_00}, weight_g=7, sku="S", barcode="40222430")
    made = variants.made(OFFER, [COLOURS, SIZES], said)
    assert len(made) == len({one.variant_id for one in made}) == 6
    assert {(one.prices["EUR"], one.weight_g, one.sku, one.barcode) for one in made} == {(5_00, 7, None, None)}
    [alone] = variants.made(OFFER, [], said)
    assert (alone.sku, alone.barcode, alone.options) == ("S", "40222430", {})


def test_what_is_said_of_one_stands_before_what_is_said_of_all():
    told = [
        NewVariant(options={"colour": "Black"}, prices={"USD": 9_00}),
        NewVariant(options={"colour": "Silver"}, quantity=0),
    ]
    said = Assortment(prices={"EUR": 5_00}, quantity=3, variants=told)
    made = variants.made(OFFER, [COLOURS], said)
    assert [(one.prices, one.quantity) for one in made] == [({"USD": 9_00}, 3), ({"EUR": 5_00}, 0)]


def test_options_that_make_too_many_variants_are_refused_before_any_is_made():
    many = [Option(code=code, values=[str(number) for number in range(40)]) for code in ("a", "b", "c")]
    with pytest.raises(VariantsRefused, match="64000"):
        variants.made(OFFER, many, Assortment())


def test_regenerating_keeps_what_was_there():
    before = variants.made(OFFER, [COLOURS], Assortment(prices={"EUR": 5_00}))
    changed = Option(code="colour", values=["Silver", "Red"])
    after = variants.regenerated(OFFER, before, [changed], Assortment(prices={"EUR": 6_00}))
    assert after[0] == before[1]
    assert (after[1].options, after[1].prices) == ({"colour": "Red"}, {"EUR": 6_00})


def test_null_takes_away_what_can_lack_and_leaves_the_rest():
    variant = a_variant(sku="A", weight_g=5, cost={"EUR": 1})
    assert variants.edited(variant, VariantChange(sku=None, weight_g=None), NOON) == a_variant(cost={"EUR": 1})
    assert variants.edited(variant, VariantChange(prices=None, active=None), NOON) == variant


def test_a_variant_is_found_by_its_id_or_there_is_none():
    assert variants.named([a_variant()], VARIANT) == a_variant()
    with pytest.raises(NoSuchVariant):
        variants.named([a_variant()], ids.new_id("var"))


@pytest.mark.parametrize("minor", [0, 99, 501])
def test_a_price_keeps_between_floor_and_ceiling(minor):
    limits = {"EUR": PriceLimit(floor=100, ceiling=500)}
    with pytest.raises(VariantsRefused) as refused:
        variants.check([a_variant(prices={"EUR": minor})], [], limits, shown=False)
    assert [fault.pointer for fault in refused.value.faults] == ["/variants/0/prices/EUR"]
    for right in (100, 500):
        variants.check([a_variant(prices={"EUR": right, "USD": minor})], [], limits, shown=True)


def test_what_is_scheduled_keeps_to_the_same_limits():
    sale = ScheduledPrice(starts_at=NOON, ends_at=NOON.replace(hour=13), prices={"EUR": 1})
    with pytest.raises(VariantsRefused) as refused:
        variants.check([a_variant(scheduled=[sale])], [], {"EUR": PriceLimit(floor=2)}, shown=False)
    assert [fault.pointer for fault in refused.value.faults] == ["/variants/0/scheduled/0/prices/EUR"]


def test_a_draft_may_lack_prices_and_nothing_that_is_shown_may():
    variants.check([a_variant(prices={})], [], {}, shown=False)
    for wrong in ([a_variant(prices={})], [a_variant(active=False)]):
        with pytest.raises(VariantsRefused):
            variants.check(wrong, [], {}, shown=True)
    variants.check([a_variant(), a_variant(variant_id=ids.new_id("var"), prices={}, active=False)], [], {}, shown=True)


def test_a_schedule_that_has_begun_may_stay_and_may_end_but_not_be_made_up():
    past = ScheduledPrice(starts_at=NOON.replace(hour=9), ends_at=NOON.replace(hour=10), prices={"EUR": 1})
    kept = variants.scheduled(a_variant(scheduled=[past]), [past], NOON)
    assert kept.scheduled == [past]
    with pytest.raises(VariantsRefused):
        variants.scheduled(a_variant(), [past], NOON)


def test_more_than_can_be_told_of_one_offer_is_refused_by_its_place():
    long = Option(code="colour", values=["𝔐" * 58 + f"{number:02}" for number in range(40)])
    with pytest.raises(VariantsRefused) as refused:
        variants.check([a_variant(options={"colour": long.values[0]})], [long], {}, shown=True)
    assert [fault.pointer for fault in refused.value.faults] == ["/options"]
    prices = dict.fromkeys(("EUR", "USD", "UAH", "INR", "GBP", "JPY", "CHF", "SEK", "NOK", "DKK"), 10**12)
    many = [a_variant(variant_id=ids.new_id("var"), sku="𝔐" * 60 + str(number), prices=prices) for number in range(80)]
    with pytest.raises(VariantsRefused) as refused:
        variants.check(many, [], {}, shown=True)
    assert [fault.pointer for fault in refused.value.faults] == ["/variants"]
    usual = [
        a_variant(variant_id=ids.new_id("var"), sku=f"CAM-{number}", compare_at={"EUR": 200_00}) for number in range(80)
    ]
    variants.check(usual, [], {}, shown=True)
