import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from functions.payments import attempts, consumers, sellers, sweep
from functions.payments.model.sellers import StoreHeard
from functions.payments.store.sellers import sellers as kept_sellers
from functions.payments.store.stores import stores
from kernel import clock
from local.stripe.faults import Fault
from local.stripe.objects.accounts import CHECKED_WITHIN_S
from tests.builders import onboarding
from tests.builders import payments as a
from tests.builders.http import Answered, Context
from tests.builders.ledger import NOON, STORE, an_id
from tests.builders.payments import seller
from tests.builders.stand_in import AtStripe

PATH = f"/v1/stores/{STORE}/payout-account"
OTHER = an_id("sto", 1)
KEY = {"Idempotency-Key": "the-same-key"}


@pytest.fixture
def now(world):
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def there(now) -> AtStripe:
    onboarding.heard_of(STORE)
    return a.connected()


def opened(**options: Any) -> Answered:
    answer = seller()("POST", PATH, **options)
    assert answer.status == 201, answer.text
    return answer


def complete(there: AtStripe, account_id: str) -> None:
    onboarding.fill_in(there, account_id)
    there.advance(seconds=CHECKED_WITHIN_S)


def accounts(there: AtStripe) -> list[Any]:
    return list(there.client.v1.accounts.list().data)


def told(world) -> list[tuple[str, int]]:
    news = (one for one in world.envelopes() if one["metadata"]["type"] == "SellerAccountChanged")
    return [(one["data"]["state"], len(one["data"]["missing"])) for one in news]


def rows(world) -> list[str]:
    found = (row["pk"]["S"] for row in world.items())
    return sorted(pk for pk in found if pk.startswith(("SELLER#", "ACCOUNT#", "EVENT#")))


# Opening


def test_a_seller_opens_an_account_and_hears_what_is_missing(world, there):
    made = opened().json
    assert (made["state"], made["country"], made["currency"]) == ("incomplete", "US", "USD")
    assert "external_account" in made["missing"]
    assert seller()("GET", PATH).json == made
    assert told(world) == [("incomplete", len(made["missing"]))]
    [account] = accounts(there)
    assert (account.id, account.metadata["store_id"]) == (made["account_id"], STORE)
    assert account.controller.requirement_collection == "stripe"
    assert account.controller.stripe_dashboard.type == "express"
    assert account.controller.losses.payments == "application"
    assert account.settings.payouts.schedule.interval == "manual"
    assert account.capabilities.to_dict() == {"transfers": "inactive"}


def test_opening_again_answers_with_the_account_that_is_there(world, there):
    first = opened()
    assert opened().json == first.json
    assert len(accounts(there)) == 1
    assert len(told(world)) == 1


def test_a_repetition_gets_the_same_answer(world, there):
    first = opened(headers=KEY)
    before = world.items()
    assert opened(headers=KEY).text == first.text
    assert world.items() == before


@pytest.mark.parametrize("how", ["unavailable", "never", "lost", "broken_before", "broken_after"])
def test_whatever_becomes_of_stripes_answer_the_store_has_one_account(world, there, how):
    there.core.faults.plan(Fault(how, "/v1/accounts", "POST", times=3))
    assert seller()("POST", PATH).status in (201, 503)
    there.core.faults.plan()
    made = opened().json
    assert [one.id for one in accounts(there)] == [made["account_id"]]
    assert len(told(world)) == 1


def test_two_who_open_at_once_open_one(world, there, monkeypatch):
    """Each has seen that there is none: Stripe gives both the same, and the second is told to look again."""
    asked, overtaken = attempts.once, iter([True])

    def ask_and_be_overtaken(*said: Any) -> Any:
        made = asked(*said)
        if next(overtaken, False):
            opened()
        return made

    monkeypatch.setattr(sellers, "once", ask_and_be_overtaken)
    refused = seller()("POST", PATH)
    assert (refused.status, refused.json["code"]) == (409, "account_moved")
    assert [one.id for one in accounts(there)] == [opened().json["account_id"]]
    assert len(told(world)) == 1


@pytest.mark.parametrize(
    ("heard", "code"),
    [
        (None, "store_not_heard_of"),
        ({"country": "UA", "currency": "UAH"}, "payouts_not_offered"),
        ({"country": "US", "currency": "EUR"}, "payouts_not_offered"),
        ({"country": "US", "currency": "USD", "closed": True}, "store_is_closed"),
    ],
)
def test_where_nothing_can_be_paid_out_no_account_is_opened(world, there, heard, code):
    if heard:
        stores().heard(StoreHeard(store_id=OTHER, **heard), sequence=1)
    before = world.items()
    refused = seller(OTHER)("POST", f"/v1/stores/{OTHER}/payout-account")
    assert (refused.status, refused.json["code"]) == (409, code)
    assert world.items() == before
    assert accounts(there) == []


def test_an_operator_says_where_stripe_pays_out(world, there):
    stores().heard(StoreHeard(store_id=OTHER, country="JP", currency="JPY"), sequence=1)
    a.with_settings(payout_countries={"recipient": {"JPY": ["JP"]}})
    assert seller(OTHER)("POST", f"/v1/stores/{OTHER}/payout-account").status == 201
    assert accounts(there)[0].tos_acceptance.service_agreement == "recipient"
    assert seller()("POST", PATH).json["code"] == "payouts_not_offered"


# Onboarding


def test_a_link_leads_to_stripes_own_form_and_back_to_this_site(world, there):
    opened()
    answer = seller()("POST", f"{PATH}/links", {"return_to": "/sell/payouts"})
    assert answer.status == 201
    assert answer.json["url"].startswith("http")
    assert clock.now() < clock.now().fromisoformat(answer.json["expires_at"]) <= clock.now() + timedelta(minutes=30)
    again = seller()("POST", f"{PATH}/links", {"return_to": "/sell/payouts"})
    assert again.json["url"] != answer.json["url"]


def test_a_dashboard_is_shown_once_papers_were_sent_in(world, there):
    opened()
    refused = seller()("POST", f"{PATH}/dashboard-links")
    assert (refused.status, refused.json["code"]) == (409, "account_not_ready")
    onboarding.payable(there)
    assert seller()("POST", f"{PATH}/dashboard-links").json["url"].startswith("http")


def test_without_an_account_there_is_nothing_to_onboard(world, there):
    before = world.items()
    answers = [
        seller()("POST", f"{PATH}/links", {}),
        seller()("POST", f"{PATH}/dashboard-links"),
        seller()("POST", f"{PATH}/refresh"),
        seller()("GET", PATH),
    ]
    assert [(one.status, one.json["code"]) for one in answers] == [(409, "no_payout_account")] * 4
    assert world.items() == before


@pytest.mark.parametrize(
    ("method", "then"),
    [("POST", ""), ("GET", ""), ("POST", "/links"), ("POST", "/dashboard-links"), ("POST", "/refresh")],
)
def test_whoever_may_not_withdraw_funds_neither_sees_nor_moves_the_account(world, there, method, then):
    opened()
    before = world.items()
    body: Any = {} if then == "/links" else None
    clerk = seller(STORE, an_id("usr", 8), "view_sales")
    assert clerk(method, f"{PATH}{then}", body).status == 403
    assert seller(OTHER)(method, f"{PATH}{then}", body).status == 404
    assert world.items() == before


# How it stands


def test_an_account_that_becomes_payable_is_told_and_one_that_stays_is_not(world, there):
    """From incomplete by a document more to payable."""
    account_id = opened().json["account_id"]
    assert seller()("POST", f"{PATH}/refresh").json["state"] == "incomplete"
    complete(there, account_id)
    assert seller()("POST", f"{PATH}/refresh").json["state"] == "payable"
    assert [state for state, _ in told(world)] == ["incomplete", "payable"]
    version = seller()("GET", PATH).json["version"]
    sellers.look_again(STORE)
    assert len(told(world)) == 2
    assert seller()("GET", PATH).json["version"] == version + 1


def test_a_seller_is_asked_for_one_more_document_and_becomes_payable(world, there):
    account_id = opened().json["account_id"]
    onboarding.fill_in(there, account_id, born=onboarding.UNKNOWN)
    assert seller()("POST", f"{PATH}/refresh").json["state"] == "in_review"
    there.advance(seconds=CHECKED_WITHIN_S)
    asked = seller()("POST", f"{PATH}/refresh").json
    assert (asked["state"], asked["missing"]) == ("incomplete", ["individual.verification.document"])
    assert [one["code"] for one in asked["problems"]] == ["verification_failed_keyed_identity"]
    onboarding.show(there, account_id)
    there.advance(seconds=CHECKED_WITHIN_S)
    shown = seller()("POST", f"{PATH}/refresh").json
    assert (shown["state"], shown["missing"], shown["problems"], shown["bank_last4"]) == ("payable", [], [], "6789")
    assert [state for state, _ in told(world)] == ["incomplete", "in_review", "incomplete", "payable"]


def test_a_payable_account_that_is_rejected_is_refused(world, there):
    account_id = onboarding.payable(there)
    there.client.v1.accounts.reject(account_id, {"reason": "terms_of_service"})
    found = seller()("POST", f"{PATH}/refresh").json
    assert (found["state"], found["reason"]) == ("refused", "rejected.terms_of_service")
    assert seller()("POST", PATH).json["account_id"] == account_id


def test_an_account_that_stripe_does_not_know_any_more_is_replaced_by_another(world, there):
    first = opened().json["account_id"]
    there.client.v1.accounts.delete(first)
    gone = seller()("POST", f"{PATH}/refresh").json
    assert (gone["state"], gone["reason"]) == ("refused", "account_closed")
    assert seller()("POST", f"{PATH}/links", {}).json["code"] == "account_refused"
    second = opened().json
    assert (second["state"], second["version"]) == ("incomplete", gone["version"] + 1)
    assert second["account_id"] != first
    assert [state for state, _ in told(world)] == ["incomplete", "refused", "incomplete"]


def test_without_a_webhook_the_sweep_finds_out(world, there, now):
    account_id = opened().json["account_id"]
    complete(there, account_id)
    sweep.ROUNDS["sellers"](Context())
    assert seller()("GET", PATH).json["state"] == "incomplete"
    now(timedelta(hours=6, seconds=1))
    sweep.ROUNDS["sellers"](Context())
    assert seller()("GET", PATH).json["state"] == "payable"


def test_of_two_who_look_at_once_the_later_word_stays(world, there, monkeypatch):
    account_id = opened().json["account_id"]
    read, overtaken = sellers._reading, iter([True])

    def read_and_be_overtaken(asked: str) -> Any:
        found = read(asked)
        if next(overtaken, False):
            complete(there, account_id)
            sellers.look_again(STORE)
        return found

    monkeypatch.setattr(sellers, "_reading", read_and_be_overtaken)
    sellers.look_again(STORE)
    assert seller()("GET", PATH).json["state"] == "payable"
    assert [state for state, _ in told(world)] == ["incomplete", "payable"]


def test_stripe_being_down_changes_nothing(world, there):
    opened()
    there.core.faults.plan(Fault("unavailable", "/v1/accounts/.*", "GET", times=3))
    before = world.items()
    assert seller()("POST", f"{PATH}/refresh").status == 503
    assert world.items() == before


# What stores tell


def hear(kind: str, sequence: int, store_id: str = OTHER, **said: Any) -> None:
    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00Z",
        "aggregate": store_id,
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    data = {"store_id": store_id, "country": "DE", "currency": "EUR", **said}
    body = {"source": "metco.stores", "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


NEWS = {
    1: lambda: hear("StoreOpened", 1),
    2: lambda: hear("StoreChanged", 2, currency="PLN", country="PL", profile={"standing": "open", "name": "x"}),
    3: lambda: hear("StoreChanged", 3, currency="PLN", country="PL", profile={"standing": "closed"}),
}


@pytest.mark.parametrize("order", list(permutations(NEWS)), ids=str)
def test_the_newest_word_of_a_store_stays_in_whatever_order_it_comes(world, order):
    for number in (*order, *order):
        NEWS[number]()
    assert stores().find(OTHER) == StoreHeard(store_id=OTHER, country="PL", currency="PLN", closed=True)


def test_whose_an_account_is_is_known(world, there):
    assert kept_sellers().store_of(opened().json["account_id"]) == STORE
    assert kept_sellers().store_of("acct_unknown") is None
