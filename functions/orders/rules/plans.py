"""What a checkout asks of each domain for an order: all of it follows from the order as it was placed."""

from datetime import datetime

from functions.orders.model.orders import SHIPPING, Kept, OrderLine, SellerOrder, Sending
from functions.orders.model.tasks import (
    LinePaid,
    Needs,
    OfferLine,
    PartPaid,
    Screened,
    SoldAs,
    StockLine,
    UseLine,
)
from functions.orders.rules import deadlines

STOCKED = "goods"  # a file is never out of stock


def plan(kept: Kept, now: datetime) -> Screened | None:
    """None: it is too late to begin."""
    order, paying = kept.order, kept.order.paying
    hold_s = deadlines.hold_s(paying.method, paying.pay_by, now, to_pay=bool(paying.card))
    if hold_s < 1:
        return None
    lines = [(part.store_id, line) for part in kept.parts for line in part.lines]
    stock = [
        StockLine(store_id=store_id, variant_id=line.variant_id, quantity=line.quantity)
        for store_id, line in lines
        if line.kind == STOCKED
    ]
    needs = Needs(
        stock=bool(stock),
        agreed=any(line.proposal_id for _, line in lines),
        promotions=bool(order.uses),
        credits=bool(paying.credits),
        payment=bool(paying.card),
    )
    return Screened(
        order_id=order.order_id,
        buyer_id=order.buyer_id,
        currency=order.currency,
        needs=needs,
        stock=stock,
        offers=[_offer(store_id, line) for store_id, line in lines],
        promotions=[UseLine(promotion_id=one.promotion_id, uses=one.uses) for one in order.uses],
        credits=paying.credits,
        card=paying.card,
        method=paying.method,
        payment_method_id=paying.payment_method_id,
        pay_by=paying.pay_by,
        hold_s=hold_s,
        wait_s=deadlines.wait_s(paying.pay_by, now),
        patience_s=deadlines.patience_s(paying.method),
        ordered_at=order.placed_at,
        seller_orders=paid_parts(kept),
    )


def paid_parts(kept: Kept) -> list[PartPaid]:
    """As the books are told of it."""
    return [_paid(part) for part in kept.parts]


def _offer(store_id: str, line: OrderLine) -> OfferLine:
    return OfferLine(
        store_id=store_id,
        product_id=line.product_id,
        offer_id=line.offer_id,
        offer_version=line.offer_version,
        variant_id=line.variant_id,
        kind=line.kind,
        quantity=line.quantity,
        price=line.unit_price,
        proposal_id=line.proposal_id,
    )


def _paid(part: SellerOrder) -> PartPaid:
    lines = [_sold(line.line_id, line, line) for line in part.lines]
    if part.shipping and part.shipping.goods:
        lines.append(_sold(SHIPPING, part.shipping, None))
    return PartPaid(seller_order_id=part.seller_order_id, store_id=part.store_id, lines=lines)


def _sold(line_id: str, amounts: OrderLine | Sending, line: OrderLine | None) -> LinePaid:
    """Shipping is no product: the rule of the store, or of the platform, is for it."""
    sold = SoldAs()
    if line:
        sold = SoldAs(product_id=line.product_id, categories=line.category_path[::-1], campaigns=line.campaigns)
    return LinePaid(line_id=line_id, goods=amounts.goods, tax=amounts.tax, subsidy=amounts.subsidy, sold=sold)
