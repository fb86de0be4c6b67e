"""The door for facts that others saw happen: each is completed by what the books know, and written once."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from functions.ledger.model.accounts import credits_of
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.payments import CreditsBought
from functions.ledger.model.journals import Journal
from functions.ledger.model.standing import AlreadyPosted, BalanceMoved, NotEnoughCredits, PostedOtherwise
from functions.ledger.model.telling import CreditsPaid
from functions.ledger.rules import credits as converting
from functions.ledger.rules import telling as rules
from functions.ledger.rules.journals import journal_id, journal_id_of
from functions.ledger.store.books import books
from functions.ledger.store.debts import net_debt
from functions.ledger.store.holds import TRIES
from functions.ledger.store.rates import rates
from functions.ledger.store.rows import balance_keys, journal_key, read_journal
from kernel import clock
from kernel.errors import Unavailable
from kernel.money import Money


class Telling:
    def tell(self, kind: str, said: Mapping[str, Any]) -> Journal:
        told = rules.kind_of(kind)
        if told is CreditsBought:
            return self._buy(CreditsPaid.model_validate(said))
        fact = rules.fact_of(told, said, clock.now())
        journal = self._from_what_there_is(fact) if rules.account_of(fact) else books().record(fact)
        self._net(fact, journal)
        return journal

    def _buy(self, paid: CreditsPaid) -> Journal:
        """Told again, it is worth what it was worth when it was written, whatever the rate is by now."""
        for _ in range(TRIES):
            kept = books().journal(journal_id_of(CreditsBought, paid.payment_id))
            fact = rules.bought(paid, self._worth(paid, kept), clock.now())
            try:
                journal = books().record(fact)
            except PostedOtherwise:
                if kept:
                    raise
                continue  # written at this moment, at another rate
            self._net(fact, journal)
            return journal
        raise Unavailable("This is being written again and again. Try again.")

    def _worth(self, paid: CreditsPaid, kept: Journal | None) -> Money:
        if paid.paid.currency == paid.currency:
            return paid.paid
        if kept:
            legs = [leg.amount for leg in kept.legs if leg.account == credits_of(paid.buyer_id)]
            return next((-amount for amount in legs if amount.currency == paid.currency), paid.paid)
        return converting.converted(paid.paid, rates().rate(paid.paid.currency, paid.currency))

    def _net(self, fact: Fact, journal: Journal) -> None:
        if owner := rules.came_in(fact):
            net_debt(owner[0], owner[1], owner[2].currency, journal.journal_id)

    def _from_what_there_is(self, fact: Fact) -> Journal:
        """Whoever takes from the same balance meanwhile leaves less of it: then it is looked at again."""
        written, amount = journal_key(journal_id(fact)), fact.model_dump()["amount"]
        [there] = balance_keys(rules.account_of(fact) or "", amount["currency"])
        for _ in range(TRIES):
            rows = books().table.get_many([written, there])
            if written in rows:
                kept = read_journal(rows[written])
                if not rules.written_alike(kept, fact):
                    raise PostedOtherwise()
                return kept
            has = Money(rows.get(there, {}).get("balance", 0), amount["currency"])
            with suppress(AlreadyPosted, PostedOtherwise, BalanceMoved, NotEnoughCredits):
                return books().post(rules.with_available(fact, has))
        raise Unavailable("This balance is being changed again and again. Try again.")


@cache
def telling() -> Telling:
    return Telling()
