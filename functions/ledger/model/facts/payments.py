"""Facts of Stripe: what it charges, frees, takes, and what belongs to nothing."""

from typing import ClassVar, Literal

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.names import Amount, BuyerId, Part, Reference, StoreId


class FundsAvailable(Fact):
    """What buyers paid is at Metco's disposal now."""

    identity: ClassVar = ("transaction_id",)

    transaction_id: Reference
    payment_id: Reference | None = None
    amount: Amount


class StripeFeeCharged(Fact):
    """Stripe tells its fee some time after the payment, and keeps it."""

    identity: ClassVar = ("transaction_id",)

    transaction_id: Reference
    payment_id: Reference | None = None
    amount: Amount
    from_available: bool = False


class MoneyUnapplied(Fact):
    """Money came late, in part or in excess: there is no order that it pays."""

    identity: ClassVar = ("payment_id", "transaction_id")

    payment_id: Reference
    transaction_id: Reference
    amount: Amount


class UnappliedReturned(Fact):
    """It goes back, once: more than there is of it cannot."""

    identity: ClassVar = ("payment_id", "refund_id")

    payment_id: Reference
    refund_id: Reference
    amount: Amount


class UnappliedChargedBack(Fact):
    """A bank took back money that belonged to nothing. What had been sent back already is gone twice."""

    identity: ClassVar = ("chargeback_id",)

    chargeback_id: Reference
    payment_id: Reference
    amount: Amount
    available: Part


class ChargebackOpened(Fact):
    """A buyer's bank took a payment back, and Stripe charges for it, until it is decided."""

    identity: ClassVar = ("chargeback_id",)

    chargeback_id: Reference
    payment_id: Reference
    amount: Amount
    fee: Part


class ChargebackWon(Fact):
    """It comes back; the fee does where Stripe gives it back."""

    identity: ClassVar = ("chargeback_id",)

    chargeback_id: Reference
    payment_id: Reference
    amount: Amount
    fee_returned: Part


class ChargebackAbsorbed(Fact):
    """What a lost chargeback took beyond what is left of its sales, as of an order that was refunded already."""

    identity: ClassVar = ("chargeback_id",)

    chargeback_id: Reference
    payment_id: Reference
    amount: Amount


class FeePassedOn(Fact):
    """A policy has the seller bear what Stripe took for a payment or for a chargeback."""

    identity: ClassVar = ("fee", "reference", "store_id")

    fee: Literal["payment", "chargeback"]
    reference: Reference
    store_id: StoreId
    amount: Amount
    available: Part


class TransferReversed(Fact):
    """Money that a seller was paid comes back from the seller's account, to be refunded."""

    identity: ClassVar = ("reversal_id",)

    reversal_id: Reference
    store_id: StoreId
    amount: Amount


class CreditsBought(Fact):
    """A buyer paid for credits, in this currency or in another."""

    identity: ClassVar = ("payment_id",)

    payment_id: Reference
    buyer_id: BuyerId
    paid: Amount
    credits: Amount


class CreditsChargedBack(Fact):
    """Credits were bought with a payment that a bank took back for good. Those that are spent become a debt."""

    identity: ClassVar = ("chargeback_id",)

    chargeback_id: Reference
    payment_id: Reference
    buyer_id: BuyerId
    amount: Amount
    available: Part
