"""Bugs of sagas, planted one at a time: in the workflow's file, in what orders does with news, in what makes steps
repeatable. Each of them leaves every domain by itself as right as it was, or nearly so."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

import functions.baskets.rules.promotions.redemptions as uses
import functions.inventory.rules.reservations as reserving
import functions.inventory.store.reservations as reservations
import functions.ledger.rules.holds as holding
import functions.ledger.store.holds as holds
import functions.orders.rules.orders as orders
from functions.baskets.model.redemptions import Redemption
from functions.inventory.model.reservations import Reservation
from functions.orders import steps, waking, workflow
from functions.orders.model.orders import Order
from functions.orders.model.paying import Result
from functions.orders.model.tasks import Awaiting, AwaitPayment
from functions.orders.rules import paying, placing
from functions.orders.store.waiting import WaitingStore, waiting
from kernel import aws, clock, ids, log
from kernel.changes import put
from kernel.settings import env
from tests.chaos import saga_world
from tests.chaos.planting import Bugs, careless

BUGS = Bugs()
States = dict[str, Any]


def rewired(change: Callable[[States], None]) -> AbstractContextManager[Any]:
    """The workflow's file, with some of its ways leading elsewhere."""
    file: dict[str, Any] = copy.deepcopy(dict(saga_world.workflow()))
    change(file["States"])
    return patch.object(saga_world, "workflow", lambda: file)


def caught_to(states: States, name: str, target: str) -> None:
    for catch in states[name]["Catch"]:
        catch["Next"] = target


# The workflow's file


@BUGS
def released_before_the_payment_is_called_off() -> Iterator[None]:
    """Nobody paid in time, so the goods may go; the payment is called off afterwards."""

    def change(states: States) -> None:
        states["TooEarly"] = copy.deepcopy(states["ReleaseStock"]) | {"Next": "CancelPayment"}
        states["Paid?"]["Default"] = "TooEarly"
        caught_to(states, "AwaitPayment", "TooEarly")

    with rewired(change):
        yield


@BUGS
def paid_is_taken_for_called_off() -> Iterator[None]:
    """Whatever payments answers to its calling off, the order is undone."""

    def change(states: States) -> None:
        states["CalledOff?"]["Choices"][1]["Next"] = "VoidCredits"

    with rewired(change):
        yield


@BUGS
def a_bank_at_work_is_taken_for_called_off() -> Iterator[None]:
    def change(states: States) -> None:
        states["CalledOff?"]["Default"] = "VoidCredits"

    with rewired(change):
        yield


@BUGS
def credits_are_not_voided() -> Iterator[None]:
    def change(states: States) -> None:
        states["CalledOff?"]["Choices"][0]["Next"] = "ReleasePromotions"

    with rewired(change):
        yield


@BUGS
def the_failed_step_itself_is_not_undone() -> Iterator[None]:
    """What was not heard to be done is taken for not done."""

    def change(states: States) -> None:
        for name, target in (
            ("ReserveStock", "ReleaseOffers"),
            ("ReservePromotions", "ReleaseStock"),
            ("HoldCredits", "ReleasePromotions"),
        ):
            caught_to(states, name, target)

    with rewired(change):
        yield


@BUGS
def a_payment_not_heard_of_is_not_called_off() -> Iterator[None]:
    """The same, where it is money."""
    with rewired(lambda states: caught_to(states, "CreatePayment", "VoidCredits")):
        yield


@BUGS
def confirmed_before_it_is_in_the_books() -> Iterator[None]:
    """The books are left to somebody else."""

    def change(states: States) -> None:
        states["Paid?"]["Choices"][0]["Next"] = "Confirm"

    with rewired(change):
        yield


@BUGS
def a_coupon_is_forgotten() -> Iterator[None]:
    """An order that is undone keeps what it took of it."""
    with rewired(lambda states: states["VoidCredits"].update(Next="ReleaseStock")):
        yield


@BUGS
def a_coupon_is_given_back_although_used() -> Iterator[None]:
    """All that was promised is cleared in the end, and whoever releases is not refused."""
    ended = uses.ended

    def change(states: States) -> None:
        tidy = copy.deepcopy(states["TakeBackPromotions"])
        states["Tidy"] = {name: value for name, value in tidy.items() if name != "Next"} | {"End": True}
        states["CommitPromotions"] = {
            **{name: value for name, value in states["CommitPromotions"].items() if name != "End"},
            "Next": "Tidy",
        }

    def planted(kept: Redemption | None, order_id: str, how: Any) -> Redemption | None:
        return ended(kept and kept.model_copy(update={"state": "reserved"}), order_id, how)

    with rewired(change), patch.object(uses, "ended", planted):
        yield


# News and waiting


@BUGS
def looked_before_the_token_is_stored() -> Iterator[None]:
    """What comes in between finds nobody who waits."""

    def planted(asked: AwaitPayment) -> Awaiting:
        begun, known = asked.payment, paying.at_once(asked.payment)
        if known or not begun.payment_id:
            workflow.tell(asked.token, known or paying.ENDED)
            return Awaiting()
        waking.payment_news(asked.order_id)
        said = begun.payment_id, begun.client_secret or ""
        waiting().wait(asked.order_id, asked.token, *said, patient=asked.patient)
        return Awaiting()

    with patch.dict(steps.tasks._tasks, {"await_payment": (AwaitPayment, planted)}):
        yield


@BUGS
def waits_without_a_look() -> Iterator[None]:
    """Whoever hears of the payment will tell."""

    def planted(asked: AwaitPayment) -> Awaiting:
        with patch.object(waking, "payment_news", lambda order_id: None):
            return original(asked)  # type: ignore[return-value]  # as it is

    original = steps.tasks._tasks["await_payment"][1]
    with patch.dict(steps.tasks._tasks, {"await_payment": (AwaitPayment, planted)}):
        yield


@BUGS
def told_only_to_who_waits() -> Iterator[None]:
    """News of a payment for which nobody waits yet are not kept."""
    hear = WaitingStore.hear

    def planted(self: WaitingStore, order_id: str, result: Result) -> None:
        if self.look(order_id)[1].token:
            hear(self, order_id, result)

    with patch.object(WaitingStore, "hear", planted):
        yield


@BUGS
def cancelled_at_its_buyers_word() -> Iterator[None]:
    """A change of mind ends the order at once, whatever its money does."""

    def planted(order: Order, now: Any) -> Order | None:
        return orders.cancelled(order, "by_buyer", now) if order.state == "pending" else None

    with patch.object(orders, "asked_to_cancel", planted):
        yield


# Done twice is done once


@BUGS
def another_order_for_every_click() -> Iterator[None]:
    with patch.object(placing, "order_id_of", lambda quote_id: ids.new_id("ord")):
        yield


@BUGS
def begun_at_every_hearing() -> Iterator[None]:
    """An execution is named by the moment."""

    def planted(order_id: str) -> None:
        given = {"order_id": order_id, "correlation_id": log.correlation_id(), "causation_id": log.causation_id()}
        name = f"{order_id}-{clock.rfc3339(clock.now())}"
        states = aws.client("stepfunctions")
        states.start_execution(stateMachineArn=env("CHECKOUT_ARN"), name=name, input=json.dumps(given))

    with patch.object(workflow, "begin", planted):
        yield


@BUGS
def sold_at_every_try() -> Iterator[None]:
    """What was sold is sold once more when somebody asks again, and its row is not looked at."""

    def planted(kept: Reservation, how: Any) -> Reservation:
        return kept.model_copy(update={"state": how, "version": kept.version + 1})

    def unguarded(reservation: Reservation) -> Any:
        row = reservation.model_dump(mode="json")
        return careless(put({"pk": f"RESERVATION#{reservation.reservation_id}", "sk": "-", **row}))

    with patch.object(reserving, "ended", planted), patch.object(reservations, "_kept", unguarded):
        yield


@BUGS
def late_reservations_are_not_refused() -> Iterator[None]:
    """What was never taken is not marked as over: a task that comes late takes it for nobody."""
    with patch.object(
        reservations.Reservations, "_bury", lambda self, order_id: reserving.tombstone(order_id, clock.now())
    ):
        yield


@BUGS
def late_holds_are_not_refused() -> Iterator[None]:
    void = holds.Holds.void

    def planted(self: Any, order_id: str, buyer_id: str, currency: str) -> Any:
        if not self.find(holding.hold_id(order_id)):
            return holding.tombstone(order_id, buyer_id, currency, clock.now())
        return void(self, order_id, buyer_id, currency)

    with patch.object(holds.Holds, "void", planted):
        yield
