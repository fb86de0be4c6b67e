"""What a basket costs in the end: shipping, reductions and tax, to the unit, each with its reason."""

from datetime import timedelta

import pytest

from functions.baskets.model.pricing import Seller
from functions.baskets.model.shipping import Zone
from functions.baskets.rules.pricing.shipping import options
from kernel.money import Money
from tests.builders import pricing as a
from tests.builders.promotions import ALMA, BORIS, NOON, a_promotion, percent, prm


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def parts(one) -> tuple[int, int, int, int]:
    return one.goods.minor, one.subsidy.minor, one.tax.minor, one.total.minor


def ways(told, store_id: str = ALMA) -> list[tuple[str, int]]:
    return [(way.name, way.price.minor) for way in told.options[store_id]]


# Shipping


def test_each_store_sends_its_own_parcel_by_the_cheapest_way():
    alma, boris = a.a_seller(a.a_rate("Express", 990), a.a_rate("Parcel", 490)), a.a_seller(store_id=BORIS)
    told = a.price(a.a_line(1), a.a_line(2), a.a_line(3, store_id=BORIS), sellers=(alma, boris))
    assert [(one.store_id, one.name, one.total.minor) for one in told.shipping] == [
        (ALMA, "Parcel", 490),
        (BORIS, "Parcel", 490),
    ]
    assert ways(told) == [("Parcel", 490), ("Express", 990)]
    assert (told.totals.goods, told.totals.shipping, told.totals.total) == (euros(3000), euros(980), euros(3980))


def test_the_buyer_chooses_another_way():
    alma = a.a_seller(a.a_rate("Express", 990), a.a_rate("Parcel", 490))
    express = a.price(a.a_line(), sellers=(alma,)).options[ALMA][1].method_id
    assert a.price(a.a_line(), sellers=(alma,), methods={ALMA: express}).shipping[0].name == "Express"


def test_a_way_that_the_store_does_not_offer_is_in_the_way_and_the_rest_is_priced():
    told = a.price(a.a_line(), methods={ALMA: "shm_" + "0" * 26})
    assert [(one.store_id, one.reason) for one in told.in_the_way] == [(ALMA, "no_such_method")]
    assert (list(told.shipping), told.totals.total) == ([], euros(1000))


def test_a_zone_that_names_the_country_goes_before_the_rest_of_the_world():
    zones = [
        Zone(name="World", rates=[a.a_rate("Airmail", 2490)]),
        Zone(name="Home", countries=["DE"], rates=[a.a_rate("Parcel", 490)]),
    ]
    alma = Seller(ALMA, "DE", zones)
    assert a.price(a.a_line(), sellers=(alma,)).shipping[0].name == "Parcel"
    assert a.price(a.a_line(), sellers=(alma,), ship_to=a.CHILE).shipping[0].name == "Airmail"


@pytest.mark.parametrize(
    ("seller", "why"),
    [
        (a.a_seller(countries=("DE",)), "The store does not send this to CL."),
        (Seller(ALMA, "DE", []), "The store does not send this to CL."),
        (Seller(ALMA, "DE"), "The store has not said yet how it sends."),
        (a.a_seller(a.a_rate(currency="USD")), "The store's shipping has no price in EUR."),
        (a.a_seller(a.a_rate(max_weight_g=99)), "This is too heavy for every way in which the store sends."),
    ],
)
def test_a_store_that_has_no_way_says_why(seller: Seller, why: str):
    told = a.price(a.a_line(weight_g=100), sellers=(seller,), ship_to=a.CHILE)
    assert [(one.reason, one.why) for one in told.in_the_way] == [("cannot_be_sent", why)]


def test_what_is_too_heavy_for_one_rate_goes_by_another():
    alma = a.a_seller(a.a_rate("Letter", 160, max_weight_g=500), a.a_rate("Parcel", 490))
    assert ways(a.price(a.a_line(weight_g=500), sellers=(alma,))) == [("Letter", 160), ("Parcel", 490)]
    assert ways(a.price(a.a_line(weight_g=251, quantity=2), sellers=(alma,))) == [("Parcel", 490)]


def test_from_some_price_on_sending_is_free_and_a_code_does_not_change_that():
    alma = a.a_seller(a.a_rate(free_from=euros(1000)))
    assert ways(a.price(a.a_line(minor=999), sellers=(alma,))) == [("Parcel", 490)]
    reduced = a.price(a.a_line(minor=1000), sellers=(alma,), promotions=(a_promotion(),))
    assert (ways(reduced), reduced.totals.total) == ([("Parcel", 0)], euros(900))


def test_only_goods_are_sent_and_only_they_count_for_free_sending():
    alma = a.a_seller(a.a_rate(free_from=euros(1500)))
    told = a.price(a.a_line(1), a.a_line(2, kind="digital"), sellers=(alma,))
    assert [one.total for one in told.shipping] == [euros(490)]
    files = a.price(a.a_line(1, kind="digital"), a.a_line(2, kind="service"), ship_to=None)
    assert (list(files.shipping), list(files.in_the_way)) == ([], [])


def test_as_long_as_nobody_says_where_to_shipping_is_left_out():
    told = a.price(a.a_line(1), a.a_line(2, store_id=BORIS), ship_to=None)
    assert [(one.store_id, one.reason) for one in told.in_the_way] == [
        (ALMA, "ship_to_missing"),
        (BORIS, "ship_to_missing"),
    ]
    assert (list(told.shipping), dict(told.options)) == ([], {})


def test_a_way_keeps_its_id_whatever_it_costs():
    cheap, dear = (options(a.a_seller(a.a_rate(minor=minor)), "DE", [a.a_line()])[0] for minor in (100, 900))
    assert cheap.method_id == dear.method_id
    other = options(a.a_seller(a.a_rate("Express")), "DE", [a.a_line()])[0]
    assert other.method_id != cheap.method_id


# Reductions


def test_what_the_seller_gives_off_lowers_the_goods_and_what_metco_gives_is_a_subsidy():
    hers, ours = a_promotion(1), a_promotion(2, None, benefit=percent(2000))
    told = a.price(a.a_line(minor=10_000), promotions=(hers, ours), taxes=a.flat(1000))
    assert parts(told.lines[0]) == (9000, 2000, 900, 7900)  # the tax is on what the seller gets
    assert told.totals.discounts == euros(3000)
    assert [(one.promotion_id, one.amount.minor, one.borne_by) for one in told.uses] == [
        (prm(1), 1000, "store"),
        (prm(2), 2000, "platform"),
    ]


def test_free_shipping_takes_the_chosen_ways_price_off():
    alma = a.a_seller(a.a_rate("Express", 990), a.a_rate("Parcel", 490))
    express = a.price(a.a_line(), sellers=(alma,)).options[ALMA][1].method_id
    free = a_promotion(1, None, benefit={"kind": "free_shipping"})
    told = a.price(a.a_line(), sellers=(alma,), promotions=(free,), methods={ALMA: express})
    assert parts(told.shipping[0]) == (990, 990, 0, 0)
    assert (told.totals.shipping, told.totals.discounts, told.totals.total) == (euros(990), euros(990), euros(1000))


def test_all_of_it_can_be_given_away():
    told = a.price(a.a_line(kind="digital"), promotions=(a_promotion(benefit=percent(10_000)),), taxes=a.flat(1900))
    assert (parts(told.lines[0]), told.totals.total) == ((0, 0, 0, 0), euros(0))


def test_no_seller_gives_more_off_a_price_that_was_agreed_on():
    line = a.a_line(unit_price=euros(800), proposal_id="prp_" + "0" * 26)
    told = a.price(line, promotions=(a_promotion(),))
    assert (told.lines[0].total, told.lines[0].list_price) == (euros(800), euros(1000))
    assert told.explain[0].steps == ["agreed with the store; its price is 10.00 EUR"]


def test_a_campaign_of_a_promotion_goes_along_with_the_line_that_it_reduces():
    campaign = f"cmp_{1:026}"
    told = a.price(a.a_line(), promotions=(a_promotion(1, None, campaign_id=campaign),))
    assert told.lines[0].campaigns == [campaign]


# Time, and what is in the way


def test_it_holds_until_the_first_of_its_prices_or_promotions_ends():
    soon, later = NOON + timedelta(minutes=3), NOON + timedelta(minutes=5)
    assert a.price(a.a_line()).until is None
    assert a.price(a.a_line(until=later)).until == later
    assert a.price(a.a_line(until=later), promotions=(a_promotion(ends_at=soon),)).until == soon


def test_a_price_that_no_card_can_be_charged_is_in_the_way():
    told = a.price(a.a_line(minor=1005, currency="KWD", kind="digital"), currency="KWD")
    assert [one.reason for one in told.in_the_way] == ["not_chargeable"]


def test_an_empty_basket_costs_nothing():
    told = a.price()
    assert (told.totals.total, list(told.lines), list(told.shipping)) == (euros(0), [], [])


# Reasons


def test_every_amount_is_explained():
    told = a.price(a.a_line(quantity=2), promotions=(a_promotion(title="Summer sale"),), taxes=a.flat(1000))
    assert [(one.about, one.what, one.amount.minor, one.why) for one in told.explain] == [
        (a.lin(1), "price", 2000, "2 at 10.00 EUR"),
        (a.lin(1), "promotion", -200, "Summer sale"),
        (a.lin(1), "tax", 180, "Tax"),
        (ALMA, "shipping", 490, "Parcel"),
        (ALMA, "tax", 49, "Tax"),
        ("total", "total", 2519, "All of it"),
    ]
    assert told.explain[2].steps == ["10 % on 18.00 EUR is 1.80 EUR, rounded with all of this rate"]
    assert told.explain[-1].steps == ["goods 20.00 EUR", "shipping 4.90 EUR", "promotions -2.00 EUR", "tax 2.29 EUR"]


def test_tax_in_a_price_is_explained_and_not_added_once_more():
    told = a.price(a.a_line(minor=2550, kind="digital"), taxes=a.flat(2550, included=True))
    assert (told.explain[1].amount, told.explain[1].included) == (euros(0), told.totals.tax_included)
    assert told.explain[1].included == euros(518)
    assert [one.included for one in told.explain if one.what != "tax"] == [None, None]
    assert told.explain[1].steps == ["25.5 % in 25.50 EUR is 5.18 EUR, rounded with all of this rate"]
    assert told.explain[-1].steps == ["goods 25.50 EUR", "tax of 5.18 EUR is included"]
