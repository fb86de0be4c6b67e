from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.facts.debts import DebtNetted
from functions.ledger.model.facts.withdrawals import WithdrawalReserved, WithdrawalTransferred
from functions.ledger.model.standing import AlreadyPosted, BalanceMoved, NotEnoughCredits, PostedOtherwise
from functions.ledger.store.books import books
from kernel import aws
from tests.builders import ledger as a
from tests.builders import settling as s
from tests.builders.ledger import usd

ALL = ("hold_credits", "void", "record_paid", "release_funds", "freeze", "unfreeze", "refund")


@pytest.fixture(autouse=True)
def whole_books(world):
    """Whatever a test does: in the end the books are whole."""
    yield
    report = s.proof(world)
    assert report.whole, report


def withdrawn(minor: int) -> None:
    said: dict[str, Any] = {"at": a.NOON, "withdrawal_id": a.an_id("wdr"), "store_id": a.STORE, "amount": usd(minor)}
    s.recorded(WithdrawalReserved(**said), WithdrawalTransferred(**said))


# A sale from its payment to its release


def test_paid_then_released(world):
    s.granted(40_00)
    assert s.hold(30_00)["outcome"] == "held"
    assert s.standing() == {"credits": 10_00}
    assert s.pay(30_00)["outcome"] == "recorded"
    assert s.standing() == {"credits": 10_00, "pending": 88_00, "held": 15_00}
    assert (s.balance(on.STRIPE_PENDING), s.balance(on.TAX_PAYABLE), s.balance(on.PROMOTIONS)) == (140_00, 20_00, 40_00)
    assert s.of_sale("release_funds") == {"outcome": "released", "freezes": 0}
    assert s.standing() == {"credits": 10_00, "available": 88_00, "held": 5_00, "commission": 10_00}
    assert s.balance(on.COMMISSION_TAX) == 2_00


def test_a_refund_before_the_release_goes_back_as_it_was_paid(world):
    s.granted(34_00)
    s.hold(34_00)
    s.pay(34_00)
    given = {"by_card": s.money(48_00), "by_credits": s.money(12_00), "owed": s.money(0)}
    assert s.refund(60_00) == {"outcome": "refunded", **given}
    assert s.standing() == {"credits": 12_00, "pending": 44_00, "held": 10_00, "refunds": 48_00}
    s.of_sale("release_funds")
    assert s.standing() == {"credits": 12_00, "available": 44_00, "held": 5_00, "commission": 5_00, "refunds": 48_00}


def test_a_refund_after_the_payout_leaves_a_debt_that_the_next_sale_pays(world):
    s.pay()
    s.of_sale("release_funds")
    withdrawn(80_00)
    given = {"by_card": s.money(60_00), "by_credits": s.money(0), "owed": s.money(36_00)}
    assert s.refund(60_00) == {"outcome": "refunded", **given}
    assert s.refund(60_00) == {"outcome": "refunded", **given}
    assert s.standing() == {"debt": 36_00, "commission": 5_00, "held": 5_00, "refunds": 60_00}
    order, sale = a.an_id("ord", 1), a.an_id("slo", 5)
    sold = {"seller_order_id": sale, "store_id": a.STORE, "lines": [s.a_line(100_00)]}
    s.pay(order_id=order, payment_id="pay_2", card=s.money(100_00), seller_orders=[sold])
    s.task("release_funds", seller_order_id=sale)
    assert (s.standing().get("debt"), s.standing()["available"]) == (None, 52_00)


def test_a_refund_to_credits_owes_the_card_nothing(world):
    s.pay()
    given = {"by_card": s.money(0), "by_credits": s.money(30_00), "owed": s.money(0)}
    assert s.refund(30_00, as_credits=True) == {"outcome": "refunded", **given}
    assert s.refund(30_00, as_credits=True) == {"outcome": "refunded", **given}
    assert s.standing()["credits"] == 30_00


def test_an_order_that_costs_nothing_is_paid(world):
    sold = {"seller_order_id": s.SALE, "store_id": a.STORE, "lines": [s.a_line(0)]}
    assert s.pay(card=s.money(0), payment_id=None, seller_orders=[sold])["outcome"] == "recorded"
    assert s.of_sale("release_funds")["outcome"] == "released"
    assert s.standing() == {}


def test_forty_sellers_who_each_send_what_they_sold_are_one_transaction(world):
    lines = [s.a_line(10_00, 1_00, 1_00), s.a_line(5_00, line_id="ship")]
    orders = [{"seller_order_id": a.an_id("slo", n), "store_id": a.an_id("sto", n), "lines": lines} for n in range(40)]
    s.granted(40_00)
    s.hold(40_00)
    answer = s.pay(credits=s.money(40_00), card=s.money(560_00), seller_orders=orders)
    assert answer["outcome"] == "recorded"
    assert s.balance(on.COMMISSION_HELD) == 60_00


def test_forty_lines_of_one_store_are_sent_by_it(world):
    lines = [s.a_line(10_00, line_id=str(n)) for n in range(40)] + [s.a_line(5_00, line_id="ship")]
    one = {"seller_order_id": s.SALE, "store_id": a.STORE, "lines": lines}
    assert s.pay(card=s.money(405_00), seller_orders=[one])["outcome"] == "recorded"
    assert s.refund(5_00, lines={"ship": s.money(5_00)})["outcome"] == "refunded"


# Repeated


@pytest.mark.parametrize("name", ALL)
def test_whatever_is_asked_again_moves_nothing(world, name):
    s.granted(40_00)
    asks = {
        "hold_credits": s.hold,
        "record_paid": lambda: s.pay(30_00),
        "freeze": lambda: s.of_sale("freeze", cause="dsp_1"),
        "unfreeze": lambda: s.of_sale("unfreeze", cause="dsp_1"),
        "refund": lambda: s.refund(10_00),
        "release_funds": lambda: s.of_sale("release_funds"),
        "void": lambda: s.void(a.an_id("ord", 9)),
    }
    answers = []
    for asked, ask in asks.items():
        answers.append((asked, ask()))
        if asked == name:
            break
    before = world.items()
    assert asks[name]() == answers[-1][1]
    assert world.items() == before


def test_a_lost_answer_is_recognised(world, monkeypatch):
    s.granted(40_00)
    client, lost = aws.client("dynamodb"), list[bool]()
    write = client.transact_write_items

    def forgetful(**request):
        answer = write(**request)
        if not lost:
            lost.append(True)
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return answer

    monkeypatch.setattr(client, "transact_write_items", forgetful)
    monkeypatch.setattr("kernel.table.sleep", lambda _: None)
    assert s.hold(30_00)["outcome"] == "held"
    assert lost
    assert s.standing() == {"credits": 10_00}


def test_the_same_order_with_other_amounts_is_refused(world):
    s.pay()
    before = world.items()
    sold = {"seller_order_id": s.SALE, "store_id": a.STORE, "lines": [s.a_line(90_00)]}
    assert s.pay(card=s.money(90_00), seller_orders=[sold])["code"] == "posted_otherwise"
    assert world.items() == before


# Holds


def test_more_credits_than_there_are_cannot_be_held(world):
    s.granted(29_99)
    before = world.items()
    assert s.hold(30_00)["code"] == "not_enough_credits"
    assert world.items() == before


def test_a_void_gives_back_and_a_late_hold_or_payment_is_refused(world):
    s.granted(40_00)
    s.hold(30_00)
    assert s.void()["outcome"] == "voided"
    assert s.standing() == {"credits": 40_00}
    for ask in (s.hold, lambda: s.pay(30_00)):
        assert ask()["code"] == "hold_already_resolved"
    assert s.standing() == {"credits": 40_00}


def test_a_void_before_the_hold_refuses_the_hold(world):
    s.granted(40_00)
    assert s.void()["outcome"] == "voided"
    assert s.hold()["code"] == "hold_already_resolved"
    assert s.standing() == {"credits": 40_00}


def test_what_was_spent_is_not_given_back_by_a_void(world):
    s.granted(40_00)
    s.hold(30_00)
    s.pay(30_00)
    assert s.void()["code"] == "hold_already_resolved"
    assert s.standing()["credits"] == 10_00


def test_an_order_for_more_credits_than_were_held_is_refused(world):
    s.granted(40_00)
    assert s.pay(30_00)["code"] == "nothing_held"
    s.hold(20_00)
    assert s.pay(30_00)["code"] == "capture_exceeds_hold"
    assert s.standing() == {"credits": 20_00}


def test_another_amount_for_the_same_order_is_refused(world):
    s.granted(40_00)
    s.hold(30_00)
    assert s.hold(20_00)["code"] == "held_otherwise"
    assert s.standing() == {"credits": 10_00}


# Freezes


def test_while_anything_freezes_a_sale_nothing_is_released(world):
    s.pay()
    assert s.of_sale("freeze", cause="dsp_1")["freezes"] == 1
    assert s.of_sale("freeze", cause="cbk_1")["freezes"] == 2
    assert s.of_sale("release_funds")["code"] == "sale_frozen"
    s.of_sale("unfreeze", cause="dsp_1")
    assert s.of_sale("release_funds")["code"] == "sale_frozen"
    assert s.standing()["pending"] == 88_00
    s.of_sale("unfreeze", cause="cbk_1")
    assert s.of_sale("release_funds")["outcome"] == "released"


def test_that_a_freeze_is_gone_is_told_once(world):
    s.pay()
    s.of_sale("freeze", cause="dsp_1")
    s.of_sale("freeze", cause="cbk_1")
    for cause in ("dsp_1", "dsp_1", "cbk_1", "nobody_s"):
        s.of_sale("unfreeze", cause=cause)
    told = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "SaleUnfrozen"]
    assert sorted(one["freezes"] for one in told) == [0, 1]
    assert {one["seller_order_id"] for one in told} == {s.SALE}


def test_a_buyer_is_refunded_while_the_sale_is_frozen(world):
    s.pay()
    s.of_sale("freeze", cause="dsp_1")
    assert s.refund(120_00)["outcome"] == "refunded"
    assert s.standing() == {"held": 5_00, "refunds": 120_00}


def test_what_was_released_is_not_frozen(world):
    s.pay()
    s.of_sale("release_funds")
    assert s.of_sale("freeze", cause="dsp_1")["code"] == "sale_released_already"


@pytest.mark.parametrize("name", ["release_funds", "freeze", "unfreeze", "refund"])
def test_a_sale_that_was_never_paid_is_not_there(world, name):
    before = world.items()
    answer = s.refund(10_00) if name == "refund" else s.of_sale(name, cause="dsp_1")
    assert answer["code"] == "no_such_sale"
    assert world.items() == before


def test_nobodys_sale_is_refunded_at_another_stores_expense(world):
    s.pay()
    before = world.items()
    assert s.refund(10_00, store_id=s.OTHER_STORE)["code"] == "no_such_sale"
    assert world.items() == before


@pytest.mark.parametrize("minor", [120_01, 200_00])
def test_no_more_is_refunded_than_was_paid(world, minor):
    s.pay()
    s.refund(60_00)
    before = world.items()
    assert s.refund(minor - 60_00, "re_2")["code"] == "refund_exceeds_sale"
    assert world.items() == before


# Rivals: somebody else is faster, between what was read and what is written


def test_a_freeze_at_the_moment_of_the_release_holds_the_money(world):
    s.pay()
    with s.rival(lambda: s.of_sale("freeze", cause="dsp_1")):
        assert s.of_sale("release_funds")["code"] == "sale_frozen"
    assert s.standing()["pending"] == 88_00


def test_a_release_at_the_moment_of_the_freeze_is_told(world):
    s.pay()
    with s.rival(lambda: s.of_sale("release_funds")):
        assert s.of_sale("freeze", cause="dsp_1")["code"] == "sale_released_already"


def test_a_release_at_the_moment_of_a_refund_is_refunded_from_where_the_money_is_then(world):
    s.pay()
    with s.rival(lambda: s.of_sale("release_funds")):
        assert s.refund(60_00)["outcome"] == "refunded"
    assert s.standing() == {"available": 44_00, "commission": 5_00, "held": 5_00, "refunds": 60_00}


def test_a_withdrawal_at_the_moment_of_a_refund_leaves_a_debt(world):
    s.pay()
    s.of_sale("release_funds")
    with s.rival(lambda: withdrawn(88_00)):
        assert s.refund(60_00)["outcome"] == "refunded"
    assert s.standing() == {"debt": 44_00, "commission": 5_00, "held": 5_00, "refunds": 60_00}


def test_two_refunds_at_once_are_two(world):
    s.pay()
    with s.rival(lambda: s.refund(70_00, "re_2")):
        assert s.refund(70_00)["code"] == "refund_exceeds_sale"
    assert s.standing()["refunds"] == 70_00


def test_one_refund_asked_twice_at_once_is_one(world):
    s.pay()
    with s.rival(lambda: s.refund(70_00)):
        assert s.refund(70_00)["by_card"] == s.money(70_00)
    assert s.standing()["refunds"] == 70_00


def test_the_payment_and_the_void_of_a_hold_at_once_are_one_of_them(world):
    s.granted(30_00)
    s.hold(30_00)
    with s.rival(s.void):
        assert s.pay(30_00)["code"] == "hold_already_resolved"
    assert s.standing() == {"credits": 30_00}


def test_a_payment_at_the_moment_of_the_void_is_not_undone(world):
    s.granted(30_00)
    s.hold(30_00)
    with s.rival(lambda: s.pay(30_00)):
        assert s.void()["code"] == "hold_already_resolved"
    assert s.standing() == {"pending": 88_00, "held": 15_00}


def test_two_orders_for_the_last_credits_get_them_once(world):
    s.granted(30_00)
    with s.rival(lambda: s.hold(30_00, a.an_id("ord", 1))):
        assert s.hold(30_00)["code"] == "not_enough_credits"
    assert s.standing() == {}


# The books themselves


def test_a_fact_is_in_the_books_once(world):
    s.granted(5_00)
    before = world.items()
    s.granted(5_00)
    fact = CreditsGranted(at=a.NOON, grant_id="g", buyer_id=a.BUYER, amount=usd(5_00))
    with pytest.raises(AlreadyPosted):
        books().post(fact)
    with pytest.raises(PostedOtherwise):
        books().post(fact.model_copy(update={"amount": usd(6_00)}))
    assert world.items() == before


def test_no_account_falls_below_its_floor(world):
    s.granted(5_00)
    before = world.items()
    netted: dict[str, Any] = {"at": a.NOON, "reference": "r", "amount": usd(5_01)}
    with pytest.raises(NotEnoughCredits):
        books().post(DebtNetted(**netted, owner="buyer", owner_id=a.BUYER))
    with pytest.raises(BalanceMoved):
        books().post(DebtNetted(**netted, owner="store", owner_id=a.STORE))
    assert world.items() == before


def test_the_platforms_accounts_lie_in_many_partitions_and_a_persons_in_one(world):
    for number in range(64):
        s.granted(1_00, grant_id=f"g{number}")
    keys = [row["pk"]["S"] for row in world.items() if row["pk"]["S"].startswith("BALANCE#")]
    assert len([key for key in keys if on.PROMOTIONS in key]) > 8
    assert [key for key in keys if on.credits_of(a.BUYER) in key] == [f"BALANCE#{on.credits_of(a.BUYER)}#USD"]
    assert s.balance(on.PROMOTIONS) == s.balance(on.credits_of(a.BUYER)) == 64_00
    assert books().signed(on.credits_of(a.BUYER), "USD") == usd(-64_00)


def test_every_journal_is_told(world):
    s.granted(40_00)
    s.hold(30_00)
    s.pay(30_00)
    s.of_sale("release_funds")
    told = [one for one in world.envelopes() if one["metadata"]["type"] == "JournalPosted"]
    assert sorted(one["data"]["kind"] for one in told) == [
        "credits_granted",
        "credits_held",
        "order_paid",
        "sale_released",
    ]
    assert all(sum(leg["amount"]["minor"] for leg in one["data"]["legs"]) == 0 for one in told)
    [freed] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "FundsReleased"]
    assert (freed["seller_order_id"], freed["net"]["minor"]) == (s.SALE, 88_00)
    assert all("ttl" not in row for row in world.items())
