"""What can be done to a basket: nothing is lost that its owner did not take out, and no limit is passed by a choice."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.baskets.model.baskets import (
    MOST_LINES,
    Basket,
    BasketFull,
    BasketLine,
    LineChange,
    LineShown,
    NewLine,
    ShownLine,
    TooManyOfOne,
)
from functions.baskets.model.facts import AgreedPrice, Facts, KnownOffer, KnownStock
from functions.baskets.model.names import MOST_OF_ONE
from functions.baskets.model.told import ListedText, ListedVariant, Listing, ScheduledPrice
from functions.baskets.rules import contents as rules
from functions.baskets.rules.standing import next_price_at, prices_at, standing
from kernel.money import Money
from tests.builders.shopping import BUYER, NOON, STORE, VISITOR, an_id

LATER = NOON + timedelta(hours=1)


def a_line(number: int = 1, quantity: int = 1, who: str = BUYER, *, saved: bool = False) -> BasketLine:
    offer, variant = an_id("ofr", number), an_id("var", number)
    return BasketLine(
        line_id=rules.line_id(who, offer, variant),
        store_id=STORE,
        product_id=an_id("prd", number),
        offer_id=offer,
        variant_id=variant,
        quantity=quantity,
        saved=saved,
    )


def a_basket(*lines: BasketLine, who: str = BUYER, **said: object) -> Basket:
    return rules.empty(who, NOON).model_copy(update={"lines": list(lines), "version": 1, **said})


def an_offer(number: int = 1, **said: object) -> KnownOffer:
    variant = ListedVariant(variant_id=an_id("var", number), prices={"EUR": 100_00}, quantity=1_000)
    listing = Listing(
        store_id=STORE,
        product_id=an_id("prd", number),
        offer_id=an_id("ofr", number),
        version=1,
        texts={"en": ListedText(title="Camera")},
        variants=[variant.model_copy(update=said)],
    )
    return KnownOffer(listing, listed=True)


def known(*numbers: int) -> Facts:
    return Facts(offers={an_id("ofr", number): an_offer(number) for number in numbers or (1,)})


def new(number: int = 1, quantity: int = 1) -> NewLine:
    return NewLine(
        store_id=STORE,
        offer_id=an_id("ofr", number),
        variant_id=an_id("var", number),
        quantity=quantity,
        currency="EUR",
    )


def pieces(basket: Basket) -> dict[str, int]:
    return {line.variant_id: line.quantity for line in basket.lines}


def test_what_is_added_was_shown_at_its_price():
    after = rules.added(a_basket(), new(), known(), BUYER, NOON)
    assert after.lines[0].shown == LineShown(state="ok", unit_price=Money(100_00, "EUR"))
    assert (after.version, after.changed_at) == (2, NOON)


def test_something_saved_that_is_put_in_again_is_bought_in_the_new_number():
    after = rules.added(a_basket(a_line(1, 5, saved=True)), new(1, 2), known(), BUYER, NOON)
    assert [(line.quantity, line.saved) for line in after.lines] == [(2, False)]


def test_of_one_thing_a_hundred_can_be_bought():
    full = a_basket(a_line(1, MOST_OF_ONE))
    with pytest.raises(TooManyOfOne):
        rules.added(full, new(), known(), BUYER, NOON)


def test_a_full_basket_takes_more_of_what_is_in_it_and_nothing_else():
    full = a_basket(*(a_line(number) for number in range(MOST_LINES)))
    assert len(rules.added(full, new(0), known(0), BUYER, NOON).to_buy) == MOST_LINES
    with pytest.raises(BasketFull):
        rules.added(full, new(99), known(99), BUYER, NOON)


def test_an_empty_basket_takes_the_currency_and_one_with_something_keeps_its_own():
    in_dollars = a_basket(currency="USD")
    assert rules.added(in_dollars, new(), known(), BUYER, NOON).currency == "EUR"


def test_a_week_begins_with_every_change_and_with_no_look():
    basket = a_basket(a_line())
    told = [ShownLine(line_id=basket.lines[0].line_id, state="withdrawn")]
    looked = rules.shown(basket, told, NOON + timedelta(days=6))
    assert (looked.changed_at, looked.lines[0].shown.state) == (NOON, "withdrawn")
    changed = rules.changed(basket, basket.lines[0].line_id, LineChange(quantity=2), NOON + timedelta(days=6))
    assert not rules.current(changed, NOON + timedelta(days=12)).lines[0].saved


@pytest.mark.parametrize(("passed", "saved"), [(timedelta(days=7, seconds=-1), False), (timedelta(days=7), True)])
def test_after_a_week_it_is_saved_for_later(passed, saved):
    after = rules.current(a_basket(a_line(), codes=["SUMMER10"]), NOON + passed)
    assert (after.lines[0].saved, [note.kind for note in after.notes]) == (saved, ["lapsed"] if saved else [])
    assert after.codes == ([] if saved else ["SUMMER10"])


LINES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, MOST_OF_ONE), st.booleans()), max_size=45, unique_by=lambda one: one[0]
)


@given(LINES, LINES)
def test_of_a_guest_and_a_person_who_come_together_nothing_is_lost(mine, others):
    person = a_basket(*(a_line(number, quantity, saved=saved) for number, quantity, saved in mine))
    guest = a_basket(*(a_line(number, quantity, VISITOR, saved=saved) for number, quantity, saved in others))
    after = rules.merged(person, guest, BUYER, NOON)
    both = [*person.lines, *guest.lines]
    for variant in pieces(person).keys() | pieces(guest).keys():
        chosen = [line.quantity for line in both if line.variant_id == variant and not line.saved]
        saved = [line.quantity for line in both if line.variant_id == variant and line.saved]
        assert pieces(after)[variant] == min(sum(chosen or saved), MOST_OF_ONE)
    wanted = {line.variant_id for line in [*person.to_buy, *guest.to_buy]}
    assert {line.variant_id for line in after.to_buy} <= wanted
    assert len(after.to_buy) == max(len(person.to_buy), min(len(wanted), MOST_LINES))
    assert len({line.line_id for line in after.lines}) == len(after.lines)


@given(LINES, st.dictionaries(st.integers(0, 60), st.integers(1, 200)))
def test_what_was_bought_goes_to_the_piece(mine, bought):
    basket = a_basket(*(a_line(number, quantity, saved=saved) for number, quantity, saved in mine))
    after = rules.without_bought(basket, {(an_id("ofr", n), an_id("var", n)): q for n, q in bought.items()}, NOON)
    left = {an_id("var", n): quantity - bought.get(n, 0) for n, quantity, _ in mine}
    assert pieces(after) == {variant: quantity for variant, quantity in left.items() if quantity > 0}


# How a line stands


def test_of_schedules_that_overlap_the_last_one_holds_and_the_next_moment_is_known():
    first = ScheduledPrice(starts_at=NOON, ends_at=LATER, prices={"EUR": 90_00})
    second = ScheduledPrice(starts_at=NOON, ends_at=LATER + timedelta(hours=1), prices={"EUR": 80_00})
    variant = ListedVariant(variant_id=an_id("var", 1), prices={"EUR": 100_00}, scheduled=[first, second])
    assert prices_at(variant, NOON) == {"EUR": 80_00}
    assert prices_at(variant, LATER + timedelta(hours=1)) == {"EUR": 100_00}
    assert [next_price_at(variant, at) for at in (NOON, LATER)] == [LATER, LATER + timedelta(hours=1)]
    assert next_price_at(variant, LATER + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("stock", "wanted", "state", "available"),
    [
        ({"tracked": True, "available": 3, "orderable": True}, 3, "ok", None),
        ({"tracked": True, "available": 3, "orderable": True}, 4, "not_enough", 3),
        ({"tracked": True, "available": 0, "orderable": False}, 1, "out_of_stock", 0),
        ({"tracked": True, "available": -2, "orderable": True, "beyond": "preorder"}, 9, "ok", None),
        ({"tracked": False, "available": 0, "orderable": True}, 100, "ok", None),
    ],
)
def test_stock_as_inventory_tells_it(stock, wanted, state, available):
    line = a_line(1, wanted)
    facts = Facts(offers=known().offers, stock={(STORE, line.variant_id): KnownStock(**stock)})
    found = standing(line, facts, {}, "EUR", NOON)
    assert (found.state, found.available) == (state, available)
    assert found.unit_price == Money(100_00, "EUR")


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({}, True),
        ({"quantity": 1}, False),
        ({"expires_at": NOON}, False),
        ({"price": Money(50_00, "USD")}, False),
        ({"offer_id": an_id("ofr", 2)}, False),
    ],
)
def test_an_agreed_price_is_for_what_was_agreed_upon(said, counts):
    line = a_line(1, 2)
    fields = {"proposal_id": an_id("prp", 1), "offer_id": line.offer_id, "variant_id": line.variant_id, "quantity": 2}
    agreed = AgreedPrice(**fields | {"price": Money(50_00, "EUR"), "expires_at": LATER} | said)
    found = standing(line, known(), {line.variant_id: agreed}, "EUR", NOON)
    assert (found.agreed is not None, found.unit_price) == (counts, Money(50_00 if counts else 100_00, "EUR"))
