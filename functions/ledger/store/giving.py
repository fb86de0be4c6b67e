"""Gifts, grants and conversions in the books, each with what is told of it; what the receiver owes is paid first."""

from functools import cache

from functions.ledger import events
from functions.ledger.model.giving import CreditConversion, CreditGift, CreditGrant
from functions.ledger.rules import giving as rules
from functions.ledger.store.books import books
from functions.ledger.store.debts import net_debt
from kernel import clock
from kernel.events import Event
from kernel.table import Receipt


class Giving:
    def grant(self, made: CreditGrant, by: str, receipt: Receipt | None) -> None:
        told = [
            Event(events.CreditsGranted(**made.model_dump()), made.grant_id, 1),
            events.acted(by, "grant_credits", made.grant_id, 1),
        ]
        books().post(rules.grant_fact(made, clock.now()), told=told, receipt=receipt)
        net_debt("buyer", made.buyer_id, made.amount.currency, made.grant_id)

    def gift(self, made: CreditGift, giver_id: str, receipt: Receipt | None) -> None:
        told = [Event(events.CreditsGifted(giver_id=giver_id, **made.model_dump()), made.gift_id, 1)]
        books().post(rules.gift_fact(made, giver_id, clock.now()), told=told, receipt=receipt)
        net_debt("buyer", made.receiver_id, made.amount.currency, made.gift_id)

    def convert(self, made: CreditConversion, buyer_id: str, receipt: Receipt | None) -> None:
        books().post(rules.conversion_fact(made, buyer_id, clock.now()), receipt=receipt)
        net_debt("buyer", buyer_id, made.received.currency, made.conversion_id)


@cache
def giving() -> Giving:
    return Giving()
