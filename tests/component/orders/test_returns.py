"""Returns from the first word to the money: kept back until it is decided, paid once, replaced or closed."""

from datetime import timedelta

import pytest

from functions.orders.store.orders import orders
from functions.orders.sweep.returns import round_of_returns
from tests.builders import giving_back as g
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as s
from tests.builders.settling import rival as between

L, M = s.LINE, s.OTHER_LINE
OTHER_SIZE = a.an_id("var", 77)
ALREADY = {"outcome": "refused", "code": "sale_released_already", "detail": ""}


def bought(**said) -> str:
    """Two pieces for 50.00 each, one for 40.00, all of it there."""
    return s.delivered(a.a_quoted_line(1, 50_00, quantity=2), a.a_quoted_line(2, 40_00), **said)


def test_a_return_counts_from_when_its_freeze_is_in_the_books(world, workflows):
    order_id = bought()
    answer = g.ask_return(order_id)
    assert (answer.status, answer.json["state"], answer.json["way_paid_by"]) == (202, "opening", "buyer")
    return_id = answer.json["return_id"]
    assert g.by_store(order_id, return_id, "answer", {"answer": "approve"}).json["code"] == "return_not_there"
    ran = g.run("return", order_id, return_id)
    assert ran.told_to("Ledger.freeze")["cause"] == return_id
    one = g.returned(order_id, return_id)
    assert (one["state"], one["frozen"]) == ("requested", True)
    assert g.run("return", order_id, return_id).tasks == ["Orders.plan_return"]


@pytest.mark.parametrize(
    ("answer", "state", "frozen", "reason"),
    [(ALREADY, "requested", False, ""), (ALREADY | {"code": "too_many_freezes"}, "closed", False, "too_many_freezes")],
)
def test_what_cannot_be_frozen(world, workflows, answer, state, frozen, reason):
    order_id = bought()
    return_id = g.ask_return(order_id).json["return_id"]
    g.run("return", order_id, return_id, Ledger__freeze=answer)
    one = g.returned(order_id, return_id)
    assert (one["state"], one["frozen"], one["reason"]) == (state, frozen, reason)


def test_from_the_request_to_the_money(world, workflows):
    order_id = bought()
    return_id = g.asked_return(order_id)
    assert g.by_store(order_id, return_id, "answer", {"answer": "approve"}).json["state"] == "approved"
    sent = g.by_buyer(order_id, return_id, "sent", {"carrier": "dhl", "tracking_number": "003404"})
    assert (sent.json["state"], sent.json["tracking_number"]) == ("sent", "003404")
    assert g.by_store(order_id, return_id, "received").json["state"] == "received"
    seen = g.by_store(order_id, return_id, "inspection", {})
    assert (seen.json["state"], seen.json["accepted"]) == ("inspected", {L: 1})
    one = g.refund(order_id)
    assert (one["cause"], one["return_id"], g.amounts(one)) == ("returned", return_id, {L: 50_00})
    assert s.part(order_id)["lines"][0]["returned"] == 1
    ran = g.paid_back(order_id)
    assert ran.tasks[-3:] == ["Inventory.take_back", "Ledger.unfreeze", "Orders.refunded"]
    assert ran.told_to("Ledger.unfreeze")["cause"] == return_id
    assert g.returned(order_id, return_id)["state"] == "refunded"
    assert b.look(order_id)["returns"][0]["refund_id"] == one["refund_id"]


def test_what_is_not_as_it_should_be_is_not_paid(world, workflows):
    order_id = bought()
    return_id = g.brought_back(order_id, {L: 2, M: 1})
    too_much = {"accepted": {L: 3}}
    assert g.by_store(order_id, return_id, "inspection", too_much).json["code"] == "inspection_invalid"
    seen = {"accepted": {L: 1, M: 1}, "to_shelf": {M: 1}}
    assert g.by_store(order_id, return_id, "inspection", seen).status == 200
    one = g.refund(order_id)
    assert g.amounts(one) == {L: 50_00, M: 40_00}
    assert [(back["variant_id"], back["quantity"]) for back in one["restock"]] == [(a.an_id("var", 2), 1)]


def test_nothing_accepted_is_closed_and_the_store_gets_its_money(world, workflows):
    order_id = bought()
    return_id = g.brought_back(order_id)
    assert g.by_store(order_id, return_id, "inspection", {"accepted": {L: 0}}).json["state"] == "closed"
    assert g.refunds(order_id) == []
    assert g.run("return", order_id, return_id).tasks == ["Orders.plan_return", "Ledger.unfreeze"]


@pytest.mark.parametrize("by", ["buyer", "store"])
def test_it_comes_to_nothing(world, workflows, by):
    order_id = bought()
    return_id = g.asked_return(order_id)
    if by == "buyer":
        assert g.by_buyer(order_id, return_id, "withdraw").json["state"] == "withdrawn"
    else:
        assert g.by_store(order_id, return_id, "answer", {"answer": "reject"}).json["state"] == "rejected"
    assert g.run("return", order_id, return_id).tasks == ["Orders.plan_return", "Ledger.unfreeze"]
    before = world.items()
    assert g.by_buyer(order_id, return_id, "sent", {}).json["code"] == "return_not_there"
    assert world.items() == before
    assert g.ask_return(order_id, {L: 2}).status == 202


# In exchange


def test_other_pieces_are_sent_instead(world, workflows):
    order_id = bought()
    return_id = g.brought_back(order_id, wanted="exchange", variants={L: OTHER_SIZE})
    g.by_store(order_id, return_id, "inspection", {})
    ran = g.run("return", order_id, return_id)
    assert ran.tasks == [
        "Orders.plan_return",
        "Inventory.reserve",
        "Inventory.commit",
        "Inventory.take_back",
        "Orders.exchanged",
        "Ledger.unfreeze",
    ]
    again = ran.told_to("Inventory.reserve")
    assert again["lines"] == [{"store_id": a.STORE, "variant_id": OTHER_SIZE, "quantity": 1}]
    assert ran.told_to("Inventory.take_back")["lines"][0]["variant_id"] == a.an_id("var", 1)
    assert (g.returned(order_id, return_id)["state"], g.refunds(order_id)) == ("exchanged", [])
    line = s.part(order_id)["lines"][0]
    assert (line["sent"], line["delivered"], line["replaced"][0]["variant_id"]) == (1, 1, OTHER_SIZE)
    s.sent(order_id)
    assert s.received(order_id).status == 200
    assert s.part(order_id)["lines"][0]["delivered"] == 2
    third = g.brought_back(order_id, {L: 1})
    g.by_store(order_id, third, "inspection", {})
    [back] = g.refund(order_id)["restock"]
    assert (back["variant_id"], back["sold_by"]) == (OTHER_SIZE, again["order_id"])
    assert g.paid_back(order_id).told_to("Inventory.take_back")["instead"] == [again["order_id"]]


def exchanged() -> str:
    order_id = bought()
    return_id = g.brought_back(order_id, wanted="exchange")
    assert g.by_store(order_id, return_id, "inspection", {}).status == 200
    g.run("return", order_id, return_id)
    assert g.returned(order_id, return_id)["state"] == "exchanged"
    return order_id


@pytest.mark.parametrize("settled", [False, True])
def test_what_stands_in_is_asked_about_and_received_by_time_and_can_come_back(
    world, workflows, time, monkeypatch, settled
):
    monkeypatch.setenv("SETTLEMENT_ARN", "arn:settlement")
    order_id = exchanged()
    s.sent(order_id)
    if settled:
        assert b.task("complete", order_id, seller_order_id=a.seller_order_of(order_id))["outcome"] == "completed"
    before = s.part(order_id)
    for days, told in ((10, "DeliveryAsked"), (4, "ParcelMoved")):
        time(timedelta(days=days, minutes=1))
        for _ in range(2):
            s.sweep()
        assert b.history(order_id).count(told) == {"DeliveryAsked": 1, "ParcelMoved": 2}[told]
    part = s.part(order_id)
    assert (part["lines"][0]["sent"], part["lines"][0]["delivered"]) == (2, 2)
    assert (part["state"], part["delivered_at"], part["timers"]["receive_by"]) == (
        before["state"],
        before["delivered_at"],
        None,
    )
    assert part["settlement"]["attempt"] == before["settlement"]["attempt"] == 1
    assert len(workflows.begun) == (not settled)  # the one settlement, after its usual window
    assert g.ask_return(order_id, {L: 2}, why="damaged").json["code"] == "return_window_over"
    assert g.ask_return(order_id, {L: 1}, why="damaged").status == 202


def test_what_stands_in_and_is_not_sent_in_time_is_money_back(world, workflows, time, monkeypatch):
    monkeypatch.setenv("SETTLEMENT_ARN", "arn:settlement")
    order_id = exchanged()
    time(timedelta(days=11))
    for _ in range(2):
        s.sweep()
    one = g.refund(order_id)
    assert (one["cause"], g.amounts(one), s.part(order_id)["lines"][0]["cancelled"]) == ("not_sent", {L: 50_00}, 1)


def test_what_stands_in_and_goes_astray_is_to_be_sent_again(world, workflows, time):
    order_id = exchanged()
    parcel_id = s.sent(order_id)
    assert s.move(order_id, parcel_id, "lose").status == 200
    timers = s.part(order_id)["timers"]
    assert (timers["ship_by"] is None, timers["receive_by"]) == (False, None)
    s.sent(order_id)
    timers = s.part(order_id)["timers"]
    assert (timers["ship_by"], timers["receive_by"] is None) == (None, False)


@pytest.mark.parametrize("then", ["send", "cancel"])
def test_what_stands_in_goes_out_after_its_store_was_paid_too(world, workflows, then):
    order_id = bought()
    assert b.task("complete", order_id, seller_order_id=a.seller_order_of(order_id))["outcome"] == "completed"
    return_id = g.ask_return(order_id, wanted="exchange").json["return_id"]
    g.run("return", order_id, return_id, Ledger__freeze=ALREADY)
    for step, body in (("answer", {"answer": "approve"}), ("received", None), ("inspection", {})):
        assert g.by_store(order_id, return_id, step, body).status == 200
    assert g.run("return", order_id, return_id).tasks[-1] == "Orders.exchanged"
    if then == "send":
        parcel = s.sent(order_id)
        assert s.move(order_id, parcel, "deliver").status == 200
        assert s.send(order_id).json["code"] == "not_from_there"
    else:
        assert g.cancel(order_id).status == 200
        assert g.amounts(g.refund(order_id)) == {L: 50_00}
    assert s.part(order_id)["state"] == "completed"


def test_none_left_in_exchange_is_money_back(world, workflows):
    order_id = bought()
    return_id = g.brought_back(order_id, wanted="exchange")
    g.by_store(order_id, return_id, "inspection", {})
    short = {"outcome": "refused", "code": "out_of_stock", "detail": ""}
    ran = g.run("return", order_id, return_id, Inventory__reserve=short)
    assert ran.tasks[-1] == "Orders.exchanged"
    one = g.returned(order_id, return_id)
    assert (one["state"], one["wanted"], one["reason"]) == ("inspected", "refund", "out_of_stock")
    assert g.paid_back(order_id).tasks[-2:] == ["Ledger.unfreeze", "Orders.refunded"]
    assert g.returned(order_id, return_id)["state"] == "refunded"


# Whether it may come back at all


@pytest.mark.parametrize(
    ("terms", "said", "code"),
    [
        ({"accepted": False, "window_days": 0, "return_shipping_paid_by": "buyer"}, {}, "returns_not_accepted"),
        ({"accepted": False, "window_days": 0, "return_shipping_paid_by": "buyer"}, {"why": "damaged"}, None),
        ({"accepted": True, "window_days": 5, "return_shipping_paid_by": "store"}, {}, "return_window_over"),
        ({"accepted": True, "window_days": 30, "return_shipping_paid_by": "store"}, {}, None),
        (None, {}, None),
    ],
)
def test_a_store_takes_back_what_it_says(world, workflows, time, terms, said, code):
    order_id = bought()
    told = {"store_id": a.STORE, "country": "DE", "returns": terms}
    b.hear("StoreChanged", "metco.stores", **told)
    time(timedelta(days=6))
    before = world.items()
    answer = g.ask_return(order_id, **said)
    assert answer.json.get("code") == code
    if code:
        assert world.items() == before
    elif terms and (said or terms["return_shipping_paid_by"] == "store"):
        assert answer.json["way_paid_by"] == "store"


@pytest.mark.parametrize(("first", "then"), [(30, 0), (0, 30)])
def test_what_was_sold_comes_back_as_its_store_said_then(world, workflows, time, first, then):
    def says(days: int, payer: str, sequence: int) -> None:
        terms = {"accepted": days > 0, "window_days": days, "return_shipping_paid_by": payer}
        told = {"store_id": a.STORE, "country": "DE", "returns": terms}
        b.hear_at(sequence, "StoreChanged", "metco.stores", **told)

    says(first, "store", 1)
    order_id = bought()
    b.numbered(order_id)
    says(then, "buyer", 2)
    assert s.part(order_id)["takes_back"] == {"days": first, "way_paid_by": "store"}
    time(timedelta(days=20))
    answer = g.ask_return(order_id)
    if first:
        assert (answer.status, answer.json["way_paid_by"]) == (202, "store")
    else:
        assert answer.json["code"] == "returns_not_accepted"


@pytest.mark.parametrize("lines", [{L: 3}, {"9": 1}])
def test_only_what_the_buyer_has_can_come_back(world, workflows, lines):
    order_id = bought()
    before = world.items()
    assert g.ask_return(order_id, lines).json["code"] == "not_returnable"
    assert g.ask_return(order_id, who=a.an_id("usr", 66)).status == 404
    assert world.items() == before


def test_the_same_piece_comes_back_once(world, workflows):
    order_id = bought()
    g.asked_return(order_id, {L: 2})
    assert g.ask_return(order_id, {L: 1}).json["code"] == "not_returnable"


def test_two_at_once_ask_for_one_piece(world, workflows):
    order_id = bought()
    with between(lambda: g.ask_return(order_id, {M: 1})):
        assert g.ask_return(order_id, {M: 1}).json["code"] == "not_returnable"
    assert len(orders().whole(order_id).returns) == 1


# Time


@pytest.mark.parametrize(
    ("so_far", "days", "then", "reason"),
    [("requested", 4, "approved", "no_answer"), ("approved", 15, "closed", "never_sent")],
)
def test_what_nobody_does_happens_by_itself(world, workflows, time, so_far, days, then, reason):
    order_id = bought()
    return_id = g.asked_return(order_id)
    if so_far == "approved":
        g.by_store(order_id, return_id, "answer", {"answer": "approve"})
    time(timedelta(days=days))
    for _ in range(2):
        round_of_returns()
    one = g.returned(order_id, return_id)
    assert (one["state"], one["reason"]) == (then, reason)


def test_what_nobody_looks_at_is_paid(world, workflows, time):
    order_id = bought()
    return_id = g.brought_back(order_id)
    time(timedelta(days=6))
    round_of_returns()
    one = g.refund(order_id)
    assert (g.returned(order_id, return_id)["state"], g.amounts(one), one["restock"]) == ("inspected", {L: 50_00}, [])


@pytest.mark.parametrize(("decision", "then"), [("confirm", "received"), ("retry", "sent")])
def test_what_never_arrives_waits_for_a_person(world, workflows, time, decision, then):
    order_id = bought()
    return_id = g.asked_return(order_id)
    g.by_store(order_id, return_id, "answer", {"answer": "approve"})
    g.by_buyer(order_id, return_id, "sent", {})
    time(timedelta(days=15))
    for _ in range(2):
        round_of_returns()
    [parked] = [one for one in b.finance()("GET", "/v1/parked").json["items"] if one["subject_id"] == return_id]
    path = f"/v1/parked/{parked['parked_id']}/decision"
    assert b.finance()("POST", path, {"decision": decision}).status == 200
    b.hear("ParkedOrderDecided", parked_id=parked["parked_id"], order_id=order_id)
    assert g.returned(order_id, return_id)["state"] == then


def test_two_executions_of_one_return_wait_each_for_itself(world, workflows):
    """What was exchanged is let go by another one than what it is exchanged by, and both may stand still."""
    order_id = bought()
    return_id = g.asked_return(order_id)
    names = [f"{return_id}-{state}" for state in ("inspected", "exchanged")]
    about = {"workflow": "return", "subject_id": return_id, "step": "returning", "trouble": {"Error": "RuntimeError"}}
    for name in names:
        asked = {**about, "execution": name, "token": f"token of {name}"}
        assert b.task("park", order_id, **asked) == {"outcome": "parked"}
    waits = [one for one in b.finance()("GET", "/v1/parked").json["items"] if one["subject_id"] == return_id]
    assert len(waits) == 2
    for one in waits:
        assert b.finance()("POST", f"/v1/parked/{one['parked_id']}/decision", {"decision": "retry"}).status == 200
        b.hear("ParkedOrderDecided", parked_id=one["parked_id"], order_id=order_id)
    assert workflows.told == {f"token of {name}": {"outcome": "retry"} for name in names}
    assert b.finance()("GET", "/v1/parked").json["items"] == []


def test_nobody_else_answers(world, workflows):
    order_id = bought()
    return_id = g.asked_return(order_id)
    before = world.items()
    path = f"/v1/stores/{a.OTHER_STORE}/orders/{order_id}/returns/{return_id}/answer"
    assert b.of_store(a.OTHER_STORE)("POST", path, {"answer": "approve"}).status == 404
    assert b.by(a.an_id("usr", 66))("POST", f"/v1/orders/{order_id}/returns/{return_id}/withdraw").status == 404
    assert world.items() == before
