"""What is not sent after all, and money that goes back: once, to the unit, and never together with what rivals it."""

from datetime import timedelta

import pytest

from functions.orders import fulfilling, refunding
from functions.orders.store.orders import orders
from kernel import ids
from tests.builders import giving_back as g
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as s
from tests.builders.settling import rival as between

L, M = s.LINE, s.OTHER_LINE
A_MOMENT = timedelta(seconds=1)


def types(world, order_id: str) -> list[str]:
    return [one["metadata"]["type"] for one in world.envelopes() if one["metadata"]["aggregate"] == order_id]


def three(**said) -> str:
    """Three pieces of one thing for 100.00, one of another for 40.00, and 5.00 of shipping."""
    said = {"shipping": [a.shipping()]} | said
    return s.paid(a.a_quoted_line(1, 33_33, quantity=3, total=a.money(99_99)), a.a_quoted_line(2, 40_00), **said)


def test_a_store_cancels_pieces_and_their_money_and_stock_go_back(world, workflows):
    order_id = three()
    answer = g.cancel(order_id, {L: 1})
    assert answer.status == 200, answer.text
    assert (answer.json["state"], answer.json["lines"][0]["cancelled"]) == ("confirmed", 1)
    one = g.refund(order_id)
    assert (one["cause"], one["state"], g.amounts(one), one["pieces"]) == ("by_seller", "asked", {L: 33_33}, {L: 1})
    assert one["restock"] == [{"variant_id": a.an_id("var", 1), "quantity": 1, "sold_by": None}]
    ran = g.paid_back(order_id)
    assert ran.execution.ended == "SUCCEEDED"
    assert ran.tasks == [
        "Orders.plan_refund",
        "Ledger.refund",
        "Payments.refund",
        "Inventory.take_back",
        "Orders.refunded",
    ]
    assert ran.told_to("Payments.refund")["amount"] == a.money(33_33)
    assert ran.told_to("Inventory.take_back")["reference"] == one["refund_id"]
    assert (g.refund(order_id)["state"], g.refund(order_id)["by_card"]["minor"]) == ("sent", 33_33)
    assert types(world, order_id)[-3:] == ["LinesCancelled", "RefundAsked", "RefundCarriedOut"]


def test_all_cancelled_is_a_cancelled_order_with_its_shipping_back(world, workflows, time):
    order_id = three()
    g.cancel(order_id, {L: 2})
    time(A_MOMENT)
    assert g.cancel(order_id).status == 200
    first, second = g.refunds(order_id)
    assert (g.amounts(first), g.amounts(second)) == ({L: 66_66}, {L: 33_33, M: 40_00, "ship": 5_00})
    kept = orders().whole(order_id)
    assert (kept.order.state, kept.order.reason, kept.parts[0].state) == ("cancelled", "by_seller", "cancelled")
    assert "OrderCancelled" in types(world, order_id)
    refused = g.cancel(order_id)
    assert (refused.status, refused.json["code"]) == (409, "not_from_there")


def never_sent(world, order_id: str) -> list[bool]:
    told = [one for one in world.envelopes() if one["metadata"]["type"] == "OrderCancelled"]
    return [one["data"]["never_sent"] for one in told if one["data"]["order_id"] == order_id]


@pytest.mark.parametrize("how", ["store", "time", "buyer"])
def test_with_the_last_unsent_piece_of_all_its_parts_an_order_says_that_nothing_ever_left(world, workflows, time, how):
    order_id = s.paid(a.a_quoted_line(1, quantity=2), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    g.cancel(order_id, {L: 1})
    if how == "time":
        time(timedelta(days=11))
        s.sweep()
    else:
        who = a.BUYER if how == "buyer" else "store"
        assert g.cancel(order_id, who=who).status == 200
        assert never_sent(world, order_id) == []
        assert g.cancel(order_id, who=who, store_id=a.OTHER_STORE).status == 200
    assert (orders().order(order_id).state, never_sent(world, order_id)) == ("cancelled", [True])


def test_what_went_astray_had_left(world, workflows):
    order_id = three()
    assert s.move(order_id, s.sent(order_id, lines={L: 1}), "lose").status == 200
    assert g.cancel(order_id).status == 200
    assert (orders().order(order_id).state, never_sent(world, order_id)) == ("cancelled", [False])


def test_after_the_last_of_the_rest_was_cancelled_it_is_shipped(world, workflows):
    order_id = three()
    s.sent(order_id, lines={L: 3})
    assert g.cancel(order_id, {M: 1}).json["state"] == "shipped"
    assert g.amounts(g.refund(order_id)) == {M: 40_00}


def test_what_is_sent_is_not_cancelled(world, workflows):
    order_id = three()
    s.sent(order_id, lines={L: 2})
    before = world.items()
    refused = g.cancel(order_id, {L: 2})
    assert (refused.status, refused.json["code"]) == (409, "nothing_to_send")
    assert world.items() == before


def test_pieces_that_went_astray_do_not_go_to_the_shelf(world, workflows):
    order_id = three()
    parcel = s.sent(order_id, lines={L: 2})
    assert s.move(order_id, parcel, "lose").status == 200
    g.cancel(order_id, {L: 3})
    one = g.refund(order_id)
    assert (one["pieces"], [back["quantity"] for back in one["restock"]]) == ({L: 3}, [1])


def test_a_buyer_cancels_before_anybody_has_worked_for_it(world, workflows):
    order_id = three()
    answer = g.cancel(order_id, {M: 1}, who=a.BUYER)
    assert answer.status == 200, answer.text
    assert g.refund(order_id)["cause"] == "by_buyer"
    s.begin(order_id)
    before = world.items()
    assert g.cancel(order_id, who=a.BUYER).json["code"] == "work_begun"
    assert g.cancel(order_id, who=a.an_id("usr", 66)).status == 404
    assert world.items() == before


def test_what_a_store_does_not_send_in_time_is_cancelled(world, workflows, time):
    order_id = three()
    s.sent(order_id, lines={M: 1})
    time(timedelta(days=11))
    s.sweep()
    one = g.refund(order_id)
    assert (one["cause"], one["pieces"]) == ("not_sent", {L: 3})
    assert s.part(order_id)["state"] == "shipped"
    s.sweep()
    assert len(g.refunds(order_id)) == 1


def test_a_request_that_is_repeated_cancels_once(world, workflows):
    order_id = three()
    path, headers = f"/v1/stores/{a.STORE}/orders/{order_id}/cancel", {"idempotency-key": "once-and-again"}
    first = b.of_store()("POST", path, {"lines": {L: 1}}, headers=headers)
    again = b.of_store()("POST", path, {"lines": {L: 1}}, headers=headers)
    assert (first.status, again.json) == (200, first.json)
    assert len(g.refunds(order_id)) == 1


# A part of the price


def test_a_store_gives_a_part_of_the_price_back_and_the_pieces_are_worth_less(world, workflows, time):
    order_id = three()
    answer = g.give_back(order_id, {L: 9_99, "ship": 5_00})
    assert answer.status == 201, answer.text
    assert (answer.json["cause"], answer.json["total"]["minor"]) == ("goodwill", 14_99)
    time(A_MOMENT)
    g.cancel(order_id, {L: 1})
    assert g.amounts(g.refunds(order_id)[1]) == {L: 30_00}
    time(A_MOMENT)
    g.cancel(order_id)
    assert g.amounts(g.refunds(order_id)[2]) == {L: 60_00, M: 40_00}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({L: 100_00}, "gives_back_too_much"),
        ({"ship": 5_01}, "gives_back_too_much"),
        ({"9": 1}, "nothing_to_give_back"),
        ({L: 0}, "nothing_to_give_back"),
    ],
)
def test_never_more_than_was_paid_for_it(world, workflows, lines, code):
    order_id = three()
    before = world.items()
    assert g.give_back(order_id, lines).json["code"] == code
    assert world.items() == before


def test_an_operator_gives_credits_and_leaves_a_track(world, workflows):
    order_id = three()
    part = a.seller_order_of(order_id)
    body = {"lines": {L: a.money(10_00)}, "as_credits": True}
    answer = b.finance()("POST", f"/v1/orders/{order_id}/seller-orders/{part}/refunds", body)
    assert answer.status == 201, answer.text
    booked = g.NONE_OWED | {"by_credits": a.money(10_00)}
    ran = g.paid_back(order_id, Ledger__refund=booked)
    assert ran.tasks == ["Orders.plan_refund", "Ledger.refund", "Orders.refunded"]
    assert ran.told_to("Ledger.refund")["as_credits"] is True
    assert (g.refund(order_id)["state"], "OperatorActed" in types(world, order_id)) == ("credited", True)


# Carried out


def test_money_that_the_store_has_no_more_is_fetched_from_its_account(world, workflows):
    order_id = three()
    g.give_back(order_id, {L: 10_00})
    booked = g.NONE_OWED | {"by_card": a.money(10_00), "owed": a.money(7_00)}
    ran = g.paid_back(order_id, Ledger__refund=booked)
    assert ran.tasks[1:4] == ["Ledger.refund", "Payments.reverse_transfers", "Payments.refund"]
    assert ran.told_to("Payments.reverse_transfers")["amount"] == a.money(7_00)


@pytest.mark.parametrize(("told", "then"), [("RefundSettled", "sent"), ("RefundFailed", "credited")])
def test_what_a_bank_is_at_is_told_later(world, workflows, told, then):
    order_id = three()
    g.give_back(order_id, {L: 10_00})
    refund_id = g.refund(order_id)["refund_id"]
    b.hear(told, "metco.payments", refund_id=refund_id)
    assert g.refund(order_id)["state"] == "asked"
    g.paid_back(order_id, Payments__refund={"outcome": "pending"})
    assert g.refund(order_id)["state"] == "pending"
    for _ in range(2):
        b.hear(told, "metco.payments", refund_id=refund_id)
    assert g.refund(order_id)["state"] == then
    b.hear(told, "metco.payments", refund_id=ids.new_id("rfd"))


def test_what_cannot_be_done_waits_for_a_person_and_is_done_again(world, workflows):
    order_id = three()
    g.cancel(order_id, {L: 1})
    refund_id = g.refund(order_id)["refund_id"]
    answers = [RuntimeError("unreachable")] * 13 + [{"outcome": "sent"}]
    ran = g.run("money_back", order_id, refund_id, {"outcome": "retry"}, Payments__refund=answers)
    assert (ran.execution.ended, g.refund(order_id)["state"]) == ("SUCCEEDED", "sent")
    assert "Orders.park" in ran.tasks
    again = g.run("money_back", order_id, refund_id)
    assert again.tasks == ["Orders.plan_refund"]


def test_a_person_has_seen_to_it(world, workflows):
    order_id = three()
    g.cancel(order_id, {L: 1})
    refund_id = g.refund(order_id)["refund_id"]
    refused = {"outcome": "refused", "code": "refund_exceeds_sale", "detail": ""}
    ran = g.run("money_back", order_id, refund_id, {"outcome": "confirm"}, Ledger__refund=refused)
    assert (ran.execution.ended, g.refund(order_id)["state"]) == ("SUCCEEDED", "by_hand")


def test_its_workflow_begins_by_its_event(world, workflows, monkeypatch):
    started = list[str]()
    monkeypatch.setenv("MONEY_BACK_ARN", "arn:aws:states:eu-west-1:1:stateMachine:m")
    workflows.start_execution = lambda **said: started.append(said["name"])
    order_id = three()
    g.cancel(order_id, {L: 1})
    refund_id = g.refund(order_id)["refund_id"]
    b.hear("RefundAsked", order_id=order_id, refund_id=refund_id)
    assert started == [refund_id]


def test_files_that_were_given_back_are_paid_back_once(world, workflows):
    order_id = s.paid(a.a_quoted_line(1, 20_00, kind="digital"))
    part = a.seller_order_of(order_id)
    fulfilling.grant(order_id, part, {L: 1})
    for _ in range(2):
        refunding.give_back_lines(order_id, part, [L])
    one = g.refund(order_id)
    assert (one["cause"], g.amounts(one), one["restock"]) == ("returned", {L: 20_00}, [])
    assert g.paid_back(order_id).tasks[-2:] == ["Catalog.revoke_downloads", "Orders.refunded"]


# Another address


def test_a_buyer_has_it_sent_to_another_door(world, workflows):
    order_id = three()
    answer = g.move_to(order_id, line1="Unter den Linden 2")
    assert answer.status == 200, answer.text
    assert b.look(order_id)["address"]["line1"] == "Unter den Linden 2"
    assert types(world, order_id)[-1] == "AddressChanged"
    told = [one for one in world.envelopes() if one["metadata"]["type"] == "AddressChanged"]
    assert "Linden" not in str(told)


def test_not_to_another_place_nor_after_it_was_sent_nor_by_somebody_else(world, workflows):
    order_id = three()
    before = world.items()
    assert g.move_to(order_id, postcode="10119").json["code"] == "address_differs"
    assert g.move_to(order_id, who=a.an_id("usr", 66)).status == 404
    assert world.items() == before
    s.sent(order_id, lines={L: 1})
    before = world.items()
    assert g.move_to(order_id, line1="Elsewhere 1").json["code"] == "sent_already"
    assert world.items() == before


# Rivals: whoever is second is decided anew


@pytest.mark.parametrize("rival", ["ship", "cancel"])
def test_cancel_against_ship_is_never_both(world, workflows, rival):
    order_id = s.paid(a.a_quoted_line(1, 33_33))
    acts = {"ship": lambda: s.send(order_id), "cancel": lambda: g.cancel(order_id)}
    other = next(one for one in acts if one != rival)
    with between(acts[rival]):
        answer = acts[other]()
    assert answer.status == 409
    line = s.part(order_id)["lines"][0]
    assert (line["sent"], line["cancelled"]) == ((1, 0) if rival == "ship" else (0, 1))
    assert len(g.refunds(order_id)) == line["cancelled"]


@pytest.mark.parametrize("rival", ["ship", "move"])
def test_another_address_against_ship(world, workflows, rival):
    order_id = s.paid(a.a_quoted_line(1, 33_33))
    acts = {"ship": lambda: s.send(order_id), "move": lambda: g.move_to(order_id, line1="Elsewhere 1")}
    with between(acts[rival]):
        other = acts["move" if rival == "ship" else "ship"]()
    assert other.status == (409 if rival == "ship" else 201)
    assert (b.look(order_id)["address"]["line1"] == "Elsewhere 1") == (rival == "move")
