"""Money that goes back for a part of an order: asked for with what causes it, carried out by a workflow of its own."""

from collections.abc import Mapping, Sequence

from functions.orders import events, workflow
from functions.orders.model.orders import Kept, Order, SellerOrder
from functions.orders.model.refunds import Booked, MoneyBack, Refunded, RefundMove, RefundOver
from functions.orders.return_windows import return_windows
from functions.orders.rules import cancelling, due, lines, progress
from functions.orders.rules import refunds as rules
from functions.orders.rules import returns as returning
from functions.orders.rules.progress import Step
from functions.orders.store.orders import orders
from functions.orders.store.parts import Receipts, no_receipt, parts
from functions.orders.store.refunds import given, refunds
from functions.orders.windows import windows
from kernel import clock, ids
from kernel.events import Event
from kernel.money import Money
from kernel.tasks import Outcome

Amounts = Mapping[str, Money]


def begin(order_id: str, refund_id: str) -> None:
    workflow.begin("money_back", refund_id, given(order_id, refund_id))


# Asking for it


def by_store(
    order_id: str, seller_order_id: str, amounts: Amounts, refund_id: str, receipt: Receipts = no_receipt
) -> Kept:
    """A part of the price, because something is not quite as it should be."""

    def decide(_: Kept, part: SellerOrder) -> Step:
        progress.check_paid(part)
        rules.check_amounts(part, amounts)
        refund = rules.asked(part, refund_id, "goodwill", amounts, clock.now())
        return _asked(part, refund)

    return parts().change(order_id, seller_order_id, decide, receipt=receipt)


def by_operator(
    order_id: str,
    seller_order_id: str,
    amounts: Amounts,
    refund_id: str,
    *,
    as_credits: bool,
    operator_id: str,
    receipt: Receipts = no_receipt,
) -> Kept:
    def acted(after: Order) -> list[Event]:
        return [events.acted(operator_id, "give_back", order_id, after.version)]

    def decide(_: Kept, part: SellerOrder) -> Step:
        progress.check_paid(part)
        rules.check_amounts(part, amounts)
        refund = rules.asked(part, refund_id, "operator", amounts, clock.now(), as_credits=as_credits)
        return _asked(part, refund)

    return parts().change(order_id, seller_order_id, decide, receipt=receipt, acted=acted)


def call_back(order_id: str, seller_order_id: str) -> Kept:
    """All that is left of a part's price, and nothing more of it is sent. Once, however often it is decided."""
    refund_id = ids.derived_id("rfd", seller_order_id, "called_back")

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        if any(one.refund_id == refund_id for one in kept.refunds):
            return None
        return cancelling.called_back(kept, part, refund_id, windows(), clock.now())

    return parts().change(order_id, seller_order_id, decide)


def not_sent(order_id: str, seller_order_id: str) -> Kept:
    """Its time to be sent is over."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        if not due.is_due(part, "ship_by", clock.now()):
            return None
        refund_id = ids.derived_id("rfd", seller_order_id, "not_sent", str(part.version))
        return cancelling.cancelled(kept, part, None, "not_sent", refund_id, windows(), clock.now())

    return parts().change(order_id, seller_order_id, decide)


def give_back_lines(order_id: str, seller_order_id: str, line_ids: Sequence[str]) -> Kept:
    """Files that nobody has downloaded: their buyer has given them back already. Once for each line."""
    refund_id = ids.derived_id("rfd", seller_order_id, "files", *sorted(line_ids))

    def decide(_: Kept, part: SellerOrder) -> Step | None:
        wanted = [line for line in part.lines if line.line_id in line_ids and line.delivered > line.returned]
        if not wanted:
            return None
        pieces = {line.line_id: line.delivered - line.returned for line in wanted}
        after = lines.returned(part, pieces)
        amounts = rules.of_pieces(after)
        refund = rules.asked(part, refund_id, "returned", amounts, clock.now(), pieces=pieces)
        return _asked(after, refund, off=False)

    return parts().change(order_id, seller_order_id, decide)


def _asked(part: SellerOrder, refund: MoneyBack, *, off: bool = True) -> Step:
    after = rules.noted(part, refund.lines, off=off)
    return Step(after, refunds=[refund], told=[rules.told_asked(part, refund)])


# Carrying it out


def plan(order_id: str, refund_id: str) -> Outcome:
    kept = orders().whole(order_id)
    refund = kept.refund(refund_id)
    if refund.state != "asked":
        return RefundOver(refund_id=refund_id)
    return rules.plan(kept, refund)


def carried_out(done: Refunded) -> MoneyBack:
    """Its return, if it was for one, is at its end with it."""
    refund = orders().whole(done.order_id).refund(done.refund_id)

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        now = clock.now()
        after = rules.carried_out(kept.refund(done.refund_id), done, now)
        if not after:
            return None
        step = Step(part, refunds=[after], told=[rules.told_done(kept, after)])
        if not after.return_id:
            return step
        ended = returning.given_back(kept.returning(after.return_id), return_windows(), now)
        if not ended:
            return step
        told = [*step.told, returning.told(part, ended)]
        return Step(part, refunds=[after], returns=[ended], told=told)

    return parts().change(done.order_id, refund.seller_order_id, decide).refund(done.refund_id)


def seen_to(order_id: str, refund_id: str) -> tuple[MoneyBack, bool]:
    """And whether the sale is kept back for it still."""
    planned = orders().whole(order_id)
    refund = planned.refund(refund_id)
    nothing = Money.zero(refund.total.currency)
    booked = Booked(by_card=nothing, by_credits=nothing, owed=nothing)
    done = carried_out(Refunded(order_id=order_id, refund_id=refund_id, booked=booked, by_hand=True))
    return done, rules.froze(planned, refund)


def heard(refund_id: str, move: RefundMove) -> None:
    """What payments tells of a refund. It tells of others as well, and of some before their workflow does."""
    order_id = refunds().order_of(refund_id)
    if not order_id:
        return
    refund = orders().whole(order_id).refund(refund_id)

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        after = rules.heard(kept.refund(refund_id), move, clock.now())
        return Step(part, refunds=[after], told=[rules.told_done(kept, after)]) if after else None

    parts().change(order_id, refund.seller_order_id, decide)
