"""What can happen to a seller order's money, each thing once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.ledger.model.facts.sales import ChargebackLost, SaleRefunded, SaleReleased
from functions.ledger.model.sales import Sale
from functions.ledger.model.standing import (
    FREEZES,
    NoSuchSale,
    SaleFrozen,
    SaleReleasedAlready,
    Standing,
    TooManyFreezes,
)
from functions.ledger.rules import reversals
from kernel.money import Money

OF_SALE = ("order_id", "seller_order_id", "store_id", "buyer_id", "payment_id")


def opened(sale: Sale) -> Standing:
    return Standing(sale=sale, so_far=reversals.nothing(sale))


def released(kept: Standing, now: datetime) -> tuple[Standing, SaleReleased] | None:
    """None, if it was released before. What is left of it goes to the seller, and the commission on that is earned."""
    if kept.released:
        return None
    if kept.freezes:
        raise SaleFrozen()
    left = reversals.left_of(kept.sale, kept.so_far)
    fact = SaleReleased(
        at=now,
        **_of_sale(kept.sale),
        net=left.net,
        commission=left.commission,
        commission_tax=left.commission_tax,
    )
    return _changed(kept, released=True), fact


def frozen(kept: Standing, cause: str) -> Standing | None:
    if cause in kept.freezes:
        return None
    if kept.released:
        raise SaleReleasedAlready()
    if len(kept.freezes) >= FREEZES:
        raise TooManyFreezes()
    return _changed(kept, freezes=[*kept.freezes, cause])


def unfrozen(kept: Standing, cause: str) -> Standing | None:
    """Only this cause: what others hold back stays so."""
    if cause not in kept.freezes:
        return None
    return _changed(kept, freezes=[one for one in kept.freezes if one != cause])


def refunded(
    kept: Standing, refund_id: str, lines: Mapping[str, Money], available: Money, now: datetime, *, as_credits: bool
) -> tuple[Standing, SaleRefunded]:
    """A freeze keeps money from the seller, not from the buyer. `available`: what the seller has by then."""
    piece, after = reversals.refund(kept.sale, kept.so_far, lines)
    fact = SaleRefunded(
        at=now,
        **_of_sale(kept.sale),
        refund_id=refund_id,
        piece=piece,
        released=kept.released,
        available=available,
        as_credits=as_credits,
    )
    return _changed(kept, so_far=after), fact


def disputed(
    kept: Standing, chargeback_id: str, share: Money, available: Money, now: datetime
) -> tuple[Standing, ChargebackLost] | None:
    """None, where nothing is left of what the card had paid."""
    taken = min(share, reversals.left_of(kept.sale, kept.so_far).card)
    if not taken:
        return None
    piece, after = reversals.dispute(kept.sale, kept.so_far, taken)
    fact = ChargebackLost(
        at=now,
        **_of_sale(kept.sale),
        chargeback_id=chargeback_id,
        piece=piece,
        released=kept.released,
        available=available,
    )
    return _changed(kept, so_far=after), fact


def check_paid_by(kept: Sequence[Standing], payment_id: str) -> None:
    """A chargeback takes nothing from a sale that another payment paid."""
    if any(one.sale.payment_id != payment_id for one in kept):
        raise NoSuchSale()


def _of_sale(sale: Sale) -> dict[str, str]:
    return {name: getattr(sale, name) for name in OF_SALE}


def _changed(kept: Standing, **said: object) -> Standing:
    return kept.model_copy(update={**said, "version": kept.version + 1})
