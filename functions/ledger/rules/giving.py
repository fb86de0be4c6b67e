"""Who may give credits to whom, and the facts that follow."""

from datetime import datetime

from functions.ledger.model.credits import Rate
from functions.ledger.model.facts.credits import CreditsConverted, CreditsGifted, CreditsGranted
from functions.ledger.model.giving import Conversion, Gift, GiftToOneself, Grant, GrantToOneself, NewGift, NewGrant
from functions.ledger.model.people import NoSuchPerson, Person
from functions.ledger.rules.credits import converted
from kernel.money import Money


def granted(asked: NewGrant, grant_id: str, receiver: Person, by: str) -> Grant:
    if asked.buyer_id == by:
        raise GrantToOneself()
    _check(receiver)
    return Grant(grant_id=grant_id, buyer_id=asked.buyer_id, amount=asked.amount, why=asked.why)


def gifted(asked: NewGift, gift_id: str, receiver: Person, by: str) -> Gift:
    if asked.receiver_id == by:
        raise GiftToOneself()
    _check(receiver)
    return Gift(gift_id=gift_id, receiver_id=asked.receiver_id, amount=asked.amount)


def exchanged(given: Money, conversion_id: str, rate: Rate) -> Conversion:
    return Conversion(conversion_id=conversion_id, given=given, received=converted(given, rate), rate=rate.rate)


def _check(receiver: Person) -> None:
    """Credits of somebody who is not there could be spent by nobody."""
    if not receiver.known:
        raise NoSuchPerson()


# What each does to the books


def grant_fact(made: Grant, at: datetime) -> CreditsGranted:
    return CreditsGranted(at=at, grant_id=made.grant_id, buyer_id=made.buyer_id, amount=made.amount)


def gift_fact(made: Gift, giver_id: str, at: datetime) -> CreditsGifted:
    return CreditsGifted(
        at=at, gift_id=made.gift_id, giver_id=giver_id, receiver_id=made.receiver_id, amount=made.amount
    )


def conversion_fact(made: Conversion, buyer_id: str, at: datetime) -> CreditsConverted:
    return CreditsConverted(
        at=at, conversion_id=made.conversion_id, buyer_id=buyer_id, given=made.given, received=made.received
    )
