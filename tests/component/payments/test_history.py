import json
from datetime import timedelta
from typing import Any

import pytest

from functions.payments import consumers
from functions.payments.model.destinations import Destination
from functions.payments.store.destinations import destinations
from functions.payments.store.payouts import payouts
from functions.payments.store.refunds import refunds
from kernel import clock
from kernel.aws import client
from tests.builders import money_back as m
from tests.builders import onboarding, paying
from tests.builders import payments as a
from tests.builders.cloud import BUCKET
from tests.builders.http import Context
from tests.builders.ledger import BUYER, NOON, STORE, an_id
from tests.builders.paying import bought, hear, pay
from tests.builders.payments import buyer, finance, seller

OTHER = an_id("usr", 1)
ME, ALL = "/v1/me/payments", "/v1/payments"


def mine(user_id: str = BUYER, **query: str) -> list[str]:
    return [one["payment_id"] for one in buyer(user_id)("GET", ME, query=query).json["items"]]


def found(**query: str) -> list[str]:
    answer = finance()("GET", ALL, query=query)
    assert answer.status == 200, answer.text
    return [one["payment_id"] for one in answer.json["items"]]


# The buyer


def test_a_buyer_sees_what_they_paid_the_newest_first_page_by_page(world, stripe, time):
    made = []
    for minor in (10_00, 20_00, 30_00):
        made.append(bought(minor)["payment_id"])
        time(timedelta(minutes=1))
    assert mine() == made[::-1]
    first = buyer()("GET", ME, query={"limit": "2"}).json
    assert [one["payment_id"] for one in first["items"]] == made[:0:-1]
    assert mine(limit="2", cursor=first["cursor"]) == made[:1]
    assert mine(OTHER) == []


def test_a_list_shows_nothing_that_a_payment_could_be_paid_with(world, stripe):
    secret = bought()["client_secret"]
    answer = buyer()("GET", ME)
    assert secret not in answer.text
    assert answer.json["items"][0]["client_secret"] is None


def test_a_payment_tells_what_was_given_back_of_it(world, stripe):
    payment_id = m.paid(stripe, 100_00)
    m.task("refund", payment_id=payment_id, refund_id="rfd_1", amount=m.money(30_00))
    m.task("refund", payment_id=payment_id, refund_id="rfd_2", amount=m.money(20_00))
    told = buyer()("GET", f"{ALL}/{payment_id}/history").json
    assert (told["payment"]["state"], told["payment"]["paid_by"]["last4"]) == ("succeeded", "0077")
    assert [(one["refund_id"], one["amount"]["minor"], one["state"]) for one in told["refunds"]] == [
        ("rfd_1", 30_00, "sent"),
        ("rfd_2", 20_00, "sent"),
    ]
    assert finance()("GET", f"{ALL}/{payment_id}/history").json == told
    denied = buyer(OTHER)("GET", f"{ALL}/{payment_id}/history")
    assert (denied.status, denied.json["code"]) == (404, "not_found")


# The seller


def test_a_store_sees_how_far_its_withdrawals_are_and_not_by_what_they_went(world, stripe):
    asked = m.approved(60_00, "bank")
    m.hear(asked)
    path = f"/v1/stores/{STORE}/payouts"
    [shown] = seller()("GET", path).json["items"]
    assert (shown["withdrawal_id"], shown["amount"], shown["way"]) == (asked.withdrawal_id, m.money(60_00), "bank")
    assert seller()("GET", f"{path}/{asked.withdrawal_id}").json == shown
    assert shown.keys() == {"withdrawal_id", "amount", "way", "state", "reason", "asked_at"}
    assert payouts().one(STORE, asked.withdrawal_id).state == shown["state"]
    assert seller(an_id("sto", 1))("GET", path).status == 404
    clerk = seller(STORE, an_id("usr", 8), "edit_products")
    assert clerk("GET", path).status == 403


# Finance


def test_finance_finds_a_payment_by_whatever_names_it(world, stripe, time):
    made = bought()
    pay(stripe, made)
    hear(stripe, world)
    time(timedelta(days=1))
    order_payment = m.paid(stripe, 100_00)
    [kept] = finance()("GET", ALL, query={"buyer_id": BUYER, "limit": "1"}).json["items"]
    assert (kept["payment_id"], kept["order_id"]) == (order_payment, an_id("ord"))
    assert found(buyer_id=BUYER) == [order_payment, made["payment_id"]]
    assert found(order_id=an_id("ord")) == [order_payment]
    assert found(order_id=an_id("ord", 7)) == []
    assert found(stripe_id=kept["intent_id"]) == found(stripe_id=kept["charge_id"]) == [order_payment]
    assert found(day="2030-01-01") == [made["payment_id"]]
    assert found() == [order_payment]
    assert "secret" not in finance()("GET", ALL).text


def test_one_thing_at_a_time_is_asked_for(world, stripe):
    answer = finance()("GET", ALL, query={"buyer_id": BUYER, "day": "2030-01-01"})
    assert (answer.status, answer.json["code"]) == (422, "one_thing_only")


def test_a_day_on_which_nothing_was_paid_is_empty(world, stripe):
    bought()
    assert found(day="2029-12-31") == []


# What belongs to a person


def tell(kind: str, **data: str) -> None:
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
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


def exported(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("EXPORTS", BUCKET)
    for _ in range(2):
        tell("DataExportRequested", user_id=BUYER, export_id="exp_1")
    lying = client("s3").get_object(Bucket=BUCKET, Key=f"exports/{BUYER}/exp_1.payments.json")
    return dict(json.loads(lying["Body"].read()))


def given_iban(user_id: str = BUYER) -> None:
    destinations().keep(
        Destination(store_id=STORE, way="bank", target="DE89370400440532013000", given_by=user_id, given_at=NOON)
    )


def test_whoever_asks_gets_all_that_is_kept_about_them(world, stripe, monkeypatch):
    made = bought(20_00)
    pay(stripe, made)
    hear(stripe, world)
    given_iban()
    card = stripe.client.v1.payment_methods.attach("pm_card_visa", {"customer": customer_id()})
    hear(stripe, world)
    told = exported(monkeypatch)
    assert [(one["payment_id"], one["paid_by"]["last4"]) for one in told["payments"]] == [(made["payment_id"], "4242")]
    assert [(one["payment_method_id"], one["last4"]) for one in told["payment_methods"]] == [(card.id, "4242")]
    assert [one["target"] for one in told["payout_destinations"]] == ["DE89370400440532013000"]
    assert (told["customer_id"], "client_secret" in json.dumps(told)) == (customer_id(), False)


def customer_id() -> str:
    from functions.payments.customers import customer_of

    return customer_of(BUYER)[0].customer_id


def test_of_whom_nothing_is_kept_nothing_is_told(world, stripe, monkeypatch):
    assert exported(monkeypatch) == {
        "customer_id": None,
        "payment_methods": [],
        "payments": [],
        "payout_destinations": [],
    }


def test_an_erased_persons_payments_stay_and_their_bank_account_goes(world, stripe):
    payment_id = m.paid(stripe, 100_00)
    given_iban()
    tell("UserErased", user_id=BUYER)
    assert found(buyer_id=BUYER) == [payment_id]
    assert destinations().of_store(STORE) == []
    m.task("refund", payment_id=payment_id, refund_id="rfd_1", amount=m.money(50_00))
    assert refunds().one(payment_id, "rfd_1").state == "sent"


# What Stripe tells of accounts and cards


def test_stripe_tells_of_a_seller_who_becomes_payable(world, stripe):
    account_id = onboarding.opened()["account_id"]
    onboarding.fill_in(stripe, account_id)
    stripe.advance(seconds=10)
    for _ in range(2):
        hear(stripe, world)
    shown = seller()("GET", f"/v1/stores/{STORE}/payout-account").json
    assert (shown["state"], shown["missing"]) == ("payable", [])
    news = [data["state"] for kind, data in paying.told(world, "SellerAccountChanged")]
    assert (news[0], news[-1]) == ("incomplete", "payable")


def test_stripe_tells_of_a_card_that_was_saved(world, stripe):
    setup_id = buyer()("POST", "/v1/me/payment-methods/setups").json["setup_id"]
    said: Any = {"payment_method": "pm_card_visa", "return_url": a.SITE}
    stripe.client.v1.setup_intents.confirm(setup_id, said)
    hear(stripe, world)
    [card] = buyer()("GET", "/v1/me/payment-methods").json["items"]
    assert card["last4"] == "4242"
    stripe.client.v1.payment_methods.detach(card["payment_method_id"])
    hear(stripe, world)
    assert buyer()("GET", "/v1/me/payment-methods").json["items"] == []


def test_what_stripe_tells_of_accounts_that_are_not_known_here_changes_nothing(world, stripe):
    stripe.client.v1.accounts.create({"country": "US", "capabilities": {"transfers": {"requested": True}}})
    hear(stripe, world)
    assert [row["pk"]["S"] for row in world.items() if row["pk"]["S"].startswith("SELLER#")] == []
    assert clock.now() == NOON
