from datetime import timedelta

import pytest

from functions.orders.store import waiting as store
from functions.orders.store.waiting import WaitingStore
from kernel import table
from tests.builders import ordering as a
from tests.builders import orders as b

PAID = {"outcome": "paid"}
OUT = {"outcome": "refused", "code": "out_of_stock", "detail": "Gone."}


def kinds(world) -> list[str]:
    return [one["metadata"]["type"] for one in world.envelopes()]


# Screening


def test_an_order_is_let_through_with_all_that_others_are_asked(workflows):
    order_id = b.placed(a.a_quoted_line(1, quantity=2), asked_for={"credits": a.money(10_00)})
    plan = b.task("screen", order_id)
    assert plan["outcome"] == "passed"
    assert plan["stock"] == [{"store_id": a.STORE, "variant_id": a.an_id("var", 1), "quantity": 2}]
    assert (plan["credits"], plan["card"]) == (a.money(10_00), a.money(190_00))
    assert b.task("screen", order_id) == plan


def test_what_is_over_is_not_begun_again(workflows):
    paid, gone = b.placed(), b.placed(quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    b.confirmed(paid)
    b.task("cancel", gone, stopped=OUT)
    assert b.task("screen", paid)["outcome"] == "confirmed"
    assert b.task("screen", gone) == {"outcome": "cancelled", "order_id": gone, "reason": "out_of_stock"}


def test_limits_that_an_operator_set_stop_an_order(workflows, world):
    world.set(screening={"most": {"EUR": 99_99}})
    answer = b.task("screen", b.placed())
    assert (answer["outcome"], answer["code"]) == ("refused", "screened")


def test_nobody_keeps_on_ordering_without_paying(workflows, world, monkeypatch, time):
    world.set(screening={"most_unpaid": 2})
    made = [b.placed(quote_id=a.an_id("qte", number), basket_id=a.an_id("bsk", number)) for number in range(5)]
    monkeypatch.delenv("SECRET_ID")  # which the function of the tasks has not: there is more than one page of them
    assert b.task("screen", made[4])["code"] == "screened"
    for order_id in made[:4]:
        b.confirmed(order_id)
    assert b.task("screen", made[4])["outcome"] == "passed"


def test_an_order_that_nobody_could_pay_any_more_is_not_begun(workflows, time):
    order_id = b.placed()
    time(timedelta(minutes=31))
    assert b.task("screen", order_id)["code"] == "expired"


def test_an_order_is_not_begun_for_whoever_changed_their_mind(workflows):
    order_id = b.placed()
    b.by()("POST", f"/v1/orders/{order_id}/cancel")
    assert b.task("screen", order_id)["code"] == "by_buyer"


# Paying


def test_the_buyer_can_pay_as_soon_as_there_is_something_to_pay(workflows):
    order_id = b.placed()
    b.awaiting(order_id)
    shown = b.look(order_id)
    assert shown["payment"]["pay_url"] == f"/v1/pay#{b.SECRET}"
    assert b.by(a.an_id("usr", 6))("GET", f"/v1/orders/{order_id}").status == 404
    b.confirmed(order_id)
    assert b.look(order_id)["payment"]["client_secret"] is None


def test_whichever_comes_last_tells_the_workflow(workflows):
    first, second = b.placed(), b.placed(quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    b.awaiting(first, "waits first")
    assert workflows.told == {}
    b.payment_ended(first)
    b.payment_ended(second)
    b.awaiting(second, "told first")
    assert workflows.told == {"waits first": PAID, "told first": PAID}
    for _ in range(2):
        b.payment_ended(first)
    assert len(workflows.told) == 2


@pytest.mark.parametrize("between", ["before the token is kept", "before it looks"])
def test_news_that_comes_while_the_token_is_being_stored_is_not_missed(workflows, monkeypatch, between):
    """At both places where the news could slip through."""
    order_id, wait, look = b.placed(), WaitingStore.wait, WaitingStore.look

    def waits(self, *arguments, **options):
        if between == "before the token is kept":
            b.payment_ended(order_id)
        wait(self, *arguments, **options)

    def looks(self, *arguments):
        if between == "before it looks":
            monkeypatch.setattr(WaitingStore, "look", look)
            b.payment_ended(order_id)
        return look(self, *arguments)

    monkeypatch.setattr(WaitingStore, "wait", waits)
    monkeypatch.setattr(WaitingStore, "look", looks)
    b.awaiting(order_id)
    assert workflows.told == {"token-1": PAID}
    assert store.waiting() is store.waiting()


def test_a_retried_task_waits_by_its_new_token(workflows):
    order_id = b.placed()
    b.awaiting(order_id, "token-1")
    b.awaiting(order_id, "token-2")
    b.payment_ended(order_id)
    assert workflows.told == {"token-2": PAID}


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("succeeded", PAID),
        ("cancelled", {"outcome": "refused", "code": "payment_ended", "detail": "Nobody can pay it any more."}),
    ],
)
def test_what_is_known_at_once_is_told_at_once(workflows, outcome, told):
    b.awaiting(b.placed(), outcome=outcome)
    assert workflows.told == {"token-1": told}


def test_what_payments_refuses_ends_the_waiting_with_its_reason(workflows):
    order_id = b.placed()
    begun = {"outcome": "refused", "code": "amount_too_small", "detail": "Too little."}
    b.task("await_payment", order_id, token="token-1", payment=begun)
    assert workflows.told["token-1"]["code"] == "amount_too_small"
    b.task("cancel", order_id, stopped=workflows.told["token-1"])
    assert b.look(order_id)["reason"] == "payment_failed"


def test_a_workflow_that_cannot_be_told_is_told_again(workflows):
    order_id = b.placed()
    b.awaiting(order_id)
    workflows.fails = True
    assert not b.hears("PaymentSucceeded", "metco.payments", order_id=order_id)
    workflows.fails = False
    b.payment_ended(order_id)
    assert workflows.told == {"token-1": PAID}


def test_credits_that_are_bought_concern_no_order(workflows):
    b.payment_ended(None)
    assert workflows.told == {}


# What it costs


def test_what_is_done_for_an_order_takes_so_many_calls(workflows, world):
    """In sequence, each; the budget of a whole order is in DESIGN's hands, and each call here is a part of it."""
    order_id = b.placed()
    with b.counting() as made:
        b.task("screen", order_id)
    assert made == ["Query", "Query"]
    with b.counting() as made:
        b.awaiting(order_id)
    assert made == ["GetItem", "TransactWriteItems", "BatchGetItem"]
    with b.counting() as made:
        b.payment_ended(order_id)
    assert made == ["UpdateItem", "BatchGetItem"]
    with b.counting() as made:
        b.confirmed(order_id)
    assert made == ["Query", "TransactWriteItems"]
    told = world.envelopes()[-1]["data"]
    with b.counting() as made:
        b.hear("OrderPaid", **told)
    assert made == ["BatchGetItem", "TransactWriteItems"]


# A change of mind


def test_a_buyer_who_has_not_paid_may_cancel(workflows, world):
    order_id = b.placed()
    b.awaiting(order_id)
    for _ in range(2):
        answer = b.by()("POST", f"/v1/orders/{order_id}/cancel")
        assert (answer.status, answer.json["state"]) == (202, "pending")
        assert answer.json["payment"]["pay_url"] is None
    assert kinds(world).count("CancellationAsked") == 1
    for _ in range(2):
        b.hear("CancellationAsked", order_id=order_id)
    assert workflows.told["token-1"]["code"] == "by_buyer"
    b.task("cancel", order_id, stopped=workflows.told["token-1"])
    assert b.look(order_id)["reason"] == "by_buyer"
    assert b.history(order_id) == ["CheckoutStarted", "CancellationAsked", "OrderCancelled"]


def test_money_counts_for_more_than_a_change_of_mind_and_a_bank_is_waited_for(workflows):
    order_id = b.placed()
    b.by()("POST", f"/v1/orders/{order_id}/cancel")
    b.awaiting(order_id, "patient", patient=True)
    b.hear("CancellationAsked", order_id=order_id)
    assert workflows.told == {}, "only the bank's word ends it"
    b.payment_ended(order_id)
    assert workflows.told == {"patient": PAID}


def test_what_is_paid_cannot_be_cancelled(workflows, world):
    order_id = b.placed()
    b.confirmed(order_id)
    before = world.items()
    answer = b.by()("POST", f"/v1/orders/{order_id}/cancel")
    assert (answer.status, answer.json["code"]) == (409, "order_paid_already")
    assert world.items() == before


# Ending


def test_an_order_is_confirmed_with_all_its_parts_and_told_of_once(workflows, world):
    order_id = b.placed(a.a_quoted_line(1), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    for _ in range(3):
        b.confirmed(order_id)
    shown = b.look(order_id)
    assert (shown["state"], {part["state"] for part in shown["seller_orders"]}) == ("confirmed", {"confirmed"})
    assert kinds(world) == ["CheckoutStarted", "OrderPaid"]
    told = world.envelopes()[-1]["data"]
    assert (told["payment_id"], len(told["seller_orders"])) == (b.PAYMENT, 2)
    refused = b.task("cancel", order_id, stopped=OUT)
    assert refused["code"] == "order_paid_already"
    assert b.look(order_id)["state"] == "confirmed"


def test_an_order_is_cancelled_with_all_its_parts_and_its_reason(workflows, world):
    order_id = b.placed()
    for _ in range(3):
        assert b.task("cancel", order_id, stopped=OUT)["outcome"] == "cancelled"
    shown = b.look(order_id)
    assert (shown["state"], shown["reason"]) == ("cancelled", "out_of_stock")
    assert {part["state"] for part in shown["seller_orders"]} == {"cancelled"}
    assert kinds(world) == ["CheckoutStarted", "OrderCancelled"]
    assert b.task("confirm", order_id, payment_id=None)["code"] == "order_over"


def test_a_store_numbers_its_orders_without_gaps(workflows, world):
    made = [b.placed(quote_id=a.an_id("qte", number), basket_id=a.an_id("bsk", number)) for number in range(4)]
    b.task("cancel", made[1], stopped=OUT)
    for order_id in made[2], made[0], made[3]:
        b.confirmed(order_id)
    for _ in range(2):
        for told in [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "OrderPaid"]:
            b.hear("OrderPaid", **told)
    given = {order_id: b.look(order_id)["seller_orders"][0]["number"] for order_id in made}
    assert given[made[1]] is None
    assert sorted(number for number in given.values() if number) == [1, 2, 3]


def test_rivals_for_a_number_get_one_each(workflows, world, monkeypatch):
    """One looks, and before it writes the other has been numbered."""
    made = [b.placed(quote_id=a.an_id("qte", number), basket_id=a.an_id("bsk", number)) for number in range(2)]
    for order_id in made:
        b.confirmed(order_id)
    [first, second] = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "OrderPaid"]
    commit, met = table.Table.commit, list[dict]()

    def meets(self, *arguments, **options):
        if not met:
            met.append(second)
            b.hear("OrderPaid", **second)
        return commit(self, *arguments, **options)

    monkeypatch.setattr(table.Table, "commit", meets)
    monkeypatch.setattr(table, "sleep", lambda _: None)
    b.hear("OrderPaid", **first)
    numbers = {b.look(order_id)["seller_orders"][0]["number"] for order_id in made}
    assert numbers == {1, 2}


# Parked


def test_an_operator_decides_and_the_workflow_is_told(workflows, world):
    order_id = b.placed(shipping=[a.shipping()])
    for _ in range(2):
        b.parked(order_id)
    assert kinds(world).count("OrderParked") == 1
    [waits] = b.finance()("GET", "/v1/parked").json["items"]
    assert (waits["order_id"], waits["step"], waits["why"]) == (order_id, "paid", "reservation_over")
    decision = f"/v1/parked/{b.parked_id(order_id)}/decision"
    assert b.by()("POST", decision, {"decision": "refund"}).status == 403
    assert b.finance()("POST", decision, {"decision": "refund"}).json["decided"] == "refund"
    again = b.finance()("POST", decision, {"decision": "confirm"})
    assert (again.status, again.json["code"]) == (409, "decided_already")
    workflows.fails = True
    assert not b.hears("ParkedOrderDecided", **b.decided(order_id))
    workflows.fails = False
    for _ in range(2):
        b.hear("ParkedOrderDecided", **b.decided(order_id))
    [told] = workflows.told.values()
    assert told["outcome"] == "refund"
    assert told["refunds"][0]["lines"] == {a.an_id("lin", 1): a.money(100_00), "ship": a.money(5_00)}
    assert b.finance()("GET", "/v1/parked").json["items"] == []
    acted = next(one["data"] for one in world.envelopes() if one["metadata"]["type"] == "OperatorActed")
    assert acted == {"operator_id": b.OPERATOR, "action": "decide_parked", "subject": order_id}
    assert b.history(order_id) == ["CheckoutStarted"], "what stood still meanwhile is nothing to its buyer"


def test_an_order_that_is_parked_again_waits_for_another_decision(workflows):
    order_id = b.placed()
    b.parked(order_id, "first")
    b.finance()("POST", f"/v1/parked/{b.parked_id(order_id)}/decision", {"decision": "retry"})
    b.hear("ParkedOrderDecided", **b.decided(order_id))
    b.parked(order_id, "second")
    b.hear("ParkedOrderDecided", **b.decided(order_id))
    assert workflows.told == {"first": {"outcome": "retry"}}
    [waits] = b.finance()("GET", "/v1/parked").json["items"]
    assert waits["decided"] is None


def test_what_is_not_parked_cannot_be_decided(workflows, world):
    order_id = b.placed()
    before = world.items()
    assert b.finance()("POST", f"/v1/parked/{b.parked_id(order_id)}/decision", {"decision": "confirm"}).status == 404
    assert world.items() == before


def test_money_given_back_ends_an_order_that_was_confirmed(workflows, world):
    order_id = b.placed()
    b.confirmed(order_id)
    b.task("cancel", order_id, stopped={"outcome": "refund", "refunds": []})
    assert b.look(order_id)["reason"] == "refunded"
    assert world.envelopes()[-1]["data"]["was_paid"] is True
