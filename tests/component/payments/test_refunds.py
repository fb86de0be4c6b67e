from datetime import timedelta
from typing import Any

import pytest

from functions.payments import refunding
from functions.payments.model.refunds import MoneyUnapplied, RefundChanged
from functions.payments.store.payments import payments
from functions.payments.store.refunds import RefundStore, chargebacks_counted, refunds
from kernel import clock
from kernel.errors import Unavailable
from kernel.money import Money
from local.stripe.faults import Fault
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders.ledger import BUYER, NOON, an_id
from tests.builders.stand_in import AtStripe

REFUND = "rfd_1"
FAULTS = ("unavailable", "broken_before", "broken_after", "never", "lost", "late")


@pytest.fixture
def now(world):
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def there(now) -> AtStripe:
    return a.connected()


def refund(payment_id: str, minor: int = 40_00, refund_id: str = REFUND, currency: str = "USD") -> dict[str, Any]:
    return m.task("refund", payment_id=payment_id, refund_id=refund_id, amount=m.money(minor, currency))


def at_stripe(there: AtStripe) -> list[tuple[int, str]]:
    return [(one.amount, str(one.status)) for one in there.client.v1.refunds.list({"limit": 100}).data]


def settled(minor: int, payment_id: str, refund_id: str = REFUND) -> dict[str, Any]:
    of = {"refund_id": refund_id, "payment_id": payment_id, "amount": m.money(minor)}
    return {"type": "RefundSettled", **of, "sent_by": "stripe"}


def failed(minor: int, payment_id: str, *, returned: bool, refund_id: str = REFUND) -> dict[str, Any]:
    of = {"refund_id": refund_id, "payment_id": payment_id, "amount": m.money(minor)}
    return {"type": "RefundFailed", **of, "buyer_id": BUYER, "returned": returned}


def news(world) -> list[dict[str, Any]]:
    return m.told(world, "RefundSettled", "RefundFailed", "UnappliedReturned")


def test_a_part_goes_back_and_is_told(world, there):
    payment_id = m.paid(there)
    answer = refund(payment_id)
    assert answer == {"outcome": "sent", "refund_id": REFUND, "amount": m.money(40_00)}
    assert at_stripe(there) == [(40_00, "succeeded")]
    assert news(world) == [settled(40_00, payment_id)]


def test_asked_again_it_answers_and_does_nothing(world, there):
    payment_id = m.paid(there)
    first = refund(payment_id)
    before = world.items()
    assert refund(payment_id) == first
    assert len(at_stripe(there)) == 1
    assert len(news(world)) == 1
    assert {row["pk"]["S"] for row in world.items()} == {row["pk"]["S"] for row in before}


def test_asked_otherwise_under_one_id_it_is_refused(world, there):
    payment_id = m.paid(there)
    refund(payment_id, 40_00)
    assert refund(payment_id, 41_00)["code"] == "refunded_otherwise"
    assert at_stripe(there) == [(40_00, "succeeded")]


def test_many_parts_give_back_all_and_no_more(world, there):
    payment_id = m.paid(there, 100_00)
    m.paid(there, order=1)  # of what this brings, Stripe's fee is paid
    assert [refund(payment_id, 33_33, f"rfd_{n}")["outcome"] for n in range(3)] == ["sent"] * 3
    refused = refund(payment_id, 2, "rfd_3")
    assert (refused["outcome"], refused["code"]) == ("refused", "refund_exceeds_payment")
    assert refund(payment_id, 1, "rfd_4")["outcome"] == "sent"
    assert sum(minor for minor, _ in at_stripe(there)) == 100_00


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 4_000), ("KWD", 4_000), ("INR", 40_00)])
def test_in_other_currencies_it_is_right_to_the_unit(world, there, currency, minor):
    payment_id = m.paid(there, minor * 2, currency=currency)
    assert refund(payment_id, minor, currency=currency)["outcome"] == "sent"
    assert at_stripe(there) == [(minor, "succeeded")]


def test_another_currency_is_refused(world, there):
    payment_id = m.paid(there)
    assert refund(payment_id, 40_00, currency="EUR")["code"] == "refund_in_other_currency"
    assert at_stripe(there) == []


def test_what_was_not_paid_is_not_refunded(world, there):
    m.task("create_payment", order_id=an_id("ord"), buyer_id=BUYER, amount=m.money(100_00), method="card")
    begun = m.task("read_payment", order_id=an_id("ord"))
    before = world.items()
    assert refund(begun["payment_id"])["code"] == "not_paid"
    assert world.items() == before


# What becomes of it later


def test_one_that_takes_its_time_is_told_when_it_is_sent(world, there, now):
    payment_id = m.paid(there, card="pm_card_pendingRefund")
    there.advance(days=3)  # until it can be paid out of what is available
    assert refund(payment_id)["outcome"] == "pending"
    assert news(world) == []
    there.advance(minutes=1)
    [at] = there.client.v1.refunds.list().data
    refunding.refreshed(at.id)
    refunding.refreshed(at.id)
    assert news(world) == [settled(40_00, payment_id)]
    assert refund(payment_id)["outcome"] == "sent"


def test_the_sweep_finds_what_no_webhook_told(world, there, now):
    payment_id = m.paid(there, card="pm_card_pendingRefund")
    there.advance(days=3)
    assert refund(payment_id)["outcome"] == "pending"
    now(timedelta(hours=5))
    m.swept()
    assert news(world) == []
    now(timedelta(hours=2))
    m.swept()
    assert news(world) == [settled(40_00, payment_id)]


def test_one_that_comes_back_is_told_as_returned_and_stays_so(world, there, now):
    payment_id = m.paid(there, card="pm_card_refundFail")
    there.advance(days=3)
    assert refund(payment_id)["outcome"] == "sent"
    there.advance(minutes=1)
    now(timedelta(days=2))
    m.swept()
    assert news(world) == [settled(40_00, payment_id), failed(40_00, payment_id, returned=True)]
    assert refund(payment_id)["outcome"] == "failed"
    assert m.refund_of(payment_id, REFUND).reason == "expired_or_canceled_card"


def test_what_failed_is_the_buyers_as_credits_and_cannot_go_back_once_more(world, there, now):
    payment_id = m.paid(there, 40_00, card="pm_card_refundFail")
    there.advance(days=3)
    refund(payment_id, 40_00)
    there.advance(minutes=1)
    now(timedelta(days=2))
    m.swept()
    assert refund(payment_id, 40_00, "rfd_2")["code"] == "refund_exceeds_payment"


def test_what_stripe_refuses_for_good_fails_and_is_told_once(world, there):
    payment_id = m.paid(there)
    there.client.v1.refunds.create({"payment_intent": payments().one(payment_id).intent_id or ""})  # by hand, at Stripe
    assert refund(payment_id)["outcome"] == "failed"
    assert refund(payment_id)["outcome"] == "failed"
    assert news(world) == [failed(40_00, payment_id, returned=False)]
    assert m.refund_of(payment_id, REFUND).reason == "charge_already_refunded"


def test_one_made_by_somebody_else_is_none_of_ours(world, there):
    payment_id = m.paid(there)
    made = there.client.v1.refunds.create({"payment_intent": payments().one(payment_id).intent_id or ""})
    before = world.items()
    refunding.refreshed(made.id)
    assert world.items() == before


# Answers that are lost


@pytest.mark.parametrize("how", FAULTS)
def test_whatever_becomes_of_stripes_answer_it_is_sent_once(world, there, how):
    payment_id = m.paid(there)
    there.core.faults.plan(Fault(how, path="/v1/refunds", method="POST", times=5))
    try:
        refund(payment_id)
    except Unavailable:
        there.core.faults.plan()
        refund(payment_id)
    assert at_stripe(there) == [(40_00, "succeeded")]
    assert news(world) == [settled(40_00, payment_id)]


def test_one_that_was_cut_off_is_gone_on_with_by_the_sweep(world, there, now):
    payment_id = m.paid(there)
    there.core.faults.plan(Fault("never", path="/v1/refunds", method="POST", times=5))
    with pytest.raises(Unavailable):
        refund(payment_id)
    assert m.refund_of(payment_id, REFUND).state == "asked"
    there.core.faults.plan()
    now(timedelta(minutes=3))
    m.swept()
    assert news(world) == [settled(40_00, payment_id)]


def test_a_day_later_it_is_looked_up_before_it_is_asked_again(world, there, now):
    """Stripe has forgotten the key by then: asking again would send it twice."""
    payment_id = m.paid(there)
    there.core.faults.plan(Fault("lost", path="/v1/refunds", method="POST", times=5))
    with pytest.raises(Unavailable):
        refund(payment_id)
    there.core.faults.plan()
    now(timedelta(days=2))
    assert refund(payment_id)["outcome"] == "sent"
    assert at_stripe(there) == [(40_00, "succeeded")]


def test_two_at_once_together_give_back_no_more_than_there_is(world, there, monkeypatch):
    payment_id = m.paid(there, 100_00)
    seen, begun = RefundStore.returned, list[bool]()

    def read_and_be_overtaken(self: RefundStore, asked: str, currency: str) -> Any:
        found = seen(self, asked, currency)
        if not begun:
            begun.append(True)
            assert refund(payment_id, 70_00, "rfd_rival")["outcome"] == "sent"
        return found

    monkeypatch.setattr(RefundStore, "returned", read_and_be_overtaken)
    assert refund(payment_id, 70_00)["code"] == "refund_exceeds_payment"
    assert at_stripe(there) == [(70_00, "succeeded")]


# Chargebacks


def open_chargeback(payment_id: str) -> None:
    refunds().table.commit([chargebacks_counted(payment_id, opened=1, lost=0)])


def close_chargeback(payment_id: str, *, lost: bool) -> None:
    refunds().table.commit([chargebacks_counted(payment_id, opened=-1, lost=int(lost))])
    refunding.after_chargeback(payment_id)


def test_while_a_chargeback_is_open_it_waits_and_once_won_it_is_sent(world, there):
    payment_id = m.paid(there)
    open_chargeback(payment_id)
    assert refund(payment_id)["outcome"] == "pending"
    assert at_stripe(there) == []
    close_chargeback(payment_id, lost=False)
    assert at_stripe(there) == [(40_00, "succeeded")]
    assert news(world) == [settled(40_00, payment_id)]


def test_a_chargeback_that_opens_at_this_moment_is_seen(world, there, monkeypatch):
    payment_id = m.paid(there)
    seen, opened = RefundStore.returned, list[bool]()

    def read_and_be_overtaken(self: RefundStore, asked: str, currency: str) -> Any:
        found = seen(self, asked, currency)
        if not opened:
            opened.append(True)
            open_chargeback(payment_id)
        return found

    monkeypatch.setattr(RefundStore, "returned", read_and_be_overtaken)
    assert refund(payment_id)["outcome"] == "pending"
    assert at_stripe(there) == []


def test_after_a_lost_chargeback_finance_decides(world, there):
    payment_id = m.paid(there)
    for refund_id in ("rfd_1", "rfd_2", "rfd_3"):
        open_chargeback(payment_id)
        refund(payment_id, 30_00, refund_id=refund_id)
        close_chargeback(payment_id, lost=True)
    assert (at_stripe(there), news(world)) == ([], [])
    listed = a.finance()("GET", "/v1/parked-refunds").json["items"]
    assert [one["refund_id"] for one in listed] == ["rfd_1", "rfd_2", "rfd_3"]

    path = f"/v1/payments/{payment_id}/refunds"
    sent = a.finance()("POST", f"{path}/rfd_1/send-by-bank", {"reference": "SEPA 0471"})
    given = a.finance()("POST", f"{path}/rfd_2/give-as-credits")
    has_it = a.finance()("POST", f"{path}/rfd_3/given-by-chargeback")
    assert (sent.json["state"], given.json["state"], has_it.json["state"]) == ("sent", "failed", "sent")
    assert news(world) == [
        settled(30_00, payment_id, "rfd_1") | {"sent_by": "bank"},
        failed(30_00, payment_id, returned=False, refund_id="rfd_2"),
        settled(30_00, payment_id, "rfd_3") | {"sent_by": "chargeback"},
    ]
    assert [one["action"] for one in m.told(world, "OperatorActed")] == ["refund_sent", "refund_failed", "refund_sent"]
    assert a.finance()("GET", "/v1/parked-refunds").json["items"] == []
    assert at_stripe(there) == []


def test_one_that_is_asked_for_after_a_lost_chargeback_is_for_finance_too(world, there):
    payment_id = m.paid(there)
    open_chargeback(payment_id)
    close_chargeback(payment_id, lost=True)
    assert refund(payment_id)["outcome"] == "pending"
    assert [one["reason"] for one in a.finance()("GET", "/v1/parked-refunds").json["items"]] == ["chargeback_lost"]
    assert (at_stripe(there), news(world)) == ([], [])


def test_what_is_not_parked_nobody_decides(world, there):
    payment_id = m.paid(there)
    refund(payment_id)
    before = world.items()
    answer = a.finance()("POST", f"/v1/payments/{payment_id}/refunds/{REFUND}/give-as-credits")
    assert (answer.status, answer.json["code"]) == (409, "refund_not_parked")
    assert world.items() == before


def test_a_decision_is_made_once(world, there):
    payment_id = m.paid(there)
    open_chargeback(payment_id)
    refund(payment_id)
    close_chargeback(payment_id, lost=True)
    kept = m.refund_of(payment_id, REFUND)
    first = kept.model_copy(update={"state": "failed", "sent_by": "bank", "version": kept.version + 1})
    refunds().replace(kept, first)
    with pytest.raises(RefundChanged):
        refunds().replace(kept, first)
    assert len(news(world)) == 1


# What belongs to nothing


def unapplied(payment_id: str, charge_id: str, minor: int) -> MoneyUnapplied:
    return MoneyUnapplied(payment_id=payment_id, transaction_id=charge_id, amount=Money(minor, "USD"))


def test_money_that_belongs_to_nothing_goes_back_once(world, there):
    payment_id = m.paid(there)
    told = unapplied(payment_id, payments().one(payment_id).charge_id or "", 25_00)
    first = refunding.return_unapplied(told)
    assert refunding.return_unapplied(told).refund_id == first.refund_id
    assert at_stripe(there) == [(25_00, "succeeded")]
    of = {"payment_id": payment_id, "refund_id": first.refund_id, "amount": m.money(25_00)}
    assert news(world) == [{"type": "UnappliedReturned", **of}, settled(25_00, payment_id, first.refund_id)]


def test_it_takes_nothing_of_what_can_be_refunded_of_the_payment(world, there):
    payment_id = m.paid(there)
    refunding.return_unapplied(unapplied(payment_id, payments().one(payment_id).charge_id or "", 25_00))
    assert refund(payment_id, 100_00)["outcome"] == "failed"  # by Stripe's word: to us it was all there
