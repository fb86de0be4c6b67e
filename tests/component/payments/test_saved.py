import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import stripe

from functions.payments import attempts, sweep
from functions.payments import customers as at
from functions.payments.rules import saved as rules
from functions.payments.store.customers import Customers, customers
from kernel import clock
from kernel.errors import Unavailable
from local.stripe.faults import Fault
from tests.builders import payments as a
from tests.builders.http import Answered, Context
from tests.builders.ledger import BUYER, NOON, an_id
from tests.builders.payments import buyer
from tests.builders.stand_in import AtStripe

ME = "/v1/me/payment-methods"
OTHER = an_id("usr", 1)
KEY = {"Idempotency-Key": "the-same-key"}


@pytest.fixture
def now(world):
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def there(now) -> AtStripe:
    return a.connected()


def confirm(there: AtStripe, setup_id: str, card: str = "pm_card_visa") -> Any:
    """As the buyer's page does, once the buyer has entered a card."""
    said: Any = {"payment_method": card, "return_url": "https://metco.example/back"}
    return there.client.v1.setup_intents.confirm(setup_id, said)


def begun(user_id: str = BUYER, **options: Any) -> Answered:
    answer = buyer(user_id)("POST", f"{ME}/setups", **options)
    assert answer.status == 201, answer.text
    return answer


def saved(there: AtStripe, user_id: str = BUYER, card: str = "pm_card_visa") -> str:
    """A card that was saved as a buyer saves it; its id."""
    setup_id = begun(user_id).json["setup_id"]
    made = confirm(there, setup_id, card)
    assert buyer(user_id)("GET", f"{ME}/setups/{setup_id}").json["state"] == "saved"
    return str(made.payment_method)


def listed(user_id: str = BUYER) -> list[dict[str, Any]]:
    return list(buyer(user_id)("GET", ME).json["items"])


def rows(world, *prefixes: str) -> list[str]:
    found = (row["pk"]["S"] for row in world.items())
    return sorted(pk for pk in found if pk.startswith(prefixes or ("CUSTOMER#", "SETUP#", "WHOSE#")))


# Saving


def test_a_card_is_saved_and_pays_by_one_click_from_then_on(world, there):
    begun_ = begun().json
    assert (begun_["state"], begun_["publishable_key"][:8]) == ("open", "pk_test_")
    assert buyer()("GET", f"{ME}/setups/{begun_['setup_id']}").json["state"] == "open"
    confirm(there, begun_["setup_id"])
    shown = buyer()("GET", f"{ME}/setups/{begun_['setup_id']}").json
    assert shown == {"setup_id": begun_["setup_id"], "state": "saved", "failure": ""}
    [card] = listed()
    assert (card["brand"], card["last4"], card["is_default"]) == ("visa", "4242", True)
    customer, method = at.method_of(BUYER, card["payment_method_id"])
    intent = there.client.v1.payment_intents.create(
        {
            "amount": 10_00,
            "currency": "usd",
            "customer": customer.customer_id,
            "payment_method": method.payment_method_id,
            "off_session": True,
            "confirm": True,
        }
    )
    assert intent.status == "succeeded"


def test_stripe_learns_nothing_of_a_person_but_their_id(world, there):
    saved(there)
    [customer] = there.client.v1.customers.list().data
    assert (customer.to_dict()["metadata"], customer.name, customer.email) == ({"person_id": BUYER}, None, None)


def test_who_is_refused_is_told_why_and_nothing_is_saved(world, there):
    setup_id = begun().json["setup_id"]
    with pytest.raises(stripe.CardError):
        confirm(there, setup_id, "pm_card_chargeDeclined")
    shown = buyer()("GET", f"{ME}/setups/{setup_id}").json
    assert (shown["state"], shown["failure"]) == ("open", "generic_decline")
    assert listed() == []


def test_a_buyer_is_one_customer_however_often_they_begin(world, there):
    begun()
    begun()
    saved(there)
    assert len(there.client.v1.customers.list().data) == 1
    assert rows(world, "WHOSE#cus_")[1:] == []


def test_a_repetition_gets_the_same_answer_and_begins_nothing(world, there):
    first = begun(headers=KEY)
    assert begun(headers=KEY).text == first.text
    assert len(there.client.v1.setup_intents.list().data) == 1


def test_so_many_a_day_and_then_no_more(world, there, now):
    for _ in range(rules.SETUPS_PER_DAY):
        begun()
    before = world.items()
    refused = buyer()("POST", f"{ME}/setups")
    assert (refused.status, refused.json["code"]) == (429, "too_many_setups")
    assert world.items() == before
    now(timedelta(days=1))
    begun()


def test_when_stripe_does_not_answer_nothing_is_kept_and_it_can_be_tried_again(world, there):
    there.core.faults.plan(Fault("unavailable", "/v1/setup_intents", "POST", times=3))
    refused = buyer()("POST", f"{ME}/setups")
    assert refused.status == 503
    assert rows(world, "SETUP#") == []
    begun()


def test_an_answer_that_was_lost_makes_no_second_customer(world, there):
    there.core.faults.plan(Fault("lost", "/v1/customers", "POST", times=3))
    assert buyer()("POST", f"{ME}/setups").status == 503
    begun()
    assert len(there.client.v1.customers.list().data) == 1


def test_somebody_elses_setup_is_not_there(world, there):
    setup_id = begun().json["setup_id"]
    before = world.items()
    assert buyer(OTHER)("GET", f"{ME}/setups/{setup_id}").status == 404
    assert world.items() == before


# Without a webhook


def swept() -> None:
    sweep.ROUNDS["setups"](Context())


def test_a_card_that_nobody_asked_about_is_found_by_the_sweep(world, there, now):
    confirm(there, begun().json["setup_id"])
    swept()
    assert listed() == []
    now(rules.LOOK_AGAIN + timedelta(seconds=1))
    swept()
    assert [card["last4"] for card in listed()] == ["4242"]
    asked = len(there.transport.asked)
    now(timedelta(days=1))
    swept()
    assert len(there.transport.asked) == asked


def test_whoever_enters_no_card_for_a_day_begins_anew(world, there, now):
    setup_id = begun().json["setup_id"]
    now(timedelta(days=1))
    swept()
    assert buyer()("GET", f"{ME}/setups/{setup_id}").json["state"] == "ended"
    assert there.client.v1.setup_intents.retrieve(setup_id).status == "canceled"


# Preferring and removing


def test_another_card_can_be_preferred(world, there, now):
    first = saved(there)
    now(timedelta(minutes=1))
    second = saved(there, card="pm_card_mastercard")
    assert [(card["payment_method_id"], card["is_default"]) for card in listed()] == [(second, False), (first, True)]
    answer = buyer()("PUT", f"{ME}/{second}/default")
    assert (answer.status, answer.json["items"]) == (200, listed())
    assert [card["is_default"] for card in listed()] == [True, False]


def test_a_removed_card_is_gone_here_and_at_stripe(world, there, now):
    first = saved(there)
    now(timedelta(minutes=1))
    second = saved(there, card="pm_card_mastercard")
    assert buyer()("DELETE", f"{ME}/{first}").status == 204
    assert [(card["payment_method_id"], card["is_default"]) for card in listed()] == [(second, True)]
    assert there.client.v1.payment_methods.retrieve(first).customer is None
    assert rows(world, "WHOSE#pm_") == [f"WHOSE#{second}"]
    assert buyer()("DELETE", f"{ME}/{first}").status == 404


def test_removing_again_under_the_same_key_is_the_same(world, there):
    method_id = saved(there)
    assert buyer()("DELETE", f"{ME}/{method_id}", headers=KEY).status == 204
    before = world.items()
    assert buyer()("DELETE", f"{ME}/{method_id}", headers=KEY).status == 204
    assert world.items() == before


def test_a_card_stays_when_stripe_cannot_be_asked_to_remove_it(world, there):
    method_id = saved(there)
    there.core.faults.plan(Fault("unavailable", f"/v1/payment_methods/{method_id}/detach", "POST", times=3))
    before = listed()
    assert buyer()("DELETE", f"{ME}/{method_id}").status == 503
    assert listed() == before
    assert buyer()("DELETE", f"{ME}/{method_id}").status == 204


def test_a_removal_whose_answer_was_lost_is_finished_by_the_next_try(world, there):
    method_id = saved(there)
    there.core.faults.plan(Fault("lost", f"/v1/payment_methods/{method_id}/detach", "POST", times=3))
    assert buyer()("DELETE", f"{ME}/{method_id}").status == 503
    assert buyer()("DELETE", f"{ME}/{method_id}").status == 204
    assert listed() == []


@pytest.mark.parametrize("act", [("PUT", "/default"), ("DELETE", "")], ids=["prefer", "remove"])
def test_nobody_touches_somebody_elses_card(world, there, act):
    method_id = saved(there)
    before = world.items()
    answer = buyer(OTHER)(act[0], f"{ME}/{method_id}{act[1]}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert world.items() == before
    assert there.client.v1.payment_methods.retrieve(method_id).customer
    assert listed(OTHER) == []


# What Stripe tells


def test_a_card_saved_while_paying_is_found_by_what_stripe_tells_of_it(world, there):
    customer, _ = at.customer_of(BUYER)
    made = there.client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.customer_id})
    for _ in range(2):
        at.method_changed(made.id)
    assert [card["payment_method_id"] for card in listed()] == [made.id]
    there.client.v1.payment_methods.detach(made.id)
    for _ in range(2):
        at.method_changed(made.id)
    assert listed() == []
    assert rows(world, "WHOSE#pm_") == []


def test_what_stripe_tells_of_strangers_changes_nothing(world, there):
    made = there.client.v1.payment_methods.attach("pm_card_visa", {"customer": there.client.v1.customers.create({}).id})
    at.method_changed(made.id)
    at.method_changed("pm_unknown")
    assert rows(world) == []


def test_older_news_that_comes_late_does_not_bring_a_card_back(world, there, monkeypatch):
    """Whoever read before a card was removed, and writes after it, asks again."""
    method_id = saved(there)
    asked, overtaken = at._at_stripe, iter([True])

    def ask_and_be_overtaken(customer_id: str) -> list[dict[str, Any]]:
        found = asked(customer_id)
        if next(overtaken, False):
            assert buyer()("DELETE", f"{ME}/{method_id}").status == 204
        return found

    other = there.client.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer_id_of(BUYER)})
    monkeypatch.setattr(at, "_at_stripe", ask_and_be_overtaken)
    at.method_changed(other.id)
    assert [card["payment_method_id"] for card in listed()] == [other.id]


def customer_id_of(person_id: str) -> str:
    found, _ = customers().of(person_id)
    assert found
    return found.customer_id


# Leaving


def tell(kind: str, **data: str) -> dict[str, Any]:
    from functions.payments import consumers

    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00Z",
        "aggregate": "a",
        "sequence": 9,
        "correlation_id": "cor_1",
    }
    body = {"source": "metco.identity", "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer: dict[str, Any] = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    return answer


HANDLED: dict[str, Any] = {"batchItemFailures": []}


@pytest.mark.parametrize("times", [1, 2])
def test_of_whoever_is_erased_nothing_is_left_here_or_at_stripe(world, there, times):
    method_id, customer_id = saved(there), customer_id_of(BUYER)
    begun(headers=KEY)
    for _ in range(times):
        assert tell("UserErased", user_id=BUYER) == HANDLED
    assert rows(world, "CUSTOMER#", "WHOSE#", "RECEIPT#") == [f"CUSTOMER#{BUYER}"]  # that they are erased
    assert there.client.v1.customers.retrieve(customer_id).deleted
    assert there.client.v1.payment_methods.retrieve(method_id).customer is None
    assert listed() == []


@pytest.mark.parametrize("cut_off", ["erased", "forget"])
def test_an_erasure_that_was_cut_off_is_finished_by_the_next_try(world, there, monkeypatch, cut_off):
    saved(there)
    done: Callable[..., Any] = getattr(Customers, cut_off)
    crashes = iter([True])

    def crash_once(self: Customers, person_id: str) -> None:
        if next(crashes, False):
            raise Unavailable()
        done(self, person_id)

    monkeypatch.setattr(Customers, cut_off, crash_once)
    assert tell("UserErased", user_id=BUYER) != HANDLED
    assert tell("UserErased", user_id=BUYER) == HANDLED
    assert rows(world, "CUSTOMER#", "WHOSE#") == [f"CUSTOMER#{BUYER}"]


def test_stripe_being_down_keeps_an_erasure_waiting(world, there):
    saved(there)
    there.core.faults.plan(Fault("unavailable", f"/v1/customers/{customer_id_of(BUYER)}", "DELETE", times=3))
    assert tell("UserErased", user_id=BUYER) != HANDLED
    assert tell("UserErased", user_id=BUYER) == HANDLED
    assert [one.deleted for one in there.client.v1.customers.list().data] == []


def test_nothing_is_saved_for_somebody_who_is_erased(world, there):
    method_id = saved(there)
    tell("UserErased", user_id=BUYER)
    before = world.items()
    refused = buyer()("POST", f"{ME}/setups")
    assert (refused.status, refused.json["code"]) == (409, "person_erased")
    at.method_changed(method_id)
    at.sync(BUYER)
    assert world.items() == before


def test_an_erasure_between_two_steps_of_a_first_setup_leaves_no_customer_behind(world, there, monkeypatch):
    asked = attempts.once

    def make_and_be_overtaken(*said: Any) -> Any:
        made = asked(*said)
        tell("UserErased", user_id=BUYER)
        return made

    monkeypatch.setattr(at, "once", make_and_be_overtaken)
    assert buyer()("POST", f"{ME}/setups").status == 409
    assert there.client.v1.customers.list().data == []
    assert rows(world, "CUSTOMER#", "WHOSE#", "SETUP#") == [f"CUSTOMER#{BUYER}"]
