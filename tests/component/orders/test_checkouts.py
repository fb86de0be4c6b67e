import json
from datetime import timedelta
from unittest.mock import patch

import pytest

from functions.orders.store.orders import Orders, orders
from kernel import aws
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders.order_rows import text_of

KEY = {"idempotency-key": "a-checkout-1"}
TWO = (a.a_quoted_line(1), a.a_quoted_line(2, 30_00, a.OTHER_STORE))


def kinds(world) -> list[str]:
    return [one["metadata"]["type"] for one in world.envelopes()]


def test_a_quote_becomes_an_order_that_is_pending(world, time):
    order_id = b.placed(*TWO, shipping=[a.shipping()], asked_for={"credits": a.money(10_00)})
    shown = b.look(order_id)
    assert (shown["state"], shown["totals"]["total"]) == ("pending", a.money(135_00))
    assert (shown["payment"]["credits"], shown["payment"]["card"]) == (a.money(10_00), a.money(125_00))
    assert [part["store_id"] for part in shown["seller_orders"]] == [a.STORE, a.OTHER_STORE]
    assert shown["address"]["line1"] == a.ADDRESS["line1"]
    assert kinds(world) == ["CheckoutStarted"]
    [told] = world.envelopes()
    assert told["data"]["store_ids"] == [a.STORE, a.OTHER_STORE]
    assert "Ada" not in json.dumps(told)
    assert "Linden" not in json.dumps(told)


@pytest.mark.parametrize("headers", [{}, KEY])
def test_a_double_click_is_one_order(world, time, headers):
    quote = b.token()
    first = b.check_out(quote, headers=headers)
    before = world.items()
    again = b.check_out(quote, headers=headers)
    assert (again.status, again.json) == (first.status, first.json)
    assert world.items() == before


def test_another_request_under_the_same_key_is_refused(world, time):
    quote = b.token()
    b.check_out(quote, headers=KEY)
    other = b.check_out(quote, headers=KEY, credits=a.money(1_00))
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


def test_an_answer_that_was_lost_is_found_even_when_the_quote_is_over(world, time):
    quote = b.token()
    first = b.check_out(quote)
    time(timedelta(minutes=16))
    assert b.check_out(quote).json == first.json
    late = b.check_out(b.token(quote_id=a.an_id("qte", 2), now=a.NOON))
    assert (late.status, late.json["code"]) == (409, "quote_expired")


def test_two_tabs_with_two_quotes_of_one_basket_are_one_order(world, time):
    order_id = b.placed()
    before = world.items()
    second = b.check_out(b.token(quote_id=a.an_id("qte", 2)))
    assert (second.status, second.json["code"]) == (409, "checkout_under_way")
    assert order_id in second.json["detail"]
    assert world.items() == before


def test_a_changed_basket_or_one_whose_order_came_to_nothing_can_be_ordered(world, time):
    first = b.placed()
    b.placed(quote_id=a.an_id("qte", 2), basket_version=4)
    b.task("cancel", first, stopped={"outcome": "refused", "code": "out_of_stock"})
    again = b.check_out(b.token(quote_id=a.an_id("qte", 3), basket_version=4))
    assert again.json["code"] == "checkout_under_way", "the other order's basket is not freed with the first one"
    third = b.placed(quote_id=a.an_id("qte", 4), basket_id=a.an_id("bsk", 2))
    b.task("cancel", third, stopped={"outcome": "refused", "code": "out_of_stock"})
    b.placed(quote_id=a.an_id("qte", 5), basket_id=a.an_id("bsk", 2))


@pytest.mark.parametrize(
    ("said", "asked_for", "status", "code"),
    [
        ({"buyer_id": a.an_id("usr", 6)}, {}, 422, "quote_invalid"),
        ({}, {"credits": a.money(100_01)}, 422, "credits_exceed_order"),
        ({}, {"credits": a.money(1_00, "USD")}, 422, "credits_exceed_order"),
        ({"shipping": [a.shipping()]}, {"address": None}, 422, "address_missing"),
        ({"ship_to": {"country": "FR"}}, {}, 422, "address_differs"),
        ({}, {"payment": {"method": "sepa_debit"}}, 422, "invalid"),
        ({}, {"quote": "e30.e30e30e30e30e30e30e30"}, 422, "quote_invalid"),
    ],
)
def test_what_cannot_be_ordered_leaves_nothing(world, time, said, asked_for, status, code):
    answer = b.check_out(b.token(**said), **asked_for) if "quote" not in asked_for else b.check_out(**asked_for)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert world.items() == []


def test_it_takes_one_call_of_aws_to_order(world, time):
    b.check_out(b.token())  # the secret is read once for a process
    with b.counting() as made:
        b.placed(quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    assert made == ["TransactWriteItems"]


# Guests


def test_a_guest_orders_and_takes_the_order_into_an_account_later(world, time):
    begun = b.check_out(who=a.GUEST).json
    order_id, secret = begun["order_id"], begun["claim_secret"]
    assert b.look(order_id, a.GUEST)["email"] == "ada@example.com"
    assert b.check_out(who=a.GUEST).json == begun, "the secret is the same, however often the answer is lost"
    claim = f"/v1/orders/{order_id}/claim"
    assert b.by()("POST", claim, {"secret": "x" * 24}).status == 404
    assert b.by(a.GUEST)("POST", claim, {"secret": secret}).status == 401
    for _ in range(2):
        assert b.by()("POST", claim, {"secret": secret}).status == 204
    assert b.look(order_id)["order_id"] == order_id
    assert b.by(a.GUEST)("GET", f"/v1/orders/{order_id}").status == 404
    assert b.by(a.an_id("usr", 6))("POST", claim, {"secret": secret}).status == 404, "it is somebody's already"
    assert b.history(order_id) == ["CheckoutStarted", "OrderClaimed"]


def test_whoever_signs_in_takes_their_orders_along(world, time):
    order_id = str(b.check_out(who=a.GUEST).json["order_id"])
    for _ in range(2):
        b.hear("GuestAbsorbed", "metco.identity", guest_id=a.GUEST, user_id=a.BUYER)
    assert [one["order_id"] for one in b.by()("GET", "/v1/me/orders").json["items"]] == [order_id]
    assert kinds(world) == ["CheckoutStarted", "OrderClaimed"]
    assert orders().order(order_id).buyer_id == a.GUEST, "in the books its buyer stays who it was"


def test_an_order_that_was_claimed_by_somebody_else_is_not_taken_along(world, time):
    """The index is late: it still has the order as the guest's."""
    begun = b.check_out(who=a.GUEST).json
    owner = a.an_id("usr", 6)
    b.by(owner)("POST", f"/v1/orders/{begun['order_id']}/claim", {"secret": begun["claim_secret"]})
    with patch.object(Orders, "every_of_owner", lambda self, owner_id: iter([begun["order_id"]])):
        b.hear("GuestAbsorbed", "metco.identity", guest_id=a.GUEST, user_id=a.BUYER)
    assert orders().order(begun["order_id"]).owner_id == owner


# Reading


def test_a_history_is_one_query_the_latest_first(world, time):
    made = []
    for number in range(3):
        made.append(b.placed(quote_id=a.an_id("qte", number), basket_id=a.an_id("bsk", number)))
        time(timedelta(minutes=1))
    first = b.by()("GET", "/v1/me/orders", query={"limit": "2"}).json
    rest = b.by()("GET", "/v1/me/orders", query={"limit": "2", "cursor": first["cursor"]}).json
    assert [one["order_id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["cursor"] is None


def test_a_store_sees_its_own_part_once_it_is_paid_and_where_it_goes(workflows):
    order_id = b.placed(*TWO)
    path = f"/v1/stores/{a.OTHER_STORE}/orders"
    assert b.of_store(a.OTHER_STORE)("GET", path).json["items"] == []
    assert b.of_store(a.OTHER_STORE)("GET", f"{path}/{order_id}").status == 404
    b.confirmed(order_id)
    [part] = b.of_store(a.OTHER_STORE)("GET", path).json["items"]
    assert [line["title"] for line in part["lines"]] == ["Camera 2"]
    read = b.of_store(a.OTHER_STORE)("GET", f"{path}/{order_id}").json
    assert (read["total"], read["address"]["city"]) == (a.money(30_00), "Berlin")
    assert b.of_store(a.STORE)("GET", f"{path}/{order_id}").status == 404
    assert b.of_store(a.OTHER_STORE, "edit_products")("GET", path).status == 403
    assert b.of_store(a.an_id("sto", 2))("GET", f"/v1/stores/{a.an_id('sto', 2)}/orders/{order_id}").status == 404


def test_whoever_is_erased_leaves_no_address_and_the_order_stays(world, time):
    order_id = b.placed()
    b.by()("POST", "/v1/checkouts", {"quote": b.token(), "address": a.ADDRESS}, headers=KEY)
    for _ in range(2):
        b.hear("UserErased", "metco.identity", user_id=a.BUYER)
    shown = b.look(order_id)
    assert (shown["address"], shown["totals"]["total"]) == (None, a.money(100_00))
    assert "Linden" not in json.dumps(world.items(), default=text_of)


def test_an_export_has_every_order(world, time, monkeypatch):
    monkeypatch.setenv("EXPORTS", world.environment["BUCKET"])
    order_id = b.placed()
    b.hear("DataExportRequested", "metco.identity", user_id=a.BUYER, export_id=a.an_id("exp", 1))
    key = f"exports/{a.BUYER}/{a.an_id('exp', 1)}.orders.json"
    text = aws.client("s3").get_object(Bucket=world.environment["BUCKET"], Key=key)["Body"].read()
    [known] = json.loads(text)["orders"]
    assert (known["order_id"], known["address"]["name"]) == (order_id, "Ada Lovelace")
