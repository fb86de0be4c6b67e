from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.payments.model.saved import (
    Customer,
    NoSuchMethod,
    NoSuchSetup,
    SavedMethod,
    TooManyMethods,
    TooManySetups,
)
from functions.payments.rules import saved as rules

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ADA = "usr_00000000000000000000000000"
CARD = {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2031, "fingerprint": "Xt5EWLLDS7FJjR1c"}


def a_method(number: int = 0, **said: Any) -> SavedMethod:
    fields: dict[str, Any] = {
        "payment_method_id": f"pm_{number}",
        "kind": "card",
        "saved_at": NOON + timedelta(minutes=number),
    }
    return SavedMethod(**fields | said)


def a_customer(**said: Any) -> Customer:
    fields: dict[str, Any] = {"person_id": ADA, "customer_id": "cus_1", "setups_on": date(2030, 1, 1)}
    return Customer(**fields | said)


def an_intent(**said: Any) -> dict[str, Any]:
    return {"id": "seti_1", "status": "requires_payment_method", "last_setup_error": None} | said


# What is kept


def test_a_card_is_known_by_brand_four_digits_and_month():
    found = rules.method({"id": "pm_1", "type": "card", "card": CARD, "created": 1893499200})
    assert found.model_dump(mode="json") == {
        "payment_method_id": "pm_1",
        "kind": "card",
        "brand": "visa",
        "last4": "4242",
        "expires": "2031-04",
        "is_default": False,
        "saved_at": "2030-01-01T12:00:00Z",
    }


def test_nothing_is_kept_that_names_a_person():
    paypal = {"payer_email": "ada@example.com", "payer_id": "PAYER"}
    bill = {"name": "Ada Lovelace", "email": "ada@example.com"}
    told = {"id": "pm_1", "type": "paypal", "paypal": paypal, "billing_details": bill, "created": 1893499200}
    found = rules.method(told)
    assert (found.kind, found.last4, found.expires) == ("paypal", "", None)
    assert "ada" not in found.model_dump_json().lower()


def test_the_newest_come_first_and_there_is_an_end():
    many = [a_method(number) for number in range(rules.METHODS + 5)]
    assert [one.payment_method_id for one in rules.newest(many)][:2] == ["pm_24", "pm_23"]
    assert len(rules.newest(many)) == rules.METHODS


# Which one pays


def test_the_first_that_is_saved_pays_where_nothing_else_is_said():
    after = rules.as_found(a_customer(), [a_method(1)])
    assert (after.default_id, after.version) == ("pm_1", 2)
    [shown] = rules.marked(after, [a_method(1)])
    assert shown.is_default


@pytest.mark.parametrize(
    ("default", "found", "then"),
    [("pm_1", [1, 2], "pm_1"), ("pm_3", [1, 2], "pm_2"), ("pm_1", [], ""), ("", [], "")],
)
def test_the_default_stays_while_it_is_there_and_is_then_the_newest(default, found, then):
    after = rules.as_found(a_customer(default_id=default), [a_method(number) for number in found])
    assert after.default_id == then


def test_only_what_is_saved_is_preferred():
    assert rules.preferring(a_customer(), [a_method(1), a_method(2)], "pm_2").default_id == "pm_2"
    with pytest.raises(NoSuchMethod):
        rules.preferring(a_customer(), [a_method(1)], "pm_9")
    with pytest.raises(NoSuchMethod):
        rules.preferring(None, [], "pm_1")


# Saving


def test_so_many_a_day_and_no_more():
    first = rules.counted(a_customer(setups=rules.SETUPS_PER_DAY - 1), [], date(2030, 1, 1))
    assert first.setups == rules.SETUPS_PER_DAY
    with pytest.raises(TooManySetups):
        rules.counted(first, [], date(2030, 1, 1))
    assert rules.counted(first, [], date(2030, 1, 2)).setups == 1
    with pytest.raises(TooManyMethods):
        rules.counted(a_customer(), [a_method(number) for number in range(rules.METHODS)], date(2030, 1, 1))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("requires_payment_method", "open"),
        ("requires_action", "open"),
        ("processing", "open"),
        ("succeeded", "saved"),
        ("canceled", "ended"),
    ],
)
def test_a_setup_is_open_until_it_is_saved_or_over(status, state):
    assert rules.setup(ADA, an_intent(status=status), NOON).state == state


def test_why_a_card_was_refused_is_told_by_the_closest_word():
    kept = rules.setup(ADA, an_intent(), NOON)
    declined = {"code": "card_declined", "decline_code": "insufficient_funds"}
    assert rules.asked_again(kept, an_intent(last_setup_error=declined)).failure == "insufficient_funds"
    assert rules.asked_again(kept, an_intent(last_setup_error={"code": "expired_card"})).failure == "expired_card"
    assert rules.asked_again(kept, an_intent()).failure == ""


def test_whoever_says_no_card_for_a_day_begins_anew():
    kept = rules.setup(ADA, an_intent(), NOON)
    assert not rules.is_given_up(kept, NOON + timedelta(hours=23))
    assert rules.is_given_up(kept, NOON + timedelta(days=1))
    assert not rules.is_given_up(kept.model_copy(update={"state": "saved"}), NOON + timedelta(days=9))


def test_somebody_elses_setup_is_not_there():
    with pytest.raises(NoSuchSetup):
        rules.own(rules.setup(ADA, an_intent(), NOON), "usr_00000000000000000000000001")
