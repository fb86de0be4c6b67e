"""The ledger's part in a checkout and a settlement: credits set aside, an order paid, a sale released or given back."""

from functions.ledger.model.commission import CommissionTerms, LineToRate
from functions.ledger.model.standing import Standing
from functions.ledger.model.tasks import (
    CaptureCredits,
    ChargebackBooked,
    CheckTerms,
    FactRecorded,
    FreezeSale,
    Held,
    HoldCredits,
    LinePaid,
    LoseChargeback,
    OfSellerOrder,
    Rated,
    Record,
    Recorded,
    RecordPaid,
    RefundBooked,
    RefundSale,
    Stands,
    VoidCredits,
    WithdrawalBecame,
    WithdrawalStands,
)
from functions.ledger.rules.split import LineSold, SellerPart, sales_of
from functions.ledger.store.chargebacks import chargebacks
from functions.ledger.store.commission import commission
from functions.ledger.store.holds import holds
from functions.ledger.store.sales import sales
from functions.ledger.store.telling import telling
from functions.ledger.store.withdrawals import withdrawals
from kernel.tasks import Outcome, Tasks

tasks = Tasks("ledger")
handler = tasks.handler


@tasks.task("hold_credits", HoldCredits)
def hold_credits(asked: HoldCredits) -> Outcome:
    kept = holds().hold(asked.order_id, asked.buyer_id, asked.amount, asked.hold_s)
    return Held(outcome="held", hold_id=kept.hold_id)


@tasks.task("capture", CaptureCredits)
def capture_credits(asked: CaptureCredits) -> Outcome:
    """The order is certain to be paid. The credits wait on the hold's account until its journal takes them up."""
    kept = holds().capture(asked.order_id, asked.amount)
    return Held(outcome="captured", hold_id=kept.hold_id)


@tasks.task("void", VoidCredits)
def void_credits(asked: VoidCredits) -> Outcome:
    kept = holds().void(asked.order_id, asked.buyer_id, asked.currency)
    return Held(outcome="voided", hold_id=kept.hold_id)


@tasks.task("record_paid", RecordPaid)
def record_paid(asked: RecordPaid) -> Outcome:
    """The hold is captured with it: what it held goes nowhere but to these sellers."""
    sold = sales_of(
        asked.order_id, asked.buyer_id, asked.payment_id, _parts(asked), by_card=asked.card, by_credits=asked.credits
    )
    sales().record_paid(asked.order_id, asked.buyer_id, asked.payment_id, sold)
    return Recorded()


@tasks.task("check_terms", CheckTerms)
def check_terms(asked: CheckTerms) -> Outcome:
    _parts(asked)
    return Rated()


@tasks.task("release_funds", OfSellerOrder)
def release_funds(asked: OfSellerOrder) -> Outcome:
    return _stands("released", sales().release(asked.seller_order_id))


@tasks.task("freeze", FreezeSale)
def freeze(asked: FreezeSale) -> Outcome:
    return _stands("frozen", sales().freeze(asked.seller_order_id, asked.cause))


@tasks.task("unfreeze", FreezeSale)
def unfreeze(asked: FreezeSale) -> Outcome:
    return _stands("unfrozen", sales().unfreeze(asked.seller_order_id, asked.cause))


@tasks.task("refund", RefundSale)
def refund(asked: RefundSale) -> Outcome:
    given = sales().refund(
        asked.seller_order_id, asked.store_id, asked.refund_id, asked.lines, as_credits=asked.as_credits
    )
    return RefundBooked(**dict(given))


@tasks.task("chargeback_lost", LoseChargeback)
def chargeback_lost(asked: LoseChargeback) -> Outcome:
    absorbed = chargebacks().lose(asked.chargeback_id, asked.payment_id, asked.amount, asked.seller_order_ids)
    return ChargebackBooked(absorbed=absorbed)


@tasks.task("record", Record)
def record(asked: Record) -> Outcome:
    """What payments, ads, affiliates and banks saw happen. The books add what only they know."""
    return FactRecorded(journal_id=telling().tell(asked.kind, asked.said).journal_id)


@tasks.task("withdrawal", WithdrawalBecame)
def withdrawal(asked: WithdrawalBecame) -> Outcome:
    withdrawals().became(asked.store_id, asked.withdrawal_id, asked.became, asked.reason)
    return WithdrawalStands(outcome=asked.became)


def _parts(asked: CheckTerms | RecordPaid) -> list[SellerPart]:
    """Each line with its terms: those it comes with, or those of the rule that was for it when it was ordered."""
    unrated = [
        LineToRate(**line.sold.model_dump(), store_id=one.store_id, price=line.goods)
        for one in asked.seller_orders
        for line in one.lines
        if not line.terms
    ]
    found = iter(commission().terms_at(asked.ordered_at, unrated) if unrated and asked.ordered_at else ())
    return [
        SellerPart(one.seller_order_id, one.store_id, [_sold(line, line.terms or next(found)) for line in one.lines])
        for one in asked.seller_orders
    ]


def _sold(line: LinePaid, terms: CommissionTerms) -> LineSold:
    return LineSold(line.line_id, line.goods, line.tax, line.subsidy, terms)


def _stands(outcome: str, kept: Standing) -> Outcome:
    return Stands.model_validate({"outcome": outcome, "freezes": len(kept.freezes)})
