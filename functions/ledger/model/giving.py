"""Credits that are given: by finance, from one person to another, and from one currency into another."""

from typing import Annotated, Literal

from pydantic import Field

from functions.ledger.model.credits import RateText
from functions.ledger.model.names import Amount, BuyerId, ConversionId, CurrencyCode, GiftId, GrantId, PersonId
from kernel.errors import Forbidden, Invalid
from kernel.http import Answer, Request

Why = Literal["goodwill", "compensation", "campaign", "correction"]


class NewCreditGrant(Request):
    buyer_id: PersonId
    amount: Amount
    why: Why


class CreditGrant(Answer):
    """What Metco pays for. `why` is one of a few words: the track of it is kept for ever, and leads to nobody."""

    grant_id: GrantId
    buyer_id: BuyerId
    amount: Amount
    why: Why


class NewCreditGift(Request):
    receiver_id: PersonId
    amount: Amount


class CreditGift(Answer):
    gift_id: GiftId
    receiver_id: PersonId
    amount: Amount


class NewCreditConversion(Request):
    given: Amount
    to: Annotated[CurrencyCode, Field(examples=["USD"])]


class CreditConversion(Answer):
    conversion_id: ConversionId
    given: Amount
    received: Amount
    rate: RateText


class GiftToOneself(Invalid):
    """A gift goes to somebody else."""


class GrantToOneself(Forbidden):
    """Nobody grants credits to themself. Ask somebody else in finance."""
