"""The money of a store's part: released by a workflow when nobody can object any more, paused while it is frozen."""

from typing import Any

from functions.orders import refunding, workflow
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.parked import KeptParked
from functions.orders.model.sweeps import Kind
from functions.orders.rules import lines, parcels, progress
from functions.orders.rules import settling as rules
from functions.orders.rules.progress import Step
from functions.orders.store.parts import Decide, parts
from functions.orders.store.watching import watched
from functions.orders.windows import windows
from kernel import clock


def begin(order_id: str, seller_order_id: str) -> None:
    """Written down first: a thaw from now on means another attempt. Should it begin nowhere, it is watched soon."""

    begun = list[SellerOrder]()

    def decide(_: Kept, part: SellerOrder) -> Step | None:
        step = rules.begun(part, clock.now())
        begun[:] = [step.part] if step else []
        return step

    parts().change(order_id, seller_order_id, decide)
    for part in begun:
        workflow.begin(*_named(part))


def watch(order_id: str, seller_order_id: str) -> None:
    """It was begun some minutes ago and is not over: whoever watches looks after it until it is."""
    _left_to_watch(order_id, seller_order_id, lambda _, part: rules.watched(part, clock.now()))


def pause(order_id: str, seller_order_id: str, attempt: int) -> None:
    parts().change(order_id, seller_order_id, lambda _, part: rules.paused(part, attempt, clock.now()))


def thaw(order_id: str, seller_order_id: str) -> None:
    """The attempt that is overtaken has to end as well: a person may be asked about it."""
    _left_to_watch(order_id, seller_order_id, lambda _, part: rules.thawed(part, clock.now()))


def complete(order_id: str, seller_order_id: str) -> Kept:
    return parts().change(order_id, seller_order_id, lambda _, part: progress.completed(part, clock.now()))


def decided(kept: KeptParked) -> None:
    """What a person says of money that was held for long."""
    if kept.decided == "confirm":
        hasten(kept.order_id, kept.subject_id)
    elif kept.decided == "refund":
        refunding.call_back(kept.order_id, kept.subject_id)


def hasten(order_id: str, seller_order_id: str) -> None:
    """Money was held long enough: what was sent counts as delivered, and the store gets it unless it is frozen."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        step = None
        if lines.under_way(part):
            step = parcels.received(part, kept.parcels_of(seller_order_id), windows(), clock.now(), "time")
        hastened = rules.hastened(step.part if step else part, clock.now())
        if not hastened:
            return step
        return Step(hastened.part, step.parcels if step else (), step.told if step else ())

    _left_to_watch(order_id, seller_order_id, decide)


def _left_to_watch(order_id: str, seller_order_id: str, decide: Decide) -> None:
    """An attempt that the part itself is not to bring back any more, and that is not over, has a row from now on."""
    left = list[SellerOrder]()

    def step(kept: Kept, part: SellerOrder) -> Step | None:
        decided = decide(kept, part)
        gone = part.timers.watch_by and decided and not decided.part.timers.watch_by
        left[:] = [part] if gone else []
        return decided

    parts().change(
        order_id, seller_order_id, step, rows=lambda _: [watched(*_named(part), clock.now()) for part in left]
    )


def _named(part: SellerOrder) -> tuple[Kind, str, dict[str, Any]]:
    return "settlement", rules.execution(part), rules.given(part)
