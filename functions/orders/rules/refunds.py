"""What goes back of what was paid: of an order that came to nothing all of it, else by the piece or as its store likes.

Every figure is cumulative: `round(worth × gone / quantity) − already`, so that all pieces together are the whole price.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from functions.orders import events
from functions.orders.model.orders import SHIPPING, Kept, OrderLine, SellerOrder, Sending
from functions.orders.model.refunds import (
    AmountNotChargeable,
    Booked,
    Cause,
    Download,
    GivesBackTooMuch,
    MoneyBack,
    NeedsOfRefund,
    NothingToGiveBack,
    Refunded,
    RefundMove,
    RefundPlanned,
    RefundState,
    Restock,
    StockLine,
)
from functions.orders.model.tasks import PartPaid, RefundPart
from functions.orders.rules.lines import SENT_KINDS, Pieces, to_send
from functions.orders.rules.plans import paid_parts
from functions.orders.rules.progress import of_part
from kernel import ids
from kernel.events import Data
from kernel.money import CURRENCIES, Money

FILES = "digital"

REFUND: Mapping[tuple[RefundState, RefundMove], RefundState] = {
    ("asked", "pend"): "pending",
    ("asked", "send"): "sent",
    ("asked", "credit"): "credited",
    ("asked", "see_to"): "by_hand",
    ("pending", "send"): "sent",
    ("pending", "credit"): "credited",
    ("sent", "credit"): "credited",  # the buyer's bank sent it back
}
SAID: Mapping[str, RefundMove] = {"sent": "send", "failed": "credit"}  # by payments; else a bank is at it


def everything(kept: Kept) -> list[RefundPart]:
    """The ids are the same however often it is decided: what was given back is not given back again."""
    return [one for part in paid_parts(kept) for one in _whole(part)]


def _whole(part: PartPaid) -> Iterator[RefundPart]:
    worth = {line.line_id: line.goods + line.tax for line in part.lines if line.goods + line.tax}
    if worth:
        refund_id = ids.derived_id("rfd", part.seller_order_id, "whole")
        yield RefundPart(seller_order_id=part.seller_order_id, store_id=part.store_id, refund_id=refund_id, lines=worth)


# Amounts


def worth(one: OrderLine | Sending) -> Money:
    """As the books have it: with tax, and with what Metco gives off."""
    return one.goods + one.tax


def given(one: OrderLine | Sending) -> Money:
    return one.refunded or Money.zero(one.goods.currency)


def left(one: OrderLine | Sending) -> Money:
    return worth(one) - given(one)


def of_pieces(after: SellerOrder) -> dict[str, Money]:
    """What the pieces that are gone by now are worth, less what went back for them before."""
    amounts = {line.line_id: _of_line(line) for line in after.lines}
    if after.shipping and _never_sent(after):
        amounts[SHIPPING] = left(after.shipping)
    return {line_id: amount for line_id, amount in amounts.items() if amount}


def all_left(part: SellerOrder) -> dict[str, Money]:
    amounts = {line.line_id: left(line) for line in part.lines}
    if part.shipping:
        amounts[SHIPPING] = left(part.shipping)
    return {line_id: amount for line_id, amount in amounts.items() if amount}


def check_amounts(part: SellerOrder, amounts: Mapping[str, Money]) -> None:
    there: dict[str, OrderLine | Sending] = {line.line_id: line for line in part.lines}
    if part.shipping:
        there[SHIPPING] = part.shipping
    if not amounts or not set(amounts) <= set(there) or any(amount.minor <= 0 for amount in amounts.values()):
        raise NothingToGiveBack()
    for line_id, amount in amounts.items():
        if amount.currency != part.total.currency or amount > left(there[line_id]):
            raise GivesBackTooMuch(f"Of line {line_id}, {left(there[line_id])} are left to give back.")
    if not all(amount.chargeable() for amount in amounts.values()):
        raise AmountNotChargeable()


def noted(part: SellerOrder, amounts: Mapping[str, Money], *, off: bool = False) -> SellerOrder:
    """`off`: the price is less by it, and no piece is gone for it."""
    lines = [_given(line, amounts[line.line_id], off=off) if line.line_id in amounts else line for line in part.lines]
    shipping = part.shipping
    if shipping and SHIPPING in amounts:
        shipping = shipping.model_copy(update={"refunded": given(shipping) + amounts[SHIPPING]})
    return part.model_copy(update={"lines": lines, "shipping": shipping})


def _given(line: OrderLine, amount: Money, *, off: bool) -> OrderLine:
    changed = {"refunded": given(line) + amount}
    if off:
        changed["given_off"] = _off(line) + amount
    return line.model_copy(update=changed)


def _off(line: OrderLine) -> Money:
    return line.given_off or Money.zero(line.goods.currency)


def _of_line(line: OrderLine) -> Money:
    price, gone = worth(line) - _off(line), line.cancelled + line.returned
    step = CURRENCIES[price.currency].charge_step
    exact = Fraction(price.minor * gone, line.quantity * step)
    due = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator) * step
    before = (given(line) - _off(line)).minor
    return Money(max(0, min(due - before, left(line).minor)), price.currency)


def _never_sent(part: SellerOrder) -> bool:
    """Shipping was paid for nothing: of what goes into parcels nothing was sent, and nothing will be."""
    return not to_send(part) and not any(line.sent for line in part.lines if line.kind in SENT_KINDS)


# Goods


def shelved(part: SellerOrder, pieces: Pieces) -> tuple[SellerOrder, list[Restock]]:
    """What of these can be sold again: pieces that were sent in exchange come first, each to its own reservation."""
    lines, back = [], list[Restock]()
    for line in part.lines:
        some = pieces.get(line.line_id, 0) if line.kind in SENT_KINDS else 0
        after, found = _unreplaced(line, some)
        lines.append(after)
        back += found
    return part.model_copy(update={"lines": lines}), back


def never_lost(before: OrderLine, after: OrderLine) -> int:
    """Of the pieces cancelled now, how many lie with their store: those that went astray do not."""
    return max(0, after.cancelled - after.lost) - max(0, before.cancelled - before.lost)


def _unreplaced(line: OrderLine, some: int) -> tuple[OrderLine, list[Restock]]:
    kept, back = list(line.replaced), list[Restock]()
    while some and kept:
        last = kept.pop()
        take = min(some, last.quantity)
        back.append(last.model_copy(update={"quantity": take}))
        some -= take
        if take < last.quantity:
            kept.append(last.model_copy(update={"quantity": last.quantity - take}))
    if some:
        back.append(Restock(variant_id=line.variant_id, quantity=some))
    return line.model_copy(update={"replaced": kept}), back


# A refund


def asked(
    part: SellerOrder,
    refund_id: str,
    cause: Cause,
    amounts: Mapping[str, Money],
    now: datetime,
    *,
    pieces: Pieces | None = None,
    restock: list[Restock] | None = None,
    return_id: str | None = None,
    as_credits: bool = False,
) -> MoneyBack:
    return MoneyBack(
        refund_id=refund_id,
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        cause=cause,
        return_id=return_id,
        lines=dict(amounts),
        pieces=dict(pieces or {}),
        restock=restock or [],
        total=sum(amounts.values(), Money.zero(part.total.currency)),
        as_credits=as_credits,
        asked_at=now,
    )


def told_asked(part: SellerOrder, refund: MoneyBack) -> Data:
    said = {name: getattr(refund, name) for name in ("refund_id", "return_id", "cause", "lines", "pieces", "total")}
    return events.RefundAsked(**of_part(part), **said)


def plan(kept: Kept, refund: MoneyBack) -> RefundPlanned:
    """What every other domain is asked for it."""
    part, order, zero = kept.part(refund.seller_order_id), kept.order, Money.zero(refund.total.currency)
    stock = [
        StockLine(store_id=part.store_id, variant_id=one.variant_id, quantity=one.quantity) for one in refund.restock
    ]
    downloads = [
        Download(product_id=line.product_id, offer_id=line.offer_id)
        for line in part.lines
        if line.kind == FILES and line.line_id in refund.lines and not left(line)
    ]
    return RefundPlanned(
        order_id=order.order_id,
        refund_id=refund.refund_id,
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        buyer_id=order.buyer_id,
        payment_id=order.paying.payment_id,
        lines=refund.lines,
        as_credits=refund.as_credits,
        stock=stock,
        instead=list(dict.fromkeys(one.sold_by for one in refund.restock if one.sold_by)),
        downloads=downloads,
        thaw=refund.return_id or refund.refund_id,
        needs=NeedsOfRefund(
            money=bool(refund.lines), stock=bool(stock), downloads=bool(downloads), thaw=froze(kept, refund)
        ),
        booked=Booked(by_card=zero, by_credits=zero, owed=zero),
    )


def froze(kept: Kept, refund: MoneyBack) -> bool:
    """Its return had the store's money kept back."""
    return any(one.return_id == refund.return_id and one.frozen for one in kept.returns)


def carried_out(refund: MoneyBack, done: Refunded, now: datetime) -> MoneyBack | None:
    """None: that is known."""
    move = _move_of(refund, done)
    if (refund.state, move) not in REFUND or refund.state != "asked":
        return None
    by = {"by_card": done.booked.by_card, "by_credits": done.booked.by_credits}
    return _moved(refund, move, now, **by)


def heard(refund: MoneyBack, move: RefundMove, now: datetime) -> MoneyBack | None:
    """A bank has taken it, or would not. While its workflow is at it, that one asks payments itself."""
    if refund.state == "asked" or (refund.state, move) not in REFUND:
        return None
    return _moved(refund, move, now)


def _move_of(refund: MoneyBack, done: Refunded) -> RefundMove:
    if done.by_hand:
        return "see_to"
    if not done.booked.by_card:
        return "credit" if refund.lines else "send"
    return SAID.get(done.sent.outcome, "pend")


def _moved(refund: MoneyBack, move: RefundMove, now: datetime, **changed: Money) -> MoneyBack:
    state = REFUND[refund.state, move]
    at = {} if state == "pending" else {"settled_at": now}
    return refund.model_copy(update={**changed, **at, "state": state, "version": refund.version + 1})


def told_done(kept: Kept, refund: MoneyBack) -> Data:
    said = {name: getattr(refund, name) for name in ("refund_id", "return_id", "state", "by_card", "by_credits")}
    return events.RefundCarriedOut(**of_part(kept.part(refund.seller_order_id)), **said)
