"""What becomes of a return by anybody's word: its buyer's, its store's, a workflow's, or that of time."""

from collections.abc import Callable
from typing import Any

from functions.orders import workflow
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.parked import KeptParked
from functions.orders.model.returns import (
    Answered,
    Inspection,
    NoSuchReturn,
    Return,
    ReturnAnswer,
    ReturnMove,
    ReturnRequest,
    ReturnSent,
)
from functions.orders.return_windows import return_windows
from functions.orders.rules import progress
from functions.orders.rules import returns as rules
from functions.orders.rules.progress import Step
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.store.parts import ReceiptOf, no_receipt, parts
from functions.orders.store.returns import DueReturn, execution_of, given, returns
from functions.orders.windows import windows
from kernel import clock, ids
from kernel.tasks import Outcome


def begin(order_id: str, return_id: str, state: str) -> None:
    workflow.begin("return", execution_of(return_id, state), given(order_id, return_id))


# By its buyer


def request(
    order_id: str, seller_order_id: str, asked: ReturnRequest, return_id: str, receipt: ReceiptOf[Return]
) -> Return:
    def decide(kept: Kept, part: SellerOrder) -> Step:
        progress.check_paid(part)
        terms = part.takes_back or returns().terms(part.store_id)
        return rules.requested(kept, part, asked, terms, return_id, clock.now())

    after = parts().change(order_id, seller_order_id, decide, receipt=lambda kept: receipt(kept.returning(return_id)))
    return after.returning(return_id)


def withdraw(order_id: str, return_id: str, receipt: ReceiptOf[Return]) -> Return:
    return _move(order_id, None, return_id, "withdraw", receipt)


def sent(order_id: str, return_id: str, said: ReturnSent, receipt: ReceiptOf[Return]) -> Return:
    """What is left empty stays as the store has said it, with its label."""
    known = {name: value for name, value in said.model_dump().items() if value and name in said.model_fields_set}
    return _move(order_id, None, return_id, "send", receipt, **known)


# By its store


def answer(
    order_id: str, seller_order_id: str, return_id: str, said: ReturnAnswer, receipt: ReceiptOf[Return]
) -> Return:
    if said.answer == "reject":
        return _move(order_id, seller_order_id, return_id, "reject", receipt, reason="by_seller")
    return _move(order_id, seller_order_id, return_id, "approve", receipt, **said.model_dump(exclude={"answer"}))


def received(order_id: str, seller_order_id: str, return_id: str, receipt: ReceiptOf[Return]) -> Return:
    return _move(order_id, seller_order_id, return_id, "receive", receipt)


def inspect(
    order_id: str, seller_order_id: str, return_id: str, seen: Inspection, receipt: ReceiptOf[Return]
) -> Return:
    refund_id = refund_id_of(return_id)

    def decide(kept: Kept, part: SellerOrder) -> Step:
        one = _of(kept, seller_order_id, return_id)
        return rules.inspected(part, one, seen, refund_id, return_windows(), clock.now())

    after = parts().change(order_id, seller_order_id, decide, receipt=lambda kept: receipt(kept.returning(return_id)))
    return after.returning(return_id)


# By its workflow


def plan(order_id: str, return_id: str) -> Outcome:
    kept = orders().whole(order_id)
    return rules.plan(kept, kept.returning(return_id))


def opened(order_id: str, return_id: str, froze: Answered) -> Return:
    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        return rules.opened(part, kept.returning(return_id), froze, return_windows(), clock.now())

    return _changed(order_id, return_id, decide)


def exchanged(order_id: str, return_id: str, reserved: Answered) -> Return:
    refund_id = refund_id_of(return_id)

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        one = kept.returning(return_id)
        return rules.exchanged(part, one, reserved, refund_id, return_windows(), windows(), clock.now())

    return _changed(order_id, return_id, decide)


# By time


def when_due(late: DueReturn) -> None:
    """No answer is a yes; what is never sent stays where it is; what nobody objects to is as it should be."""
    kept, now = orders().whole(late.order_id), clock.now()
    one = kept.returning(late.return_id)
    if not one.due_at or one.due_at > now:
        return
    if one.state == "sent":
        leave_to_person(late.order_id, one)
        return
    windows, refund_id = return_windows(), refund_id_of(one.return_id)

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        one = kept.returning(late.return_id)
        if not one.due_at or one.due_at > now:
            return None
        match one.state:
            case "requested":
                return rules.moved(part, one, "approve", windows, now, reason="no_answer")
            case "approved":
                return rules.moved(part, one, "close", windows, now, reason="never_sent")
            case "received":
                return rules.inspected(part, one, Inspection(to_shelf={}), refund_id, windows, now)
        return None

    parts().change(late.order_id, one.seller_order_id, decide)


def leave_to_person(order_id: str, one: Return) -> None:
    """It was sent, and nobody says that it arrived. Raised first: a person may be told twice, never not."""
    parked().raise_(order_id, workflow="return", subject_id=one.return_id, step="not_arrived", why="not_arrived")
    parts().change(
        order_id, one.seller_order_id, lambda kept, part: rules.left_to_person(part, kept.returning(one.return_id))
    )


def decided(kept: KeptParked) -> None:
    """It counts as arrived, or is waited for once more."""
    one = orders().whole(kept.order_id).returning(kept.subject_id)

    def decide(now: Kept, part: SellerOrder) -> Step | None:
        one = now.returning(kept.subject_id)
        if kept.decided == "confirm":
            return rules.moved(part, one, "receive", return_windows(), clock.now())
        return rules.waited_for(part, one, return_windows(), clock.now())

    parts().change(kept.order_id, one.seller_order_id, decide)


def refund_id_of(return_id: str) -> str:
    """One for a return, however often it is decided."""
    return ids.derived_id("rfd", return_id)


def _move(
    order_id: str,
    seller_order_id: str | None,
    return_id: str,
    move: ReturnMove,
    receipt: ReceiptOf[Return],
    **said: Any,
) -> Return:
    """Said again, it is known."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        one = _of(kept, seller_order_id, return_id)
        rules.check_move(one, move)
        return rules.moved(part, one, move, return_windows(), clock.now(), **said)

    return _changed(order_id, return_id, decide, receipt)


def _changed(
    order_id: str,
    return_id: str,
    decide: Callable[[Kept, SellerOrder], Step | None],
    receipt: ReceiptOf[Return] = no_receipt,
) -> Return:
    part_id = orders().whole(order_id).returning(return_id).seller_order_id
    after = parts().change(order_id, part_id, decide, receipt=lambda kept: receipt(kept.returning(return_id)))
    return after.returning(return_id)


def _of(kept: Kept, seller_order_id: str | None, return_id: str) -> Return:
    one = kept.returning(return_id)
    if seller_order_id and one.seller_order_id != seller_order_id:
        raise NoSuchReturn()
    return one
