"""Orders' part in a checkout: what is to be asked of whom, waiting for the money, and how it ended."""

from functions.orders import refunding, returning, settling, waking, workflow
from functions.orders.model.orders import Order
from functions.orders.model.refunds import PlanRefund, Refunded, RefundSeenTo, RefundStands
from functions.orders.model.returns import ExchangeEnded, PlanReturn, ReturnOpened, ReturnStands
from functions.orders.model.settling import FROZEN, NotReleased, OfPart, Settle, Settled
from functions.orders.model.tasks import (
    Awaiting,
    AwaitPayment,
    Cancel,
    Confirm,
    Over,
    Park,
    Parked,
    Screen,
)
from functions.orders.rules import orders as rules
from functions.orders.rules import paying, placing, plans, screening
from functions.orders.rules.screening import ByLimits, Facts, Limits
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.store.waiting import waiting
from functions.orders.windows import windows
from kernel import clock, log, settings
from kernel.tasks import Outcome, Refused, Tasks

tasks = Tasks("orders")
handler = tasks.handler


@tasks.task("screen", Screen)
def screen(asked: Screen) -> Outcome:
    """Whether it may go on at all, and then all that the other tasks are asked."""
    kept, now = orders().whole(asked.order_id), clock.now()
    order = kept.order
    if order.state != "pending":
        return _over(order)
    if order.cancel_asked_at:
        return Refused(code="by_buyer", detail=paying.BY_BUYER["detail"])
    plan = plans.plan(kept, now)
    if not plan:
        return Refused(code="expired", detail="There is no time left to pay it.")
    limits = Limits(**settings.setting("screening", {}))
    recent = orders().unpaid_since(order.owner_id, now - screening.RECENTLY, order.order_id, limits.most_unpaid)
    facts = Facts(order.totals.total, placing.is_guest(order.buyer_id), recent)
    port: screening.Screening = ByLimits(limits)
    if reasons := port.reasons(facts):
        log.count("orders_screened_total")
        log.info("screened", order_id=order.order_id, reasons=reasons)
        return Refused(code=screening.Screened.code, detail=screening.Screened.advice)
    return plan


@tasks.task("await_payment", AwaitPayment)
def await_payment(asked: AwaitPayment) -> Outcome:
    """Stores the token, then looks what is known: whoever hears of the payment stores that, then looks for a token."""
    begun, known = asked.payment, paying.at_once(asked.payment)
    if known or not begun.payment_id:
        workflow.tell(asked.token, known or paying.ENDED)
        return Awaiting()
    waiting().wait(asked.order_id, asked.token, begun.payment_id, begun.client_secret or "", patient=asked.patient)
    waking.payment_news(asked.order_id)
    return Awaiting()


@tasks.task("confirm", Confirm)
def confirm(asked: Confirm) -> Outcome:
    """It stands, and everybody hears of it."""
    return _over(orders().confirm(asked.order_id, asked.payment_id, windows()))


@tasks.task("cancel", Cancel)
def cancel(asked: Cancel) -> Outcome:
    reason = rules.reason_of(asked.stopped, orders().order(asked.order_id))
    ended = orders().cancel(asked.order_id, reason)
    log.count("orders_cancelled_total", reason=ended.reason or "")
    return _over(ended)


@tasks.task("park", Park)
def park(asked: Park) -> Outcome:
    named = {"workflow": asked.workflow, "subject_id": asked.subject_id or asked.order_id, "step": asked.step}
    why = rules.why(asked.trouble)
    parked().park(asked.order_id, **named, execution=asked.execution, why=why, token=asked.token)
    log.count("orders_parked_total", workflow=asked.workflow)
    return Parked()


@tasks.task("settle", Settle)
def settle(asked: Settle) -> Outcome:
    """By what the books said: completed, or paused, while something about the sale is not decided yet."""
    if asked.released.outcome == "released":
        return complete(asked)
    if asked.released.code != FROZEN:
        raise NotReleased(asked.released.code)
    settling.pause(asked.order_id, asked.seller_order_id, asked.attempt)
    return Settled(outcome="paused")


@tasks.task("complete", OfPart)
def complete(asked: OfPart) -> Outcome:
    """The store has its money: its part is at its end."""
    settling.complete(asked.order_id, asked.seller_order_id)
    return Settled(outcome="completed")


@tasks.task("plan_refund", PlanRefund)
def plan_refund(asked: PlanRefund) -> Outcome:
    return refunding.plan(asked.order_id, asked.refund_id)


@tasks.task("refunded", Refunded)
def refunded(asked: Refunded) -> Outcome:
    done = refunding.carried_out(asked)
    log.count("refunds_total", cause=done.cause, state=done.state)
    return RefundStands(state=done.state)


@tasks.task("seen_to", PlanRefund)
def seen_to(asked: PlanRefund) -> Outcome:
    """A person says that money and goods are where they belong."""
    done, frozen = refunding.seen_to(asked.order_id, asked.refund_id)
    return RefundSeenTo(
        state=done.state,
        frozen=frozen,
        seller_order_id=done.seller_order_id,
        cause=done.return_id or done.refund_id,
    )


@tasks.task("plan_return", PlanReturn)
def plan_return(asked: PlanReturn) -> Outcome:
    return returning.plan(asked.order_id, asked.return_id)


@tasks.task("return_opened", ReturnOpened)
def return_opened(asked: ReturnOpened) -> Outcome:
    """Its freeze is in the books, or there is nothing left to freeze."""
    return ReturnStands(state=returning.opened(asked.order_id, asked.return_id, asked.froze).state)


@tasks.task("exchanged", ExchangeEnded)
def exchanged(asked: ExchangeEnded) -> Outcome:
    return ReturnStands(state=returning.exchanged(asked.order_id, asked.return_id, asked.reserved).state)


def _over(order: Order) -> Over:
    ended = order.state == "cancelled"
    return Over(outcome="cancelled" if ended else "confirmed", order_id=order.order_id, reason=order.reason)
