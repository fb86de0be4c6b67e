from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.payments.model.intents import IntentSeen
from functions.payments.model.payments import AlreadyPaid, Payment, PaymentOtherwise, PaymentProcessing
from functions.payments.rules import payments as rules
from kernel.money import Money
from tests.builders.ledger import BUYER, NOON, PAYMENT

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "amount": 50_00,
    "currency": "usd",
    "status": "succeeded",
    "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
}
ERROR: dict[str, Any] = {
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "charge": "ch_0",
    "payment_method": {"id": "pm_1", "type": "card", "card": {"brand": "visa", "last4": "9995"}},
}


def a_payment(**said: Any) -> Payment:
    fields: dict[str, Any] = {
        "payment_id": PAYMENT,
        "purpose": "credits",
        "buyer_id": BUYER,
        "amount": Money(50_00, "USD"),
        "opened_at": NOON,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Payment(**fields | said)


def an_intent(status: str = "requires_payment_method", **said: Any) -> IntentSeen:
    fields: dict[str, Any] = {"id": "pi_1", "status": status, "amount": 50_00, "currency": "usd"}
    fields |= {"client_secret": "pi_1_secret_1", "metadata": {"payment_id": PAYMENT}}
    if status == "succeeded":
        fields |= {"amount_received": 50_00, "latest_charge": CHARGE}
    return IntentSeen.model_validate(fields | said)


def began(**said: Any) -> Payment:
    return a_payment(intent_id="pi_1", client_secret="pi_1_secret_1", **said)


def kinds(settled: rules.Settled | None) -> list[str]:
    return [type(one).__name__ for one in settled.told] if settled else []


@pytest.mark.parametrize("status", OPEN)
def test_what_is_made_waits_for_its_buyer(status):
    seen = rules.settled(a_payment(), an_intent(status), NOON)
    assert seen
    assert (seen.after.state, seen.after.intent_id, seen.after.client_secret) == ("open", "pi_1", "pi_1_secret_1")
    assert (seen.told, seen.abandon) == ([], False)
    assert rules.settled(seen.after, an_intent(status), NOON) is None


def test_success_counts_once_and_ends_the_secret():
    seen = rules.settled(began(), an_intent("succeeded"), NOON)
    assert seen
    assert kinds(seen) == ["PaymentSucceeded"]
    assert (seen.after.state, seen.after.charge_id, seen.after.client_secret) == ("succeeded", "ch_1", "")
    assert seen.funds
    assert seen.funds.amount == Money(50_00, "USD")
    assert rules.settled(seen.after, an_intent("succeeded"), NOON) is None


def test_success_counts_even_if_it_was_just_given_up():
    seen = rules.settled(began(given_up=True), an_intent("succeeded"), NOON)
    assert kinds(seen) == ["PaymentSucceeded"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"amount_received": 49_99}, "partial"),
        ({"amount_received": 50_01}, "excess"),
        ({"currency": "eur"}, "otherwise"),
    ],
)
def test_what_is_not_what_was_asked_goes_back(said, why):
    seen = rules.settled(began(), an_intent("succeeded", **said), NOON)
    assert seen
    assert kinds(seen) == ["MoneyUnapplied", "PaymentCancelled"]
    assert seen.unapplied
    assert (seen.unapplied.why, seen.unapplied.charge_id, seen.after.state) == (why, "ch_1", "cancelled")


def test_money_for_what_is_over_is_late_and_changes_nothing_else():
    over = began(state="cancelled")
    seen = rules.settled(over, an_intent("succeeded"), NOON)
    assert kinds(seen) == ["MoneyUnapplied"]
    assert seen
    assert seen.after.state == "cancelled"


def test_another_intent_of_the_same_payment_never_counts():
    twin = an_intent("succeeded", id="pi_2")
    for kept in (began(), began(state="succeeded"), began(state="cancelled")):
        seen = rules.settled(kept, twin, NOON)
        assert seen
        assert kinds(seen) == ["MoneyUnapplied"]
        assert (seen.after.state, seen.after.intent_id) == (kept.state, "pi_1")
    assert rules.settled(began(), an_intent(id="pi_2"), NOON) == rules.Settled(began(), abandon=True)


@pytest.mark.parametrize("status", OPEN)
def test_what_is_given_up_or_over_is_not_to_be_paid(status):
    for kept in (began(given_up=True), began(state="cancelled"), a_payment(state="cancelled")):
        seen = rules.settled(kept, an_intent(status), NOON)
        assert seen
        assert seen.abandon
        assert seen.told == []


def test_a_refusal_is_told_once_for_each_try():
    first = rules.settled(began(), an_intent(last_payment_error=ERROR), NOON)
    assert first
    assert kinds(first) == ["PaymentFailed"]
    assert first.after.failure
    assert (first.after.failure.code, first.after.failure.last4) == ("insufficient_funds", "9995")
    assert rules.settled(first.after, an_intent(last_payment_error=ERROR), NOON) is None
    again = rules.settled(first.after, an_intent(last_payment_error=ERROR | {"charge": "ch_9"}), NOON)
    assert kinds(again) == ["PaymentFailed"]


def test_a_bank_that_takes_its_time_may_still_refuse():
    waits = rules.settled(began(), an_intent("processing"), NOON)
    assert waits
    assert waits.after.state == "processing"
    refused = rules.settled(waits.after, an_intent(last_payment_error=ERROR), NOON)
    assert refused
    assert (refused.after.state, kinds(refused)) == ("open", ["PaymentFailed"])


STATES = st.sampled_from(["open", "processing", "succeeded", "cancelled"])
STATUSES = st.sampled_from([*OPEN, "processing", "succeeded", "canceled"])


@given(st.lists(st.tuples(STATUSES, st.sampled_from(["pi_1", "pi_2"]), st.booleans()), max_size=12), st.booleans())
def test_whatever_comes_in_whatever_order_a_payment_ends_once(heard, given_up):
    kept, ends, seen_charges = began(given_up=given_up), list[str](), set[str]()
    for status, which, failed in heard:
        said: dict[str, Any] = {"id": which, "last_payment_error": ERROR if failed else None}
        if status == "succeeded":
            said["latest_charge"] = CHARGE | {"id": f"ch_{which}"}
        seen = rules.settled(kept, an_intent(status, **said), NOON)
        if not seen or (seen.unapplied and seen.unapplied.charge_id in seen_charges):
            continue  # the table has a row for each charge that belongs to nothing
        if seen.unapplied:
            seen_charges.add(seen.unapplied.charge_id)
            assert seen.unapplied.charge_id != kept.charge_id, "what paid it cannot belong to nothing"
        ends += [kind for kind in kinds(seen) if kind in ("PaymentSucceeded", "PaymentCancelled")]
        assert not (kept.is_final and seen.after.state != kept.state)
        kept = seen.after
    assert len(ends) <= 1
    assert ends == {"succeeded": ["PaymentSucceeded"], "cancelled": ["PaymentCancelled"]}.get(kept.state, [])


def test_the_same_payment_is_of_the_same_thing():
    rules.check_same(began(), a_payment())
    for other in ({"amount": Money(1, "USD")}, {"purpose": "order"}, {"buyer_id": "usr_" + "1" * 26}):
        with pytest.raises(PaymentOtherwise):
            rules.check_same(began(), a_payment(**other))


def test_what_is_called_off_is_called_off():
    rules.check_called_off(began(state="cancelled"))
    with pytest.raises(AlreadyPaid):
        rules.check_called_off(began(state="succeeded"))
    with pytest.raises(PaymentProcessing):
        rules.check_called_off(began(state="processing"))


def test_only_who_may_pay_is_shown_the_secret():
    assert rules.shown(began(), "pk_test_1").pay_url == "/v1/pay#pi_1_secret_1"
    for kept, key in ((began(), ""), (began(given_up=True), "pk_test_1"), (began(state="succeeded"), "pk_test_1")):
        seen = rules.shown(kept, key)
        assert (seen.client_secret, seen.publishable_key, seen.pay_url) == (None, None, None)


def test_stripe_is_asked_ever_more_seldom_until_it_is_over():
    def waits(**after: float) -> timedelta | None:
        now = NOON + timedelta(**after)
        at = rules.look_again_at(began(expires_at=NOON + timedelta(days=7)), now)
        return at - now if at else None

    assert [waits(minutes=1), waits(minutes=30), waits(days=2)] == [
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(hours=1),
    ]
    assert rules.look_again_at(began(state="succeeded"), NOON) is None
    assert rules.look_again_at(began(state="cancelled"), NOON) is None
    assert rules.look_again_at(a_payment(state="cancelled"), NOON) == NOON + rules.LOST_BEHIND
    assert rules.look_again_at(a_payment(), NOON) == NOON + rules.WITHOUT_INTENT
    soon = NOON + timedelta(minutes=59)
    assert rules.look_again_at(began(), soon) == NOON + timedelta(hours=1)


def test_what_nobody_paid_in_time_is_to_be_given_up():
    assert not rules.is_to_give_up(began(), NOON + timedelta(minutes=59))
    assert rules.is_to_give_up(began(), NOON + timedelta(hours=1))
    assert rules.is_to_give_up(a_payment(), NOON + rules.WITHOUT_INTENT)
    assert not rules.is_to_give_up(began(state="processing"), NOON + timedelta(days=9))
