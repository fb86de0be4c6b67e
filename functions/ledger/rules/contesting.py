"""What a chargeback freezes, and what it takes from."""

from functions.ledger.model.chargebacks import Chargeback
from functions.ledger.model.journals import Journal
from functions.ledger.model.told.payments import ChargebackClosed, ChargebackOpened


def opened(told: ChargebackOpened) -> Chargeback:
    return _of(told)


def closed(told: ChargebackClosed) -> Chargeback:
    return _of(told).model_copy(update={"state": told.outcome})


def _of(told: ChargebackOpened | ChargebackClosed) -> Chargeback:
    order_id = told.order_id if told.purpose == "order" else None
    return Chargeback(chargeback_id=told.chargeback_id, payment_id=told.payment_id, order_id=order_id)


def sales_paid(paid: Journal | None, payment_id: str) -> list[str]:
    """The sales of an order's journal, if it is this payment that paid them: another try may have."""
    if not paid or paid.refs.payment_id != payment_id:
        return []
    by_leg = [leg.account.split(":")[1] for leg in paid.legs if leg.account.startswith("seller-order:")]
    return list(dict.fromkeys([*by_leg, *(one for one in paid.references if one.startswith("slo_"))]))
