"""Whatever the basket and the promotions: sums are exact, nothing is below zero, order means nothing, the best wins."""

from itertools import combinations
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import Buyer, LineToReduce, Reductions, ShippingToReduce
from functions.baskets.rules.promotions import choosing, reduced
from kernel.money import CURRENCIES, Money
from tests.builders.promotions import ALMA, BELA, BORIS, CAMERAS, FILMS, NOON, a_promotion, prd, prm

CURRENCY = st.sampled_from(["EUR", "JPY", "KWD"])
BPS = st.integers(1, 10_000)


def goods() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "category_ids": st.just([CAMERAS]),
            "product_ids": st.lists(st.integers(1, 4).map(prd), min_size=1, max_size=2),
            "except_product_ids": st.just([prd(2)]),
        },
    )


def benefits(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    step = CURRENCIES[currency].charge_step
    amounts = st.integers(1, 900).map(lambda units: {currency: units * step})
    steps = st.lists(st.tuples(st.integers(2, 9), BPS), min_size=1, max_size=3, unique_by=lambda one: one[0])
    return st.one_of(
        st.fixed_dictionaries({"kind": st.just("percent"), "off_bps": BPS}, optional={"at_most": amounts}),
        st.fixed_dictionaries({"kind": st.just("fixed"), "off": amounts, "each": st.booleans()}),
        st.fixed_dictionaries({"kind": st.just("free_shipping")}, optional={"at_most": amounts}),
        st.fixed_dictionaries(
            {"kind": st.just("buy_get"), "buy": st.integers(1, 3), "get": st.integers(1, 3), "off_bps": BPS},
            optional={"rewards": goods()},
        ),
        st.fixed_dictionaries(
            {
                "kind": st.just("volume"),
                "steps": steps.map(lambda all_: [{"pieces": n, "off_bps": bps} for n, bps in sorted(all_)]),
                "each_line": st.booleans(),
            }
        ),
    )


@st.composite
def baskets(
    draw: st.DrawFn, most: int = 5
) -> tuple[list[LineToReduce], list[ShippingToReduce], list[Promotion], Buyer]:
    currency = draw(CURRENCY)
    step = CURRENCIES[currency].charge_step
    lines = [
        LineToReduce(
            line_id=f"l{place}",
            store_id=draw(st.sampled_from([ALMA, BORIS])),
            product_id=prd(draw(st.integers(1, 4))),
            category_path=[draw(st.sampled_from([CAMERAS, FILMS]))],
            quantity=draw(st.integers(1, 6)),
            unit_price=Money(draw(st.integers(0, 1_200)) * step, currency),
            agreed=draw(st.booleans()),
        )
        for place in range(draw(st.integers(1, 5)))
    ]
    shipping = [
        ShippingToReduce(f"s{store}", store, Money(draw(st.integers(0, 900)) * step, currency))
        for store in draw(st.sampled_from([[], [ALMA], [ALMA, BORIS]]))
    ]
    promotions = [
        a_promotion(
            number,
            draw(st.sampled_from([ALMA, BORIS, None])),
            benefit=draw(benefits(currency)),
            goods=draw(goods()),
            combines=draw(st.sampled_from(["freely", "freely", "not_with_codes", "never"])),
            code=draw(st.sampled_from([None, "CODE"])),
        )
        for number in range(1, draw(st.integers(1, most)) + 1)
    ]
    pieces = [one.model_dump() | {"limits": {"counted": "pieces"}} for one in promotions]
    if draw(st.booleans()):
        promotions = [
            Promotion.model_validate(said) if said["benefit"]["kind"] != "free_shipping" else one
            for one, said in zip(promotions, pieces, strict=True)
        ]
    left = {one.promotion_id: draw(st.integers(0, 8)) for one in promotions if draw(st.booleans())}
    return lines, shipping, promotions, Buyer(user_id=BELA, codes={"CODE"}, left=left)


@settings(max_examples=120, deadline=None)
@given(baskets())
def test_sums_are_exact_and_nothing_falls_below_zero(basket):
    lines, shipping, promotions, buyer = basket
    told = reduced(lines, shipping, promotions, buyer, NOON)
    prices = {one.line_id: one.price for one in (*lines, *shipping)}
    zero = Money.zero(lines[0].unit_price.currency)
    by_promotion: dict[str, Money] = {}
    for one in (*told.lines, *told.shipping):
        for part in (one.by_store, one.by_platform):
            assert part.minor >= 0
            assert part.chargeable()
        assert one.by_store + one.by_platform <= prices[one.line_id]
        by_bearer = {"store": zero, "platform": zero}
        for reduction in one.reductions:
            assert reduction.amount > zero
            by_bearer[reduction.borne_by] += reduction.amount
            by_promotion[reduction.promotion_id] = by_promotion.get(reduction.promotion_id, zero) + reduction.amount
        assert (by_bearer["store"], by_bearer["platform"]) == (one.by_store, one.by_platform)
    assert by_promotion == {use.promotion_id: use.amount for use in told.uses}
    assert by_promotion.keys() == {one.promotion_id for one in told.considered if one.taken}
    for use in told.uses:
        assert 1 <= use.uses <= buyer.left.get(use.promotion_id, use.uses)


@settings(max_examples=60, deadline=None)
@given(baskets(), st.randoms(use_true_random=False))
def test_order_means_nothing(basket, random: Random):
    lines, shipping, promotions, buyer = basket
    before = reduced(lines, shipping, promotions, buyer, NOON)
    for shuffled in (lines, shipping, promotions):
        random.shuffle(shuffled)
    after = reduced(lines, shipping, promotions, buyer, NOON)
    assert by_id(after) == by_id(before)
    assert (after.uses, after.considered, after.valid_until) == (before.uses, before.considered, before.valid_until)


@settings(max_examples=120, deadline=None)
@given(baskets(most=7))
def test_no_allowed_set_of_promotions_takes_more_off(basket):
    """Every set there is, reckoned from what each promotion does alone."""
    lines, shipping, promotions, buyer = basket
    alone = {one.promotion_id: off_by_line(reduced(lines, shipping, [one], buyer, NOON)) for one in promotions}
    prices = {one.line_id: one.price.minor for one in (*lines, *shipping)}
    best = 0
    for size in range(1, len(promotions) + 1):
        for some in combinations(promotions, size):
            if not any(rivals(one, other, alone) for one, other in combinations(some, 2)):
                sums = {line: sum(alone[one.promotion_id].get(line, 0) for one in some) for line in prices}
                best = max(best, sum(min(prices[line], sums[line]) for line in prices))
    assert sum(off_by_line(reduced(lines, shipping, promotions, buyer, NOON)).values()) == best


@settings(max_examples=60, deadline=None)
@given(baskets())
def test_one_more_promotion_never_makes_a_basket_dearer(basket):
    lines, shipping, promotions, buyer = basket
    fewer = sum(off_by_line(reduced(lines, shipping, promotions[1:], buyer, NOON)).values())
    assert sum(off_by_line(reduced(lines, shipping, promotions, buyer, NOON)).values()) >= fewer


def test_a_basket_of_every_store_with_rivals_everywhere_is_decided_quickly(monkeypatch):
    """Forty lines, a sale and a coupon that exclude each other on each, and one of the platform that excludes all."""
    monkeypatch.setattr(choosing, "BRANCHES", 200)
    stores = [f"sto_{number:026}" for number in range(40)]
    lines = [LineToReduce(f"{n}", store, prd(1), [CAMERAS], 1, Money(1000, "EUR")) for n, store in enumerate(stores)]
    sales = [a_promotion(n + 1, store, combines="never") for n, store in enumerate(stores)]

    def more(n: int) -> dict[str, Any]:
        return {"kind": "percent", "off_bps": 1000 + n}

    coupons = [a_promotion(n + 101, store, code="CODE", benefit=more(n)) for n, store in enumerate(stores)]
    all_of_it = a_promotion(999, None, combines="never", benefit={"kind": "percent", "off_bps": 1005})
    told = reduced(lines, [], [*sales, *coupons, all_of_it], Buyer(user_id=BELA, codes={"CODE"}), NOON)
    assert sum(off_by_line(told).values()) == sum(max(100, (1000 * (1000 + n) + 5_000) // 10_000) for n in range(40))
    assert prm(999) not in {use.promotion_id for use in told.uses}


def test_without_time_to_look_at_everything_the_one_that_takes_most_off_is_taken(monkeypatch):
    monkeypatch.setattr(choosing, "BRANCHES", 0)
    lines = [LineToReduce("1", ALMA, prd(1), [CAMERAS], 1, Money(1000, "EUR"))]
    small, large = (a_promotion(n, combines="never", benefit={"kind": "percent", "off_bps": n * 1000}) for n in (1, 2))
    told = reduced(lines, [], [small, large], Buyer(user_id=BELA), NOON)
    assert [use.promotion_id for use in told.uses] == [prm(2)]


def by_id(told: Reductions) -> dict[str, Any]:
    return {one.line_id: one for one in (*told.lines, *told.shipping)}


def off_by_line(told: Reductions) -> dict[str, int]:
    return {one.line_id: (one.by_store + one.by_platform).minor for one in (*told.lines, *told.shipping)}


def rivals(one: Promotion, other: Promotion, alone: dict[str, dict[str, int]]) -> bool:
    if not any(alone[one.promotion_id][line] and alone[other.promotion_id][line] for line in alone[one.promotion_id]):
        return False
    if "never" in (one.combines, other.combines):
        return True
    return (one.combines == "not_with_codes" and bool(other.code)) or (
        other.combines == "not_with_codes" and bool(one.code)
    )
