import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.inventory.model.items import Beyond, Part
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import BasketTooScattered, Line, OutOfStock
from functions.inventory.rules.takings import available, plan, promisable, take
from tests.builders import inventory as a

NEAR, FAR = a.HOME, "loc_00000000000000000000000009"
SPARE = ItemId(a.STORE, a.variant(1))


def a_line(quantity: int = 1, variant_id: str = a.VARIANT) -> Line:
    return Line(store_id=a.STORE, variant_id=variant_id, quantity=quantity)


def taken(takings) -> dict[tuple[str, int], int]:
    return {(one.location_id, one.shard): one.quantity for one in takings}


def test_one_shard_that_has_enough_serves_alone():
    assert taken(take([a.a_shard(5)], [NEAR], 3, 0)) == {(NEAR, 0): 3}


def test_what_no_shard_has_alone_is_taken_from_several():
    shards = [a.a_shard(2), a.a_shard(2, number=1), a.a_shard(2, number=2)]
    assert sum(taken(take(shards, [NEAR], 5, 1)).values()) == 5
    assert take(shards, [NEAR], 7, 1) is None


def test_the_first_location_that_has_all_of_it_serves_before_two_that_share():
    shards = [a.a_shard(2), a.a_shard(5, location=FAR)]
    assert taken(take(shards, [NEAR, FAR], 2, 0)) == {(NEAR, 0): 2}
    assert taken(take(shards, [NEAR, FAR], 4, 0)) == {(FAR, 0): 4}
    assert taken(take(shards, [NEAR, FAR], 6, 0)) == {(NEAR, 0): 2, (FAR, 0): 4}
    assert taken(take(shards, [FAR, NEAR], 2, 0)) == {(FAR, 0): 2}


def test_what_is_switched_off_serves_nobody():
    assert take([a.a_shard(2), a.a_shard(5, location=FAR)], [NEAR], 3, 0) is None


def test_what_is_there_goes_before_what_is_only_expected():
    shards = [a.a_shard(10, credit=8), a.a_shard(3, location=FAR)]
    assert taken(take(shards, [NEAR, FAR], 3, 0)) == {(FAR, 0): 3}
    assert taken(take(shards, [NEAR, FAR], 6, 0)) == {(NEAR, 0): 3, (FAR, 0): 3}
    assert taken(take(shards, [NEAR, FAR], 13, 0)) == {(NEAR, 0): 10, (FAR, 0): 3}
    assert take(shards, [NEAR, FAR], 14, 0) is None


def test_everybody_begins_at_a_shard_of_their_own_and_at_the_same_one_again():
    shards = [a.a_shard(9, number=number) for number in range(4)]
    first = [next(iter(taken(take(shards, [NEAR], 1, turn)))) for turn in range(4)]
    assert first == [(NEAR, 0), (NEAR, 1), (NEAR, 2), (NEAR, 3)]
    scene = a.a_scene(shards)
    assert plan(scene, [a_line()], "rsv_1") == plan(scene, [a_line()], "rsv_1")


amounts = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=6)


@given(amounts, st.integers(0, 5), st.integers(1, 30), st.integers(0, 9))
def test_never_more_than_a_shard_has_and_never_less_than_was_asked(amounts, credit, quantity, turn):
    """Whatever lies where: a plan takes exactly what was asked, no shard goes below zero, no plan means too little."""
    shards = [
        a.a_shard(left, number=number, location=FAR if far else NEAR) for number, (left, far) in enumerate(amounts)
    ]
    shards.append(a.a_shard(3 + credit, number=9, credit=credit))
    found = take(shards, [NEAR, FAR], quantity, turn)
    if found is None:
        assert sum(one.left for one in shards) < quantity
        return
    left = {(one.location_id, one.number): one.left for one in shards}
    assert sum(one.quantity for one in found) == quantity
    assert all(0 < one.quantity <= left[one.location_id, one.shard] for one in found)
    for location in (NEAR, FAR):
        there = sum(one.available for one in shards if one.location_id == location)
        here = sum(one.quantity for one in found if one.location_id == location)
        elsewhere = sum(max(0, sum(one.available for one in shards if one.location_id == far)) for far in (NEAR, FAR))
        assert here <= max(0, there) or elsewhere < quantity, "borrowed although it was there"


def test_of_a_divided_stock_what_is_there_goes_first_whichever_shard_keeps_the_credit():
    """Two are there and six more may be promised, over two shards; far away are three."""
    shards = [a.a_shard(4, credit=6), a.a_shard(4, number=1), a.a_shard(3, location=FAR)]
    at = {NEAR: 0, FAR: 0}
    for one in take(shards, [NEAR, FAR], 5, 0) or []:
        at[one.location_id] += one.quantity
    assert at == {NEAR: 2, FAR: 3}
    assert sum(taken(take(shards, [NEAR, FAR], 11, 0)).values()) == 11
    assert take(shards, [NEAR, FAR], 12, 0) is None


def test_a_basket_is_taken_whole_or_not_at_all_and_says_what_is_short():
    scene = a.a_scene([a.a_shard(5), a.a_shard(1, item=SPARE)], a.an_item(), a.an_item(variant_id=SPARE.variant_id))
    with pytest.raises(OutOfStock) as refusal:
        plan(scene, [a_line(2), a_line(3, SPARE.variant_id)], "rsv_1")
    assert [(one.variant_id, one.asked, one.left) for one in refusal.value.short] == [(SPARE.variant_id, 3, 1)]
    assert len(plan(scene, [a_line(2), a_line(1, SPARE.variant_id)], "rsv_1")) == 2


def test_what_nobody_ever_had_is_short():
    with pytest.raises(OutOfStock):
        plan(a.a_scene([], a.an_item(version=0)), [a_line()], "rsv_1")


def test_what_is_not_counted_is_never_short_and_takes_nothing():
    scene = a.a_scene([], a.an_item(tracked=False))
    assert plan(scene, [a_line(1_000_000)], "rsv_1") == []
    assert (available(scene, a.ITEM), promisable(scene, a.ITEM) > 1_000_000) == (None, True)


def test_what_is_not_offered_any_more_is_short_although_it_is_there():
    scene = a.a_scene([a.a_shard(5)], a.an_item(offered=False))
    with pytest.raises(OutOfStock) as refusal:
        plan(scene, [a_line()], "rsv_1")
    assert refusal.value.short[0].left == 0


BUNDLE = a.variant(7)


def with_a_bundle(camera: int, film: int):
    """Of one camera and three films."""
    parts = [Part(variant_id=a.VARIANT), Part(variant_id=SPARE.variant_id, quantity=3)]
    items = a.an_item(), a.an_item(variant_id=SPARE.variant_id), a.an_item(variant_id=BUNDLE, parts=parts)
    return a.a_scene([a.a_shard(camera), a.a_shard(film, item=SPARE)], *items)


def test_a_bundle_takes_its_parts():
    takings = plan(with_a_bundle(2, 9), [a_line(2, BUNDLE)], "rsv_1")
    assert {one.variant_id: one.quantity for one in takings} == {a.VARIANT: 2, SPARE.variant_id: 6}
    assert available(with_a_bundle(2, 9), ItemId(a.STORE, BUNDLE)) == 2
    assert available(with_a_bundle(5, 9), ItemId(a.STORE, BUNDLE)) == 3


def test_a_part_that_is_ordered_beside_its_bundle_is_counted_together():
    scene = with_a_bundle(2, 9)
    both = [a_line(2, BUNDLE), a_line(3, SPARE.variant_id)]
    assert {one.variant_id: one.quantity for one in plan(scene, both, "rsv_1")} == {a.VARIANT: 2, SPARE.variant_id: 9}
    with pytest.raises(OutOfStock):
        plan(scene, [a_line(2, BUNDLE), a_line(4, SPARE.variant_id)], "rsv_1")


def test_a_part_that_is_not_counted_limits_no_bundle():
    scene = with_a_bundle(2, 0)
    scene = a.a_scene(
        [a.a_shard(2)],
        *(one.model_copy(update={"tracked": one.variant_id != SPARE.variant_id}) for one in scene.items.values()),
    )
    assert available(scene, ItemId(a.STORE, BUNDLE)) == 2
    assert len(plan(scene, [a_line(1, BUNDLE)], "rsv_1")) == 1


def test_what_a_transaction_cannot_hold_is_refused_clearly():
    shards = [a.a_shard(1, number=number) for number in range(49)]
    assert len(plan(a.a_scene(shards), [a_line(48)], "rsv_1")) == 48
    with pytest.raises(BasketTooScattered, match="Order it in two"):
        plan(a.a_scene(shards), [a_line(49)], "rsv_1")


def test_beyond_what_there_is_only_up_to_the_limit():
    item = a.an_item(beyond=Beyond(kind="backorder", limit=4))
    scene = a.a_scene([a.a_shard(4 - 3, credit=4)], item)
    assert (available(scene, a.ITEM), promisable(scene, a.ITEM)) == (-3, 1)
