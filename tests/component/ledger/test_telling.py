from typing import Any

import pytest

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.withdrawals import WithdrawalReserved
from functions.ledger.model.telling import CreditsPaid
from functions.ledger.rules import credits as converting
from functions.ledger.rules import telling as rules
from functions.ledger.rules.journals import FLOWS
from functions.ledger.store.rates import rates
from tests.builders import ledger as a
from tests.builders import settling as s
from tests.builders.ledger import usd

SELLER_HAS = 88_00
OWN_DOOR = {
    "chargeback_absorbed",
    "chargeback_lost",
    "credits_converted",
    "credits_gifted",
    "credits_granted",
    "credits_held",
    "debt_netted",
    "hold_released",
    "order_paid",
    "sale_refunded",
    "sale_released",
    "withdrawal_arrived",
    "withdrawal_released",
    "withdrawal_reserved",
    "withdrawal_returned",
    "withdrawal_sent",
    "withdrawal_transferred",
}


@pytest.fixture(autouse=True)
def whole_books(world):
    """Whatever a test does: in the end the books are whole."""
    yield
    report = s.proof(world)
    assert report.whole, report


def tell(kind: str, **said: Any) -> dict[str, Any]:
    return s.task("record", kind=kind, said=said)


def released() -> None:
    s.pay()
    s.of_sale("release_funds")


def test_every_flow_has_one_door():
    told = {fact.kind() for fact in FLOWS}
    assert told == OWN_DOOR | set(rules.KINDS)
    assert not OWN_DOOR & set(rules.KINDS)


TOLD: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    "funds_available": ({"transaction_id": "txn_1"}, {on.STRIPE_AVAILABLE: 5_00, on.STRIPE_PENDING: 165_00}),
    "stripe_fee_charged": ({"transaction_id": "txn_1"}, {on.STRIPE_FEES: 5_00, on.STRIPE_PENDING: 165_00}),
    "transfer_reversed": (
        {"reversal_id": "trr_1", "store_id": a.STORE},
        {on.STRIPE_AVAILABLE: 5_00, on.available(a.STORE): SELLER_HAS + 5_00},
    ),
    "money_unapplied": ({"payment_id": "late", "transaction_id": "txn_1"}, {on.unapplied("late"): 5_00}),
    "chargeback_opened": (
        {"chargeback_id": "dp_1", "payment_id": a.PAYMENT, "fee": s.money(15_00)},
        {on.DISPUTES_OPEN: 5_00, on.DISPUTE_FEES: 15_00, on.STRIPE_AVAILABLE: -20_00},
    ),
    "chargeback_won": (
        {"chargeback_id": "dp_1", "payment_id": a.PAYMENT, "fee_returned": s.money(15_00)},
        {on.DISPUTES_OPEN: -5_00, on.DISPUTE_FEES: -15_00, on.STRIPE_AVAILABLE: 20_00},
    ),
    "refund_settled": ({"refund_id": "re_9", "payment_id": a.PAYMENT}, {on.STRIPE_AVAILABLE: -5_00}),
    "refund_returned": (
        {"refund_id": "re_9", "payment_id": a.PAYMENT},
        {on.STRIPE_AVAILABLE: 5_00, on.REFUNDS_IN_TRANSIT: 5_00},
    ),
    "unapplied_charged_back": (
        {"chargeback_id": "dp_1", "payment_id": "late"},
        {on.LOSSES: 5_00, on.DISPUTES_OPEN: -5_00},
    ),
    "refund_failed": (
        {"refund_id": "re_9", "payment_id": a.PAYMENT, "buyer_id": a.BUYER},
        {on.credits_of(a.BUYER): 5_00},
    ),
    "affiliate_earned": (
        {"affiliate_id": "dora", "seller_order_id": s.SALE, "store_id": a.STORE, "borne_by": "store"},
        {on.affiliate("dora"): 5_00, on.available(a.STORE): SELLER_HAS - 5_00},
    ),
    "ad_budget_reserved": (
        {"ad_id": "teapots", "reference": "r", "store_id": a.STORE},
        {on.ad("teapots"): 5_00, on.available(a.STORE): SELLER_HAS - 5_00},
    ),
    "capital_paid_in": ({"reference": "r"}, {on.BANK: 5_00, on.CAPITAL: 5_00}),
    "capital_taken_out": ({"reference": "r"}, {on.BANK: -5_00, on.CAPITAL: -5_00}),
    "funds_moved": ({"reference": "r", "to": "bank"}, {on.BANK: 5_00, on.STRIPE_AVAILABLE: -5_00}),
    "tax_remitted": ({"reference": "r", "of": "sales"}, {on.TAX_PAYABLE: 15_00, on.BANK: -5_00}),
    "fee_passed_on": (
        {"fee": "payment", "reference": "txn_1", "store_id": a.STORE},
        {on.available(a.STORE): SELLER_HAS - 5_00, on.STRIPE_FEES: -5_00},
    ),
}


@pytest.mark.parametrize("kind", TOLD)
def test_what_is_told_is_in_the_books_once(world, kind):
    released()
    said, balances = TOLD[kind]
    first = tell(kind, amount=s.money(5_00), **said)
    assert first["outcome"] == "recorded"
    assert {account: s.balance(account) for account in balances} == balances
    before = world.items()
    assert tell(kind, amount=s.money(5_00), **said) == first
    assert tell(kind, amount=s.money(5_01), **said)["code"] == "posted_otherwise"
    assert world.items() == before


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("order_paid", {}),
        ("nothing_known", {}),
        ("capital_paid_in", {"reference": "r", "amount": {"minor": 5.0, "currency": "USD"}}),
        ("capital_paid_in", {"reference": "r", "amount": s.money(0)}),
        ("capital_paid_in", {"reference": "r", "amount": s.money(5_00), "more": 1}),
        ("fee_passed_on", {"fee": "payment", "reference": "r", "store_id": "a-store", "amount": s.money(5_00)}),
    ],
)
def test_what_cannot_be_told_stops_at_the_door(world, kind, said):
    before = world.items()
    with pytest.raises((LookupError, ValueError)):
        tell(kind, **said)
    assert world.items() == before


# Clicks and affiliates never cost more than there is


def test_an_ads_clicks_cost_no_more_than_its_budget(world):
    released()
    tell("ad_budget_reserved", ad_id="teapots", reference="r", store_id=a.STORE, amount=s.money(5_00))
    clicks = {"ad_id": "teapots", "store_id": a.STORE, "tax": s.money(50)}
    assert tell("ad_clicked", batch_id="b1", amount=s.money(2_50), **clicks)["outcome"] == "recorded"
    before = world.items()
    assert tell("ad_clicked", batch_id="b2", amount=s.money(2_50), **clicks)["code"] == "balance_moved"
    assert world.items() == before
    tell("ad_budget_returned", ad_id="teapots", reference="end", store_id=a.STORE, amount=s.money(2_00))
    assert (s.balance(on.ad("teapots")), s.balance(on.available(a.STORE))) == (0, SELLER_HAS - 3_00)


def test_what_an_affiliate_was_paid_already_is_a_loss(world):
    released()
    earned = {"affiliate_id": "dora", "seller_order_id": s.SALE, "store_id": a.STORE, "borne_by": "store"}
    tell("affiliate_earned", amount=s.money(5_00), **earned)
    tell("affiliate_paid", payout_id="po_1", affiliate_id="dora", amount=s.money(3_00))
    tell("affiliate_payout_arrived", payout_id="po_1", affiliate_id="dora", amount=s.money(3_00))
    for _ in range(2):
        tell("affiliate_reversed", refund_id="re_1", amount=s.money(5_00), **earned)
    assert (s.balance(on.affiliate("dora")), s.balance(on.LOSSES)) == (0, 3_00)
    assert s.balance(on.available(a.STORE)) == SELLER_HAS


# Money without an order


def test_unapplied_money_goes_back_once(world):
    late = {"payment_id": "late", "amount": s.money(25_00)}
    tell("money_unapplied", transaction_id="txn_1", **late)
    assert tell("unapplied_returned", refund_id="re_1", **late)["outcome"] == "recorded"
    before = world.items()
    assert tell("unapplied_returned", refund_id="re_2", **late)["code"] == "balance_moved"
    assert world.items() == before
    assert s.balance(on.REFUNDS_IN_TRANSIT) == 25_00


# Credits that are bought


def at_rate(rate: str) -> None:
    before = rates().find("EUR", "USD")
    new = converting.next_rate(before, "EUR", "USD", rate, a.SELLER, a.NOON)
    rates().set(before, new, None)


def buy(currency: str = "USD", paid: str = "EUR", payment_id: str = "pi_2") -> dict[str, Any]:
    said = CreditsPaid(payment_id=payment_id, buyer_id=a.BUYER, paid=usd(50_00), currency=currency)
    return tell("credits_bought", **said.model_dump(mode="json") | {"paid": s.money(50_00, paid)})


def test_bought_credits_are_worth_what_the_rate_was_when_they_were_bought(world):
    assert buy()["code"] == "no_rate"
    at_rate("1.08")
    first = buy()
    assert s.standing() == {"credits": 54_00}
    at_rate("1.20")
    before = world.items()
    assert buy() == first
    assert buy("JPY")["code"] == "posted_otherwise"
    assert world.items() == before
    assert (s.balance(on.position("EUR"), "EUR"), s.balance(on.position("USD"))) == (-50_00, 54_00)


def test_a_rate_that_is_set_while_credits_are_bought_is_not_the_second_one(world):
    at_rate("1.08")

    def both() -> None:
        buy()
        at_rate("1.20")

    with s.rival(both):
        assert buy()["outcome"] == "recorded"
    assert s.standing() == {"credits": 54_00}


def test_credits_that_are_spent_and_charged_back_are_a_debt_that_the_next_ones_pay(world):
    buy(paid="USD")
    s.hold(20_00)
    back = {"chargeback_id": "dp_1", "payment_id": "pi_2", "buyer_id": a.BUYER, "amount": s.money(50_00)}
    for _ in range(2):
        assert tell("credits_charged_back", **back)["outcome"] == "recorded"
    assert (s.balance(on.credits_of(a.BUYER)), s.balance(on.debt("buyer", a.BUYER))) == (0, 20_00)
    buy(paid="USD", payment_id="pi_3")
    assert (s.balance(on.credits_of(a.BUYER)), s.balance(on.debt("buyer", a.BUYER))) == (30_00, 0)
    assert tell("debt_written_off", reference="r", owner="buyer", owner_id=a.BUYER, amount=s.money(1))["code"]


def test_credits_that_are_spent_while_they_are_charged_back_are_a_debt(world):
    buy(paid="USD")
    back = {"chargeback_id": "dp_1", "payment_id": "pi_2", "buyer_id": a.BUYER, "amount": s.money(50_00)}
    with s.rival(lambda: s.hold(20_00)):
        tell("credits_charged_back", **back)
    assert (s.balance(on.credits_of(a.BUYER)), s.balance(on.debt("buyer", a.BUYER))) == (0, 20_00)


def test_a_sellers_debt_is_written_off(world):
    tell("fee_passed_on", fee="chargeback", reference="dp_1", store_id=a.STORE, amount=s.money(15_00))
    assert s.standing() == {"debt": 15_00}
    tell("debt_written_off", reference="r", owner="store", owner_id=a.STORE, amount=s.money(15_00))
    assert (s.standing(), s.balance(on.LOSSES)) == ({}, 15_00)


# Chargebacks


def lose(minor: int = 170_00, **said: Any) -> dict[str, Any]:
    told = {"chargeback_id": "dp_1", "payment_id": a.PAYMENT, "amount": s.money(minor)}
    return s.task("chargeback_lost", **{**told, "seller_order_ids": [s.SALE, s.OTHER_SALE], **said})


def opened(minor: int = 170_00) -> None:
    said = {"chargeback_id": "dp_1", "payment_id": a.PAYMENT, "fee": s.money(0)}
    tell("chargeback_opened", amount=s.money(minor), **said)


def test_a_lost_chargeback_takes_back_what_its_sales_have_left(world):
    s.pay()
    opened()
    assert lose() == {"outcome": "lost", "absorbed": s.money(0)}
    assert (s.standing(), s.balance(on.DISPUTES_OPEN)) == ({}, 0)
    before = world.items()
    assert lose() == {"outcome": "lost", "absorbed": s.money(0)}
    assert world.items() == before


def test_what_was_refunded_before_it_was_charged_back_is_a_loss(world):
    s.pay()
    opened()
    s.refund(120_00)
    for _ in range(2):
        assert lose()["absorbed"] == s.money(120_00)
    assert (s.balance(on.LOSSES), s.balance(on.DISPUTES_OPEN)) == (120_00, 0)


def test_a_chargeback_of_one_seller_order_leaves_the_other_alone(world):
    s.pay()
    opened(50_00)
    lose(50_00, seller_order_ids=[s.OTHER_SALE])
    assert s.standing() == {"pending": 88_00, "held": 10_00}


def test_after_the_release_it_is_the_sellers_who_then_owes(world):
    released()
    reserved = WithdrawalReserved(at=a.NOON, withdrawal_id=a.an_id("wdr"), store_id=a.STORE, amount=usd(80_00))
    s.recorded(reserved)
    opened()
    lose()
    assert s.standing() == {"debt": 80_00}


def test_a_refund_at_the_moment_of_the_loss_is_reckoned_with(world):
    s.pay()
    opened()
    with s.rival(lambda: s.refund(60_00)):
        assert lose()["absorbed"] == s.money(60_00)
    assert s.balance(on.DISPUTES_OPEN) == 0


@pytest.mark.parametrize("said", [{"payment_id": "pi_9"}, {"seller_order_ids": [a.an_id("slo", 7)]}])
def test_no_chargeback_takes_from_a_sale_that_another_payment_paid(world, said):
    s.pay()
    before = world.items()
    assert lose(**said)["code"] == "no_such_sale"
    assert world.items() == before
