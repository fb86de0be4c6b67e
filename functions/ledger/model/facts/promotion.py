"""Facts of whoever brings buyers: affiliates and ads."""

from typing import ClassVar, Literal

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.names import Amount, Part, Reference, SellerOrderId, StoreId


class AffiliateEarned(Fact):
    """A sale that somebody sent the buyer to was released."""

    identity: ClassVar = ("affiliate_id", "seller_order_id")

    affiliate_id: Reference
    seller_order_id: SellerOrderId
    store_id: StoreId
    borne_by: Literal["platform", "store"]
    amount: Amount


class AffiliateReversed(Fact):
    """A part of that sale was refunded afterwards. What the affiliate was paid already is not asked back."""

    identity: ClassVar = ("affiliate_id", "refund_id", "seller_order_id")

    affiliate_id: Reference
    refund_id: Reference
    seller_order_id: SellerOrderId
    store_id: StoreId
    borne_by: Literal["platform", "store"]
    amount: Amount
    available: Part


class AffiliatePaid(Fact):
    """It is on its way to the affiliate."""

    identity: ClassVar = ("payout_id",)

    payout_id: Reference
    affiliate_id: Reference
    amount: Amount


class AffiliatePayoutArrived(Fact):
    """The provider took it from the bank."""

    identity: ClassVar = ("payout_id",)

    payout_id: Reference
    affiliate_id: Reference
    amount: Amount


class AdBudgetReserved(Fact):
    """A seller sets money aside for an ad: clicks never cost more than that."""

    identity: ClassVar = ("ad_id", "reference")

    ad_id: Reference
    reference: Reference
    store_id: StoreId
    amount: Amount


class AdClicked(Fact):
    """Clicks of one batch, each once, with the tax on them."""

    identity: ClassVar = ("ad_id", "batch_id")

    ad_id: Reference
    batch_id: Reference
    store_id: StoreId
    amount: Amount
    tax: Part


class AdBudgetReturned(Fact):
    """The ad is over: what is left goes back."""

    identity: ClassVar = ("ad_id", "reference")

    ad_id: Reference
    reference: Reference
    store_id: StoreId
    amount: Amount
