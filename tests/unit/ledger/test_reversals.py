import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ledger.model.sales import (
    NothingToRefund,
    RefundExceedsSale,
    RefundNotChargeable,
    Reversal,
    Reversed,
    Sale,
)
from functions.ledger.rules import reversals as rules
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd


def refund(sale: Sale, so_far: Reversed | None = None, /, **minor: int) -> tuple[Reversal, Reversed]:
    lines = {line_id: Money(amount, sale.currency) for line_id, amount in minor.items()}
    return rules.refund(sale, so_far or rules.nothing(sale), lines)


def three() -> Sale:
    return a.a_sale(*(a.a_line(1_00, line_id=name, terms_=a.terms(333, tax_bps=2_000)) for name in ("x", "y", "z")))


@given(st.lists(st.integers(1, 97), min_size=1, max_size=30))
def test_parts_taken_one_after_another_are_the_whole(steps):
    sale = a.a_sale(a.a_line(83_00, 14_11, 5_00, terms_=a.terms(1_237, tax_bps=1_800)), credits_minor=17_29)
    so_far, whole = rules.nothing(sale), sale.value.minor
    for step in steps:
        left = rules.left_of(sale, so_far).value.minor
        if left > step:
            _, so_far = refund(sale, so_far, **{"1": step})
    _, so_far = refund(sale, so_far, **{"1": rules.left_of(sale, so_far).value.minor})
    gone = so_far.sum
    assert (gone.value.minor, gone.net, gone.tax, gone.subsidy) == (whole, sale.net, sale.tax, sale.subsidy)
    assert (gone.commission, gone.commission_tax) == (sale.commission, sale.commission_tax)
    assert (gone.card, gone.credits) == (sale.card, sale.credits)


def test_commission_of_several_lines_is_reversed_as_one_sum():
    """0.0333 a line and 0.10 in all: thirds of it are 3, 4 and 3, whatever line they are of."""
    sale, so_far, taken = three(), None, []
    for name in ("x", "y", "z"):
        piece, so_far = refund(sale, so_far, **{name: 1_00})
        taken.append(piece.commission.minor)
    assert (sum(taken), sale.commission) == (10, usd(10))


def test_the_buyer_gets_what_the_buyer_paid_and_metco_its_reduction():
    piece, _ = refund(a.a_sale(a.a_line(100_00, subsidy=25_00)), **{"1": 40_00})
    assert (piece.to_buyer, piece.subsidy, piece.value) == (usd(30_00), usd(10_00), usd(40_00))


def test_what_metco_paid_whole_goes_back_to_metco_whole():
    sale = a.a_sale(a.a_line(10_00, subsidy=10_00))
    piece, _ = refund(sale, **{"1": 10_00})
    assert (piece.to_buyer, piece.subsidy, piece.net) == (usd(0), usd(10_00), sale.net)


def test_each_tender_gets_its_share_back():
    piece, after = refund(a.a_sale(a.a_line(100_00), credits_minor=25_00), **{"1": 10_01})
    assert (piece.card, piece.credits) == (usd(7_51), usd(2_50))
    rest, _ = refund(a.a_sale(a.a_line(100_00), credits_minor=25_00), after, **{"1": 89_99})
    assert (rest.card, rest.credits) == (usd(67_49), usd(22_50))


def test_a_card_is_given_back_what_could_be_charged():
    sale = a.a_sale(a.a_line(1_000, currency="KWD"), credits_minor=330)
    piece, after = refund(sale, **{"1": 100})
    assert (piece.card.minor, piece.credits.minor) == (70, 30)
    with pytest.raises(RefundNotChargeable):
        refund(sale, after, **{"1": 5})


@pytest.mark.parametrize("lines", [{}, {"1": 0}, {"1": -5}, {"2": 5}, {"1": 5, "2": 5}])
def test_a_refund_names_lines_and_amounts(lines):
    with pytest.raises(NothingToRefund):
        refund(a.a_sale(), **lines)


def test_no_line_is_given_back_twice():
    sale = a.a_sale(a.a_line(10_00, line_id="x"), a.a_line(10_00, line_id="y"))
    _, after = refund(sale, x=6_00)
    with pytest.raises(RefundExceedsSale):
        refund(sale, after, x=4_01)
    _, after = refund(sale, after, x=4_00)
    with pytest.raises(RefundExceedsSale):
        refund(sale, after, x=1)
    assert rules.left_by_line(sale, after) == {"x": usd(0), "y": usd(10_00)}


def test_a_commission_that_takes_everything_leaves_no_seller_below_zero():
    sale = a.a_sale(a.a_line(10, terms_=a.terms(8_000, tax_bps=2_500)))
    assert sale.net == usd(0)
    so_far = None
    for _ in range(10):
        piece, so_far = refund(sale, so_far, **{"1": 1})
        assert piece.net == usd(0)
    assert so_far
    assert (so_far.sum.commission, so_far.sum.commission_tax) == (usd(8), usd(2))


# Chargebacks


def test_a_chargeback_takes_the_cards_part_and_what_belongs_to_it():
    sale = a.a_sale(a.a_line(100_00, 20_00), credits_minor=30_00)
    piece, after = rules.dispute(sale, rules.nothing(sale), usd(90_00))
    assert (piece.disputed, piece.card, piece.credits, piece.tax) == (usd(90_00), usd(0), usd(0), usd(15_00))
    rest, _ = refund(sale, after, **{"1": 30_00})
    assert (rest.card, rest.credits) == (usd(0), usd(30_00))


def test_credits_that_were_spent_are_shared_as_if_the_disputed_part_had_never_been():
    sale = a.a_sale(a.a_line(100_00), credits_minor=20_00)
    _, after = rules.dispute(sale, rules.nothing(sale), usd(60_00))
    piece, _ = refund(sale, after, **{"1": 10_00})
    assert (piece.card, piece.credits) == (usd(5_00), usd(5_00))


def test_a_chargeback_after_refunds_takes_what_is_left_of_the_card():
    sale = a.a_sale(a.a_line(100_00), credits_minor=50_00)
    _, after = refund(sale, **{"1": 50_00})
    with pytest.raises(RefundExceedsSale):
        rules.dispute(sale, after, usd(25_01))
    _, after = rules.dispute(sale, after, usd(25_00))
    rest, after = refund(sale, after, **{"1": 25_00})
    assert (rest.card, rest.credits) == (usd(0), usd(25_00))
    assert rules.left_of(sale, after).value == usd(0)
