"""Whatever can be left lying is left lying here, by hand; the sweeper finds it, and sets it going or raises it."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.baskets.model.redemptions import Redemption
from functions.baskets.store import redemptions as uses
from functions.catalog.model.proposals import Checkout as Agreed
from functions.catalog.store.proposals import proposals
from functions.orders import workflow
from functions.orders.store import sweeps
from functions.orders.store.orders import orders
from functions.orders.store.watching import watched, watching
from functions.orders.stranded import executions
from functions.orders.stranded import round as sweeper
from kernel import aws, clock
from tests.builders import giving_back as g
from tests.builders import inventory as stock
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import settling as books
from tests.builders import stranding as s
from tests.builders.cloud import World
from tests.builders.whole import UNTOUCHED, VARIANT, Checkouts, there

HOUR = timedelta(hours=1)


@pytest.fixture
def bus(world: World, checkouts: Checkouts) -> s.Bus:
    return s.Bus(world)


def placed(**said: Any) -> str:
    return b.placed(a.a_quoted_line(1), asked_for={"credits": a.money(10_00)}, **said)


def stands(checkouts: Checkouts, order_id: str) -> tuple[str, str | None]:
    checkouts.machines.walk()
    order = b.look(order_id)
    return order["state"], order["reason"]


# A healthy system


def test_where_all_is_well_nothing_is_found(checkouts, bus, time):
    """Orders that wait, are paid, and come to nothing; minutes, hours and days of them."""
    waits = checkouts.begin()
    assert s.minute(bus, time, timedelta(seconds=59)) == []
    for _ in range(2):
        assert s.minute(bus, time) == []
    checkouts.hear(waits)
    other = checkouts.begin(credits_minor=0, quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    assert s.minute(bus, time) == []
    checkouts.hear(other, "Cancelled")
    for _ in range(3):
        assert s.minute(bus, time, HOUR) == []
    assert s.minute(bus, time, timedelta(days=10)) == []
    assert list(watching().due(clock.now() + timedelta(days=99))) == [], "what has ended is watched no more"
    assert s.report()["looked"] == 0


def test_all_stays_well_when_there_are_more_reports_than_are_looked_at(checkouts, bus, time, monkeypatch):
    """The sweep has no key to seal a next page with, and goes no further."""
    monkeypatch.setattr(sweeps, "AT_ONCE", 2)
    for _ in range(3):
        assert s.minute(bus, time) == []
    monkeypatch.delenv("SECRET_ID")
    time(timedelta(minutes=1))
    sweeper.sweep()


def test_every_run_is_reported_to_finance_alone(checkouts, bus, time):
    s.minute(bus, time)
    assert datetime.fromisoformat(s.report()["at"]) == clock.now()
    assert b.by()("GET", "/v1/sweeps").status == 403


# Executions


def test_a_beginning_that_was_lost(checkouts, bus, time):
    order_id = placed()
    assert s.minute(bus, time, timedelta(minutes=4)) == []
    assert s.minute(bus, time, timedelta(minutes=2)) == [("not_begun", "resolved")]
    checkouts.machines.walk()
    checkouts.hear(order_id)
    assert (stands(checkouts, order_id), there()) == (("confirmed", None), ((2, 0), 0))
    assert s.minute(bus, time) == []


@pytest.mark.parametrize("how", ["ABORTED", "TIMED_OUT", "FAILED"])
def test_an_execution_that_ended_badly_while_its_buyer_pays(checkouts, bus, time, how):
    order_id = checkouts.begin()
    checkouts.machines.executions[order_id].abort(how)
    assert s.minute(bus, time) == [("failed", "resolved")]
    checkouts.machines.walk()
    checkouts.hear(order_id)
    assert (stands(checkouts, order_id), there()) == (("confirmed", None), ((2, 0), 0))
    assert s.minute(bus, time) == []


def test_paid_but_unconfirmed_in_an_execution_that_is_gone(checkouts, bus, time):
    order_id = checkouts.begin()
    checkouts.machines.executions[order_id].abort()
    b.payment_ended(order_id)
    assert b.look(order_id)["state"] == "pending"
    assert s.minute(bus, time) == [("failed", "resolved")]
    assert (stands(checkouts, order_id), there()) == (("confirmed", None), ((2, 0), 0))


def test_what_cannot_be_redriven_is_begun_anew(checkouts, bus, time):
    order_id = checkouts.begin()
    checkouts.machines.executions[order_id].abort()
    checkouts.machines.redrivable = False
    assert s.minute(bus, time) == [("failed", "resolved")]
    assert [*checkouts.machines.executions] == [order_id, f"{order_id}-again-2"]
    checkouts.machines.walk()
    checkouts.hear(order_id)
    assert (stands(checkouts, order_id), there()) == (("confirmed", None), ((2, 0), 0))
    assert s.minute(bus, time) == []


def test_stopped_between_confirmed_and_sold(checkouts, bus, time):
    order_id = confirmed_and_stopped(checkouts)
    assert there() == ((2, 1), 0)
    assert s.minute(bus, time) == [("failed", "resolved")]
    checkouts.machines.walk()
    assert there() == ((2, 0), 0)
    assert b.look(order_id)["state"] == "confirmed"


def test_what_fails_again_and_again_is_raised_and_goes_on_when_a_person_says_so(checkouts, bus, time):
    order_id = checkouts.begin()
    for _ in range(3):
        checkouts.machines.executions[order_id].abort()
        assert s.minute(bus, time) == [("failed", "resolved")]
    checkouts.machines.executions[order_id].abort()
    assert s.minute(bus, time) == [("failing", "raised")]
    assert s.minute(bus, time) == [], "it is told once"
    [waits] = b.finance()("GET", "/v1/parked").json["items"]
    assert (waits["workflow"], waits["step"], waits["why"]) == ("stranded", "failing", "checkout.aborted")
    assert waits["choices"] == ["retry", "confirm"]
    refused = b.finance()("POST", f"/v1/parked/{waits['parked_id']}/decision", {"decision": "refund"})
    assert (refused.status, refused.json["code"]) == (409, "not_to_be_decided")
    b.finance()("POST", f"/v1/parked/{waits['parked_id']}/decision", {"decision": "retry"})
    bus.bring()
    assert s.minute(bus, time) == [("failed", "resolved")]
    checkouts.machines.walk()
    checkouts.hear(order_id)
    assert stands(checkouts, order_id) == ("confirmed", None)
    assert b.finance()("GET", "/v1/parked").json["items"] == []


def test_what_a_person_has_seen_to_is_left_alone(checkouts, bus, time):
    order_id = checkouts.begin()
    checkouts.machines.executions[order_id].at = None
    checkouts.machines.executions[order_id].token = None
    checkouts.machines.executions[order_id].ended = "SUCCEEDED"
    assert s.minute(bus, time) == [("ended_without_effect", "raised")]
    [waits] = b.finance()("GET", "/v1/parked").json["items"]
    b.finance()("POST", f"/v1/parked/{waits['parked_id']}/decision", {"decision": "confirm"})
    bus.bring()
    assert s.minute(bus, time) == []
    assert b.finance()("GET", "/v1/parked").json["items"] == []


def test_paid_but_cancelled_is_for_a_person(checkouts, bus, time):
    order_id = checkouts.begin()
    checkouts.hear(order_id, "Cancelled")
    b.payment_ended(order_id)
    assert s.minute(bus, time) == [("paid_but_cancelled", "raised")]


def test_paid_confirmed_and_then_called_off_is_for_nobody(checkouts, bus, time):
    """Before the checkout was looked after: its money goes back as that of any other refund."""
    order_id = checkouts.begin()
    checkouts.hear(order_id)
    assert stands(checkouts, order_id) == ("confirmed", None)
    assert g.cancel(order_id, who=a.BUYER).status == 200
    assert b.look(order_id)["reason"] == "by_buyer"
    assert "paid_but_cancelled" not in {what for what, _ in s.minute(bus, time)}
    assert b.finance()("GET", "/v1/parked").json["items"] == []


def test_what_never_ends_is_for_a_person(checkouts, bus, time):
    order_id = checkouts.begin(credits_minor=0)
    assert s.minute(bus, time, timedelta(days=31)) == [("endless", "raised")]
    [waits] = b.finance()("GET", "/v1/parked").json["items"]
    assert waits["order_id"] == order_id


# Lost tokens


def test_news_of_a_payment_that_were_not_told(checkouts, bus, time, monkeypatch):
    order_id = checkouts.begin()
    with monkeypatch.context() as lost:
        lost.setattr(workflow, "tell", lambda token, told: False)
        b.payment_ended(order_id)
    assert s.minute(bus, time) == [("token_not_told", "resolved")]
    assert (stands(checkouts, order_id), there()) == (("confirmed", None), ((2, 0), 0))


def test_a_change_of_mind_that_was_not_told(checkouts, bus, time):
    order_id = checkouts.begin()
    b.by()("POST", f"/v1/orders/{order_id}/cancel")
    assert s.minute(bus, time) == [("token_not_told", "resolved")]
    assert (stands(checkouts, order_id), there()) == (("cancelled", "by_buyer"), UNTOUCHED)


def test_a_decision_that_was_not_told(checkouts, bus, time):
    checkouts.broken.add("record_paid")
    order_id = checkouts.begin()
    checkouts.hear(order_id)
    checkouts.broken.clear()
    assert s.minute(bus, time) == [], "it waits for a person, who knows"
    path = f"/v1/parked/{b.parked_id(order_id)}/decision"
    assert b.finance()("POST", path, {"decision": "retry"}).status < 300
    time(timedelta(minutes=11))
    sweeper.sweep()
    assert s.latest() == [("decision_not_told", "resolved")]
    assert stands(checkouts, order_id) == ("confirmed", None)


# Left behind


def test_reserved_but_abandoned_and_held_but_forgotten(checkouts, bus, time):
    """Its workflow is gone, and so is the order: what it took is asked about, and comes back."""
    order_id = checkouts.begin()
    checkouts.machines.executions[order_id].abort()
    [one] = watching().due(clock.now() + HOUR)
    watching().ended(one)
    orders().cancel(order_id, "expired")
    assert there() == ((2, 1), 0)
    assert s.minute(bus, time) == [], "stock and credits still have time"
    assert s.minute(bus, time, HOUR) == [("left_behind", "resolved")]
    assert there() == ((3, 0), 0)
    assert s.minute(bus, time, timedelta(days=15)) == [("left_behind", "resolved")]
    assert there() == UNTOUCHED
    assert s.minute(bus, time) == []


def test_sold_although_its_workflow_is_beyond_help(checkouts, bus, time):
    """Paid, and stopped before the stock was sold: it is not given back, however long that takes."""
    order_id = confirmed_and_stopped(checkouts)
    [one] = watching().due(clock.now() + HOUR)
    watching().ended(one)
    assert s.minute(bus, time, timedelta(days=3)) == [("left_behind", "resolved")]
    assert there() == ((2, 0), 0)
    assert b.look(order_id)["state"] == "confirmed"
    assert stock.task("commit", order_id)["outcome"] == "committed"


def test_reserved_for_an_order_that_never_was(checkouts, bus, time):
    stock.reserve(stock.a_line(1, VARIANT, store_id=a.STORE), order_id=a.an_id("ord", 5), hold_s=60)
    books.task("hold_credits", order_id=a.an_id("ord", 5), buyer_id=a.BUYER, amount=a.money(5_00), hold_s=60)
    assert there() == ((2, 1), 5_00)
    assert s.minute(bus, time) == [("left_behind", "resolved")]
    assert there() == UNTOUCHED


def test_reserved_and_paid_for_too_late_to_forget(checkouts, bus, time):
    """While an order is paid slowly, nothing of it goes back, and nothing is found."""
    order_id = checkouts.begin()
    for _ in range(3):
        assert s.minute(bus, time, HOUR) == []
    assert there() == ((2, 1), 0)
    checkouts.hear(order_id)
    assert (stands(checkouts, order_id), there()) == (("confirmed", None), ((2, 0), 0))


@pytest.mark.parametrize(("how", "left"), [("cancelled", "released"), ("confirmed", "committed")])
def test_promotions_and_agreed_prices_left_behind(checkouts, bus, time, how, left):
    order_id = confirmed_and_stopped(checkouts) if how == "confirmed" else cancelled_and_stopped(checkouts)
    kept = Redemption(order_id=order_id, buyer_id=a.BUYER, state="reserved", takings=[])
    orders().table.commit([uses._change(kept)])
    proposals().settle(None, Agreed(order_id=order_id, state="reserved", proposals=[]), [])
    checkouts.machines.redrivable = False
    assert s.minute(bus, time) == [("failed", "resolved")]
    row = orders().table.get(*uses._order_key(order_id)) or {}
    assert json.loads(row["doc"])["state"] == left
    agreed = proposals().checkout(order_id)
    assert agreed
    assert agreed.state == {"released": "released", "committed": "redeemed"}[left]


# Other workflows


def test_a_settlement_that_was_never_begun(checkouts, bus, time, monkeypatch):
    monkeypatch.setenv("SETTLEMENT_ARN", "arn:aws:states:eu-west-1:000000000000:stateMachine:settlement")
    order_id = checkouts.begin()
    checkouts.hear(order_id)
    part = b.look(order_id)["seller_orders"][0]["seller_order_id"]
    name, given = f"{part}-1", {"order_id": order_id, "seller_order_id": part, "store_id": a.STORE, "attempt": 1}
    orders().table.commit([watched("settlement", name, given, clock.now())])
    assert ("not_begun", "resolved") in s.minute(bus, time)
    assert name in checkouts.machines.executions


# What brings news


def test_a_relay_that_is_stuck(checkouts, bus, time):
    s.minute(bus, time)
    time(timedelta(seconds=1))
    sweeper.sweep()  # and nobody brings what it tells
    time(timedelta(minutes=3))
    sweeper.sweep()
    assert s.latest() == []
    time(timedelta(minutes=3))
    sweeper.sweep()
    assert s.latest() == [("relay_stuck", "raised")]
    bus.bring()
    assert s.minute(bus, time, timedelta(minutes=1)) == []


def test_dead_letters(checkouts, bus, time, monkeypatch):
    queues = aws.client("sqs")
    url = queues.create_queue(QueueName="metco-dead")["QueueUrl"]
    monkeypatch.setenv("DEAD_LETTERS", "metco-dead")
    assert s.minute(bus, time) == []
    queues.send_message(QueueUrl=url, MessageBody="{}")
    assert s.minute(bus, time) == [("dead_letters", "raised")]


def test_one_that_cannot_be_looked_at_holds_up_none_of_the_others(checkouts, bus, time, monkeypatch):
    first, second = placed(), placed(quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    look = executions.look

    def broken(one, now):
        if one.order_id == first:
            raise ConnectionError
        return look(one, now)

    with monkeypatch.context() as patched:
        patched.setattr(executions, "look", broken)
        assert sorted(s.minute(bus, time)) == [("broken", "raised"), ("not_begun", "resolved")]
    assert second in checkouts.machines.executions
    assert ("not_begun", "resolved") in s.minute(bus, time), "it stayed due"
    assert first in checkouts.machines.executions


def confirmed_and_stopped(checkouts: Checkouts) -> str:
    """The money is booked and the buyer knows; nothing is sold yet."""
    order_id = checkouts.begin()
    b.payment_ended(order_id)
    execution = checkouts.machines.executions[order_id]
    while execution.at != "CommitStock":
        execution.step()
    execution.abort()
    return order_id


def cancelled_and_stopped(checkouts: Checkouts) -> str:
    order_id = checkouts.begin()
    checkouts.machines.executions[order_id].abort()
    orders().cancel(order_id, "expired")
    return order_id
