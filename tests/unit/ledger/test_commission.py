from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.ledger.model.commission import NoCommissionRule, Tier
from functions.ledger.model.sales import OrderNotChargeable, TenderDiffers
from functions.ledger.rules import commission as rules
from functions.ledger.rules import split
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd

LEAF, ROOT, SPRING = a.an_id("cat", 1), a.an_id("cat"), a.an_id("cmp")
ALL = {
    "platform": a.a_rule(0),
    "root": a.a_rule(1, "category", target=ROOT),
    "leaf": a.a_rule(2, "category", target=LEAF),
    "store": a.a_rule(3, "store", target=a.STORE),
    "product": a.a_rule(4, "product", target=a.an_id("prd")),
    "campaign": a.a_rule(5, "campaign", target=SPRING),
}
LINE = a.a_line_to_rate(categories=[LEAF, ROOT], campaigns=[SPRING])


@pytest.mark.parametrize("last", range(1, len(ALL) + 1))
def test_the_rule_that_says_most_of_a_line_is_for_it(last):
    among = list(ALL.values())[:last]
    assert rules.choose(among, LINE, a.NOON) == among[-1]
    assert rules.choose(among[::-1], LINE, a.NOON) == among[-1]


def test_of_two_alike_the_newer_one_holds_and_none_before_or_after_its_time():
    newer = a.a_rule(7, starts_at=a.NOON, ends_at=a.NOON + timedelta(days=1))
    both = [newer, ALL["platform"]]
    moments = (a.NOON - timedelta(seconds=1), a.NOON, a.NOON + timedelta(days=1))
    assert [rules.choose(both, LINE, at) for at in moments] == [ALL["platform"], newer, ALL["platform"]]


def test_a_rule_with_amounts_is_for_its_currency_only():
    euros = a.a_rule(7, "store", target=a.STORE, currency="EUR", fixed=30)
    assert rules.choose([euros, ALL["platform"]], LINE, a.NOON) == ALL["platform"]


def test_a_platform_without_a_rule_for_everything_is_set_up_wrongly():
    other = a.a_rule(1, "store", target=a.an_id("sto", 9))
    with pytest.raises(NoCommissionRule):
        rules.choose([other], LINE, a.NOON)


@pytest.mark.parametrize(
    ("said", "minor", "due"),
    [
        ({"rate_bps": 1_000}, 100_00, 10_00),
        ({"rate_bps": 1_237}, 99, Fraction(99 * 1_237, 10_000)),
        ({"tiers": [Tier(rate_bps=1_000), Tier(above=50_00, rate_bps=500)]}, 50_00, 5_00),
        ({"tiers": [Tier(rate_bps=1_000), Tier(above=50_00, rate_bps=500)]}, 80_00, 6_50),
        ({"tiers": [Tier(rate_bps=0), Tier(above=1_00, rate_bps=100), Tier(above=2_00, rate_bps=10_000)]}, 3_00, 1_01),
        ({"rate_bps": 500, "fixed": 30}, 10_00, 80),
        ({"rate_bps": 500, "minimum": 1_00}, 10_00, 1_00),
        ({"rate_bps": 500, "maximum": 40}, 10_00, 40),
        ({"rate_bps": 500, "maximum": 0}, 10_00, 0),
        ({"rate_bps": 500, "fixed": 5_00}, 2_00, 2_00),
        ({"rate_bps": 0, "minimum": 5_00, "tax_bps": 2_500}, 2_00, 1_60),
        ({"rate_bps": 500, "fixed": 5_00}, 0, 0),
    ],
)
def test_what_a_line_owes(said, minor, due):
    assert rules.due(a.terms(**said), usd(minor)) == due * 10_000


def test_the_explanation_is_of_the_rule_that_was_taken_and_names_why_others_were_not():
    over = a.a_rule(8, "product", target=a.an_id("prd"), ends_at=a.NOON)
    early = a.a_rule(9, starts_at=datetime(2031, 1, 1, tzinfo=UTC))
    among = [*ALL.values(), over, early]
    told = rules.explain(among, LINE, a.NOON)
    assert [one.rule_id for one in told.considered if one.taken] == [ALL["campaign"].rule_id]
    assert told.terms == rules.terms_of(rules.choose(among, LINE, a.NOON))
    assert [one.why for one in told.considered][-3:] == [
        "it says the most of this line",
        "it is over",
        "it has not begun",
    ]
    assert (told.steps, told.commission) == (["10% of 100.00 USD"], usd(10_00))


def test_terms_are_frozen_what_becomes_of_the_rule_does_not_matter():
    terms = rules.terms_of(ALL["platform"])
    ALL["platform"].model_copy(update={"tiers": [Tier(rate_bps=9_000)]})
    assert terms.tiers == [Tier(rate_bps=1_000)]
    with pytest.raises(ValidationError):
        terms.tax_bps = 3  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    "said",
    [
        {"scope": "store"},
        {"target": a.STORE},
        {"tiers": []},
        {"tiers": [Tier(above=5, rate_bps=1)], "currency": "USD"},
        {"tiers": [Tier(rate_bps=1), Tier(above=5, rate_bps=1), Tier(above=5, rate_bps=2)], "currency": "USD"},
        {"fixed": 5},
        {"maximum": 5},
        {"currency": "USD", "minimum": 6, "maximum": 5},
        {"ends_at": datetime(2029, 1, 1, tzinfo=UTC)},
        {"rate_bps": 10_001},
        {"tax_bps": -1},
    ],
)
def test_a_rule_that_means_nothing_is_refused(said):
    with pytest.raises(ValidationError):
        a.a_rule(**said)


# Over lines and sellers


def test_commission_is_rounded_once_for_a_seller_order():
    sold = [a.a_line(5, line_id=str(number), terms_=a.terms(1_000)) for number in range(7)]
    told = split.rated(sold)
    assert [line.commission.minor for line in told] == [1, 1, 1, 1, 0, 0, 0]  # 3.5 in all, 0.5 each


line_amounts = st.tuples(st.integers(0, 10**9), st.integers(0, 10_000), st.integers(0, 3_000), st.integers(0, 500))


@given(st.lists(line_amounts, min_size=1, max_size=40))
def test_no_line_ever_gives_more_than_it_brings(amounts):
    sold = [
        a.a_line(goods, line_id=str(place), terms_=a.terms(rate, tax_bps=tax, minimum=least))
        for place, (goods, rate, tax, least) in enumerate(amounts)
    ]
    told = split.rated(sold)
    exact = sum((Fraction(rules.due(line.terms, line.goods), 10_000) for line in sold), Fraction())
    assert abs(sum(line.commission.minor for line in told) - exact) <= Fraction(1, 2)
    assert all(0 <= line.commission.minor + line.commission_tax.minor <= line.goods.minor for line in told)
    assert all(line.terms == one.terms for line, one in zip(told, sold, strict=True))


def test_card_and_credits_are_shared_by_what_each_seller_gets():
    first, second = a.sales([a.a_line(100_00)], [a.a_line(50_00)], credits_minor=40_00)
    assert (first.card, first.credits, second.card, second.credits) == (usd(73_33), usd(26_67), usd(36_67), usd(13_33))


def test_where_cards_are_charged_in_steps_so_is_every_seller():
    sold = [[a.a_line(1_000 * (place + 1) + 10, currency="KWD")] for place in range(3)]
    assert all(sale.card.chargeable() for sale in a.sales(*sold, credits_minor=310))


@pytest.mark.parametrize("said", [{"goods": 1_005}, {"goods": 1_000, "subsidy": 5}, {"goods": 1_000, "tax": 1}])
def test_what_no_card_could_be_charged_is_not_sold(said):
    with pytest.raises(OrderNotChargeable):
        a.sales([a.a_line(**said, currency="KWD")])
    with pytest.raises(OrderNotChargeable):
        split.in_steps(Money(15, "KWD"), [1, 1])


def test_what_is_paid_is_what_there_is_to_pay():
    part = split.SellerPart(a.an_id("slo"), a.STORE, [a.a_line(100_00)])
    for card, by_credits in ((99_99, 0), (100_00, 1), (101_00, -1_00)):
        with pytest.raises(TenderDiffers):
            split.sales_of(a.ORDER, a.BUYER, a.PAYMENT, [part], by_card=usd(card), by_credits=usd(by_credits))


def test_an_amount_is_spread_over_what_is_left():
    left = {"a": usd(30), "b": usd(0), "c": usd(10)}
    assert split.spread(usd(20), left) == {"a": usd(15), "c": usd(5)}
    assert split.spread(usd(1), left) == {"a": usd(1)}
