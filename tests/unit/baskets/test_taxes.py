"""Tax: which rate, on what, in the price or on top of it, and rounded how."""

import pytest
from pydantic import TypeAdapter, ValidationError

from functions.baskets.model.taxes import CountryTax, FlatTax, ReducedRate, Taxable, Taxed, TaxRate, TaxSetting
from kernel.money import CURRENCIES, Money
from tests.builders import pricing as a
from tests.builders.pricing import price
from tests.builders.promotions import ALMA, BORIS, CAMERAS, FILMS, a_promotion, percent

OTHER = f"cat_{3:026}"


def taxes(told) -> list[int]:
    return [one.tax.minor for one in told.lines]


def test_one_rate_for_everything_comes_on_top():
    told = price(a.a_line(1, 1000), a.a_line(2, 250), taxes=a.flat(750), ship_to=a.CHILE)
    assert (taxes(told), told.shipping[0].tax.minor) == ([75, 19], 37)  # 130.5 in all: rounded once
    assert told.totals.tax_included == Money(0, "EUR")
    assert told.totals.total == Money(1000 + 250 + 490 + 131, "EUR")


def test_tax_that_a_price_has_in_it_is_taken_out_of_the_goods():
    told = price(a.a_line(minor=11_900, kind="digital"), taxes=a.flat(1900, included=True))
    line = told.lines[0]
    assert (line.goods.minor, line.tax.minor, line.total.minor) == (10_000, 1900, 11_900)
    assert told.totals.tax_included == told.totals.tax == Money(1900, "EUR")


@pytest.mark.parametrize(
    ("where", "total", "tax"), [(a.GERMANY, 11_900, 1900), (a.FRANCE, 11_900, 1983), (a.CHILE, 11_900, 0)]
)
def test_the_country_it_goes_to_decides(where, total: int, tax: int):
    line = price(a.a_line(minor=11_900, kind="digital"), taxes=a.BY_COUNTRY, ship_to=where).lines[0]
    assert (line.total.minor, line.tax.minor) == (total, tax)


def test_in_some_countries_it_comes_on_top():
    line = price(a.a_line(minor=10_000, kind="digital"), taxes=a.BY_COUNTRY, ship_to=a.CANADA).lines[0]
    assert (line.goods.minor, line.tax.minor, line.total.minor) == (10_000, 500, 10_500)


def test_an_operator_says_another_rate():
    setting = CountryTax(countries={"DE": TaxRate(rate_bps=1600)})
    assert taxes(price(a.a_line(minor=11_600, kind="digital"), taxes=setting)) == [1600]


def test_what_is_not_sent_is_taxed_where_it_is_sold_as_long_as_nobody_says_where_to():
    lines = [a.a_line(1, 11_900, kind="digital"), a.a_line(2, 10_000, kind="digital", store_id=BORIS)]
    sellers = (a.a_seller(), a.a_seller(store_id=BORIS, country="CA"))
    told = price(*lines, sellers=sellers, taxes=a.BY_COUNTRY, ship_to=None)
    assert taxes(told) == [1900, 500]
    assert (told.totals.tax.minor, told.totals.tax_included.minor, told.totals.total.minor) == (2400, 1900, 22_400)


def test_a_category_and_all_below_it_may_have_a_rate_of_their_own_and_the_nearest_counts():
    setting = CountryTax(
        reduced=[
            ReducedRate(country="DE", category_id=CAMERAS, rate_bps=700),
            ReducedRate(country="DE", category_id=FILMS, rate_bps=0),
            ReducedRate(country="FR", category_id=OTHER, rate_bps=100),
        ]
    )
    paths = [[CAMERAS], [CAMERAS, OTHER], [CAMERAS, FILMS], [OTHER]]
    lines = [a.a_line(place, 10_700, kind="digital", category_path=path) for place, path in enumerate(paths)]
    assert taxes(price(*lines, taxes=setting)) == [700, 700, 0, 1708]


def test_tax_is_on_what_the_seller_gets_whoever_pays_for_it():
    hers = price(a.a_line(minor=10_000), promotions=(a_promotion(benefit=percent(5000)),), taxes=a.flat(1000))
    ours = price(a.a_line(minor=10_000), promotions=(a_promotion(1, None, benefit=percent(5000)),), taxes=a.flat(1000))
    assert (taxes(hers), taxes(ours)) == ([500], [1000])


def test_it_is_rounded_once_for_all_that_a_store_sells_at_a_rate():
    lines = [a.a_line(number, 5, kind="digital") for number in (1, 2, 3, 4)]
    assert taxes(price(*lines, taxes=a.flat(1000))) == [1, 1, 0, 0]  # of 2.0, and not four times a half rounded up
    apart = [a.a_line(1, 5, kind="digital"), a.a_line(2, 5, kind="digital", store_id=BORIS)]
    assert taxes(price(*apart, taxes=a.flat(1000))) == [1, 1]


@pytest.mark.parametrize(("currency", "minor"), [("KWD", 1230), ("ISK", 12_300), ("JPY", 123)])
@pytest.mark.parametrize("included", [True, False])
def test_a_card_can_be_charged_every_part(currency: str, minor: int, included: bool):
    told = price(
        *(a.a_line(number, minor, kind="digital", currency=currency) for number in (1, 2, 3)),
        taxes=a.flat(777, included=included),
        currency=currency,
    )
    assert sum(taxes(told)) % CURRENCIES[currency].charge_step == 0
    assert all(part.chargeable() for line in told.lines for part in (line.goods, line.tax, line.total))


def test_somebody_elses_calculator_takes_the_place_of_ours():
    asked = list[Taxable]()

    def theirs(taxable):
        asked.extend(taxable)
        return [Taxed(one.line_id, Money(1, "EUR"), False, 0) for one in taxable]

    told = price(a.a_line(), taxes=theirs)
    assert told.totals.total.minor == 1000 + 490 + 2
    assert [(one.line_id, one.amount.minor, one.country) for one in asked] == [
        (a.lin(1), 1000, "DE"),
        (ALMA, 490, "DE"),
    ]


def test_a_setting_that_means_nothing_is_refused():
    read = TypeAdapter[FlatTax | CountryTax](TaxSetting)
    assert read.validate_python({"kind": "by_country"}) == CountryTax()
    for said in ({"kind": "flat"}, {"kind": "by_moon"}, {"kind": "flat", "rate": {"rate_bps": -1}}):
        with pytest.raises(ValidationError):
            read.validate_python(said)
