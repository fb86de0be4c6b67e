from typing import Any

import pytest
from pydantic import ValidationError

from functions.ledger.model.accounts import CHART, NoSuchAccount, kind_of
from functions.ledger.model.facts.credits import CreditsGifted, CreditsGranted
from functions.ledger.model.facts.sales import OrderPaid
from functions.ledger.model.journals import Journal, Leg
from functions.ledger.rules.journals import FLOWS, journal_id, journal_of
from functions.ledger.rules.shards import shard_of
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd
from tests.unit.ledger.flows import EXAMPLES


def a_journal(*legs: tuple[str, Money]) -> Journal:
    return Journal(
        journal_id=a.an_id("jrn"),
        kind="made_up",
        legs=[Leg(account=account, amount=amount) for account, amount in legs],
        occurred_at=a.NOON,
    )


@pytest.mark.parametrize(
    "legs",
    [
        [("bank", usd(1))],
        [("bank", usd(100)), ("tax:payable", usd(-99))],
        [("bank", usd(100)), ("tax:payable", Money(-100, "EUR"))],
    ],
)
def test_a_journal_that_leaves_something_over_does_not_exist(legs):
    with pytest.raises(ValidationError, match="over"):
        a_journal(*legs)


def test_each_currency_adds_up_by_itself():
    euros = Money(5, "EUR")
    made = a_journal(("bank", usd(7)), ("fx:USD", usd(-7)), ("fx:EUR", euros), ("bank", -euros))
    assert len(made.legs) == 4


@pytest.mark.parametrize(
    "account",
    [
        "",
        "cash",
        "stripe",
        "store:alma",
        "store:alma:pending",
        "hold:",
        "hold:a:b",
        "fx:XXX",
        "fx:usd",
        "bank:1",
        "hold:a b",
    ],
)
def test_an_account_that_the_chart_does_not_have_is_a_defect(account):
    with pytest.raises(NoSuchAccount):
        kind_of(account)
    with pytest.raises(ValidationError, match="no account"):
        a_journal((account, usd(1)), ("bank", usd(-1)))


@pytest.mark.parametrize("kind", CHART, ids=lambda kind: kind.pattern)
def test_every_account_of_the_chart_is_found(kind):
    account = kind.pattern
    for subject in ("<store>", "<buyer>", "<sale>", "<withdrawal>", "<ad>", "<affiliate>", "<hold>", "<payment>"):
        account = account.replace(subject, "sto_1")
    assert kind_of(account.replace("<currency>", "EUR")) is kind


def test_no_account_has_a_floor_that_no_condition_could_guard():
    assert not [kind.pattern for kind in CHART if kind.floor and kind.sharded]
    assert not [kind.pattern for kind in CHART if kind.floor == kind.sharded]


def test_a_leg_of_nothing_a_leg_said_twice_and_a_position_in_another_currency_are_defects():
    with pytest.raises(ValidationError, match="nothing"):
        a_journal(("bank", usd(0)))
    with pytest.raises(ValidationError, match="twice"):
        a_journal(("bank", usd(1)), ("bank", usd(1)), ("tax:payable", usd(-2)))
    with pytest.raises(ValidationError, match="does not hold"):
        a_journal(("fx:EUR", usd(1)), ("bank", usd(-1)))


def test_the_same_fact_has_the_same_journal_whenever_it_is_told():
    fact = CreditsGranted(at=a.NOON, grant_id="g", buyer_id=a.BUYER, amount=usd(1))
    later = fact.model_copy(update={"at": a.NOON.replace(hour=13)})
    assert journal_id(fact) == journal_id(later)
    assert journal_of(fact).moves_as(journal_of(later))
    assert not journal_of(fact).moves_as(journal_of(fact.model_copy(update={"amount": usd(2)})))
    assert journal_id(fact) != journal_id(fact.model_copy(update={"grant_id": "h"}))


def test_no_two_kinds_of_fact_share_a_journal():
    ids = {journal_id(fact) for fact in EXAMPLES.values()}
    kinds = {(type(fact), *(getattr(fact, name) for name in fact.identity)) for fact in EXAMPLES.values()}
    assert len(ids) == len(kinds)


@pytest.mark.parametrize("fact", FLOWS, ids=lambda fact: fact.__name__)
def test_what_makes_a_fact_itself_is_said_in_it(fact):
    assert set(fact.identity) <= set(fact.model_fields)


def test_a_journal_survives_being_kept():
    for fact in EXAMPLES.values():
        journal = journal_of(fact)
        assert Journal.model_validate_json(journal.model_dump_json()) == journal


def test_a_journal_is_found_by_what_it_is_about():
    refs = journal_of(EXAMPLES["The order is paid"]).refs
    assert (refs.order_id, refs.payment_id) == (a.ORDER, a.PAYMENT)
    assert (refs.store_ids, refs.buyer_ids) == ([a.an_id("sto"), a.an_id("sto", 1)], [a.BUYER])
    assert journal_of(EXAMPLES["Credits are given to somebody"]).refs.buyer_ids == [a.BUYER, a.an_id("usr", 1)]
    assert journal_of(EXAMPLES["A seller's debt is netted"]).refs.store_ids == [a.STORE]
    assert journal_of(EXAMPLES["A buyer's debt is netted"]).refs.buyer_ids == [a.BUYER]


def test_an_order_that_costs_nothing_has_a_journal_without_legs():
    sale = a.a_sale(a.a_line(0))
    said: dict[str, Any] = {"order_id": a.ORDER, "buyer_id": a.BUYER, "sales": [sale]}
    assert journal_of(OrderPaid(at=a.NOON, **said)).legs == []


def test_what_a_paid_order_says_has_to_fit_together():
    sale = a.a_sale(a.a_line(100_00), credits_minor=20_00)
    hold = {"hold_id": a.a_hold().hold_id, "held": usd(20_00)}
    whole: dict[str, Any] = {"at": a.NOON, "order_id": a.ORDER, "buyer_id": a.BUYER, "payment_id": a.PAYMENT}
    whole |= {"hold": hold, "sales": [sale]}
    assert OrderPaid(**whole).card == usd(80_00)
    for wrong in (
        {"hold": None},
        {"hold": {**hold, "held": usd(19_99)}},
        {"payment_id": None},
        {"order_id": a.an_id("ord", 5)},
        {"buyer_id": a.an_id("usr", 5)},
        {"sales": [sale, sale]},
    ):
        with pytest.raises(ValidationError):
            OrderPaid(**whole | wrong)


@pytest.mark.parametrize("minor", [0, -1])
def test_a_fact_is_about_an_amount(minor):
    with pytest.raises(ValidationError):
        CreditsGranted(at=a.NOON, grant_id="g", buyer_id=a.BUYER, amount=usd(minor))


def test_nobody_gives_credits_to_themself():
    with pytest.raises(ValidationError, match="somebody else"):
        CreditsGifted(at=a.NOON, gift_id="g", giver_id=a.BUYER, receiver_id=a.BUYER, amount=usd(1))


def test_a_retry_meets_the_same_shard_and_journals_spread_evenly():
    journals = [a.an_id("jrn", number) for number in range(1_600)]
    assert [shard_of(one, 16) for one in journals] == [shard_of(one, 16) for one in journals]
    met = [sum(shard_of(one, 16) == shard for one in journals) for shard in range(16)]
    assert sum(met) == 1_600
    assert min(met) > 60
    assert {shard_of(one, 1) for one in journals} == {0}
