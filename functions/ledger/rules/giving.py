"""Who may give credits to whom, and the facts that follow."""

from datetime import datetime

from functions.ledger.model.credits import ConversionRate
from functions.ledger.model.facts.credits import CreditsConverted, CreditsGifted, CreditsGranted
from functions.ledger.model.giving import (
    CreditConversion,
    CreditGift,
    CreditGrant,
    GiftToOneself,
    GrantToOneself,
    NewCreditGift,
    NewCreditGrant,
)
from functions.ledger.model.people import NoSuchPerson, Person
from functions.ledger.rules.credits import converted
from kernel.money import Money


def granted(asked: NewCreditGrant, grant_id: str, receiver: Person, by: str) -> CreditGrant:
    if asked.buyer_id == by:
        raise GrantToOneself()
    _check(receiver)
    return CreditGrant(grant_id=grant_id, buyer_id=asked.buyer_id, amount=asked.amount, why=asked.why)


def gifted(asked: NewCreditGift, gift_id: str, receiver: Person, by: str) -> CreditGift:
    if asked.receiver_id == by:
        raise GiftToOneself()
    _check(receiver)
    return CreditGift(gift_id=gift_id, receiver_id=asked.receiver_id, amount=asked.amount)


def exchanged(given: Money, conversion_id: str, rate: ConversionRate) -> CreditConversion:
    return CreditConversion(conversion_id=conversion_id, given=given, received=converted(given, rate), rate=rate.rate)


def _check(receiver: Person) -> None:
    """Credits of somebody who is not there could be spent by nobody."""
    if not receiver.known:
        raise NoSuchPerson()


# What each does to the books


def grant_fact(made: CreditGrant, at: datetime) -> CreditsGranted:
    return CreditsGranted(at=at, grant_id=made.grant_id, buyer_id=made.buyer_id, amount=made.amount)


def gift_fact(made: CreditGift, giver_id: str, at: datetime) -> CreditsGifted:
    return CreditsGifted(
        at=at, gift_id=made.gift_id, giver_id=giver_id, receiver_id=made.receiver_id, amount=made.amount
    )


def conversion_fact(made: CreditConversion, buyer_id: str, at: datetime) -> CreditsConverted:
    return CreditsConverted(
        at=at, conversion_id=made.conversion_id, buyer_id=buyer_id, given=made.given, received=made.received
    )
