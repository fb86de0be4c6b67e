"""Journals of a sale: paid, released, given back."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.sales import (
    ChargebackLost,
    OrderPaid,
    RefundFailed,
    RefundReturned,
    RefundSettled,
    SaleRefunded,
    SaleReleased,
)
from functions.ledger.rules.journals.book import Entry, books, credit, debit, from_what_there_is


@books(OrderPaid)
def order_paid(fact: OrderPaid) -> Iterator[Entry]:
    yield debit(on.STRIPE_PENDING, fact.card)
    if fact.hold:
        yield debit(on.hold(fact.hold.hold_id), fact.hold.held)
        yield credit(on.credits_of(fact.buyer_id), fact.hold.held - fact.credits)
    for sale in fact.sales:
        yield debit(on.PROMOTIONS, sale.subsidy)
        yield credit(on.seller_order_pending(sale.seller_order_id), sale.net)
        yield credit(on.COMMISSION_HELD, sale.commission)
        yield credit(on.COMMISSION_TAX_HELD, sale.commission_tax)
        yield credit(on.TAX_PAYABLE, sale.tax)


@books(SaleReleased)
def sale_released(fact: SaleReleased) -> Iterator[Entry]:
    yield debit(on.seller_order_pending(fact.seller_order_id), fact.net)
    yield credit(on.available(fact.store_id), fact.net)
    yield debit(on.COMMISSION_HELD, fact.commission)
    yield credit(on.COMMISSION, fact.commission)
    yield debit(on.COMMISSION_TAX_HELD, fact.commission_tax)
    yield credit(on.COMMISSION_TAX, fact.commission_tax)


@books(SaleRefunded)
def sale_refunded(fact: SaleRefunded) -> Iterator[Entry]:
    yield from _taken_back(fact)
    yield credit(on.credits_of(fact.buyer_id) if fact.as_credits else on.REFUNDS_IN_TRANSIT, fact.piece.card)
    yield credit(on.credits_of(fact.buyer_id), fact.piece.credits)


@books(ChargebackLost)
def chargeback_lost(fact: ChargebackLost) -> Iterator[Entry]:
    yield from _taken_back(fact)
    yield credit(on.DISPUTES_OPEN, fact.piece.disputed)


def _taken_back(fact: SaleRefunded | ChargebackLost) -> Iterator[Entry]:
    """From where the sale's money is: with the sale until it is released, then with seller, platform and tax office."""
    piece = fact.piece
    if fact.released:
        there, owed = on.available(fact.store_id), on.debt("store", fact.store_id)
        yield from from_what_there_is(there, owed, piece.net, fact.available)
    else:
        yield debit(on.seller_order_pending(fact.seller_order_id), piece.net)
    yield debit(on.COMMISSION if fact.released else on.COMMISSION_HELD, piece.commission)
    yield debit(on.COMMISSION_TAX if fact.released else on.COMMISSION_TAX_HELD, piece.commission_tax)
    yield debit(on.TAX_PAYABLE, piece.tax)
    yield credit(on.PROMOTIONS, piece.subsidy)


@books(RefundSettled)
def refund_settled(fact: RefundSettled) -> Iterator[Entry]:
    """What a chargeback has given was lost with it: the refund had taken it from the sale before."""
    paid_from = {"stripe": on.STRIPE_AVAILABLE, "bank": on.BANK, "chargeback": on.LOSSES}
    yield debit(on.REFUNDS_IN_TRANSIT, fact.amount)
    yield credit(paid_from[fact.sent_by], fact.amount)


@books(RefundReturned)
def refund_returned(fact: RefundReturned) -> Iterator[Entry]:
    yield debit(on.STRIPE_AVAILABLE, fact.amount)
    yield credit(on.REFUNDS_IN_TRANSIT, fact.amount)


@books(RefundFailed)
def refund_failed(fact: RefundFailed) -> Iterator[Entry]:
    yield debit(on.REFUNDS_IN_TRANSIT, fact.amount)
    yield credit(on.credits_of(fact.buyer_id), fact.amount)
