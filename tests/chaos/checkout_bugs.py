"""Bugs planted in checkouts: in the workflow's file, and in what is done when it is asked or told twice."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from functions.baskets.model.redemptions import Redemption, ReservationState
from functions.baskets.store.redemptions import Redemptions
from functions.orders import deciding, workflow
from functions.orders.model.orders import OrderChanged
from functions.orders.store.numbers import Numbers
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.store.rows import numbers_key, part_key, part_row, read_part
from kernel import aws
from kernel.settings import env
from kernel.table import put
from tests.chaos import checkout_world, payments_bugs
from tests.chaos.planting import Bugs

FROM_PAYMENTS = ("a key for every try", "told after it is written", "called off without asking")
BUGS = Bugs({name: payments_bugs.BUGS[name] for name in FROM_PAYMENTS})


@contextmanager
def drawn_otherwise(change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """The workflow's file, with a mistake in it."""
    workflow = copy.deepcopy(dict(checkout_world.FILE))
    change(workflow["States"])
    with patch.object(checkout_world, "FILE", workflow):
        yield


@BUGS
def what_failed_was_not_done() -> Iterator[None]:
    """Only the steps before it are undone."""

    def change(states: dict[str, Any]) -> None:
        states["ReservePromotions"]["Catch"][0]["Next"] = "ReleaseStock"

    with drawn_otherwise(change):
        yield


@BUGS
def what_was_refused_stays_refused() -> Iterator[None]:
    """Nobody reckons with a second delivery."""

    def change(states: dict[str, Any]) -> None:
        states["Promised?"]["Default"] = "ReleaseStock"

    with drawn_otherwise(change):
        yield


@BUGS
def what_is_called_off_was_not_paid() -> Iterator[None]:
    def change(states: dict[str, Any]) -> None:
        states["CalledOff?"]["Choices"][1]["Next"] = "VoidCredits"

    with drawn_otherwise(change):
        yield


@BUGS
def what_cannot_be_booked_is_cancelled() -> Iterator[None]:
    """With the money there."""

    def change(states: dict[str, Any]) -> None:
        states["RecordPaid"]["Catch"][0] |= {"ResultPath": "$.last", "Next": "VoidCredits"}

    with drawn_otherwise(change):
        yield


@BUGS
def begun_is_begun_only_once() -> Iterator[None]:
    """Whoever is told again fails for ever."""

    def planted(kind: str, name: str, given: dict[str, Any]) -> None:
        told = {**given, "correlation_id": "cor_1", "causation_id": "evt_1"}
        aws.client("stepfunctions").start_execution(
            stateMachineArn=env(f"{kind.upper()}_ARN"), name=name, input=json.dumps(told)
        )

    with patch.object(workflow, "begin", planted):
        yield


@BUGS
def a_number_for_every_telling() -> Iterator[None]:
    def planted(self: Numbers, order_id: str, seller_order_id: str, store_id: str) -> int:
        part_at, count_at = part_key(order_id, seller_order_id), numbers_key(store_id)
        rows = orders().table.get_many([part_at, count_at])
        part, last = read_part(rows[part_at]), rows.get(count_at, {}).get("last")
        number = (last or 0) + 1
        count = put({"pk": count_at[0], "sk": count_at[1], "last": number}).when(last=last).otherwise(OrderChanged())
        after = part.model_copy(update={"number": number, "version": part.version + 1})
        orders().table.commit([count, part_row(part, after)])
        return number

    with patch.object(Numbers, "give", planted):
        yield


@BUGS
def a_decision_is_forgotten_before_it_is_told() -> Iterator[None]:
    carry_out = deciding.carry_out

    def planted(parked_id: str) -> None:
        kept = parked().find(parked_id)
        if kept and kept.decided:
            parked().over(kept)
            with patch.object(type(parked()), "find", lambda self, parked_id: kept):
                carry_out(parked_id)

    with patch.object(deciding, "carry_out", planted):
        yield


@BUGS
def what_was_never_taken_leaves_no_mark() -> Iterator[None]:
    end = Redemptions.end

    def planted(self: Redemptions, order_id: str, how: ReservationState) -> Redemption:
        if self._table.get(f"USES#{order_id}", "-"):
            return end(self, order_id, how)
        return Redemption(order_id=order_id, buyer_id="", state=how, takings=[])

    with patch.object(Redemptions, "end", planted):
        yield


@BUGS
def a_coupon_comes_back_with_every_release() -> Iterator[None]:
    end = Redemptions.end

    def planted(self: Redemptions, order_id: str, how: ReservationState) -> Redemption:
        ended = end(self, order_id, how)
        if how == "released" and ended.takings:
            self._commit(self._given_back(ended))
        return ended

    with patch.object(Redemptions, "end", planted):
        yield
