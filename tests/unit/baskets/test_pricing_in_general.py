"""Whatever is in a basket and whatever is promised: the sums are exact, and nothing is below zero."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.baskets.model.pricing import LineToPrice, Priced
from functions.baskets.model.promotions import Promotion
from functions.baskets.model.quotes import QuotedLine, QuotedShipping
from functions.baskets.model.taxes import CountryTax, ReducedRate
from kernel.money import CURRENCIES, Money
from tests.builders import pricing as a
from tests.builders.promotions import ALMA, BORIS, CAMERAS, FILMS, a_promotion

STORES = (ALMA, BORIS)
REDUCED = CountryTax(reduced=[ReducedRate(country="DE", category_id=FILMS, rate_bps=700)])
TAXES = st.one_of(
    st.builds(a.flat, st.integers(0, 10_000), included=st.booleans()), st.sampled_from([a.BY_COUNTRY, REDUCED])
)


@st.composite
def baskets(draw: st.DrawFn) -> dict[str, Any]:
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD", "ISK"]))
    step = CURRENCIES[currency].charge_step
    amounts = st.integers(0, 5_000).map(lambda minor: minor * step)
    lines = [
        a.a_line(
            number,
            draw(amounts),
            draw(st.integers(1, 7)),
            currency=currency,
            store_id=draw(st.sampled_from(STORES)),
            kind=draw(st.sampled_from(["goods", "digital"])),
            category_path=draw(st.sampled_from([[CAMERAS], [CAMERAS, FILMS]])),
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    sellers = tuple(
        a.a_seller(a.a_rate(minor=draw(amounts), currency=currency), store_id=store_id, country=country)
        for store_id, country in zip(STORES, ("DE", "CA"), strict=True)
    )
    return {
        "lines": lines,
        "sellers": sellers,
        "currency": currency,
        "ship_to": draw(st.sampled_from([a.GERMANY, a.CANADA, a.CHILE, None])),
        "taxes": draw(TAXES),
        "promotions": tuple(draw(promotions(number, currency, amounts)) for number in range(draw(st.integers(0, 4)))),
    }


@st.composite
def promotions(draw: st.DrawFn, number: int, currency: str, amounts: st.SearchStrategy[int]) -> Promotion:
    benefit = draw(
        st.one_of(
            st.builds(lambda bps: {"kind": "percent", "off_bps": bps}, st.integers(1, 10_000)),
            st.builds(lambda off: {"kind": "fixed", "off": {currency: off}}, amounts),
            st.just({"kind": "free_shipping"}),
        )
    )
    return a_promotion(number, draw(st.sampled_from([*STORES, None])), benefit=benefit)


def priced(asked: dict[str, Any], lines: list[LineToPrice] | None = None) -> Priced:
    rest = {name: value for name, value in asked.items() if name != "lines"}
    return a.price(*(lines or asked["lines"]), **rest)


def parts_of(told: Priced) -> list[QuotedLine | QuotedShipping]:
    return [*told.lines, *told.shipping]


@settings(max_examples=150, deadline=None)
@given(baskets())
def test_every_sum_is_exact_and_no_part_is_below_zero(asked: dict[str, Any]):
    told = priced(asked)
    none = Money.zero(asked["currency"])
    for one in parts_of(told):
        assert one.total == one.goods + one.tax - one.subsidy
        assert min(part.minor for part in (one.goods, one.tax, one.subsidy, one.total)) >= 0
        assert one.total.chargeable()
        assert (one.goods + one.tax).chargeable()  # as the ledger asks of a line
        assert one.subsidy.chargeable()
    sums = told.totals
    assert sum((one.total for one in parts_of(told)), none) == sums.total
    assert sums.goods + sums.shipping - sums.discounts + sums.tax - sums.tax_included == sums.total
    assert sum((use.amount for use in told.uses), none) == sums.discounts


@settings(max_examples=150, deadline=None)
@given(baskets())
def test_what_is_explained_of_a_line_adds_up_to_its_total(asked: dict[str, Any]):
    told = priced(asked)
    totals = {one.line_id: one.total for one in told.lines} | {one.store_id: one.total for one in told.shipping}
    for about, total in (totals | {"total": told.totals.total}).items():
        said = [one.amount for one in told.explain if one.about == about]
        assert sum(said, Money.zero(asked["currency"])) == total


@settings(max_examples=100, deadline=None)
@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_lines_means_nothing_for_what_all_of_it_costs(asked: dict[str, Any], random: Any):
    shuffled = list(asked["lines"])
    random.shuffle(shuffled)
    assert priced(asked, shuffled).totals == priced(asked).totals


@settings(max_examples=100, deadline=None)
@given(baskets())
def test_no_tax_is_further_from_exact_than_one_step(asked: dict[str, Any]):
    told = priced(asked | {"taxes": a.flat(1900)})
    step = CURRENCIES[asked["currency"]].charge_step
    for one in parts_of(told):
        assert abs(one.tax.minor * 10_000 - one.goods.minor * 1900) < step * 10_000
