"""An order is paid as it was quoted, or not at all: what a quote says of offers is looked at once more."""

import pytest

from functions.catalog import steps
from functions.catalog.model.offers import ScheduledPrice
from functions.catalog.rules import proposals as rules
from functions.catalog.store.goods import goods
from functions.catalog.store.proposals import proposals
from functions.catalog.store.standing import standings
from kernel import clock
from tests.builders import catalog as a
from tests.builders.http import Context
from tests.builders.proposals import BUYER, NOON, ORDER, TERMS, made


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON) as advance:
        yield advance


def a_line(offer, **said):
    variant = offer.variants[0]
    return {
        "store_id": offer.store_id,
        "product_id": offer.product_id,
        "offer_id": offer.offer_id,
        "offer_version": offer.version,
        "variant_id": variant.variant_id,
        "kind": offer.kind,
        "quantity": 2,
        "price": {"minor": variant.prices["EUR"], "currency": "EUR"},
        "proposal_id": None,
    } | said


def check(*lines, order_id=ORDER, buyer_id=BUYER):
    event = {"task": "check_offers", "order_id": order_id, "buyer_id": buyer_id, "lines": list(lines)}
    return steps.handler(event, Context())


def edited(offer, **said):
    product, before = goods().offer(offer.product_id, offer.offer_id)
    after = before.model_copy(update={**said, "version": before.version + 1})
    goods().keep(product, [(before, after)], product_was=product)
    return after


def test_what_is_as_quoted_passes_and_nothing_is_written(world):
    lines = [a_line(a.on_sale()), a_line(a.on_sale(a.OTHER_STORE))]
    before = world.items()
    for _ in range(2):
        assert check(*lines, buyer_id="gst_" + BUYER[4:]) == {"outcome": "checked", "order_id": ORDER}
    assert world.items() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": {"minor": 1, "currency": "EUR"}},
        {"price": {"minor": 100_00, "currency": "JPY"}},
        {"offer_version": 7},
        {"kind": "digital"},
        {"store_id": a.OTHER_STORE},
        {"variant_id": "var_00000000000000000000000099"},
        {"offer_id": "ofr_00000000000000000000000099"},
    ],
)
def test_what_is_not_as_quoted_is_named(world, wrong):
    right, other = a_line(a.on_sale()), a_line(a.on_sale()) | wrong
    answer = check(right, other)
    assert (answer["outcome"], answer["code"]) == ("refused", "quote_changed")
    assert answer["variant_ids"] == [other["variant_id"]]


def test_a_price_that_was_changed_meanwhile_or_is_another_at_this_moment(world, noon):
    offer = a.on_sale()
    quoted = a_line(offer)
    variant = offer.variants[0]
    sale = ScheduledPrice(starts_at=NOON, ends_at=NOON.replace(hour=13), prices={"EUR": 1_00})
    on_sale = edited(offer, variants=[variant.model_copy(update={"scheduled": [sale]})])
    assert check(quoted)["code"] == "quote_changed"
    assert check(a_line(on_sale))["code"] == "quote_changed", "the schedule counts, not the price below it"
    assert check(a_line(on_sale, price={"minor": 1_00, "currency": "EUR"}))["outcome"] == "checked"


def test_an_item_that_was_taken_off_the_shelf(world):
    offer = a.on_sale()
    archived = edited(offer, status="archived", listed=False)
    assert check(a_line(offer))["code"] == "quote_changed"
    assert check(a_line(archived))["code"] == "quote_changed"


def test_a_seller_who_was_suspended_while_the_buyer_pays_sells_nothing_from_that_moment(world):
    mine, other = a.on_sale(), a.on_sale(a.OTHER_STORE)
    standings().stands(a.STORE, "suspended", 2, clock.now())
    assert goods().offer(mine.product_id, mine.offer_id)[1].listed, "its offers are turned later"
    assert check(a_line(mine), a_line(other))["variant_ids"] == [mine.variants[0].variant_id]
    standings().stands(a.STORE, "open", 3, clock.now())
    assert check(a_line(mine))["outcome"] == "checked"


def agreed():
    proposal = made()
    after = rules.accepted(proposal, "seller", proposal.price, clock.now(), TERMS)
    proposals().answer(proposal, after, None)
    _, offer = goods().offer(after.product_id, after.offer_id)
    price = {"minor": after.price.minor, "currency": after.price.currency}
    named = {"variant_id": after.variant_id, "proposal_id": after.proposal_id, "quantity": 1, "price": price}
    return after, a_line(offer, **named)


def test_agreed_prices_are_held_with_it(world):
    proposal, line = agreed()
    for _ in range(2):
        assert check(line, a_line(a.on_sale()))["outcome"] == "checked"
    assert proposals().proposal(proposal.proposal_id).state == "reserved"
    assert check(line, order_id="ord_00000000000000000000000001")["code"] == "proposal_over"


def test_no_agreed_price_is_held_for_an_order_that_is_not_as_quoted(world):
    proposal, line = agreed()
    assert check(line, a_line(a.on_sale(), offer_version=9))["code"] == "quote_changed"
    assert proposals().proposal(proposal.proposal_id).state == "agreed"
