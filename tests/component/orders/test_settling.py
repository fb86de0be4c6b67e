"""From a delivery to the store's money: the settlement's file over the tasks of orders and the ledger, in one world."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.ledger import steps as ledger
from functions.ledger.model import accounts as on
from functions.orders import settling, steps
from functions.orders.store.parts import Parts
from functions.orders.sweep import due
from infra.platform.context import ROOT
from kernel import aws
from tests.builders import deciding
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as c
from tests.builders import settling as books
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.chaos.asl import read
from tests.chaos.state_machines import StateMachines

FILE = read(ROOT / "infra" / "workflows" / "settlement.asl.json")
TASKS = {"Orders": steps.handler, "Ledger": ledger.handler}
WEEK = timedelta(days=7)


class Settlements:
    """Parts of orders of one camera for 100.00, of which the store gets 90.00."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.machines = StateMachines(FILE, self._call)
        aws.use("stepfunctions", self.machines)
        deciding.a_rule()

    def _call(self, domain: str, asked: dict[str, Any]) -> Any:
        if asked["task"] in self.broken:
            raise ConnectionError
        return TASKS[domain](asked, Context())

    def delivered(self) -> str:
        order_id = b.placed()
        plan = b.task("screen", order_id)
        said = {name: plan[name] for name in ("buyer_id", "card", "credits", "ordered_at", "seller_orders")}
        assert books.task("record_paid", order_id=order_id, payment_id=b.PAYMENT, **said)["outcome"] == "recorded"
        b.confirmed(order_id)
        c.sent(order_id)
        c.received(order_id)
        return order_id

    def sweep(self) -> None:
        c.sweep()
        self.machines.walk()

    def freeze(self, order_id: str, how: str = "freeze", cause: str = "ret_1") -> None:
        books.task(how, seller_order_id=a.seller_order_of(order_id), cause=cause)

    @property
    def ended(self) -> list[str | None]:
        return [one.ended for one in self.machines.executions.values()]


@pytest.fixture
def settlements(world: World, time: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settlements]:
    monkeypatch.setenv("SETTLEMENT_ARN", "arn:aws:states:eu-west-1:000000000000:stateMachine:settlement")
    yield Settlements()
    aws.use("stepfunctions", None)
    assert books.proof(world).whole


def has() -> int:
    return books.balance(on.available(a.STORE), "EUR")


def thaw(order_id: str, freezes: int = 0) -> None:
    part = {"order_id": order_id, "seller_order_id": a.seller_order_of(order_id), "store_id": a.STORE}
    b.hear("SaleUnfrozen", "metco.ledger", **part, freezes=freezes)


def settlement(order_id: str) -> tuple[str, int]:
    kept = c.part(order_id)["settlement"]
    return kept["state"], kept["attempt"]


def test_nobody_objects_and_the_store_gets_its_money(settlements, time):
    order_id = settlements.delivered()
    time(WEEK - timedelta(seconds=1))
    settlements.sweep()
    assert (settlement(order_id), has(), settlements.ended) == (("waiting", 1), 0, [])
    time(timedelta(seconds=2))
    settlements.sweep()
    assert (settlement(order_id), has(), settlements.ended) == (("done", 1), 90_00, ["SUCCEEDED"])
    assert (b.look(order_id)["state"], b.history(order_id)[-1]) == ("completed", "SellerOrderCompleted")
    [execution] = settlements.machines.executions.values()
    assert execution.entered == ["ReleaseFunds", "Settle"]


def test_once_settled_there_is_nothing_more_to_do(settlements, time, world):
    settlements.delivered()
    time(WEEK + timedelta(days=90))
    settlements.sweep()
    before = world.items()
    settlements.sweep()
    assert [row for row in world.items() if row not in before] == []


def test_while_it_is_frozen_it_pauses_and_the_thaw_makes_another_attempt(settlements, time):
    order_id = settlements.delivered()
    settlements.freeze(order_id)
    time(WEEK)
    time(timedelta(seconds=1))
    settlements.sweep()
    assert (settlement(order_id), has(), settlements.ended) == (("paused", 1), 0, ["SUCCEEDED"])
    time(timedelta(days=1))
    settlements.sweep()
    assert settlements.ended == ["SUCCEEDED"]
    settlements.freeze(order_id, "unfreeze")
    for _ in range(2):
        thaw(order_id)
    settlements.sweep()
    assert (settlement(order_id), has()) == (("done", 2), 90_00)


def test_with_another_reason_left_nothing_is_tried(settlements, time):
    order_id = settlements.delivered()
    settlements.freeze(order_id)
    settlements.freeze(order_id, cause="dis_1")
    time(WEEK * 2)
    settlements.sweep()
    settlements.freeze(order_id, "unfreeze")
    thaw(order_id, freezes=1)
    settlements.sweep()
    assert (settlement(order_id), len(settlements.ended)) == (("paused", 1), 1)


def test_a_thaw_that_comes_before_the_pause_is_not_lost(settlements, time):
    order_id = settlements.delivered()
    settlements.freeze(order_id)
    time(WEEK * 2)
    c.sweep()
    [execution] = settlements.machines.executions.values()
    while execution.at != "Settle":
        execution.step()
    settlements.freeze(order_id, "unfreeze")
    thaw(order_id)
    settlements.machines.walk()
    assert settlement(order_id) == ("waiting", 2)
    settlements.sweep()
    assert (settlement(order_id), has()) == (("done", 2), 90_00)


def test_an_attempt_that_was_overtaken_by_a_thaw_does_no_harm(settlements, time):
    """Two attempts at once: what the first releases, the second finds released."""
    order_id = settlements.delivered()
    time(WEEK * 2)
    c.sweep()
    thaw(order_id)
    c.sweep()
    settlements.machines.walk()
    assert (has(), settlements.ended, b.look(order_id)["state"]) == (90_00, ["SUCCEEDED"] * 2, "completed")


def test_of_what_was_all_given_back_the_store_gets_nothing_and_it_ends_as_well(settlements, time):
    order_id = settlements.delivered()
    of_it = {"seller_order_id": a.seller_order_of(order_id), "store_id": a.STORE, "refund_id": "rfd_1"}
    assert books.task("refund", **of_it, lines={c.LINE: a.money(100_00)})["outcome"] == "refunded"
    time(WEEK * 2)
    settlements.sweep()
    assert (settlement(order_id), has(), b.look(order_id)["state"]) == (("done", 1), 0, "completed")


def test_two_sweeps_at_once_begin_one_attempt(settlements, time, monkeypatch):
    order_id = settlements.delivered()
    time(WEEK * 2)
    change, once = Parts.change, [True]

    def late(self, *args, **said):
        if once and once.pop():
            settling.begin(order_id, a.seller_order_of(order_id))
        return change(self, *args, **said)

    monkeypatch.setattr(Parts, "change", late)
    settlements.sweep()
    assert (len(settlements.ended), settlement(order_id), has()) == (1, ("done", 1), 90_00)


def watched_by_rows(world):
    return [row["sk"]["S"].partition("#settlement#")[2] for row in world.items() if "#settlement#" in row["sk"]["S"]]


def test_what_is_over_soon_needs_no_row_to_be_watched_by(settlements, time, world):
    settlements.delivered()
    time(WEEK * 2)
    settlements.sweep()
    time(timedelta(minutes=6))
    settlements.sweep()
    assert (settlements.ended, watched_by_rows(world)) == (["SUCCEEDED"], [])


def test_what_is_not_over_in_some_minutes_is_watched_once(settlements, time, world):
    order_id = settlements.delivered()
    time(WEEK * 2)
    c.sweep()
    assert watched_by_rows(world) == []
    time(timedelta(minutes=5, seconds=1))
    for _ in range(2):
        c.sweep()
    assert watched_by_rows(world) == [f"{a.seller_order_of(order_id)}-1"]
    assert c.part(order_id)["timers"]["watch_by"] is None
    settlements.machines.walk()
    assert (settlement(order_id), has()) == (("done", 1), 90_00)


def test_an_attempt_that_is_overtaken_is_watched_until_it_is_over(settlements, time, world):
    """A person may have been asked about it."""
    order_id = settlements.delivered()
    time(WEEK * 2)
    c.sweep()
    thaw(order_id)
    assert watched_by_rows(world) == [f"{a.seller_order_of(order_id)}-1"]
    assert settlement(order_id) == ("waiting", 2)


@pytest.mark.parametrize("broken", ["release_funds", "settle"])
def test_what_does_not_heal_waits_for_a_person(settlements, time, broken):
    order_id = settlements.delivered()
    time(WEEK * 2)
    settlements.broken.append(broken)
    settlements.sweep()
    [parked] = b.finance()("GET", "/v1/parked").json["items"]
    assert (parked["workflow"], parked["subject_id"]) == ("settlement", a.seller_order_of(order_id))
    settlements.broken.clear()
    decision = {"decision": "retry"}
    assert b.finance()("POST", f"/v1/parked/{parked['parked_id']}/decision", decision).status == 200
    b.hear("ParkedOrderDecided", **{name: parked[name] for name in ("order_id", "parked_id", "workflow", "subject_id")})
    settlements.machines.walk()
    assert (has(), b.look(order_id)["state"], settlements.ended) == (90_00, "completed", ["SUCCEEDED"])
    assert b.finance()("GET", "/v1/parked").json["items"] == []


def test_one_part_that_fails_holds_up_no_other(settlements, time, monkeypatch):
    first = settlements.delivered()
    real = settling.begin

    def fails(order_id, part):
        if order_id == first:
            raise ConnectionError
        real(order_id, part)

    other = b.placed(quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    b.confirmed(other)
    c.sent(other)
    time(timedelta(days=15))
    monkeypatch.setitem(due.ACTS, "settle", fails)
    with pytest.raises(ExceptionGroup):
        c.sweep()
    assert b.look(other)["state"] == "delivered"


# By themselves, before and without that


def test_the_buyer_is_asked_and_then_it_counts_as_delivered(settlements, time, world):
    order_id = c.paid()
    time(timedelta(days=1))
    c.sent(order_id)
    time(timedelta(days=10, seconds=1))
    c.sweep()
    c.sweep()
    told = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "DeliveryAsked"]
    assert [(one["order_id"], one["buyer_id"]) for one in told] == [(order_id, a.BUYER)]
    assert c.part(order_id)["state"] == "shipped"
    time(timedelta(days=4))
    c.sweep()
    assert (c.part(order_id)["state"], c.part(order_id)["received"]) == ("delivered", "time")
    assert c.part(order_id)["timers"]["settle_by"] == "2030-01-23T12:00:01Z"


def test_windows_are_an_operators_but_what_was_promised_stays(settlements, time, world):
    world.set(windows={"settle_s": 60})
    order_id = settlements.delivered()
    world.set(windows={})
    time(timedelta(seconds=61))
    settlements.sweep()
    assert b.look(order_id)["state"] == "completed"


@pytest.mark.parametrize("frozen", [True, False])
def test_money_is_not_held_for_ever_a_person_decides(settlements, time, frozen):
    order_id = settlements.delivered() if frozen else c.paid()
    if frozen:
        settlements.freeze(order_id)
    else:
        c.sent(order_id)
    time(timedelta(days=85, seconds=1))
    for _ in range(3):
        settlements.sweep()
    [parked] = b.finance()("GET", "/v1/parked").json["items"]
    assert (parked["workflow"], parked["step"], parked["subject_id"]) == (
        "settlement",
        "holding_limit",
        a.seller_order_of(order_id),
    )


def test_a_person_ends_the_wait_but_not_what_the_books_froze(settlements, time):
    order_id = settlements.delivered()
    settlements.freeze(order_id)
    time(timedelta(days=85, seconds=1))
    for _ in range(3):
        settlements.sweep()
    [parked] = b.finance()("GET", "/v1/parked").json["items"]
    b.finance()("POST", f"/v1/parked/{parked['parked_id']}/decision", {"decision": "confirm"})
    b.hear("ParkedOrderDecided", **{name: parked[name] for name in ("order_id", "parked_id", "workflow", "subject_id")})
    time(timedelta(seconds=1))
    settlements.sweep()
    assert (settlement(order_id), has()) == (("paused", 2), 0)
    settlements.freeze(order_id, "unfreeze")
    thaw(order_id)
    settlements.sweep()
    assert (settlement(order_id), has()) == (("done", 3), 90_00)
